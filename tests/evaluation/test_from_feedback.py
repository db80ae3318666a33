"""What people rated becomes a question file that `evaluate` reads."""

from dataclasses import replace
from pathlib import Path

import pytest

from footnote.evaluation.from_feedback import jsonl, rows_of
from footnote.evaluation.question_files import read_questions
from footnote.evaluation.questions import Evidence, Question
from footnote.feedback import Cited, Feedback, Reason
from footnote.records import Span
from tests.web.double import LIGHTHOUSE

AT = LIGHTHOUSE.index("The lighthouse was lit")
QUOTE = LIGHTHOUSE[AT : AT + 40]
GOOD = Feedback(
    question="When was it lit?",
    rating="good",
    reason=None,
    comment="",
    status="answered",
    text=QUOTE,
    citations=(Cited("lighthouse.txt", AT, AT + 40, QUOTE),),
    generation=1,
    id="a",
)
BAD = replace(GOOD, rating="bad", citations=())


def question_of(*given: Feedback) -> Question:
    rows, _ = rows_of(given)
    Path("q.jsonl").write_text(jsonl(rows), encoding="utf-8")
    (question,) = read_questions(Path("q.jsonl"))
    return question


def test_a_good_answer_gives_its_quotes_as_evidence() -> None:
    question = question_of(GOOD)
    assert (question.id, question.text, question.answers) == ("a", "When was it lit?", ())
    assert question.answerable is True
    assert question.evidence == (Evidence("lighthouse.txt", QUOTE, (Span(AT, AT + 40),)),)
    assert question.tags == ("feedback", "good")


def test_a_good_answer_without_citations_is_an_open_question() -> None:
    question = question_of(replace(GOOD, citations=()))
    assert (question.answerable, question.answers, question.evidence) == (True, (), ())


@pytest.mark.parametrize(
    ("reason", "answerable"),
    [
        ("not_in_documents", False),
        ("should_have_answered", True),
        ("incomplete", True),
        ("wrong", None),
        ("other", None),
        (None, None),
    ],
)
def test_a_bad_answer_tells_what_its_reason_tells(
    reason: Reason | None, answerable: bool | None
) -> None:
    question = question_of(replace(BAD, reason=reason))
    assert (question.answerable, question.answers, question.evidence) == (answerable, (), ())
    assert question.tags == ("feedback", "bad", *([reason] if reason else []))


def test_silence_that_was_right_must_stay() -> None:
    assert question_of(replace(GOOD, status="not_found", citations=())).answerable is False
    assert question_of(replace(GOOD, status="about", citations=())).answerable is None


def test_of_one_question_the_latest_counts_and_a_conflict_is_named() -> None:
    later = replace(BAD, question="when was  IT lit", id="b", reason="not_in_documents")
    rows, conflicts = rows_of([GOOD, replace(GOOD, question="Who?", id="c"), later])
    assert [row["id"] for row in rows] == ["b", "c"]
    assert rows[0]["answerable"] is False
    assert conflicts == ["'when was  IT lit' was rated good and bad; the latest counts: bad"]
    assert rows_of([GOOD, GOOD])[1] == []


def test_hostile_words_stay_in_their_row() -> None:
    question = question_of(replace(GOOD, question='a\n{"x": 1}\u2028 "\\ é 😀?'))
    assert question.text == 'a\n{"x": 1}\u2028 "\\ é 😀?'

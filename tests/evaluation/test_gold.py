from pathlib import Path

import pytest

from footnote.errors import QuestionFileError
from footnote.evaluation.gold import agree, look_up
from footnote.evaluation.questions import Evidence, Question
from footnote.records import Span
from tests.evaluation.double import ScriptedEngine

TEXT = "Lit in 1868.\nBy oil. 😀\n\nIt is 48\n  metres high. By oil.\n\n" + "aa" * 60
LIBRARY = ScriptedEngine({"a.txt": TEXT, "b.txt": "Other."}, {})


def found(*evidence: Evidence, line: int = 3) -> Question:
    question = Question("q", "Q?", answerable=True, evidence=evidence, line=line)
    return look_up(Path("q.jsonl"), [question], LIBRARY)[0]


def reason(*evidence: Evidence, line: int = 3) -> str:
    with pytest.raises(QuestionFileError) as caught:
        found(*evidence, line=line)
    return str(caught.value)


def test_a_quote_gets_every_place_it_stands_at() -> None:
    spans = found(Evidence("a.txt", "By oil.")).evidence[0].spans
    assert [span.quote(TEXT) for span in spans] == ["By oil.", "By oil."]
    assert spans[0] != spans[1]


def test_a_quote_with_other_white_space_is_found() -> None:
    spans = found(Evidence("a.txt", "It is 48 metres high.")).evidence[0].spans
    assert [span.quote(TEXT) for span in spans] == ["It is 48\n  metres high."]


def test_offsets_say_which_of_the_places_is_meant() -> None:
    second = Span(TEXT.rindex("By oil."), TEXT.rindex("By oil.") + 7)
    assert found(Evidence("a.txt", "By oil.", (second,))).evidence[0].spans == (second,)
    assert "does not hold the quote 'By oil.' at 0:7" in reason(
        Evidence("a.txt", "By oil.", (Span(0, 7),))
    )


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        (Evidence("c.txt", "x"), "line 3: the index has no document 'c.txt'; index the folder"),
        (Evidence("b.txt", "By oil."), "'b.txt' does not hold the quote 'By oil.'"),
        (Evidence("b.txt", None, (Span(0, 7),)), "0:7 passes the end of 'b.txt' at 6"),
        (Evidence("a.txt", "a"), "stands at 120 places"),
    ],
)
def test_evidence_that_is_not_there_is_named(evidence: Evidence, told: str) -> None:
    assert told in reason(evidence)


def test_a_document_that_is_named_without_evidence_must_be_there_too() -> None:
    question = Question("q", "Q?", answerable=False, document="c.txt", line=3)
    with pytest.raises(QuestionFileError, match=r"line 3: the index has no document 'c\.txt'"):
        look_up(Path("q.jsonl"), [question], LIBRARY)


def test_a_question_of_a_file_without_lines_is_named_by_its_id() -> None:
    assert "question 'q': " in reason(Evidence("c.txt", "x"), line=0)


def test_what_the_fewest_passages_that_hold_all_evidence_add_is_counted() -> None:
    lit, high = Evidence("a.txt", "Lit in 1868."), Evidence("a.txt", "metres high.")
    oil, other = Evidence("a.txt", "By oil."), Evidence("b.txt", "Other.")
    assert found().gains == ()
    assert found(lit).gains == (1,)
    assert found(lit, oil).gains == (2,)
    assert found(lit, high).gains == (1, 1)
    assert found(lit, high, oil).gains == (2, 1)
    assert found(lit, high, oil, other).gains == (2, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 10), (2, 4), True),
        ((0, 10), (9, 11), True),
        ((0, 10), (9, 12), False),
        ((0, 10), (10, 12), False),
        ((0, 10), (5, 15), True),
        ((0, 10), (6, 16), False),
        ((3, 4), (3, 4), True),
    ],
)
def test_spans_agree_where_they_share_half_of_the_shorter(
    one: tuple[int, int], other: tuple[int, int], expected: bool
) -> None:
    assert agree(Span(*one), Span(*other)) is expected
    assert agree(Span(*other), Span(*one)) is expected

"""Follow-ups are made of questions that share a name with what was asked before."""

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path

from benchmarks.canard import Rewritten, part_of, read_canard
from benchmarks.followup_data import follow_ups, made_of
from footnote.evaluation.squad import articles_of
from footnote.records import Turn

CONTEXT = "Ann Lee founded the Orford Mill in 1890. She sold it to Bo Ek in 1900."


def asked(question: str, answer: str) -> dict[str, object]:
    at = CONTEXT.index(answer)
    return {
        "id": question,
        "question": question,
        "answers": [{"text": answer, "answer_start": at}],
    }


ARTICLE = articles_of(
    {
        "data": [
            {
                "title": "Mills",
                "paragraphs": [
                    {
                        "context": CONTEXT,
                        "qas": [
                            asked("Who founded the Orford Mill?", "Ann Lee"),
                            asked("When was the Orford Mill founded?", "1890"),
                            asked("To whom was it sold?", "Bo Ek"),
                            asked("When did Ann Lee sell the mill?", "1900"),
                        ],
                    }
                ],
            }
        ]
    }
)[0]


def test_a_shared_name_becomes_a_pronoun() -> None:
    made = list(follow_ups(ARTICLE, random.Random(1)))
    texts = {each.asked.text: each for each in made}
    assert "When was it founded?" in texts
    first = texts["When was it founded?"]
    assert (first.kind, first.name) == ("pronoun", "Orford Mill")
    assert first.alone.text == "When was the Orford Mill founded?"
    assert first.asked.history[0].question == "Who founded the Orford Mill?"
    # Its own question names nothing that could be replaced.
    assert not any(each.alone.text == "To whom was it sold?" for each in made)


def test_a_name_after_a_preposition_may_be_left_out() -> None:
    question = ARTICLE.questions[0]
    history = (Turn("Where is Warsaw?", "In Poland."),)
    kinds = set()
    for seed in range(20):
        whole = replace(question, text="How many people lived in Warsaw in 1900?")
        made = made_of(whole, history, "Warsaw is a city.", random.Random(seed))
        assert made is not None
        kinds.add((made.kind, made.asked.text))
    assert kinds == {
        ("left out", "How many people lived in 1900?"),
        ("pronoun", "How many people lived there in 1900?"),
    }


def test_a_name_that_was_not_spoken_of_is_kept() -> None:
    history = (Turn("Where is Paris?", "In France."),)
    assert made_of(ARTICLE.questions[1], history, CONTEXT, random.Random(1)) is None


def test_canard_is_read_with_its_topic_as_the_first_turn(tmp_path: Path) -> None:
    path = tmp_path / "canard.json.gz"
    row = {
        "History": ["Zappa", "Disbandment", "What disbanded?", "The Mothers."],
        "Question": "When did they? ",
        "Rewrite": "When did the Mothers?",
    }
    path.write_bytes(gzip.compress(json.dumps([row]).encode()))
    history = (Turn("Zappa", "Disbandment"), Turn("What disbanded?", "The Mothers."))
    assert read_canard(path) == [
        Rewritten("Zappa", "When did they?", history, "When did the Mothers?")
    ]


def test_articles_are_parted_once_and_for_all() -> None:
    parts = [part_of(str(number)) for number in range(200)]
    assert parts == [part_of(str(number)) for number in range(200)]
    assert parts.count("fit") > parts.count("report") > 20

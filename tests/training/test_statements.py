"""Questions and answers as statements: the words of both, in the order of a statement."""

import pytest

from training.statements import Stater, past, third_person

# Verbs are learnt from how they are used.
STATER = Stater(
    ["They want to open, publish, belong, mean and wear it.", "He can open it, or to publish it."]
    + ["to open, to publish, to belong, to want, to contain"] * 3
)


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("Who founded the abbey?", "Count William", "Count William founded the abbey."),
        ("Which team won the cup in 1990?", "Holm", "Holm won the cup in 1990."),
        ("How many people live there?", "300", None),
        ("How many ships were sunk?", "eight", "Eight ships were sunk."),
        ("How many ships were sunk?", "eight ships", "Eight ships were sunk."),
        ("When was the bridge built?", "1932", "The bridge was built in 1932."),
        ("When was the bridge built?", "3 May 1932", "The bridge was built on 3 May 1932."),
        ("When did the bridge open?", "in 1932", "The bridge opened in 1932."),
        ("In what year did the bridge open?", "1932", "The bridge opened in 1932."),
        ("What does Mizrach mean in Hebrew?", "East", "Mizrach means East in Hebrew."),
        ("To which club does Ann belong?", "Holm", "Ann belongs to Holm."),
        ("What is the capital of France?", "Paris", "The capital of France is Paris."),
        ("The bridge was opened in what year?", "1932", "The bridge was opened in 1932."),
        ("In 1990, who won the cup?", "Holm.", "Holm won the cup in 1990."),
        ("What company was sued?", "Holm Ltd", "Holm Ltd was sued."),
        ("Why was the bridge closed?", "flooding", "The bridge was closed because of flooding."),
        ("Is it open?", "yes", None),
        ("Who?", "Ann", None),
        ("Who came there?", "", None),
        ("", "Ann", None),
    ],
)
def test_an_answer_makes_a_statement_of_its_question(
    question: str, answer: str, statement: str | None
) -> None:
    assert STATER.statement(question, answer) == statement


def test_a_verb_takes_the_form_of_its_statement() -> None:
    assert [past(verb) for verb in ("wear", "publish", "study", "plan")] == [
        "wore",
        "published",
        "studied",
        "planned",
    ]
    assert [third_person(verb) for verb in ("wear", "publish", "study", "go")] == [
        "wears",
        "publishes",
        "studies",
        "goes",
    ]

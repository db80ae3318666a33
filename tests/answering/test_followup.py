"""What a question may mean after others, by a double of what finds referents, and by names."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from footnote.answering.followup import meanings
from footnote.answering.referents import ANSWER_CHARACTERS, referents
from footnote.records import Turn


@dataclass
class Scripted:
    """Gives the same referents for each question."""

    referents: list[str]
    asked: list[str] = field(default_factory=list)

    def __call__(self, question: str, history: Sequence[Turn]) -> list[str]:
        self.asked.append(question)
        return self.referents


BAND = (Turn("Which group disbanded?", "Zappa and the Mothers of Invention."),)


def meant(question: str, *referents: str, history: Sequence[Turn] = BAND) -> tuple[str, ...]:
    return meanings(question, history, Scripted(list(referents)))


def test_a_first_question_means_what_it_says_and_nothing_is_looked_for() -> None:
    nobody = Scripted(["Zappa"])
    assert meanings("When did they disband?", (), nobody) == ("When did they disband?",)
    assert nobody.asked == []


def test_a_pronoun_may_mean_each_of_the_likeliest_or_nothing() -> None:
    assert meant("When did they disband?", "the Mothers", "Zappa", "LA", "Ann") == (
        "When did the Mothers disband?",
        "When did Zappa disband?",
        "When did LA disband?",
        "When did they disband?",
    )


def test_a_question_that_names_nothing_may_be_about_something_new_first_of_all() -> None:
    assert meant("Which music was played?", "the Mothers", "Zappa") == (
        "Which music was played?",
        "Which music was played (the Mothers)?",
    )


def test_a_question_that_names_something_is_about_that() -> None:
    assert meant("When was Warsaw founded?", "the Mothers") == ("When was Warsaw founded?",)


@pytest.mark.parametrize("question", ["Hello", "Thanks!", "What can you do?", "Overview"])
def test_what_is_said_to_the_chat_is_not_about_the_history(question: str) -> None:
    assert meant(question, "the Mothers") == (question,)


def test_a_bare_question_word_asks_the_last_question_anew() -> None:
    history = (*BAND, Turn("When did they disband?", "In 1969."))
    assert meant("Why?", "the Mothers", history=history) == ("Why did the Mothers disband?",)


def test_a_part_is_put_into_the_last_question() -> None:
    history = (Turn("What did Acme earn in 2018?", "4 million."),)
    assert meant("And in 2019?", history=history) == ("What did Acme earn in 2019?",)
    assert meant("What about Orbis?", history=history) == ("What did Orbis earn in 2018?",)


def test_parts_of_parts_go_back_to_the_whole() -> None:
    history = (
        Turn("When was Warsaw founded?", "In 1300."),
        Turn("What about Paris?", "In 250 BC."),
    )
    assert meant("Why?", history=history) == ("Why was Paris founded?",)


def test_more_is_of_what_was_named_last() -> None:
    history = (Turn("When was Warsaw founded?", "In 1300."),)
    assert meant("Tell me more", history=history) == ("Tell me more about Warsaw",)
    history = (Turn("When was the city founded?", "In 1300."),)
    assert meant("Tell me more", "the city", history=history) == ("Tell me more about the city",)


def test_what_was_said_long_ago_or_late_in_an_answer_is_not_looked_at() -> None:
    turns = [Turn(f"Where is N{n}ville?", f"{'x' * ANSWER_CHARACTERS} Farby") for n in range(6)]
    assert referents("When was it founded?", turns) == ["N5ville", "N4ville", "N3ville"]


@pytest.mark.parametrize(
    ("question", "history", "first"),
    [
        ("When was it sold?", [("Who built the Orford Mill?", "Ann Lee.")], "Orford Mill"),
        ("Where was she born?", [("Who built the Orford Mill?", "Ann Lee.")], "Ann Lee"),
        ("Who led them?", [("Who did Rome fear?", "The Normans, near Aversa.")], "Normans"),
        ("Who lives there?", [("Where did she work?", "Ann Lee worked in Orford.")], "Orford"),
        ("When was it?", [("Who is Bo?", "A man."), ("Where is Rome?", "South.")], "Rome"),
    ],
)
def test_names_are_tried_by_where_they_stood_and_what_fits(
    question: str, history: Sequence[tuple[str, str]], first: str
) -> None:
    turns = [Turn(*each) for each in history]
    assert referents(question, turns)[0] == first


def test_a_name_in_the_question_is_not_what_it_leaves_out() -> None:
    turns = [Turn("Where did Ann Lee work?", "In Orford.")]
    assert referents("Did they like Ann Lee?", turns) == ["Orford"]


def test_no_half_of_a_word_is_taken_for_a_name() -> None:
    answer = "so ".ljust(ANSWER_CHARACTERS - 4, "x") + " Brannock is."
    assert answer[:ANSWER_CHARACTERS].endswith(" Bra")
    assert referents("Who was it?", [Turn("What is so?", answer)]) == []
    whole = "so ".ljust(ANSWER_CHARACTERS - 9, "x") + " Brannock is."
    assert referents("Who was it?", [Turn("What is so?", whole)]) == ["Brannock"]

"""What a question means after others, by a double of the model that finds referents."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from footnote.answering.followup import LEFT_OUT, POINTED_AT, Understood, understood
from footnote.answering.referents import ANSWER_CHARACTERS, Referent, told
from footnote.asks import Turn


@dataclass
class Scripted:
    """Gives referents in turn, then none."""

    referents: list[Referent]
    asked: list[tuple[str, int]] = field(default_factory=list)

    def of(self, question: str, history: Sequence[Turn]) -> Referent | None:
        self.asked.append((question, len(history)))
        return self.referents.pop(0) if self.referents else None


BAND = (Turn("Which group disbanded?", "Zappa and the Mothers of Invention."),)


def meant(question: str, *referents: Referent, history: Sequence[Turn] = BAND) -> Understood:
    return understood(question, history, Scripted(list(referents)))


def test_a_first_question_means_what_it_says_and_nothing_is_looked_for() -> None:
    nobody = Scripted([Referent("Zappa", 1.0)])
    assert understood("When did they disband?", (), nobody).question == "When did they disband?"
    assert nobody.asked == []


def test_a_pronoun_is_replaced() -> None:
    found = meant("When did they disband?", Referent("the Mothers", 0.9))
    assert found == Understood("When did the Mothers disband?", certain=True)


def test_what_is_left_out_is_added_where_it_is_surer() -> None:
    question = "Which music was played?"
    assert POINTED_AT < LEFT_OUT
    assert meant(question, Referent("the Mothers", LEFT_OUT - 0.01)).question == question
    found = meant(question, Referent("the Mothers", LEFT_OUT))
    assert found == Understood("Which music was played (the Mothers)?", certain=False)


def test_an_unsure_referent_of_a_pronoun_is_left_alone() -> None:
    question = "When did they disband?"
    assert meant(question, Referent("the Mothers", POINTED_AT - 0.01)).question == question


def test_two_words_may_point() -> None:
    found = meant("When did they leave it?", Referent("the Mothers", 0.9), Referent("LA", 0.9))
    assert found.question == "When did the Mothers leave LA?"


def test_what_stands_in_the_question_is_not_said_twice() -> None:
    question = "When did they leave the mothers?"
    assert meant(question, Referent("The Mothers", 0.9)).question == question


@pytest.mark.parametrize("question", ["Hello", "Thanks!", "What can you do?", "Overview"])
def test_what_is_said_to_the_chat_is_not_about_the_history(question: str) -> None:
    assert meant(question, Referent("the Mothers", 1.0)).question == question


def test_a_bare_question_word_asks_the_last_question_anew() -> None:
    history = (*BAND, Turn("When did they disband?", "In 1969."))
    found = meant("Why?", Referent("the Mothers", 0.9), history=history)
    assert found == Understood("Why did the Mothers disband?", certain=True)


def test_a_part_is_put_into_the_last_question() -> None:
    history = (Turn("What did Acme earn in 2018?", "4 million."),)
    assert meant("And in 2019?", history=history).question == "What did Acme earn in 2019?"
    assert meant("What about Orbis?", history=history).question == "What did Orbis earn in 2018?"


def test_parts_of_parts_go_back_to_the_whole() -> None:
    history = (
        Turn("When was Warsaw founded?", "In 1300."),
        Turn("What about Paris?", "In 250 BC."),
    )
    assert meant("Why?", history=history).question == "Why was Paris founded?"


def test_more_is_of_what_was_named_last() -> None:
    history = (Turn("When was Warsaw founded?", "In 1300."),)
    assert meant("Tell me more", history=history).question == "Tell me more about Warsaw"
    history = (Turn("When was the city founded?", "In 1300."),)
    found = meant("Tell me more", Referent("the city", 0.1), history=history)
    assert found.question == "Tell me more about the city"


def test_the_last_turn_is_read_first_and_long_answers_are_cut() -> None:
    turns = [Turn(f"Question {n}?", f"Answer\n\n{n} " + "x" * 1000) for n in range(6)]
    lines = told(turns).split("\n")
    assert lines[0] == "Question 5?"
    assert lines[1].startswith("Answer 5 x")
    assert len(lines[1]) <= ANSWER_CHARACTERS
    assert "Question 0?" not in lines

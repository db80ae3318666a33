"""What is told beside an answer: what it may mean, who wrote it, how it was understood."""

import pytest
from playwright.sync_api import expect

from footnote.generation import texts
from tests.web.widget.answers import HIGH, LIT, answer_of, citation, passage
from tests.web.widget.conftest import Embed, answered, ask, opened
from tests.web.widget.stub import WidgetServer

pytestmark = pytest.mark.browser


def test_what_a_question_may_mean_is_asked_by_pressing_it(
    embed: Embed, server: WidgetServer
) -> None:
    back = answer_of("It?", [("What is it about?", [])], status="clarify")
    back["suggestions"] = ["When was it lit?", "How high is the mast?"]
    server.plans["It?"] = lambda reply: reply.answer(back)
    page = opened(embed())
    turn = answered(page, "It?")
    choices = turn.get_by_role("list", name="It may mean").get_by_role("button")
    expect(choices).to_have_text(back["suggestions"])
    choices.first.click()
    expect(page.locator(".turn").last.locator(".said").first).to_contain_text(LIT)
    assert [each["question"] for each in server.asked] == ["It?", "When was it lit?"]


def test_a_question_that_was_not_meant_so_is_asked_by_itself(
    embed: Embed, server: WidgetServer
) -> None:
    page = opened(embed())
    answered(page, "When was it lit?")
    turn = answered(page, "How high is it?")
    turn.get_by_role("button", name="Not meant so").click()
    expect(turn.locator(".thumbs")).to_be_visible()
    assert [len(each["history"]) for each in server.asked] == [0, 1, 0]
    # The next question goes on from all that was asked.
    answered(page, "And when?")
    assert len(server.asked[-1]["history"]) == 2


def test_what_a_language_model_wrote_is_told_and_what_nothing_supports(
    embed: Embed, server: WidgetServer
) -> None:
    haunted = f"It is haunted.{texts.MARK}"
    answer = answer_of("Written?", [(LIT, [citation(1, LIT)]), (haunted, [])], mode="generated")
    answer["statements"][1]["unsupported"] = True
    server.plans["Written?"] = lambda reply: reply.answer(answer)
    turn = answered(opened(embed()), "Written?")
    expect(turn.locator(".by")).to_contain_text("Written by a language model.")
    expect(turn.locator(".unsupported")).to_have_text(haunted)
    style = "node => getComputedStyle(node).textDecorationLine"
    assert turn.locator(".unsupported").evaluate(style) == "underline"
    turn = answered(opened(embed('data-lang="fr"')), "Written?")
    expect(turn.locator(".by")).to_contain_text("Écrit par un modèle de langue.")
    expect(turn.locator(".unsupported")).to_have_text(
        "It is haunted. [non étayé par les documents]"
    )


def test_why_no_language_model_wrote_is_told_once(embed: Embed, server: WidgetServer) -> None:
    answer = answer_of("Why?", [(LIT, [citation(1, LIT)])], note=texts.SPENT)
    server.plans["Why?"] = lambda reply: reply.answer(answer)
    stopped = answer_of("Cut?", [(texts.STOPPED, []), (LIT, [citation(1, LIT)])])
    stopped["note"] = texts.STOPPED
    server.plans["Cut?"] = lambda reply: reply.answer(stopped)
    page = opened(embed())
    expect(answered(page, "Why?").locator(".by")).to_have_text(texts.SPENT)
    turn = answered(page, "Cut?")
    expect(turn.get_by_text(texts.STOPPED)).to_have_count(1)
    turn = answered(opened(embed('data-lang="de"')), "Why?")
    expect(turn.locator(".by")).to_contain_text("Die Grenze des Sprachmodells für heute")


def test_the_nearest_passages_show_no_marks_of_markdown(embed: Embed, server: WidgetServer) -> None:
    text = (
        "## The *light*\n\n> It was lit in 1868.\n\n| Year | What \\| who |\n|---|:-:|\n"
        "| 1868 | lit |\n\n```sh\ncount | sort\n```\n---\n- a # b"
    )
    nothing = answer_of("No?", [("The documents do not answer this.", [])], status="not_found")
    place = passage(HIGH)
    nothing["passages"] = [
        place | {"text": text, "document": "light.md"},
        place | {"text": text, "document": "light.txt"},
    ]
    server.plans["No?"] = lambda reply: reply.answer(nothing)
    rows = ask(opened(embed()), "No?").locator(".row .quote")
    shown = [" ".join(each.split()) for each in rows.all_text_contents()]
    told = "The *light* It was lit in 1868. Year · What | who 1868 · lit count | sort - a # b"
    assert shown == [told, " ".join(text.split())]

"""What to ask instead, and a question that was not meant as it was understood."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.widget.answers import HIGH, MEANT, answer_of, answer_to, citation
from tests.web.widget.conftest import Embed, answered, ask, opened
from tests.web.widget.stub import Reply, WidgetServer

pytestmark = pytest.mark.browser

MEANT_IN = {
    "en": ("Suggested questions", "Not meant so"),
    "fr": ("Questions proposées", "Mal compris"),
    "de": ("Vorgeschlagene Fragen", "So nicht gemeint"),
    "es": ("Preguntas propuestas", "No quería decir eso"),
}


@pytest.mark.parametrize("lang", MEANT_IN)
def test_what_a_question_may_mean_is_asked_when_it_is_pressed(
    embed: Embed, server: WidgetServer, lang: str
) -> None:
    page = opened(embed(f'data-lang="{lang}"'))
    turn = answered(page, "Which is it?")
    suggested = turn.get_by_role("list", name=MEANT_IN[lang][0])
    expect(suggested.get_by_role("button")).to_have_text(MEANT)
    expect(suggested).to_have_attribute("part", "suggestions")
    suggested.get_by_role("button").nth(1).click()
    last = page.locator(".turn").nth(1)
    expect(last.locator(".question")).to_have_text(MEANT[1])
    expect(last.locator(".thumbs")).to_be_visible()
    assert [asked["question"] for asked in server.asked] == ["Which is it?", MEANT[1]]
    # What stands above goes along, as with a question that is typed.
    assert server.asked[1]["history"][0]["question"] == "Which is it?"


def test_what_to_ask_instead_stands_below_an_answer_of_any_kind(
    embed: Embed, server: WidgetServer
) -> None:
    answer = answer_to("x") | {"suggestions": [MEANT[0]]}
    server.plans["Any?"] = lambda reply: reply.answer(answer)
    turn = answered(opened(embed()), "Any?")
    said, sources = turn.locator(".said").bounding_box(), turn.locator("ol").bounding_box()
    box = turn.get_by_role("button", name=MEANT[0]).bounding_box()
    assert said is not None
    assert sources is not None
    assert box is not None
    assert said["y"] < box["y"] < sources["y"]


def test_nothing_is_suggested_where_nothing_else_may_be_meant(embed: Embed) -> None:
    turn = answered(opened(embed()), "When was it lit?")
    expect(turn.get_by_role("list", name="Suggested questions")).to_have_count(0)
    expect(turn.get_by_role("button", name="Not meant so")).to_have_count(0)


def understood(reply: Reply) -> None:
    """Take a question for another one where there is something before it."""
    asked_as = "How high is the lighthouse?" if reply.asked["history"] else None
    cited: list[dict[str, Any]] = [citation(1, HIGH)]
    reply.answer(answer_of("How high?", [(HIGH, cited)], asked_as=asked_as))


@pytest.mark.parametrize("lang", MEANT_IN)
def test_what_was_not_meant_so_is_asked_again_by_itself(
    embed: Embed, server: WidgetServer, lang: str
) -> None:
    server.plans["How high?"] = understood
    page = opened(embed(f'data-lang="{lang}"'))
    answered(page, "When was it lit?")
    turn = answered(page, "How high?")
    turn.locator(".thumbs button").first.click()
    expect(turn.locator(".thumbs button")).to_have_count(0)
    assert "How high is the lighthouse?" in turn.inner_text()
    turn.get_by_role("button", name=MEANT_IN[lang][1]).click()
    # The answer is another one: it can be rated anew.
    expect(turn.locator(".thumbs button")).to_have_count(2)
    expect(turn).not_to_contain_text("How high is the lighthouse?")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("footnote-chat textarea")).to_be_focused()
    asked = [(each["question"], len(each["history"])) for each in server.asked[1:]]
    assert asked == [("How high?", 1), ("How high?", 0)]
    # The next question has them both before it again.
    answered(page, "And then?")
    assert [each["question"] for each in server.asked[-1]["history"]] == [
        "When was it lit?",
        "How high?",
    ]


def test_what_was_asked_by_itself_is_so_when_it_is_asked_again(
    embed: Embed, server: WidgetServer
) -> None:
    server.plans["How high?"] = understood
    page = opened(embed())
    answered(page, "When was it lit?")
    turn = answered(page, "How high?")
    server.plans["How high?"] = lambda reply: reply.refuse(500)
    turn.get_by_role("button", name="Not meant so").click()
    expect(turn.locator(".failure")).to_be_visible()
    server.plans["How high?"] = understood
    turn.get_by_role("button", name="Ask again").click()
    expect(turn.locator(".thumbs")).to_be_visible()
    assert server.asked[-1]["history"] == []
    # What is typed once more is another question.
    expect(ask(page, "How high?")).to_contain_text("Understood as")

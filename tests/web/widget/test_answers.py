"""What is answered, what it stands on, and what goes along with the next question."""

import json
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from footnote.answering import texts
from tests.web.widget.answers import (
    GUIDE,
    HIGH,
    LIGHT,
    LIT,
    LIT_LATER,
    answer_of,
    answer_to,
    citation,
)
from tests.web.widget.conftest import Embed, answered, ask, opened
from tests.web.widget.stub import Reply, WidgetServer, held

pytestmark = pytest.mark.browser

SHOWN = """() => {
    const text = document.querySelector("footnote-chat").shadowRoot.querySelector(".text");
    const mark = text.querySelector("mark");
    return [mark.previousSibling?.data ?? "", mark.textContent, mark.nextSibling?.data ?? ""];
}"""


# The numbers that begin a line of an answer.
ALONE = """() => {
    const numbers = document.querySelector("footnote-chat").shadowRoot.querySelectorAll(".cite");
    return [...numbers].map((number) => {
        const line = number.closest(".said").getBoundingClientRect();
        return number.getBoundingClientRect().left - line.left;
    }).filter((left) => left < 20);
}"""


def around(quote: str, text: str = LIGHT) -> list[str]:
    """Return what stands before a quote, the quote, and what comes after, as the stub cuts it."""
    start = text.index(quote)
    end = start + len(quote)
    return [text[max(0, start - 80) : start], quote, text[end : end + 80]]


@pytest.mark.parametrize(("number", "quote"), [(1, LIT), (2, HIGH)])
def test_a_citation_opens_its_quote_exactly(embed: Embed, number: int, quote: str) -> None:
    """Characters beyond the first plane stand before and between the quotes."""
    page = opened(embed())
    turn = answered(page, "When was it lit?")
    turn.get_by_role("button", name=f"Source {number}:").click()
    expect(page.locator(".source [role=status]")).to_be_empty()
    assert page.evaluate(SHOWN) == around(quote)
    expect(page.locator(".source .title")).to_have_text("The Lighthouse of Skerry Point")
    if number == 1:
        expect(page.locator(".source")).to_contain_text("The light · page 3")
    mark = page.locator("mark").bounding_box()
    box = page.locator(".text").bounding_box()
    assert mark is not None
    assert box is not None
    assert box["y"] <= mark["y"] <= box["y"] + box["height"]


def test_the_whole_document_is_linked_where_the_operator_lets_it(
    embed: Embed, server: WidgetServer
) -> None:
    page = opened(embed())
    answered(page, "When was it lit?").locator(".row").nth(1).click()
    link = page.get_by_role("link", name="Open the whole document")
    start = LIGHT.index(HIGH)
    href = f"{server.base}/#document=d-light&start={start}&end={start + len(HIGH)}"
    expect(link).to_have_attribute("href", href)
    expect(link).to_have_attribute("rel", "noopener")
    server.config["sources"] = False
    page = opened(embed())
    answered(page, "When was it lit?").locator(".row").nth(1).click()
    expect(page.locator("mark")).to_have_text(HIGH)
    expect(page.get_by_role("link")).to_have_count(0)


def test_a_document_that_has_changed_marks_nothing_else(embed: Embed, server: WidgetServer) -> None:
    page = opened(embed())
    turn = answered(page, "When was it lit?")
    server.texts["d-light"] = "😀" + LIGHT
    turn.locator(".cite").first.click()
    expect(page.locator(".source")).to_contain_text("The document has changed")
    assert page.evaluate(SHOWN) == ["", LIT, ""]


def test_a_passage_that_cannot_be_had_leaves_the_quote(embed: Embed, server: WidgetServer) -> None:
    page = opened(embed())
    turn = answered(page, "When was it lit?")
    page.route("**/around*", lambda route: route.abort())
    turn.locator(".cite").first.click()
    expect(page.locator(".source")).to_contain_text("cannot be shown now")
    assert page.evaluate(SHOWN) == ["", LIT, ""]


def test_the_reader_comes_back_to_where_they_were(embed: Embed) -> None:
    page = opened(embed())
    turn = answered(page, "When was it lit?")
    turn.locator(".row").nth(1).click()
    expect(page.get_by_role("button", name="Back")).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(turn.locator(".row").nth(1)).to_be_focused()
    expect(page.locator(".log")).to_be_visible()


def test_where_nothing_is_found_the_nearest_are_shown(embed: Embed) -> None:
    page = opened(embed())
    turn = answered(page, "Where is the zebra?")
    expect(turn.locator(".said")).to_have_text("The documents do not answer this.")
    expect(turn.get_by_role("list", name="What comes nearest").locator("li")).to_have_count(3)
    expect(turn.locator("[part=confidence]")).to_have_count(0)
    expect(turn.locator(".row").nth(2)).to_contain_text("A guide")
    turn.locator(".row").nth(2).click()
    expect(page.locator(".source [role=status]")).to_be_empty()
    assert page.evaluate(SHOWN) == around(LIT_LATER, GUIDE)


def test_documents_that_disagree_are_said_to(embed: Embed) -> None:
    page = opened(embed())
    turn = answered(page, "Do they disagree?")
    expect(turn.locator(".conflict")).to_have_text("The documents disagree")
    sides = turn.locator(".side")
    expect(sides).to_have_count(2)
    expect(sides.first).to_have_text(f"{LIT}1The Lighthouse of Skerry Point")
    expect(sides.last).to_have_text(f"{LIT_LATER}2A guide")


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.8, "Very likely right"),
        (0.6, "Probably right"),
        (0.59, "May be wrong: look at the quote"),
    ],
)
def test_confidence_is_told_in_words(
    embed: Embed, server: WidgetServer, confidence: float, words: str
) -> None:
    server.plans["Sure?"] = lambda reply: reply.answer(answer_to("x") | {"confidence": confidence})
    turn = answered(opened(embed()), "Sure?")
    expect(turn.locator("[part=confidence]")).to_have_text(words)


def test_a_list_stands_as_one(embed: Embed, server: WidgetServer) -> None:
    said: list[tuple[str, list[dict[str, Any]]]] = [("They need:", []), ("coal", []), ("oil", [])]
    answer = answer_of("List?", said) | {"text": "They need:\ncoal\noil"}
    server.plans["List?"] = lambda reply: reply.answer(answer)
    turn = answered(opened(embed()), "List?")
    assert turn.locator(".said").all_text_contents() == ["They need:", "coal", "oil"]
    assert turn.locator(".item").all_text_contents() == ["coal", "oil"]


def test_what_it_covers_stands_as_a_list_below_the_greeting(
    embed: Embed, server: WidgetServer
) -> None:
    said = [texts.GREETING, texts.COVERED, "A guide", "A log"]
    answer = answer_of("Hi", [(each, []) for each in said], status="about")
    server.plans["Hi"] = lambda reply: reply.answer(answer | {"text": "\n".join(said)})
    turn = answered(opened(embed()), "Hi")
    assert turn.locator(".said").all_text_contents() == said
    assert turn.locator(".item").all_text_contents() == ["A guide", "A log"]


def test_the_servers_own_words_are_said_in_the_widgets_language(
    embed: Embed, server: WidgetServer
) -> None:
    plans = {"None?": texts.NOT_FOUND, "How many?": texts.count(1234)}
    for question, words in plans.items():
        answer = answer_of(question, [(words, [])], status="about")
        server.plans[question] = partial(_answering, answer)
    # The same words of a document are the document's.
    quoted = answer_of("Quoted?", [(texts.NOT_FOUND, [citation(1, HIGH)])])
    server.plans["Quoted?"] = partial(_answering, quoted)
    page = opened(embed('data-lang="de"'))
    none = answered(page, "None?")
    expect(none.locator(".said")).to_have_text("Die Dokumente beantworten das nicht.")
    expect(answered(page, "How many?").locator(".said")).to_have_text("Hier sind 1.234 Dokumente.")
    said = answered(page, "Quoted?").locator(".said")
    expect(said).to_have_text(f"{texts.NOT_FOUND}1")
    # What goes along with the next question is what the server said.
    assert server.asked[2]["history"][0]["answer"] == texts.NOT_FOUND


def _answering(answer: dict[str, Any], reply: Reply) -> None:
    reply.answer(answer)


def test_a_number_stays_with_the_word_before_it(embed: Embed) -> None:
    """At every width that it can have: none begins a line."""
    page = embed(inline=True)
    answered(page, "When was it lit?")
    alone = []
    for width in range(300, 480, 3):
        page.set_viewport_size({"width": width, "height": 700})
        alone += page.evaluate(ALONE)
    assert alone == []


def test_a_passage_that_was_nearest_is_told_without_its_line_breaks(embed: Embed) -> None:
    turn = answered(opened(embed()), "Where is the zebra?")
    quote = turn.locator(".row .quote").first
    assert quote.evaluate("node => getComputedStyle(node).whiteSpace") == "normal"


def test_what_it_does_not_know_is_shown_as_text(embed: Embed, server: WidgetServer) -> None:
    answer = answer_of("New?", [("Something new.", [])], status="of a later version", extra=[1])
    server.plans["New?"] = lambda reply: reply.answer(answer)
    turn = ask(opened(embed()), "New?")
    expect(turn.locator(".said")).to_have_text("Something new.")


def test_how_a_follow_up_was_understood_is_told(embed: Embed) -> None:
    turn = answered(opened(embed()), "How high is it?")
    expect(turn).to_contain_text("Understood as: How high is the lighthouse?")


def test_the_last_turns_go_along(embed: Embed, server: WidgetServer) -> None:
    page = opened(embed())
    for number in range(10):
        answered(page, f"Question {number}?")
    said = answer_to("x")["text"]
    expected = [{"question": f"Question {n}?", "answer": said} for n in range(1, 9)]
    assert server.asked[9]["history"] == expected
    assert server.asked[0]["history"] == []


def test_no_more_goes_along_than_the_server_reads(embed: Embed, server: WidgetServer) -> None:
    long = answer_of("Long?", [("é" * 3_000, [])])
    page = opened(embed())
    for number in range(4):
        server.plans[f"Long {number}?"] = lambda reply: reply.answer(long)
        answered(page, f"Long {number}?")
    answered(page, "𝒳" * 1_000)
    assert [turn["question"] for turn in server.asked[-1]["history"]] == ["Long 3?"]
    assert max(server.sizes) <= 15_000


def test_a_question_of_a_page_is_cut_between_characters(embed: Embed, server: WidgetServer) -> None:
    page = embed()
    page.evaluate("Footnote.ask('a' + '😀'.repeat(1500))")
    assert server.asked[0]["question"] == "a" + "😀" * 999


def test_what_failed_or_was_stopped_does_not_go_along(embed: Embed, server: WidgetServer) -> None:
    server.plans["Fail?"] = lambda reply: reply.refuse(500)
    page = opened(embed())
    expect(ask(page, "Fail?").locator(".failure")).to_be_visible()
    answered(page, "When was it lit?")
    assert server.asked[-1]["history"] == []


def test_it_is_stopped_asked_again_and_cleared(embed: Embed, server: WidgetServer) -> None:
    server.plans["Slow?"] = held(server, "The lighthouse")
    page = opened(embed())
    turn = ask(page, "Slow?")
    expect(turn.locator(".said")).to_have_text("The lighthouse")
    page.get_by_role("button", name="Stop").click()
    expect(turn).to_contain_text("Stopped.")
    expect(turn).to_contain_text("This much came:The lighthouse")
    expect(page.locator("footnote-chat textarea")).to_be_focused()
    del server.plans["Slow?"]
    turn.get_by_role("button", name="Ask again").click()
    expect(turn.locator(".thumbs")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name="Clear the conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator(".greeting")).to_be_visible()
    answered(page, "When was it lit?")
    assert server.asked[-1]["history"] == []


def test_what_is_cleared_under_way_does_not_come_back(embed: Embed, server: WidgetServer) -> None:
    server.plans["Slow?"] = held(server)
    page = opened(embed())
    ask(page, "Slow?")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("button", name="Clear the conversation").click()
    page.wait_for_timeout(200)
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def rated(page: Page) -> None:
    expect(page.locator(".turn").last).to_contain_text("Thank you.")


def test_answers_are_rated_as_the_server_takes_it(embed: Embed, server: WidgetServer) -> None:
    page = opened(embed())
    turn = answered(page, "When was it lit?")
    turn.get_by_role("button", name="Good answer").click()
    rated(page)
    quotes = [
        {name: each[name] for name in ("document", "start", "end", "quote")}
        for each in answer_to("x")["citations"]
    ]
    answer = {"status": "answered", "text": f"{LIT} {HIGH}", "generation": 3, "citations": quotes}
    good = {"question": "When was it lit?", "rating": "good", "answer": answer}
    assert server.rated == [good]
    turn = answered(page, "Where is the zebra?")
    turn.get_by_role("button", name="Bad answer").click()
    expect(turn.get_by_role("button", name="It is wrong")).to_be_focused()
    expect(turn.get_by_role("button", name="Something is missing")).to_have_count(0)
    turn.get_by_role("button", name="The documents do answer this").click()
    rated(page)
    assert server.rated[1]["reason"] == "should_have_answered"
    assert server.rated[1]["rating"] == "bad"


def test_a_long_answer_is_rated_by_what_fits(embed: Embed, server: WidgetServer) -> None:
    quote = {"document": "light.txt", "start": 0, "end": 900, "quote": "é" * 900}
    long = answer_of("Long?", [("😀" * 4_000, [])])
    long["citations"] = [citation(n, LIT) | quote for n in range(1, 20)]
    server.plans["Long?"] = lambda reply: reply.answer(long)
    page = opened(embed())
    answered(page, "Long?").get_by_role("button", name="Good answer").click()
    rated(page)
    sent = server.rated[0]["answer"]
    assert len(json.dumps(server.rated[0], ensure_ascii=False).encode()) <= 16_000
    assert set(sent["text"]) == {"😀"}
    assert 3 <= len(sent["citations"]) < 19


def test_a_rating_that_does_not_arrive_is_told(embed: Embed, server: WidgetServer) -> None:
    server.feedback_status = 503
    page = opened(embed())
    turn = answered(page, "When was it lit?")
    turn.get_by_role("button", name="Good answer").click()
    expect(turn.locator(".unsent")).to_have_text("Not sent.")
    server.feedback_status = 201
    turn.get_by_role("button", name="Good answer").click()
    rated(page)

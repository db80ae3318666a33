"""What somebody who had never seen the page stumbled on: docs/newcomer.md, in a real browser."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from tests.web.conftest import PATIENCE, StartServer
from tests.web.double import LIGHTHOUSE
from tests.web.test_browser import AUTOMATIC, LIT, SLOW, TWO, ask, expect_marked, page, ready

pytestmark = pytest.mark.browser
__all__ = ["page"]

TITLE = "The Lighthouse of Skerry Point"
SURE = "Very likely right · 0.82"


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """The page on a telephone: narrow, and nothing to point with but fingers."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.goto(address)
    ready(opened)
    yield opened
    context.close()


def answer_with(page: Page, **changes: object) -> None:
    """Have the next answers say something else than the double does."""

    def fulfil(route: Any) -> None:  # noqa: ANN401 - Playwright's
        response = route.fetch()
        *told, last = response.text().strip().split("\n\n")
        name, _, data = last.partition("\ndata:")
        answer = json.loads(data) | changes
        body = "\n\n".join([*told, f"{name}\ndata: {json.dumps(answer)}"]) + "\n\n"
        route.fulfill(response=response, body=body)

    page.route("**/api/v1/ask", fulfil)


def listed(texts: list[str], opening: str) -> dict[str, object]:
    """Make of a text's lines an answer that lists them, as the engine does."""
    text = f"{opening}\n" + "".join(f"{n}. {each}\n" for n, each in enumerate(texts, 1))
    quotes = [opening, *texts]
    citations = [
        {
            "number": n,
            "document_id": "d-lighthouse",
            "document": "lighthouse.txt",
            "title": TITLE,
            "section": None,
            "page": None,
            "start": text.index(quote),
            "end": text.index(quote) + len(quote),
            "quote": quote,
        }
        for n, quote in enumerate(quotes, 1)
    ]
    passage = {"document_id": "d-lighthouse", "document": "lighthouse.txt", "title": TITLE}
    return {
        "text": "\n".join(quotes),
        "statements": [
            {"text": quote, "citations": [n], "support": None} for n, quote in enumerate(quotes, 1)
        ],
        "citations": citations,
        "passages": [passage | {"start": 0, "end": len(text), "text": text, "score": 1.0}],
        "short_answer": None,
    }


def box_of(locator: Locator) -> tuple[float, float, float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def test_how_sure_it_is_stands_in_the_line_as_a_figure(page: Page) -> None:
    answer = ask(page, TWO)
    expect(answer.locator(".fn-sources .fn-small")).to_have_text(f"2 sources · {SURE}")
    answer.locator(".fn-sure").hover()
    expect(page.locator(".fn-tip")).to_contain_text("82 of 100 answers that look like this one")


def test_of_answers_that_disagree_it_is_said_which_is_how_sure(page: Page) -> None:
    answer_with(page, conflicts=[[1, 2]])
    answer = ask(page, TWO)
    expect(answer.locator(".fn-sure")).to_have_text("The first of them: very likely right · 0.82")


def test_an_answer_without_a_figure_tells_none(page: Page) -> None:
    answer_with(page, confidence=None)
    expect(ask(page, TWO).locator(".fn-sources .fn-small")).to_have_text("2 sources")


def test_a_conversation_that_was_removed_can_be_put_back(page: Page) -> None:
    page.get_by_label(f"Ask only of {TITLE}").check()
    ask(page, TWO)
    expect_marked(page, LIT)
    page.locator(".fn-restart").click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    expect(page.locator(".fn-removed")).to_be_visible()
    # It can be reached by keyboard from the box, where the focus is.
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".fn-question")).to_have_text([TWO])
    expect_marked(page, LIT)
    expect(page.locator(".fn-scope")).to_contain_text(TITLE)
    expect(page.locator(".fn-removed")).to_be_hidden()
    page.reload()
    ready(page)
    expect(page.locator(".fn-question")).to_have_text([TWO])
    # What is asked next ends the offer.
    page.locator(".fn-restart").click()
    ask(page, "quantum zebra")
    expect(page.locator(".fn-removed")).to_be_hidden()


def test_nothing_of_the_last_answer_is_read_out_or_shown_in_a_new_conversation(page: Page) -> None:
    ask(page, TWO)
    expect(page.locator(".fn-live")).to_contain_text("lit on 4 March")
    page.locator(".fn-restart").click()
    expect(page.locator(".fn-live")).to_have_text("The conversation was removed")
    page.get_by_role("tab", name="Source").click()
    expect(page.locator(".fn-source-empty")).to_be_visible()


def test_the_source_of_the_answer_before_goes_with_a_new_question(
    context: BrowserContext, start_server: StartServer
) -> None:
    _, address = start_server(SLOW)
    page = context.new_page()
    page.goto(address)
    page.evaluate("localStorage.clear()")
    page.reload()
    ready(page)
    ask(page, TWO)
    expect_marked(page, LIT)
    page.locator(".fn-box textarea").fill("quantum zebra")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-source-empty")).to_be_visible()
    page.locator(".fn-submit", has_text="Stop").click()
    expect(page.locator(".fn-turn").last).to_contain_text("Stopped.")
    expect(page.locator(".fn-source-empty")).to_be_visible()
    page.close()


def test_from_the_empty_box_keys_lead_to_the_citations(page: Page) -> None:
    expect(page.locator(".fn-key-hint")).to_be_visible()
    ask(page, TWO)
    expect_marked(page, LIT)
    page.keyboard.press("Escape")
    expect(page.locator(".fn-answer .fn-cite").first).to_be_focused()
    expect(page.locator(".fn-tip")).to_contain_text(LIT)
    page.keyboard.press("n")
    expect_marked(page, AUTOMATIC)
    # With something written, Escape and the question mark are what they were.
    page.keyboard.press("/")
    page.keyboard.type("why?")
    page.keyboard.press("Escape")
    expect(page.locator(".fn-box textarea")).to_be_focused()
    expect(page.locator(".fn-box textarea")).to_have_value("why?")


def test_from_the_empty_box_the_keys_are_listed(page: Page) -> None:
    page.locator(".fn-box textarea").focus()
    page.keyboard.press("?")
    expect(page.locator(".fn-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".fn-box textarea")).to_have_value("")


def test_on_a_phone_the_first_screen_begins_at_its_top(phone: Page) -> None:
    expect(phone.locator(".fn-hello")).to_be_in_viewport()
    expect(phone.locator(".fn-key-hint")).to_be_hidden()


def test_on_a_phone_a_finger_meets_the_numbers(phone: Page) -> None:
    answer = ask(phone, TWO)
    for number in answer.locator(".fn-cite").all():
        number.scroll_into_view_if_needed()
        left, top, right, bottom = box_of(number)
        assert right - left >= 24
        assert bottom - top >= 24
        met: bool = number.evaluate(
            """node => {
                const { left, top, width, height } = node.getBoundingClientRect();
                const [x, y] = [left + width / 2, top + height / 2];
                return [[-15, 0], [15, 0], [0, -15], [0, 15]].every(
                    ([right, down]) => document.elementFromPoint(x + right, y + down) === node);
            }"""
        )
        assert met


def test_on_a_phone_no_tip_lies_over_the_text(phone: Page) -> None:
    answer = ask(phone, TWO)
    x, y, *_ = box_of(answer.locator(".fn-cite").first)
    finger = phone.context.new_cdp_session(phone)
    at = [{"x": x + 9, "y": y + 9}]
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    phone.wait_for_timeout(200)
    expect(phone.locator(".fn-tip")).to_be_hidden()
    finger.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    answer.locator(".fn-cite").first.tap()
    expect_marked(phone, LIT)
    phone.locator(".fn-back").tap()
    expect(answer.locator(".fn-cite").first).to_be_focused()
    expect(phone.locator(".fn-tip")).to_be_hidden()


def test_on_a_phone_back_leads_to_the_place_in_the_answer(phone: Page) -> None:
    for _ in range(3):
        answer = ask(phone, TWO)
    answer.locator(".fn-sources").scroll_into_view_if_needed()
    before = phone.evaluate("scrollY")
    answer.locator(".fn-sources li button").last.tap()
    expect_marked(phone, AUTOMATIC)
    assert abs(phone.evaluate("scrollY") - before) > 100
    phone.locator(".fn-back").tap()
    expect(answer.locator(".fn-sources li button").last).to_be_focused()
    assert abs(phone.evaluate("scrollY") - before) < 2


def test_on_a_phone_good_and_bad_stand_together(phone: Page) -> None:
    ask(phone, TWO)
    good, bad = box_of(phone.locator(".fn-good")), box_of(phone.locator(".fn-bad"))
    assert good[1] == bad[1]
    assert bad[3] - bad[1] < 45


def test_on_a_phone_the_box_does_not_lie_over_what_has_the_focus(phone: Page) -> None:
    answer = ask(phone, "quantum zebra")
    answer.locator("summary").click()
    phone.set_viewport_size({"width": 360, "height": 480})
    answer.locator(".fn-nearest li button").first.focus()
    for _ in range(14):
        phone.keyboard.press("Tab")
        if not phone.evaluate("document.activeElement.closest('.fn-turns') !== null"):
            break
        focused = box_of(phone.locator(":focus"))
        assert focused[3] <= box_of(phone.locator(".fn-composer"))[1]


@pytest.mark.parametrize("height", [400, 800])
def test_a_menu_opens_where_there_is_room(page: Page, height: int) -> None:
    page.set_viewport_size({"width": 1280, "height": height})
    ask(page, "quantum zebra")
    summary = page.locator(".fn-actions summary")
    summary.evaluate("node => node.scrollIntoView({ block: 'end' })")
    summary.click()
    entries = page.locator(".fn-actions .fn-menu-list")
    _, top, _, bottom = box_of(entries)
    assert top >= box_of(page.locator(".fn-log"))[1]
    assert bottom <= box_of(page.locator(".fn-composer"))[1]
    assert (top < box_of(summary)[1]) == (height == 400)


def test_a_rating_is_corrected_and_taken_back(page: Page) -> None:
    ask(page, TWO)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    with page.expect_response(re.compile("feedback")) as given:
        page.locator(".fn-good").click()
    first = given.value.json()["id"]
    expect(page.locator(".fn-good")).to_have_attribute("aria-pressed", "true")
    page.locator(".fn-bad").click()
    page.get_by_label("Something is missing").check()
    with page.expect_response(re.compile("feedback")) as given:
        page.get_by_role("button", name="Send").click()
    second = given.value.json()["id"]
    expect(page.locator(".fn-bad")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".fn-good")).to_have_attribute("aria-pressed", "false")
    assert json.loads(sent[-1].post_data or "")["replaces"] == first
    # After a reload too, with what was said before.
    page.reload()
    ready(page)
    page.locator(".fn-bad").click()
    expect(page.get_by_label("Something is missing")).to_be_checked()
    page.get_by_role("button", name="Cancel").click()
    with page.expect_response(re.compile("feedback")) as given:
        page.get_by_role("button", name="Withdraw").click()
    assert given.value.status == 204
    assert sent[-1].method == "DELETE"
    assert sent[-1].url.endswith(second)
    expect(page.locator(".fn-bad")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".fn-withdraw")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 360])
def test_why_it_is_bad_stands_within_the_answer(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, TWO)
    page.locator(".fn-bad").click()
    left, _, right, _ = box_of(page.locator(".fn-why"))
    outer = box_of(page.locator(".fn-turn"))
    assert outer[0] <= left
    assert right <= outer[2]
    assert right - left > 0.9 * (outer[2] - outer[0])
    colours = page.locator(".fn-why textarea").evaluate(
        "node => [getComputedStyle(node, '::placeholder').color, "
        "getComputedStyle(document.querySelector('.fn-soft')).color]"
    )
    assert colours[0] == colours[1]


def test_documents_are_called_by_their_titles(page: Page) -> None:
    page.get_by_label(f"Ask only of {TITLE}").check()
    expect(page.locator(".fn-scope")).to_have_text(f"Ask only of{TITLE} ×")
    expect(page.locator(".fn-scope button")).to_have_attribute("title", "lighthouse.txt")
    expect(page.locator(".fn-list-told")).to_have_text("4 documents · 1 chosen")
    answer = ask(page, "quantum zebra")
    asked_of = page.locator(".fn-asked-of")
    expect(asked_of).to_have_text(f"asked of {TITLE}")
    expect(asked_of.locator("span")).to_have_attribute("title", "lighthouse.txt")
    expect(answer).to_contain_text(f"Only {TITLE} was searched.")
    nearest = answer.locator(".fn-nearest .fn-title").first
    expect(nearest).to_have_text(TITLE)
    expect(nearest).to_have_attribute("title", "lighthouse.txt")


def test_of_a_link_too_documents_are_called_by_their_titles(page: Page, address: str) -> None:
    page.goto(f"{address}/?again#ask=quantum+zebra&in=lighthouse.txt")
    ready(page)
    expect(page.locator(".fn-scope")).to_have_text(f"Ask only of{TITLE} ×")
    expect(page.locator(".fn-asked-of").last).to_have_text(f"asked of {TITLE}")


def test_chosen_documents_stand_at_the_top(page: Page) -> None:
    titles = page.locator(".fn-list .fn-title")
    page.get_by_label("Ask only of The long ledger").check()
    # Under the pointer it stays where it was.
    expect(titles.last).to_have_text("The long ledger")
    page.mouse.move(5, 5)
    page.locator(".fn-box textarea").focus()
    expect(titles.first).to_have_text("The long ledger")
    expect(titles).to_have_count(4)
    page.locator("#fn-words").fill("lighthouse")
    expect(titles).to_have_text(["The long ledger", TITLE])
    expect(page.locator(".fn-list-told")).to_have_text("1 document · 1 chosen")
    # Not chosen any more, it goes back to its place.
    page.locator("#fn-words").fill("")
    expect(titles).to_have_count(4)
    page.get_by_label("Do not ask of The long ledger").click()
    expect(titles.last).to_have_text("The long ledger")


@pytest.mark.parametrize("width", [1280, 360])
def test_what_can_be_searched_for_is_said_in_full(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    needed: float = page.locator("#fn-words").evaluate(
        """node => {
            const context = document.createElement('canvas').getContext('2d');
            context.font = getComputedStyle(node).font;
            return context.measureText(node.placeholder).width;
        }"""
    )
    left, _, right, _ = box_of(page.locator("#fn-words"))
    assert needed < right - left - 30


def exported(page: Page, kind: str) -> str:
    page.locator(".fn-export summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Conversation as {kind}").click()
    return download.value.path().read_text("utf-8")


def test_an_export_tells_what_was_asked_of_and_how_sure_it_is(page: Page) -> None:
    ask(page, TWO)
    page.get_by_label(f"Ask only of {TITLE}").evaluate("node => node.click()")
    ask(page, TWO)
    markdown = exported(page, "Markdown")
    assert f"Asked of all 4 documents · {SURE}" in markdown
    assert f"Asked of {TITLE} · {SURE}" in markdown
    assert "characters" not in markdown
    everywhere, somewhere = json.loads(exported(page, "JSON"))
    assert everywhere["scope"] == {"documents": [], "searched": 4}
    assert somewhere["scope"]["documents"] == [{"name": "lighthouse.txt", "title": TITLE}]
    assert somewhere["sureness"] == SURE
    assert somewhere["answer"]["confidence"] == 0.82
    start = LIGHTHOUSE.index(LIT)
    cited = somewhere["answer"]["citations"][0]
    assert (cited["start"], cited["end"]) == (start, start + len(LIT))


def test_a_list_that_is_numbered_in_its_document_is_so_in_the_answer(page: Page) -> None:
    answer_with(page, **listed(["Fill the lamp.", "Trim the wick."], "Light it in these steps:"))
    answer = ask(page, TWO)
    items = answer.locator("ol > .fn-item")
    expect(items).to_have_text(["Fill the lamp.2", "Trim the wick.3"])
    marks = [each.get_attribute("data-marker") for each in items.all()]
    assert marks == ["1.", "2."]
    markdown = exported(page, "Markdown")
    assert "1. Fill the lamp.[^1-2]" in markdown
    page.reload()
    ready(page)
    expect(page.locator(".fn-answer ol > .fn-item")).to_have_count(2)


def test_a_line_that_ends_within_a_sentence_is_read_on(page: Page) -> None:
    wrapped = "The crane was built by\nMartha Lindqvist and lifts twelve-\nfold loads."
    set_in = "if ready:\n    light()"
    statements = [
        {"text": text, "citations": [n], "support": 1.0}
        for n, text in enumerate((wrapped, set_in), 1)
    ]
    answer_with(
        page, text=f"{wrapped}\n{set_in}", statements=statements, short_answer="Martha Lindqvist"
    )
    read_on = "The crane was built by Martha Lindqvist and lifts twelve-fold loads."
    said = ask(page, TWO).locator(".fn-said")
    assert said.first.evaluate("node => node.textContent") == f"{read_on}1"
    # Lines that are set in, as those of code, are lines.
    assert said.last.evaluate("node => node.textContent") == f"{set_in}2"
    assert f"{read_on}[^1-1]" in exported(page, "Markdown")


def test_no_line_begins_with_the_number_of_the_statement_before(page: Page) -> None:
    answer = ask(page, TWO)
    for width in range(300, 380, 7):
        page.set_viewport_size({"width": width, "height": 800})
        for number in answer.locator(".fn-cite").all():
            x, *_ = box_of(number)
            assert x > box_of(answer)[0] + 12

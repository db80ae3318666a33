"""What a person does with the page, in a real browser."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.web.conftest import StartServer
from tests.web.double import CAFE, DOCUMENTS, HOSTILE, HOSTILE_TITLE, LIGHTHOUSE

pytestmark = pytest.mark.browser

TWO = "After how many years of work was it lit, and was the light made automatic?"
LIT = "The lighthouse was lit on 4 March 1868, after nine years of work."
AUTOMATIC = "The light was made automatic in 1986."


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The opened page; what it asks of other hosts, or complains of, fails the test."""
    asked: list[str] = []
    complaints: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.goto(address)
    expect(page.locator(".fn-hello")).to_be_visible()
    yield page
    assert complaints == []
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
        urlsplit(address).netloc
    }
    assert urlsplit(page.url).netloc == urlsplit(address).netloc
    page.close()


def ask(page: Page, question: str) -> Locator:
    """Ask, and return the answer that comes."""
    before = page.locator(".fn-turn").count()
    page.locator("#fn-ask textarea").fill(question)
    page.keyboard.press("Enter")
    answer = page.locator(".fn-turn").nth(before).locator(".fn-answer")
    expect(answer).to_be_visible()
    return answer


def marked(page: Page, kind: str = "current") -> Locator:
    return page.locator(f'.fn-source-body .fn-text mark[data-mark="{kind}"]')


def expect_marked(page: Page, quote: str) -> None:
    """Expect the mark to hold exactly the quote, and to stand in view of its pane."""
    page.wait_for_function(
        """quote => [...document.querySelectorAll('.fn-text mark[data-mark="current"]')]
            .map(mark => mark.textContent).join('') === quote""",
        arg=quote,
    )
    pane = page.locator(".fn-source-body").bounding_box()
    mark = marked(page).first.bounding_box()
    assert pane is not None
    assert mark is not None
    assert pane["x"] <= mark["x"]
    assert pane["y"] <= mark["y"]
    assert mark["x"] + mark["width"] <= pane["x"] + pane["width"]
    assert mark["y"] + mark["height"] <= pane["y"] + pane["height"]
    expect(marked(page).first).to_be_in_viewport()


def test_the_first_screen_tells_what_can_be_asked(page: Page) -> None:
    expect(page.locator(".fn-hello")).to_have_text(f"Ask {len(DOCUMENTS)} documents")
    titles = page.locator(".fn-documents .fn-title")
    expect(titles).to_have_text([stored.info.title for stored in DOCUMENTS])
    expect(page.locator(".fn-examples button").first).to_have_text("What are the documents about?")
    expect(page).to_have_title("Footnote")
    expect(page.locator("footer")).to_have_count(0)


def test_an_answer_opens_its_source_and_each_citation_its_own_words(page: Page) -> None:
    answer = ask(page, TWO)
    expect(answer.locator(".fn-said").first).to_have_text(f"{LIT}1")
    expect_marked(page, LIT)
    answer.locator(".fn-cite", has_text="2").click()
    expect_marked(page, AUTOMATIC)
    expect(marked(page, "other")).to_have_text([LIT])
    expect(page.locator(".fn-source-title")).to_have_text("The Lighthouse of Skerry Point")
    expect(page.locator(".fn-source-place")).to_have_text("lighthouse.txt · The end of the watch")
    assert page.locator(".fn-text").evaluate("node => node.textContent") == LIGHTHOUSE
    answer.locator(".fn-sources li button").first.click()
    expect_marked(page, LIT)


def test_text_beyond_the_basic_plane_is_marked_exactly(page: Page) -> None:
    ask(page, "What does the family plate cost, 24 francs?")
    expect_marked(page, "The family plate 👩‍👩‍👧 costs 24 francs.")
    assert page.locator(".fn-text").evaluate("node => node.textContent") == CAFE


def test_a_quote_far_down_a_long_document_comes_into_view(page: Page) -> None:
    ask(page, "How many crates did the harbour take on day 150, Entry 150?")
    expect_marked(page, "Entry 150: the harbour took 1050 crates on day 150.")
    page.locator(".fn-more", has_text="Later text").click()
    expect(page.locator(".fn-more", has_text="Earlier text")).to_be_visible()


def test_what_the_documents_do_not_answer_is_said_with_the_nearest_passages(page: Page) -> None:
    answer = ask(page, "quantum zebra")
    expect(answer.locator(".fn-said")).to_have_text("The documents do not answer this.")
    expect(answer.locator(".fn-cite")).to_have_count(0)
    passage = answer.locator(".fn-nearest li button").first
    expect(passage).to_be_hidden()
    answer.locator("summary").click()
    passage.click()
    expect_marked(page, "Café 😀 Zürich")


def test_a_hostile_document_is_shown_as_its_characters(page: Page) -> None:
    before = page.evaluate("document.querySelectorAll('script, iframe, style').length")
    answer = ask(page, "What is the password of the vault?")
    quote = HOSTILE.split("\n")[2].strip()
    expect_marked(page, quote)
    expect(answer.locator(".fn-sources .fn-title").first).to_have_text(HOSTILE_TITLE)
    expect(page.locator(".fn-source-title")).to_have_text(HOSTILE_TITLE)
    assert page.locator(".fn-text").evaluate("node => node.textContent") == HOSTILE
    made = "#pwned, .fn-text :not(.fn-line):not(mark), .fn-log :is(b, img, iframe, script)"
    expect(page.locator(made)).to_have_count(0)
    assert page.evaluate("document.querySelectorAll('script, iframe, style').length") == before
    assert page.evaluate("document.body.dataset.pwned") is None


def test_a_hostile_question_is_shown_as_its_characters(page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)> ${alert(1)} {{7*7}} vault password"
    ask(page, hostile)
    expect(page.locator(".fn-question")).to_have_text(hostile)
    expect(page.locator(".fn-log img")).to_have_count(0)


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    page.keyboard.type(TWO)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-answer")).to_be_visible()
    expect_marked(page, LIT)
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "2":
            break
    page.keyboard.press("Enter")
    expect_marked(page, AUTOMATIC)
    expect(page.locator(".fn-source-body")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".fn-cite", has_text="2")).to_be_focused()


def test_an_example_asks_itself(page: Page) -> None:
    page.locator(".fn-examples button").last.click()
    expect(page.locator(".fn-question")).to_have_text("Give me an overview of The long ledger")
    expect(page.locator(".fn-answer")).to_be_visible()


def test_a_document_can_be_opened_from_the_list(page: Page) -> None:
    page.locator(".fn-documents button").last.click()
    expect(page.locator(".fn-source-title")).to_have_text("The Lighthouse of Skerry Point")
    expect(marked(page)).to_have_count(0)


def test_a_failure_is_told_and_the_question_kept(page: Page) -> None:
    page.locator("#fn-ask textarea").fill("crash the light")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-failure")).to_contain_text("something failed", ignore_case=True)
    expect(page.locator(".fn-failure")).to_contain_text("Error ")
    expect(page.locator(".fn-failure")).not_to_contain_text("secret")
    expect(page.locator("#fn-ask textarea")).to_have_value("crash the light")


def test_a_new_conversation_begins_anew(page: Page) -> None:
    ask(page, TWO)
    # At once, while the source of the answer is still on its way.
    page.locator(".fn-restart").click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    expect(page.locator(".fn-hello")).to_be_visible()
    expect(page.locator(".fn-source-empty")).to_be_visible()
    expect(ask(page, TWO)).not_to_contain_text("Understood as")


RESTART = "document.dispatchEvent(new CustomEvent('footnote:restart'))"


def settle(page: Page, script: str) -> None:
    """Run a script that makes the page ask the server, and leave time for what comes of it."""
    with page.expect_response(re.compile("queue/join|component_server")):
        page.evaluate(script)
    page.wait_for_timeout(1_500)


def test_a_source_that_is_no_longer_wanted_is_not_shown(page: Page) -> None:
    settle(page, f"() => {{ document.querySelector('.fn-documents button').click(); {RESTART} }}")
    expect(page.locator(".fn-source-empty")).to_be_visible()


def test_an_answer_does_not_come_again_into_a_new_conversation(page: Page) -> None:
    page.locator("#fn-ask textarea").fill(TWO)
    script = """() => {
        new MutationObserver((_, observer) => {
            if (!document.querySelector('.fn-answer')) return;
            observer.disconnect();
            RESTART;
        }).observe(document.body, {childList: true, subtree: true});
        document.querySelector('#fn-ask .submit-button').click();
    }"""
    settle(page, script.replace("RESTART", RESTART))
    expect(page.locator(".fn-turn")).to_have_count(0)
    expect(page.locator(".fn-hello")).to_be_visible()


def test_the_conversation_goes_along_with_the_next_question(page: Page) -> None:
    expect(ask(page, TWO)).not_to_contain_text("Understood as")
    expect(ask(page, TWO)).to_contain_text("Understood as: turn 2")


def test_of_several_presses_the_last_counts(page: Page) -> None:
    answer = ask(page, TWO)
    for number in ("2", "1", "2", "1", "2"):
        answer.locator(".fn-cite", has_text=number).click()
    expect(answer.locator(".fn-cite", has_text="2")).to_have_attribute("aria-current", "true")
    expect_marked(page, AUTOMATIC)


def test_the_box_takes_no_more_than_a_question_may_have(page: Page) -> None:
    box = page.locator("#fn-ask textarea")
    box.fill("x" * 1999)
    box.press_sequentially("yyy")
    assert len(box.input_value()) == 2000


def test_on_a_phone_the_source_stands_below_and_leads_back(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    answer = ask(page, TWO)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(answer).to_be_in_viewport()
    answer.locator(".fn-cite", has_text="2").click()
    expect_marked(page, AUTOMATIC)
    talk = page.locator("#fn-talk").bounding_box()
    side = page.locator("#fn-side").bounding_box()
    assert talk is not None
    assert side is not None
    assert side["y"] >= talk["y"] + talk["height"] - 1
    page.locator(".fn-back").click()
    expect(answer.locator(".fn-cite", has_text="2")).to_be_in_viewport()


def test_a_dark_scheme_is_followed(page: Page) -> None:
    light = page.locator("#fn-talk").evaluate("node => getComputedStyle(node).backgroundColor")
    page.emulate_media(color_scheme="dark")
    page.reload()
    expect(page.locator(".fn-hello")).to_be_visible()
    dark = page.locator("#fn-talk").evaluate("node => getComputedStyle(node).backgroundColor")
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(27, 29, 34)")


def test_while_it_reads_the_page_says_so(
    context: BrowserContext, start_server: StartServer
) -> None:
    _, address = start_server(1.5)
    page = context.new_page()
    page.goto(address)
    page.locator("#fn-ask textarea").fill(TWO)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-busy")).to_be_visible()
    expect(page.locator(".fn-answer")).to_be_visible()
    expect(page.locator(".fn-busy")).to_have_count(0)

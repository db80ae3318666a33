"""What a person does with the page, in a real browser."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Literal
from urllib.parse import quote, urlsplit

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from footnote.records import Answer, Span, Statement
from tests.web.accessibility import serious
from tests.web.conftest import StartServer
from tests.web.double import CAFE, DOCUMENTS, HOSTILE, HOSTILE_TITLE, LIGHTHOUSE, WordEngine

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
    ready(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    ready(page)
    expect(page.locator(".fn-hello")).to_be_visible()
    yield page
    # A refusal that a test asks for is written into the console too.
    assert [each for each in complaints if "status of 4" not in each] == []
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(address).netloc}
    assert urlsplit(page.url).netloc == urlsplit(address).netloc
    page.close()


def ready(page: Page) -> None:
    page.locator("html[data-footnote=ready]").wait_for()


def ask(page: Page, question: str) -> Locator:
    """Ask, and return the answer that comes."""
    before = page.locator(".fn-turn").count()
    page.locator(".fn-box textarea").fill(question)
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


def shown_text(page: Page) -> str:
    text: str = page.locator(".fn-text").evaluate("node => node.textContent")
    return text


def test_the_first_screen_tells_what_can_be_asked(page: Page) -> None:
    expect(page.locator(".fn-hello")).to_have_text(f"Ask about {len(DOCUMENTS)} documents")
    expect(page.locator(".fn-covers")).to_have_text(f"{len(DOCUMENTS)} Text, dated 3 February 2026")
    expect(page.locator(".fn-lead")).to_contain_text("A number after a sentence, like 1, stands")
    titles = page.locator(".fn-list .fn-title")
    in_order = sorted(DOCUMENTS, key=lambda each: each.info.title.lower())
    expect(titles).to_have_text([each.info.title for each in in_order])
    expect(page.locator(".fn-list .fn-soft").first).to_have_text("hostile.html")
    expect(page.locator(".fn-examples button").first).to_have_text("What are the documents about?")
    expect(page).to_have_title("Footnote")
    expect(page.locator("footer")).to_have_count(0)
    expect(page.locator(".fn-box textarea")).to_be_focused()


def test_an_answer_opens_its_source_and_each_citation_its_own_words(page: Page) -> None:
    answer = ask(page, TWO)
    expect(answer.locator(".fn-said").first).to_have_text(f"{LIT}1")
    expect_marked(page, LIT)
    answer.locator(".fn-cite", has_text="2").click()
    expect_marked(page, AUTOMATIC)
    expect(marked(page, "other")).to_have_text([LIT])
    expect(page.locator(".fn-source-title")).to_have_text("The Lighthouse of Skerry Point")
    expect(page.locator(".fn-source-place")).to_have_text("lighthouse.txt · The end of the watch")
    assert shown_text(page) == LIGHTHOUSE


def test_headings_and_lists_of_the_source_look_like_them(page: Page) -> None:
    ask(page, TWO)
    expect(page.locator(".fn-text [role=heading]")).to_have_count(4)
    expect(page.locator(".fn-text .fn-bulleted")).to_have_count(3)
    expect(page.locator(".fn-text .fn-bulleted .fn-hidden").first).to_be_hidden()


def test_a_citation_shows_its_quote_when_pointed_at_and_when_focused(page: Page) -> None:
    answer = ask(page, TWO)
    tip = page.locator(".fn-tip")
    expect(tip).to_be_hidden()
    answer.locator(".fn-cite").first.hover()
    expect(tip).to_contain_text(LIT)
    expect(tip).to_contain_text("lighthouse.txt")
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    answer.locator(".fn-cite").nth(1).focus()
    expect(tip).to_contain_text(AUTOMATIC)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_keys_go_to_the_next_citation_and_the_one_before(page: Page) -> None:
    ask(page, TWO)
    expect_marked(page, LIT)
    page.locator(".fn-log").focus()
    page.keyboard.press("n")
    expect_marked(page, AUTOMATIC)
    expect(page.locator(".fn-steps span")).to_have_text("2 of 2")
    page.keyboard.press("n")
    expect_marked(page, LIT)
    page.keyboard.press("p")
    expect_marked(page, AUTOMATIC)
    page.get_by_label("Previous citation").click()
    expect_marked(page, LIT)
    # While a question is written they are letters.
    page.keyboard.press("/")
    page.keyboard.type("nnp")
    expect(page.locator(".fn-box textarea")).to_have_value("nnp")
    expect_marked(page, LIT)


def test_text_beyond_the_basic_plane_is_marked_exactly(page: Page) -> None:
    ask(page, "What does the family plate cost, 24 francs?")
    expect_marked(page, "The family plate 👩‍👩‍👧 costs 24 francs.")
    assert shown_text(page) == CAFE


def test_a_quote_far_down_a_long_document_comes_into_view(page: Page) -> None:
    ask(page, "How many crates did the harbour take on day 150, Entry 150?")
    expect_marked(page, "Entry 150: the harbour took 1050 crates on day 150.")
    page.locator(".fn-text + .fn-more", has_text="Later text").click()
    expect(page.locator(".fn-more", has_text="Earlier text")).to_be_visible()


def test_what_the_documents_do_not_answer_is_said_with_the_nearest_passages(page: Page) -> None:
    answer = ask(page, "quantum zebra")
    expect(answer.locator(".fn-said")).to_have_text("The documents do not answer this.")
    expect(answer).to_contain_text("All 4 documents were searched.")
    expect(answer.locator(".fn-cite")).to_have_count(0)
    expect(answer.locator(".fn-nearest li button:visible")).to_have_count(3)
    answer.locator(".fn-nearest li button").first.click()
    expect_marked(page, "Café 😀 Zürich")


def test_a_hostile_document_is_shown_as_its_characters(page: Page) -> None:
    before = page.evaluate("document.querySelectorAll('script, iframe, style').length")
    answer = ask(page, "What is the password of the vault?")
    quote = HOSTILE.split("\n")[2].strip()
    expect_marked(page, quote)
    expect(answer.locator(".fn-sources .fn-title").first).to_have_text(HOSTILE_TITLE)
    expect(page.locator(".fn-source-title")).to_have_text(HOSTILE_TITLE)
    answer.locator(".fn-cite").first.hover()
    expect(page.locator(".fn-tip")).to_contain_text(HOSTILE_TITLE)
    assert shown_text(page) == HOSTILE
    made = "#pwned, .fn-text :not(div, span, mark), .fn-log :is(b, img, iframe, script)"
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
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "2":
            break
    page.keyboard.press("Enter")
    expect_marked(page, AUTOMATIC)
    expect(page.locator(".fn-source-body")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".fn-cite", has_text="2")).to_be_focused()


def test_an_example_asks_itself(page: Page) -> None:
    example = page.locator(".fn-examples button").last
    question = example.text_content() or ""
    example.click()
    expect(page.locator(".fn-question")).to_have_text(question)
    expect(page.locator(".fn-answer")).to_be_visible()


def test_documents_are_searched_and_opened_from_the_list(page: Page) -> None:
    page.locator("#fn-words").fill("LIGHT")
    expect(page.locator(".fn-list-told")).to_have_text("1 document")
    page.locator(".fn-document").click()
    expect(page.locator(".fn-source-title")).to_have_text("The Lighthouse of Skerry Point")
    expect(marked(page)).to_have_count(0)
    page.get_by_role("tab", name="Documents").click()
    page.locator("#fn-words").fill("nothing is called so")
    expect(page.locator(".fn-list-told")).to_have_text("No document is called that.")


def test_a_question_is_asked_of_the_chosen_documents_alone(page: Page) -> None:
    page.get_by_label("Ask only of Café 😀 Zürich").check()
    page.get_by_label("Ask only of The long ledger").check()
    expect(page.locator(".fn-scope button")).to_have_count(3)
    answer = ask(page, TWO)
    expect(answer).to_contain_text("The documents do not answer this.")
    expect(answer).to_contain_text("Only Café 😀 Zürich, The long ledger were searched.")
    page.get_by_label("Do not ask of The long ledger").click()
    expect(page.locator(".fn-scope button")).to_have_count(1)
    page.get_by_label("Do not ask of Café 😀 Zürich").click()
    expect(page.locator(".fn-scope")).to_be_hidden()
    expect(ask(page, TWO).locator(".fn-said").first).to_have_text(f"{LIT}1")


def test_a_failure_is_told_and_can_be_asked_again(page: Page) -> None:
    page.locator(".fn-box textarea").fill("crash the light")
    page.keyboard.press("Enter")
    failure = page.locator(".fn-failure")
    expect(failure).to_contain_text("something failed", ignore_case=True)
    expect(failure).to_contain_text("Error ")
    expect(failure).not_to_contain_text("secret")
    page.locator(".fn-actions button", has_text="Ask again").click()
    expect(failure).to_contain_text("something failed", ignore_case=True)
    expect(page.locator(".fn-turn")).to_have_count(1)


def test_the_last_question_is_asked_in_other_words(page: Page) -> None:
    ask(page, "quantum zebra")
    ask(page, "quantum lynx")
    expect(page.locator(".fn-edit:visible")).to_have_count(1)
    page.locator(".fn-edit:visible").click()
    expect(page.locator(".fn-box textarea")).to_have_value("quantum lynx")
    page.locator(".fn-box textarea").fill(TWO)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-turn")).to_have_count(2)
    expect(page.locator(".fn-question")).to_have_text(["quantum zebra", TWO])
    # Left alone, the question stays.
    page.locator(".fn-edit:visible").click()
    page.keyboard.press("Escape")
    expect(page.locator(".fn-box textarea")).to_have_value("")
    ask(page, "quantum lynx")
    expect(page.locator(".fn-turn")).to_have_count(3)


def test_after_a_reload_all_of_it_is_still_there(page: Page) -> None:
    ask(page, TWO)
    ask(page, "quantum zebra")
    page.locator(".fn-cite", has_text="2").click()
    page.reload()
    ready(page)
    expect(page.locator(".fn-question")).to_have_text([TWO, "quantum zebra"])
    expect(page.locator(".fn-nearest li button:visible")).to_have_count(3)
    expect(page.locator(".fn-answer").last).to_contain_text("All 4 documents were searched.")
    expect_marked(page, LIT)
    expect(ask(page, TWO)).to_contain_text("Asked as: turn 3")


def played(page: Page, answer: Answer) -> None:
    """Have the page's next questions answered so."""
    told = json.dumps(asdict(answer))
    body = f'event: passages\ndata: {{"passages": []}}\n\nevent: answer\ndata: {told}\n\n'
    page.route(
        "**/api/v1/ask",
        lambda route: route.fulfill(body=body, content_type="text/event-stream"),
    )


def test_it_says_what_a_language_model_wrote_and_what_nothing_supports(page: Page) -> None:
    given = WordEngine().ask(TWO)
    first = given.statements[0]
    marked_one = Statement("It is haunted. [unsupported]", unsupported=True)
    text = f"{first.text} {marked_one.text}"
    statements = (first, marked_one)
    played(page, replace(given, mode="generated", text=text, statements=statements))
    answer = ask(page, TWO)
    expect(answer.locator(".fn-by")).to_contain_text("Written by a language model")
    expect(answer.locator(".fn-unsupported")).to_have_text(marked_one.text)
    expect(answer.locator(".fn-said")).to_contain_text(first.text)
    assert serious(page) == []


def test_it_says_why_no_language_model_wrote(page: Page) -> None:
    given = WordEngine().ask(TWO)
    played(page, replace(given, note="The language model could not be used."))
    expect(ask(page, TWO).locator(".fn-by")).to_have_text("The language model could not be used.")


def test_a_quote_that_has_changed_since_is_not_marked(page: Page) -> None:
    ask(page, TWO)
    page.evaluate("""() => {
        const turns = JSON.parse(localStorage.getItem('footnote:conversation'));
        turns[0].answer.citations[0].quote = 'What it said before.';
        localStorage.setItem('footnote:conversation', JSON.stringify(turns));
    }""")
    page.reload()
    ready(page)
    expect(page.locator(".fn-notice")).to_contain_text("has changed since it was quoted")
    expect(page.locator('.fn-text [data-mark="current"]')).to_have_count(0)


@pytest.mark.parametrize("kept", ["{", "[1, null, {}]", '{"a": 1}', '"x"'])
def test_what_the_browser_kept_wrongly_does_no_harm(page: Page, kept: str) -> None:
    page.evaluate("kept => localStorage.setItem('footnote:conversation', kept)", kept)
    page.reload()
    ready(page)
    expect(page.locator(".fn-hello")).to_be_visible()
    ask(page, TWO)


def test_a_link_asks_again_and_no_server_sees_it(page: Page, context: BrowserContext) -> None:
    page.get_by_label("Ask only of The Lighthouse of Skerry Point").check()
    ask(page, TWO)
    link = page.evaluate(
        """async () => (await import('/page/links.js')).linkTo(
            {question: 'Lit & made? #1', documents: ['lighthouse.txt']})"""
    )
    assert "#" in link
    assert "?" not in link
    other = context.new_page()
    other.goto(link)
    ready(other)
    expect(other.locator(".fn-question").last).to_have_text("Lit & made? #1")
    expect(other.locator(".fn-scope button")).to_have_count(1)
    assert "#" not in other.url
    other.close()


def test_a_link_leads_to_a_place_in_a_document(browser: Browser, address: str) -> None:
    # One without a conversation, whose source would be shown again.
    page = browser.new_page()
    page.goto(f"{address}/#document=d-lighthouse&start=31&end=68")
    ready(page)
    expect(page.locator(".fn-source mark")).to_have_text(
        WordEngine().text("d-lighthouse", Span(31, 68))
    )
    assert "#" not in page.url
    for link in ("document=d-nothing", "document=d-lighthouse&start=x&end=-1"):
        page.goto(f"{address}/?{quote(link)}#{link}")
        ready(page)
        expect(page.locator(".fn-source mark")).to_have_count(0)
    page.close()


def test_an_answer_is_copied_with_its_citations(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = ask(page, TWO)
    turn = page.locator(".fn-turn")
    turn.locator(".fn-actions summary").click()
    turn.get_by_role("button", name="as Markdown").click()
    expect(turn.locator(".fn-done")).to_have_text("Copied")
    markdown = page.evaluate("navigator.clipboard.readText()")
    assert markdown.startswith(f"**{TWO}**")
    assert f"{LIT}[^1]" in markdown
    assert f"[^1]: “{LIT}” — The Lighthouse of Skerry Point (lighthouse.txt)" in markdown
    turn.locator(".fn-actions summary").click()
    turn.get_by_role("button", name="as plain notes").click()
    expect(turn.locator(".fn-done")).to_have_text("Copied")
    notes = page.evaluate("navigator.clipboard.readText()")
    assert f"{LIT} [1]" in notes
    expect(answer).to_be_visible()


def test_markdown_of_a_hostile_document_is_its_characters(page: Page) -> None:
    """Read by a Markdown parser, the copied answer holds the words and no element of them."""
    turn = {
        "question": "# What? <b>",
        "documents": [],
        "answer": {
            "text": "1. not *a* list <img src=x> [^9] | a_b",
            "statements": [
                {"text": "1. not *a* list <img src=x> [^9] | a_b", "citations": [1], "support": 1}
            ],
            "citations": [
                {
                    "number": 1,
                    "document_id": "d",
                    "document": "[x](http://evil).md",
                    "title": "![x](y)",
                    "section": None,
                    "page": 3,
                    "start": 0,
                    "end": 5,
                    "quote": "- a\n# b `c`",
                }
            ],
            "short_answer": None,
        },
    }
    markdown = page.evaluate(
        "async (turn) => (await import('/page/copying.js')).markdownOf(turn)", turn
    )
    parsed = MarkdownIt("commonmark").enable("table").parse(markdown)
    kinds = {child.type for token in parsed for child in token.children or [token]}
    assert kinds <= {
        *("paragraph_open", "paragraph_close", "text", "text_special", "softbreak"),
        *("strong_open", "strong_close"),
    }
    words = "".join(child.content for token in parsed for child in token.children or [])
    assert "1. not *a* list <img src=x> [^9] | a_b" in words


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        (
            "a.md",
            "## Fees\n\n| Who | Fee |\n|:--|---:|\n| Adults | 5 € |\n",
            "Fees Who · Fee Adults · 5 €",
        ),
        (
            "A.MD",
            "> # Rules\n> Be kind.\n\n***\n\n```sh\nls -l | wc\n```\n",
            "Rules Be kind. ls -l | wc",
        ),
        ("a.md", "| a \\| b |  |\n- a #1 | b", "a | b - a #1 | b"),
        ("a.md", "-" * 50_000 + "x", "-" * 50_000 + "x"),
        ("a.txt", "## Fees | 5\n---", "## Fees | 5 ---"),
    ],
)
def test_the_nearest_passages_show_no_marks_of_markdown(
    page: Page, name: str, text: str, shown: str
) -> None:
    made = "async ([text, name]) => (await import('/page/layout.js')).snippetOf(text, name)"
    assert page.evaluate(made, [text, name]) == shown


def test_the_conversation_is_exported(page: Page) -> None:
    expect(page.locator(".fn-export")).to_be_hidden()
    ask(page, TWO)
    for name, ending in (("Markdown", ".md"), ("JSON", ".json")):
        page.locator(".fn-export summary").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Conversation as {name}").click()
        assert download.value.suggested_filename == f"conversation{ending}"
        text = download.value.path().read_text("utf-8")
        assert LIT in text
        if name == "JSON":
            (turn,) = json.loads(text)
            assert turn["answer"]["citations"][0]["quote"] == LIT


def test_a_new_conversation_begins_anew(page: Page) -> None:
    ask(page, TWO)
    # At once, while the source of the answer is still on its way.
    page.locator(".fn-restart").click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    expect(page.locator(".fn-hello")).to_be_visible()
    assert page.evaluate("localStorage.getItem('footnote:conversation')") is None
    expect(ask(page, TWO)).not_to_contain_text("Asked as")


def test_a_source_that_is_no_longer_wanted_is_not_shown(page: Page) -> None:
    expect(page.locator(".fn-document").first).to_be_visible()
    with page.expect_response(re.compile("/view")):
        page.evaluate("""() => {
            document.querySelector('.fn-document').click();
            document.querySelector('.fn-restart').click();
        }""")
    page.wait_for_timeout(300)
    page.get_by_role("tab", name="Source").click()
    expect(page.locator(".fn-source-empty")).to_be_visible()


def test_the_conversation_goes_along_with_the_next_question(page: Page) -> None:
    expect(ask(page, TWO)).not_to_contain_text("Asked as")
    expect(ask(page, TWO)).to_contain_text("Asked as: turn 2")


def test_a_question_that_was_not_meant_so_is_asked_by_itself(page: Page) -> None:
    ask(page, TWO)
    answer = ask(page, TWO)
    answer.get_by_role("button", name="Not meant so").click()
    expect(page.locator(".fn-turn").nth(1)).not_to_contain_text("Asked as")
    expect(page.locator(".fn-turn").nth(1).locator(".fn-answer")).to_contain_text(LIT)
    expect(page.locator(".fn-turn")).to_have_count(2)


def test_what_a_question_may_mean_is_chosen_from(page: Page) -> None:
    said = "What is it about?"
    asked_back = replace(
        WordEngine().ask(TWO), status="clarify", text=said, statements=(Statement(said),),
        citations=(), suggestions=(TWO, "<img src=x onerror=alert(1)>"),
    )  # fmt: skip
    played(page, asked_back)
    answer = ask(page, "When was it lit?")
    page.unroute("**/api/v1/ask")
    choices = answer.get_by_role("list", name="What it may mean").get_by_role("button")
    expect(choices).to_have_text(asked_back.suggestions)
    assert serious(page) == []
    choices.first.click()
    expect(page.locator(".fn-turn").nth(1).locator(".fn-answer")).to_contain_text(LIT)


def test_of_several_presses_the_last_counts(page: Page) -> None:
    answer = ask(page, TWO)
    for number in ("2", "1", "2", "1", "2"):
        answer.locator(".fn-cite", has_text=number).click()
    expect(answer.locator(".fn-cite", has_text="2")).to_have_attribute("aria-current", "true")
    expect_marked(page, AUTOMATIC)


def test_the_box_takes_no_more_than_a_question_may_have(page: Page) -> None:
    box = page.locator(".fn-box textarea")
    box.fill("x" * 1999)
    box.press_sequentially("yyy")
    assert len(box.input_value()) == 2000


def test_on_a_phone_the_source_stands_below_and_leads_back(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    answer = ask(page, TWO)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(answer).to_be_in_viewport()
    answer.locator(".fn-cite", has_text="2").click()
    expect_marked(page, AUTOMATIC)
    talk = page.locator("#fn-left").bounding_box()
    side = page.locator("#fn-right").bounding_box()
    assert talk is not None
    assert side is not None
    assert side["y"] >= talk["y"] + talk["height"] - 1
    page.locator(".fn-back").click()
    expect(answer.locator(".fn-cite", has_text="2")).to_be_in_viewport()
    page.locator(".fn-to-documents").click()
    expect(page.locator("#fn-words")).to_be_focused()


def test_a_dark_scheme_is_followed_and_can_be_chosen(page: Page) -> None:
    def paper() -> str:
        colour: str = page.locator("#fn-left").evaluate(
            "node => getComputedStyle(node).backgroundColor"
        )
        return colour

    light, dark = "rgb(255, 255, 255)", "rgb(27, 29, 34)"
    assert paper() == light
    page.emulate_media(color_scheme="dark")
    page.reload()
    ready(page)
    assert paper() == dark
    page.locator(".fn-theme").click()
    expect(page.locator(".fn-theme")).to_have_text("Theme: light")
    assert paper() == light
    page.reload()
    ready(page)
    assert paper() == light


def test_the_keys_are_listed(page: Page) -> None:
    page.locator(".fn-log").focus()
    page.keyboard.press("?")
    expect(page.locator(".fn-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".fn-keys")).to_be_hidden()


SLOW = 1.5


def test_while_it_reads_the_page_says_so_and_can_be_stopped(
    context: BrowserContext, start_server: StartServer
) -> None:
    _, address = start_server(SLOW)
    page = context.new_page()
    page.goto(address)
    ready(page)
    page.locator(".fn-box textarea").fill(TWO)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-busy")).to_contain_text("Reading 10 passages of")
    page.locator(".fn-submit", has_text="Stop").click()
    expect(page.locator(".fn-busy")).to_have_count(0)
    expect(page.locator(".fn-turn")).to_contain_text("Stopped.")
    page.locator(".fn-actions button", has_text="Ask again").click()
    expect(page.locator(".fn-busy")).to_be_visible()
    # A reload leaves a question that can be asked again.
    page.reload()
    ready(page)
    expect(page.locator(".fn-turn")).to_contain_text("Stopped.")
    page.locator(".fn-actions button", has_text="Ask again").click()
    expect(page.locator(".fn-answer")).to_be_visible()
    page.close()


def test_a_server_that_is_gone_is_told(context: BrowserContext, start_server: StartServer) -> None:
    process, address = start_server()
    page = context.new_page()
    page.goto(address)
    ready(page)
    process.terminate()
    process.wait(20)
    page.locator(".fn-box textarea").fill(TWO)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-failure")).to_contain_text("Is it still running?")
    page.close()


def expect_accessible(page: Page, where: str) -> None:
    """Expect no serious violation of the rules of axe-core, WCAG 2.2 A and AA among them."""
    told = serious(page)
    assert not told, (where, told)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_stands_in_the_way_of_assistive_programs(
    page: Page, scheme: Literal["light", "dark"], width: int
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})

    expect_accessible(page, "first screen")
    page.get_by_label("Ask only of The Lighthouse of Skerry Point").check()
    ask(page, TWO)
    page.locator(".fn-cite").first.focus()
    expect_accessible(page, "an answer and its source")
    ask(page, "quantum zebra")
    page.locator(".fn-turn").last.locator(".fn-bad").click()
    expect_accessible(page, "nothing found, and why it is bad")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".fn-withdraw")).to_be_visible()
    expect_accessible(page, "a rating")
    page.locator(".fn-help").evaluate("node => node.click()")
    expect_accessible(page, "the keys")
    page.keyboard.press("Escape")
    page.locator(".fn-restart").click()
    expect_accessible(page, "a conversation that was removed")


KEY = "a-key-for-the-public-api"


def test_where_a_key_is_wanted_the_page_asks_for_it(
    context: BrowserContext, start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", json.dumps([KEY]))
    _, address = start_server()
    page = context.new_page()
    page.goto(address)
    dialog = page.locator(".fn-key")
    expect(dialog).to_be_visible()
    dialog.locator("input").fill("a-key-that-is-not-right")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).to_be_visible()
    dialog.locator("input").fill(KEY)
    dialog.get_by_role("button", name="Go on").click()
    ready(page)
    expect(page.locator(".fn-list li")).to_have_count(len(DOCUMENTS))
    expect(ask(page, TWO).locator(".fn-said").first).to_have_text(f"{LIT}1")
    assert KEY not in page.evaluate("JSON.stringify(localStorage)")
    page.reload()
    ready(page)
    expect(dialog).to_be_hidden()
    page.close()

"""Files in the page, in a real browser: the picture of a PDF's page, and tables."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.conftest import ROOT
from tests.web.test_browser import ask, expect_accessible, marked, ready

pytestmark = pytest.mark.browser

WIDE = """# The signal stations

| Station | Superintendent | Establishment | Communication equipment | Responsibility |
|---|---|---|---|---|
| Ravenscliffe | Bartholomew Featherstonehaugh | 1917 | Radiotelegraphic-transmitter | North |
| Muckle Flugga | Wilhelmina Throckmorton | 1858 | Semaphores-and-heliographs | North |
"""
QUESTION = "Who was the first keeper of the Jarrow Chapel?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the real engine over a few of the documents that other programs made."""
    folder = tmp_path_factory.mktemp("pdf")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name in ("writer.pdf", "written.md"):
        shutil.copy(ROOT / "tests/data/formats/corpus" / name, corpus / name)
    (corpus / "stations.md").write_text(WIDE, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "footnote", "serve", "--port", "0", "--corpus", str(corpus)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
        yield found[0]
        process.terminate()
        process.wait(20)


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.evaluate("localStorage.clear()")
    page.reload()
    ready(page)
    yield page
    assert complaints == []
    page.close()


def test_the_quote_is_marked_on_the_picture_of_its_page(page: Page) -> None:
    ask(page, QUESTION)
    picture = page.locator(".fn-page-picture")
    expect(picture).to_have_attribute("alt", "Page 1 of The Jarrow Chapel")
    mark = page.locator('.fn-page-mark[data-mark="current"]').first
    expect(mark).to_be_in_viewport()
    outer, inner = picture.bounding_box(), mark.bounding_box()
    assert outer is not None
    assert inner is not None
    assert outer["x"] < inner["x"] < inner["x"] + inner["width"] < outer["x"] + outer["width"]
    assert outer["y"] < inner["y"] < inner["y"] + inner["height"] < outer["y"] + outer["height"]
    # Something is drawn there: the picture is loaded, and not an empty one.
    assert page.evaluate("document.querySelector('.fn-page-picture').naturalWidth") > 500


def test_its_text_is_a_press_away_and_stays_chosen(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.locator(".fn-page-picture")).to_be_visible()
    page.get_by_role("radio", name="Text").check()
    expect(marked(page)).to_contain_text("The first keeper of the Jarrow Chapel was")
    page.reload()
    ready(page)
    expect(marked(page)).to_contain_text("The first keeper of the Jarrow Chapel was")
    page.get_by_role("radio", name="Page").check()
    expect(page.locator(".fn-page-picture")).to_be_visible()


def test_a_table_of_markdown_is_a_table(page: Page) -> None:
    ask(page, "Who was the first keeper of the Rushton Brewery?")
    expect(page.locator(".fn-text table th")).to_have_text(
        ["Year", "Visitors"], use_inner_text=True
    )
    expect(page.locator(".fn-text table td:visible").first).to_have_text(
        "1911", use_inner_text=True
    )


def test_a_wide_table_scrolls_and_breaks_no_word(page: Page) -> None:
    page.locator(".fn-document", has_text="The signal stations").click()
    region = page.get_by_role("region", name="Table")
    region.focus()
    expect(region).to_be_focused()
    shown, whole = region.evaluate("node => [node.clientWidth, node.scrollWidth]")
    assert whole > shown
    expect_accessible(page, "a table")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.fn-scroll').scrollLeft > 0")
    # One word is one line.
    heights = region.locator("tr:last-child td").evaluate_all(
        """cells => cells.map(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
        })"""
    )
    assert heights == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("width", [1280, 360])
def test_the_picture_of_a_page_is_made_larger_and_fitted(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    ask(page, QUESTION)
    page.locator(".fn-cite").click()
    expect(page.locator(".fn-source")).not_to_have_attribute("aria-busy", "true")
    frame = page.locator(".fn-page-frame")
    expect(frame).to_be_visible()
    box = page.get_by_role("region", name="Page")
    fitted: float = frame.evaluate("node => node.offsetWidth")
    assert fitted <= box.evaluate("node => node.offsetWidth")
    expect(page.get_by_label("Larger")).to_be_in_viewport(ratio=1)
    page.get_by_label("Larger").click()
    page.get_by_label("Larger").click()
    assert frame.evaluate("node => node.offsetWidth") == pytest.approx(2 * fitted, abs=4)
    # It scrolls in its own box, the page does not; and what is cited stays in view.
    assert box.evaluate("node => node.scrollWidth > node.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.locator('.fn-page-mark[data-mark="current"]').first).to_be_in_viewport()
    expect_accessible(page, "a page of a PDF, larger")
    box.focus()
    before: float = box.evaluate("node => node.scrollLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.fn-page-box').scrollLeft > before", arg=before
    )
    page.get_by_role("button", name="Fit width").click()
    assert frame.evaluate("node => node.offsetWidth") == fitted
    expect(page.get_by_label("Smaller")).to_be_disabled()


def test_an_answer_can_be_rated_with_a_reason(page: Page, address: str) -> None:
    ask(page, QUESTION)
    turn = page.locator(".fn-turn").last
    turn.locator(".fn-bad").click()
    turn.get_by_label("Something is missing").check()
    turn.get_by_placeholder("What should it have said?").fill("The year <b>too</b>")
    with page.expect_response(re.compile("feedback")) as sent:
        turn.get_by_role("button", name="Send").click()
    assert sent.value.status == 201
    expect(turn.locator(".fn-thumbs")).to_contain_text("Thank you")
    page.reload()
    ready(page)
    expect(page.locator(".fn-turn").last.locator(".fn-thumbs")).to_contain_text("Thank you")

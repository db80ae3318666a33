"""A PDF in the page: the picture of its page with the quote marked, in a real browser."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.conftest import ROOT
from tests.web.test_browser import ask, marked, ready

pytestmark = pytest.mark.browser

QUESTION = "Who was the first keeper of the Jarrow Chapel?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the real engine over a few of the documents that other programs made."""
    folder = tmp_path_factory.mktemp("pdf")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name in ("writer.pdf", "written.md"):
        shutil.copy(ROOT / "tests/data/formats/corpus" / name, corpus / name)
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


def test_an_answer_can_be_rated_with_a_reason(page: Page, address: str) -> None:
    ask(page, QUESTION)
    turn = page.locator(".fn-turn").last
    turn.locator(".fn-bad").click()
    turn.get_by_label("Something is missing").check()
    turn.get_by_placeholder("What should it have said?").fill("The year <b>too</b>")
    with page.expect_response(re.compile("feedback")) as sent:
        turn.get_by_role("button", name="Send").click()
    assert sent.value.status == 201
    expect(turn.locator(".fn-thumbs")).to_have_text("Thank you")
    page.reload()
    ready(page)
    expect(page.locator(".fn-turn").last.locator(".fn-thumbs")).to_have_text("Thank you")

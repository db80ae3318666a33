"""What an operator does with the page, in a real browser, over a server that is really there."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.web.accessibility import serious
from tests.web.operated import TOKEN
from tests.web.processes import served_by

pytestmark = pytest.mark.browser

CALLED = "document.body.dataset.pwned=1;fetch('http://evil.example/')"
HOSTILE = f"<img src=http:x onerror={CALLED.split(';')[0]}><script>{CALLED.split(';')[0]}<script>"
HOSTILE_FILE = "<img src=x onerror=document.body.dataset.pwned=1>.txt"
PIANO = b"# The piano\n\nThe piano has 88 keys.\n"
QUESTIONS: list[dict[str, Any]] = [
    {"id": "lit", "question": "When was the lighthouse lit?", "answers": ["4 March 1868"]},
    {"id": "rye", "question": "What does rye bread cost?", "answers": ["three francs"]},
    {"id": "no", "question": "Who painted the ceiling?", "answerable": False},
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server of its own process; gives its address and its folder."""
    folder = tmp_path_factory.mktemp("operated")
    with served_by("tests.web.serve_operated", cwd=folder) as (process, address):
        yield address, folder
    assert process.returncode in (0, -signal.SIGTERM)


@pytest.fixture
def page(context: BrowserContext, server: tuple[str, Path]) -> Iterator[Page]:
    """The page, signed in; what it asks of other hosts, or complains of, fails the test."""
    address = server[0]
    asked: list[str] = []
    complaints: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.goto(f"{address}/operator")
    sign_in(page, TOKEN)
    expect(page.locator("#desk")).to_be_visible()
    yield page
    # A refusal that a test asks for is written into the console too.
    assert [each for each in complaints if "status of 4" not in each] == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert page.evaluate("document.body.dataset.pwned") is None
    page.close()


def sign_in(page: Page, token: str) -> None:
    page.locator("html[data-footnote=ready]").wait_for()
    page.get_by_label("Token").fill(token)
    page.keyboard.press("Enter")


def add(page: Page, *files: tuple[str, bytes]) -> None:
    payloads = [FilePayload(name=name, mimeType="text/plain", buffer=data) for name, data in files]
    page.locator("#files").set_input_files(payloads)


def settled(page: Page) -> None:
    """Wait until nothing is under way."""
    page.wait_for_timeout(100)
    expect(page.locator("#job")).to_be_hidden()


def row(page: Page, name: str) -> Any:  # noqa: ANN401
    return page.locator("#documents-table tbody tr").filter(has_text=name)


def remove(page: Page, name: str) -> None:
    row(page, name).get_by_role("button").click()
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    expect(row(page, name)).to_have_count(0)


def evaluate(page: Page, rows: list[dict[str, Any]], name: str = "q.jsonl") -> None:
    before = page.locator("#runs tbody tr").count()
    data = "".join(json.dumps(each) + "\n" for each in rows).encode()
    payload = FilePayload(name=name, mimeType="application/json", buffer=data)
    page.locator("#questions").set_input_files(payload)
    page.locator("#evaluation-form button").click()
    expect(page.locator("#runs tbody tr")).to_have_count(before + 1)
    settled(page)
    expect(page.locator("#runs tbody tr").first).to_contain_text("generation")


def begin_long(page: Page) -> None:
    """Begin an evaluation that goes on until it is cancelled."""
    rows = [{"question": f"When was lighthouse {n} lit, and by whom?"} for n in range(400)]
    data = "".join(json.dumps(each) + "\n" for each in rows).encode()
    payload = FilePayload(name="long.jsonl", mimeType="", buffer=data)
    page.locator("#questions").set_input_files(payload)
    page.locator("#evaluation-form button").click()
    expect(page.locator("#job-progress")).to_contain_text("of 400 questions")


def test_without_the_token_there_is_a_form_and_nothing_else(
    context: BrowserContext, server: tuple[str, Path]
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(f"{server[0]}/operator/")
    page.locator("html[data-footnote=ready]").wait_for()
    expect(page.locator("#desk")).to_be_hidden()
    assert not [path for path in asked if path.startswith("/api/")]
    sign_in(page, "not-the-token-at-all")
    expect(page.locator("#sign-in")).to_contain_text("does not take this token")
    expect(page.locator("#desk")).to_be_hidden()
    assert page.evaluate("sessionStorage.length") == 0
    page.close()


def test_the_token_stays_in_the_tab_and_goes_when_one_signs_out(page: Page) -> None:
    kept = "[localStorage.length, document.cookie, Object.values(sessionStorage)]"
    assert page.evaluate(kept) == [0, "", [TOKEN]]
    assert TOKEN not in page.url
    page.reload()
    expect(page.locator("#desk")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#sign-in")).to_be_visible()
    expect(page.locator("#desk")).to_be_hidden()
    assert page.evaluate("sessionStorage.length") == 0


def test_documents_are_added_found_and_removed(page: Page, server: tuple[str, Path]) -> None:
    page.get_by_label("Into the folder").fill("music")
    add(page, ("piano.md", PIANO), ("notes.txt", b"The organ has 3 manuals.\n"), ("x.exe", b"MZ"))
    added = page.locator("#uploads li")
    expect(added).to_have_count(3)
    expect(added.nth(0)).to_contain_text("music/piano.md")
    expect(added.nth(1).locator(".good")).to_have_text("added")
    expect(added.nth(2)).to_contain_text("Files ending in .txt")
    expect(row(page, "music/piano.md")).to_be_visible()
    assert (server[1] / "corpus/music/piano.md").read_bytes() == PIANO
    expect(page.locator("#index-report")).to_contain_text("2 added")
    page.locator("#words").fill("piano")
    expect(page.locator("#documents-told")).to_have_text("1 document")
    page.locator("#words").fill("")
    expect(row(page, "notes.txt")).to_be_visible()
    row(page, "notes.txt").get_by_role("button").click()
    page.locator("#confirm").get_by_role("button", name="Keep").click()
    assert (server[1] / "corpus/music/notes.txt").exists()
    settled(page)
    for name in ("music/notes.txt", "music/piano.md"):
        remove(page, name)
        settled(page)
    assert not (server[1] / "corpus/music/piano.md").exists()


def test_files_that_are_dropped_are_added(page: Page) -> None:
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["The drum is dropped.\\n"], "drum.txt"));
            const told = { dataTransfer: data, bubbles: true, cancelable: true };
            document.querySelector("#drop").dispatchEvent(new DragEvent("drop", told));
        }"""
    )
    expect(row(page, "drum.txt")).to_be_visible()
    remove(page, "drum.txt")
    settled(page)


def test_a_file_that_is_too_large_is_not_sent(page: Page) -> None:
    add(page, ("large.txt", b"x" * 1_000_001))
    expect(page.locator("#uploads li")).to_contain_text("at most 1,000,000 are taken")


def test_a_name_with_markup_is_shown_and_does_nothing(page: Page) -> None:
    add(page, (HOSTILE_FILE, b"Some text.\n"), ("<b>broken.pdf", b"%PDF-1.7 no such thing"))
    expect(page.locator("#index-skipped")).to_contain_text("<b>broken.pdf")
    expect(row(page, HOSTILE_FILE)).to_contain_text(HOSTILE_FILE)
    assert page.locator("main img, main b").count() == 0
    remove(page, HOSTILE_FILE)
    page.locator("#index-skipped").get_by_role("button").click()
    expect(page.locator("#confirm-name")).to_have_text("<b>broken.pdf")
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    expect(page.locator("#index-skipped")).to_contain_text("None")
    settled(page)


def test_the_index_is_brought_up_to_date_and_verified(page: Page, server: tuple[str, Path]) -> None:
    (server[1] / "corpus/by-hand.txt").write_text("Put here by hand.\n")
    page.get_by_role("button", name="Bring up to date").click()
    expect(page.locator("#index-report")).to_contain_text("1 added")
    expect(page.locator("#told")).to_have_text("Bringing the index up to date is done")
    page.get_by_role("button", name="Verify deeply").click()
    expect(page.locator("#index-verified")).to_contain_text("The index is sound")
    expect(page.locator("#index-verified")).to_contain_text("everything read")
    remove(page, "by-hand.txt")
    settled(page)


def test_why_an_indexing_failed_is_told_until_one_is_done(
    page: Page, server: tuple[str, Path]
) -> None:
    corpus = server[1] / "corpus"
    corpus.rename(server[1] / "away")
    page.get_by_role("button", name="Bring up to date").click()
    report = page.locator("#index-report")
    expect(report).to_contain_text("It failed on")
    expect(report).to_contain_text("does not exist")
    expect(page.locator("#told")).to_have_text("Bringing the index up to date failed")
    settled(page)
    # Not only to who saw it happen.
    page.reload()
    expect(report).to_contain_text("It failed on")
    assert not serious(page)
    (server[1] / "away").rename(corpus)
    page.get_by_role("button", name="Bring up to date").click()
    expect(report).to_contain_text("0 added")
    expect(report).not_to_contain_text("It failed on")
    settled(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_stands_in_the_way_of_assistive_programs(
    page: Page, scheme: Literal["light", "dark"], width: int
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    add(page, ("broken.pdf", b"%PDF-1.7 no such thing"), ("x.exe", b"MZ"))
    expect(page.locator("#index-skipped")).to_contain_text("broken.pdf")
    settled(page)
    for name in ("one.jsonl", "two.jsonl"):
        evaluate(page, QUESTIONS[:2], name)
    for number in (0, 1):
        page.locator("#runs tbody input").nth(number).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#comparison")).to_contain_text("Better now: 0")
    page.get_by_role("button", name="Verify deeply").click()
    expect(page.locator("#index-verified")).to_contain_text("The index is sound")
    settled(page)
    page.locator("#questions").set_input_files(
        FilePayload(name="bad.jsonl", mimeType="", buffer=b'{"question": ""}\n')
    )
    page.locator("#evaluation-form button").click()
    expect(page.locator("#evaluation-failure")).to_contain_text("line 1")
    for details in page.locator("details").all():
        details.evaluate("node => { node.open = true }")
    assert not serious(page), "the desk"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    row(page, "light.txt").get_by_role("button").click()
    expect(page.locator("#confirm")).to_be_visible()
    assert not serious(page), "a dialog"
    page.locator("#confirm").get_by_role("button", name="Keep").click()
    page.locator("#index-skipped").get_by_role("button").click()
    page.locator("#confirm").get_by_role("button", name="Remove").click()
    expect(page.locator("#index-skipped")).to_contain_text("None")
    settled(page)
    begin_long(page)
    assert not serious(page), "a job under way"
    page.locator("#job-cancel").click()
    settled(page)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "not-the-token-at-all")
    expect(page.locator("#sign-in")).to_contain_text("does not take this token")
    assert not serious(page), "the form"


def test_answers_are_evaluated_reported_and_compared(page: Page) -> None:
    evaluate(page, QUESTIONS, "first.jsonl")
    evaluate(page, QUESTIONS[:2], "second.jsonl")
    first = page.locator("#runs tbody tr").first
    expect(first).to_contain_text("second")
    with page.context.expect_page() as opened:
        first.get_by_role("button", name="Open").click()
    report = opened.value
    expect(report.locator("#shown")).to_have_text("2 of 2 questions shown")
    assert report.evaluate("window.origin") == "null"
    report.close()
    for number in (0, 1):
        page.locator("#runs tbody input").nth(number).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#comparison")).to_contain_text("on the 2 questions that both asked")
    expect(page.locator("#comparison")).to_contain_text("Better now: 0")


def test_a_hostile_question_file_makes_no_element_and_no_request(page: Page) -> None:
    evaluate(page, [{"id": HOSTILE, "question": HOSTILE, "tags": [HOSTILE]}], f"{HOSTILE}.jsonl")
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    with page.context.expect_page() as opened:
        page.locator("#runs tbody tr").first.get_by_role("button", name="Open").click()
    report = opened.value
    expect(report.locator("#shown")).to_have_text("1 of 1 questions shown")
    expect(report.locator("body")).to_contain_text(HOSTILE)
    assert report.locator("img").count() == 0
    assert report.evaluate("document.body.dataset.pwned") is None
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(page.url).netloc}
    report.close()


def test_bad_questions_are_refused_with_their_lines(page: Page) -> None:
    payload = FilePayload(name="bad.jsonl", mimeType="", buffer=b'{"question": ""}\n')
    page.locator("#questions").set_input_files(payload)
    page.locator("#evaluation-form button").click()
    expect(page.locator("#evaluation-failure")).to_contain_text("bad.jsonl")
    expect(page.locator("#evaluation-failure")).to_contain_text("line 1")


def test_an_evaluation_is_cancelled_and_goes_on(page: Page) -> None:
    begin_long(page)
    expect(page.locator("#job-progress")).to_contain_text("left")
    page.locator("#job-cancel").click()
    expect(page.locator("#told")).to_have_text("Evaluating was cancelled")
    settled(page)
    unfinished = page.locator("#runs tbody tr").first
    expect(unfinished).to_contain_text("not ended")
    unfinished.get_by_role("button", name="Go on").click()
    expect(page.locator("#job-progress")).to_contain_text("of 400 questions")
    page.locator("#job-cancel").click()
    settled(page)


def test_it_fits_a_phone_in_the_light_and_in_the_dark(page: Page) -> None:
    for scheme, paper in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(27, 29, 34)")):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        background = "getComputedStyle(document.querySelector('.card')).backgroundColor"
        assert page.evaluate(background) == paper
    page.set_viewport_size({"width": 360, "height": 740})
    expect(row(page, "light.txt")).to_be_visible()
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [360, 360]


def test_it_is_used_by_keyboard_alone(page: Page, server: tuple[str, Path]) -> None:
    (server[1] / "corpus/key.txt").write_text("Found by keys.\n")
    page.locator("#index-start").focus()
    page.keyboard.press("Enter")
    expect(row(page, "key.txt")).to_be_visible()
    row(page, "key.txt").get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm").get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(row(page, "key.txt")).to_have_count(0)
    settled(page)
    page.locator("#words").focus()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {
        "order",
        "index-start",
        "verify-content",
        "verify",
        "verify-deep",
        "questions",
    } <= reached

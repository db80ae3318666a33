"""The widget over the server itself, from three origins: listed, not listed, and none."""

import json
import re
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.web.accessibility import looked_at, violations
from tests.web.processes import served_by
from tests.web.widget.conftest import Watched, answered, ask, opened
from tests.web.widget.stub import Site

pytestmark = pytest.mark.browser

WIDGET = "keeper-1"
QUESTION = "When was the lighthouse lit?"
REFUSED = "its operator has not listed"


@pytest.fixture(scope="module")
def listed() -> Iterator[Site]:
    with Site() as site:
        assert isinstance(site, Site)
        yield site


@pytest.fixture(scope="module")
def other() -> Iterator[Site]:
    with Site() as site:
        assert isinstance(site, Site)
        yield site


@pytest.fixture(scope="module")
def footnote(listed: Site) -> Iterator[str]:
    """The server, with a widget for pages of one site, over one of its documents."""
    widget = {
        "id": WIDGET,
        "origins": [f"http://127.0.0.1:{listed.port}"],
        "documents": ["light*", "hostile*"],
    }
    widgets = {"FOOTNOTE_WIDGETS": json.dumps({"keeper": widget})}
    with served_by("tests.web.serve_double", env=widgets) as (_, address):
        yield address


def tag(server: str, attributes: str = "") -> str:
    return f'<script src="{server}/widget.js" data-widget="{WIDGET}" {attributes} defer></script>'


def page_with(body: str, head: str = "") -> str:
    return f"<!doctype html><html lang=en><head><title>Site</title>{head}</head><body>{body}</body>"


def questions(server: str) -> float:
    """Return how many questions the server has worked on."""
    with urlopen(f"{server}/metrics") as response:  # noqa: S310 - of our own server
        told = response.read().decode()
    return sum(
        float(count) for count in re.findall(r"^footnote_answers_total\{.*\} (\S+)", told, re.M)
    )


def refusals_in(server: str, page: Page | Frame) -> list[int]:
    """Call each route of the widget as a page's own script could; what cannot be read is 0."""
    return page.evaluate(  # type: ignore[no-any-return]
        """async ([base, question]) => {
            const json = { "Content-Type": "application/json" };
            const plain = { "Content-Type": "text/plain" };
            const calls = [
                ["", {}],
                ["/ask", { method: "POST", headers: json, body: question }],
                ["/ask", { method: "POST", headers: plain, body: question }],
                ["/feedback", { method: "POST", headers: json, body: "{}" }],
                ["/documents/d-lighthouse/around?start=40&end=60", {}],
            ];
            const status = (told) => told.status;
            const call = ([path, how]) => fetch(base + path, how).then(status, () => 0);
            return Promise.all(calls.map(call));
        }""",
        [f"{server}/api/v1/widgets/{WIDGET}", json.dumps({"question": QUESTION})],
    )


def test_a_page_that_is_listed_is_answered_with_sources(
    page: Page, watched: Watched, footnote: str, listed: Site
) -> None:
    page.goto(listed.put(page_with(tag(footnote))))
    turn = answered(opened(page), QUESTION)
    expect(turn.locator(".said")).to_contain_text("The lighthouse was lit on 4 March 1868")
    turn.locator(".cite").first.click()
    expect(page.locator(".source mark")).to_contain_text("The lighthouse was lit on 4 March 1868")
    expect(page.locator(".source")).to_contain_text("The Lighthouse of Skerry Point")
    assert watched.complaints == []
    assert refusals_in(footnote, page) == [200, 200, 415, 422, 200]


def test_a_page_that_is_not_listed_is_refused_and_told_so(
    page: Page, watched: Watched, footnote: str, other: Site
) -> None:
    before = questions(footnote)
    page.goto(other.put(page_with(tag(footnote))))
    turn = ask(opened(page), QUESTION)
    expect(turn).to_contain_text(REFUSED)
    expect(turn).to_contain_text(f"http://127.0.0.1:{other.port}")
    assert any(REFUSED in told for told in watched.complaints)
    assert refusals_in(footnote, page) == [0] * 5
    assert questions(footnote) == before


def test_a_frame_without_an_origin_is_refused_on_a_listed_page_too(
    page: Page, footnote: str, listed: Site
) -> None:
    before = questions(footnote)
    inner = listed.put(page_with(tag(footnote, "data-open")))
    page.goto(listed.put(page_with(f'<iframe sandbox="allow-scripts" src="{inner}"></iframe>')))
    frame = page.frames[1]
    expect(frame.locator("footnote-chat .panel")).to_be_visible()
    frame.locator("footnote-chat textarea").fill(QUESTION)
    frame.locator("footnote-chat textarea").press("Enter")
    expect(frame.locator("footnote-chat .turn").first).to_contain_text(REFUSED)
    assert refusals_in(footnote, frame) == [0] * 5
    assert questions(footnote) == before


def test_the_frame_of_the_server_shows_on_a_listed_page_alone(
    page: Page, footnote: str, listed: Site, other: Site
) -> None:
    frame = f'<iframe src="{footnote}/widget/{WIDGET}/frame" width=400 height=600></iframe>'
    page.goto(listed.put(page_with(frame)))
    inside = page.frame_locator("iframe").locator("footnote-chat")
    inside.locator("textarea").fill(QUESTION)
    inside.locator("textarea").press("Enter")
    expect(inside.locator(".said")).to_contain_text("The lighthouse was lit on 4 March 1868")
    page.goto(other.put(page_with(frame)))
    page.wait_for_timeout(500)
    assert page.frames[1].url.startswith("chrome-error:")


def test_the_frame_keeps_to_axes_rules(page: Page, footnote: str) -> None:
    page.goto(f"{footnote}/widget/{WIDGET}/frame")
    expect(page.locator("footnote-chat textarea")).to_be_visible()
    assert violations(looked_at(page)) == []


def test_what_a_hostile_document_says_is_text(
    page: Page, watched: Watched, footnote: str, listed: Site
) -> None:
    page.goto(listed.put(page_with(tag(footnote))))
    turn = answered(opened(page), "What is the password of the vault?")
    expect(turn.locator(".said")).to_contain_text('<b id="pwned">swordfish</b>')
    turn.locator(".cite").first.click()
    expect(page.locator(".source")).to_contain_text("<script>")
    assert page.locator("#pwned, footnote-chat script, footnote-chat img").count() == 0
    assert page.evaluate("document.body.dataset.pwned") is None
    assert watched.hosts() == {f"127.0.0.1:{listed.port}", footnote.removeprefix("http://")}


def test_the_demo_shows_the_widget_twice(page: Page, watched: Watched, footnote: str) -> None:
    page.goto(f"{footnote}/widget/{WIDGET}/demo")
    assert page.locator("footnote-chat").count() == 2
    inline = page.locator("main footnote-chat")
    inline.locator("textarea").fill(QUESTION)
    inline.locator("textarea").press("Enter")
    expect(inline.locator(".said")).to_contain_text("4 March 1868")
    assert watched.complaints == []

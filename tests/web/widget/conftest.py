"""A server of the widget, a site that embeds it, a canary, and a page that is watched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.web.widget.stub import WIDGET, Site, WidgetServer

PATIENCE = 15_000


@dataclass
class Watched:
    """What a page asked for and complained of, while a test looked at it."""

    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hosts(self) -> set[str]:
        """Return the hosts that were asked."""
        return {urlsplit(url).netloc for url in self.asked}


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[WidgetServer, Site, Site]]:
    with WidgetServer() as server, Site() as site, Site() as canary:
        assert isinstance(server, WidgetServer)
        assert isinstance(site, Site)
        assert isinstance(canary, Site)
        yield server, site, canary


@pytest.fixture
def server(servers: tuple[WidgetServer, Site, Site]) -> Iterator[WidgetServer]:
    servers[0].forget()
    yield servers[0]
    servers[0].hold.set()


@pytest.fixture
def site(servers: tuple[WidgetServer, Site, Site]) -> Site:
    return servers[1]


@pytest.fixture
def canary(servers: tuple[WidgetServer, Site, Site]) -> Site:
    servers[2].seen.clear()
    return servers[2]


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    expect.set_options(timeout=PATIENCE)
    yield page
    page.close()


@pytest.fixture
def watched(page: Page) -> Watched:
    seen = Watched()
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on(
        "console",
        lambda told: seen.complaints.append(told.text) if told.type == "error" else None,
    )
    return seen


Embed = Callable[..., Page]


@pytest.fixture
def embed(page: Page, server: WidgetServer, site: Site) -> Embed:
    """Open a page of the site with the widget on it; ``body`` is what stands on it besides."""

    def open_(
        attributes: str = "",
        body: str = "<h1>A site</h1><button id=other>Other</button>",
        head: str = "",
        headers: dict[str, str] | None = None,
        inline: bool = False,
        root: str = '<html lang="en">',
        server_base: str | None = None,
    ) -> Page:
        base = server_base or server.base
        script = f'<script src="{base}/widget.js" defer></script>'
        if inline:
            tag = script + f'<footnote-chat widget="{WIDGET}" {attributes}></footnote-chat>'
        else:
            tag = script.replace(" defer", f' data-widget="{WIDGET}" {attributes} defer')
        text = (
            f'<!doctype html>{root}<head><meta charset="utf-8"><title>Site</title>'
            f'<meta name="viewport" content="width=device-width">'
            f"{head}</head><body><main>{body}</main>{tag}</body></html>"
        )
        page.goto(site.put(text, headers))
        return page

    return open_


def opened(page: Page) -> Page:
    """Open the panel by its button."""
    page.locator("footnote-chat .launcher").click()
    expect(page.locator("footnote-chat .panel")).to_be_visible()
    return page


def ask(page: Page, question: str) -> Locator:
    """Ask by the box, and return the turn that comes."""
    turns = page.locator("footnote-chat .turn")
    before = turns.count()
    page.locator("footnote-chat textarea").fill(question)
    page.keyboard.press("Enter")
    return turns.nth(before)


def answered(page: Page, question: str) -> Locator:
    """Ask, and return the turn when its answer stands."""
    turn = ask(page, question)
    expect(turn.locator(".thumbs")).to_be_visible()
    return turn

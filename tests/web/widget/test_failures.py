"""What is told where the server is gone, refuses, is busy, breaks off or is slow."""

import re
import time
from email.utils import formatdate

import pytest
from playwright.sync_api import Page, expect

from tests.web.widget.answers import LIT, answer_to
from tests.web.widget.conftest import Embed, Watched, answered, ask, opened
from tests.web.widget.stub import WIDGET, Plan, Reply, Site, WidgetServer, held

pytestmark = pytest.mark.browser


def again(page: Page) -> None:
    """Ask the last question again, and expect its answer."""
    turn = page.locator(".turn").last
    turn.get_by_role("button", name="Ask again", exact=True).click()
    expect(turn.locator(".said")).to_contain_text(LIT)
    expect(turn.locator(".failure")).to_have_count(0)


def test_a_server_that_goes_and_comes_back(embed: Embed, site: Site) -> None:
    with WidgetServer() as other:
        assert isinstance(other, WidgetServer)
        page = opened(embed(server_base=other.base))
        answered(page, "When was it lit?")
        other.stop()
        turn = ask(page, "How high is it?")
        expect(turn.locator(".failure")).to_have_text("The chat’s server cannot be reached.")
        other.start(other.port)
        again(page)
        expect(page.locator(".turn")).to_have_count(2)


def test_a_server_that_is_gone_from_the_start(page: Page, site: Site) -> None:
    with WidgetServer() as other:
        assert isinstance(other, WidgetServer)
        page.goto(
            site.put(
                f'<!doctype html><html lang=en><title>Site</title><body><script src="{other.base}'
                f'/widget.js"></script><footnote-chat id=later data-title=Ours></footnote-chat>'
            )
        )
        base, port = other.base, other.port
        expect(page.locator(".failure")).to_contain_text("names no widget or no server")
        other.stop()
        page.evaluate("([id]) => later.setAttribute('widget', id)", [WIDGET])
        expect(page.locator(".failure")).to_have_text("The chat’s server cannot be reached.")
        expect(page.locator(".name")).to_have_text("Ours")
        other.start(port)
        assert base == other.base
        page.get_by_role("button", name="Ask again").click()
        expect(page.locator(".failure")).to_have_count(0)
        answered(page, "When was it lit?")


@pytest.mark.parametrize(
    ("status", "words"), [(429, "Too many questions at once."), (503, "The server is busy.")]
)
@pytest.mark.parametrize("dated", [False, True])
def test_it_waits_as_long_as_the_server_says(
    embed: Embed, server: WidgetServer, status: int, words: str, dated: bool
) -> None:
    def refuse(reply: Reply) -> None:
        # From when it is told: a page may take long to open.
        wait = formatdate(time.time() + 4, usegmt=True) if dated else "3"
        reply.refuse(status, "wait", {"Retry-After": wait})

    server.plans["Busy?"] = refuse
    page = opened(embed())
    turn = ask(page, "Busy?")
    expect(turn.locator(".failure")).to_have_text(words)
    button = turn.locator(".retry")
    expect(button).to_have_text(re.compile(r"Ask again in [1-4] s"))
    expect(button).to_be_disabled()
    # Another question is not sent before that either.
    other = ask(page, "When was it lit?")
    expect(other.locator(".failure")).to_have_text(words)
    expect(other.locator(".retry")).to_be_disabled()
    assert len(server.asked) == 1
    del server.plans["Busy?"]
    expect(button).to_have_text("Ask again")
    again(page)
    assert [each["question"] for each in server.asked] == ["Busy?", "When was it lit?"]


def test_without_a_time_it_may_be_asked_again_at_once(embed: Embed, server: WidgetServer) -> None:
    server.plans["Busy?"] = lambda reply: reply.refuse(503)
    page = opened(embed())
    expect(ask(page, "Busy?").locator(".retry")).to_be_enabled()


def test_an_error_of_the_server_is_told_with_its_id(embed: Embed, server: WidgetServer) -> None:
    server.plans["Fail?"] = lambda reply: reply.refuse(500, "something failed in the server")
    turn = ask(opened(embed()), "Fail?")
    expect(turn.locator(".failure")).to_have_text(
        "Something failed. something failed in the server (Error abc123)"
    )


def test_an_error_within_the_stream_is_told(embed: Embed, server: WidgetServer) -> None:
    def failing(reply: Reply) -> None:
        reply.event("delta", {"text": "The light"})
        reply.event("error", {"error": {"code": "internal", "message": "it broke", "id": "e77"}})
        reply.end()

    server.plans["Fail?"] = failing
    turn = ask(opened(embed()), "Fail?")
    expect(turn.locator(".failure")).to_have_text("Something failed. it broke (Error e77)")
    expect(turn.locator(".said")).to_have_text("The light")


def _cut(reply: Reply) -> None:
    reply.event("delta", {"text": "The lighthouse was"})
    # Browsers throw away what came in the same moment as the end.
    time.sleep(0.5)


def _ended(reply: Reply) -> None:
    _cut(reply)
    reply.end()


def _garbled(reply: Reply) -> None:
    _cut(reply)
    reply.raw(b"event: answer\ndata: {\n\n")
    reply.end()


@pytest.mark.parametrize("plan", [_cut, _ended, _garbled])
def test_a_connection_that_breaks_keeps_what_came(
    embed: Embed, server: WidgetServer, plan: Plan
) -> None:
    server.plans["Cut?"] = plan
    page = opened(embed())
    turn = ask(page, "Cut?")
    expect(turn.locator(".failure")).to_have_text("The connection broke off.")
    expect(turn.locator(".said")).to_have_text("The lighthouse was")
    del server.plans["Cut?"]
    again(page)


def test_a_slow_server_is_told_of_and_waited_for(embed: Embed, server: WidgetServer) -> None:
    """Heartbeats alone for minutes: it is told that it takes long, and waited on."""

    def beating(reply: Reply) -> None:
        reply.event("passages", {"passages": []})
        while not server.hold.wait(0.05):
            reply.heartbeat()
        reply.answer(answer_to("x"))

    server.plans["Slow?"] = beating
    page = embed()
    page.clock.install()
    opened(page)
    turn = ask(page, "Slow?")
    expect(turn.locator(".busy")).to_have_text("Reading the documents…")
    for _ in range(30):
        page.wait_for_timeout(60)
        page.clock.run_for(4_000)
    expect(turn.locator(".busy")).to_contain_text("Still waiting")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    server.hold.set()
    expect(turn.locator(".said")).to_contain_text(LIT)


def test_a_server_that_says_nothing_is_given_up(embed: Embed, server: WidgetServer) -> None:
    server.plans["Silent?"] = held(server, "So far")
    page = embed()
    page.clock.install()
    opened(page)
    turn = ask(page, "Silent?")
    expect(turn.locator(".said")).to_have_text("So far")
    page.clock.run_for(44_000)
    expect(turn.locator(".busy")).to_contain_text("Still waiting")
    page.clock.run_for(3_000)
    expect(turn.locator(".failure")).to_have_text("The server does not answer.")
    expect(turn.locator(".said")).to_have_text("So far")
    del server.plans["Silent?"]
    again(page)


@pytest.mark.parametrize("readable", [False, True])
def test_a_page_that_is_not_listed_is_told_so(
    embed: Embed, server: WidgetServer, site: Site, watched: Watched, readable: bool
) -> None:
    """Whether the page may read the refusal or not."""
    server.origins = {"http://127.0.0.1:1"}
    server.tells_why = readable
    page = opened(embed(inline=False))
    expect(page.locator(".failure")).to_contain_text(f"has not listed {site.origin}")
    told = [each for each in watched.complaints if each.startswith("Footnote:")]
    assert len(told) == 1
    assert f'add "{site.origin}" to the widget\'s origins' in told[0]
    expect(ask(page, "When was it lit?").locator(".failure")).to_contain_text("has not listed")
    assert server.asked == []
    assert set(server.refused) == {site.origin}


def test_a_sandboxed_frame_is_told_so(page: Page, server: WidgetServer, site: Site) -> None:
    server.origins = {site.origin}
    inner = site.put(
        f'<!doctype html><html lang=en><title>Inner</title><body><script src="{server.base}'
        f'/widget.js"></script><footnote-chat widget="{WIDGET}"></footnote-chat>'
    )
    page.goto(
        site.put(
            f'<!doctype html><title>Site</title><iframe sandbox="allow-scripts" '
            f'src="{inner}" width=500 height=600></iframe>'
        )
    )
    frame = page.frame_locator("iframe")
    expect(frame.locator(".failure")).to_contain_text("has not listed null")
    assert set(server.refused) == {"null"}


def test_a_policy_that_blocks_the_server_is_named(
    embed: Embed, server: WidgetServer, watched: Watched
) -> None:
    policy = f"default-src 'none'; script-src {server.origin}"
    page = opened(embed(headers={"Content-Security-Policy": policy}))
    expect(page.locator(".failure")).to_contain_text("Content-Security-Policy")
    told = [each for each in watched.complaints if each.startswith("Footnote:")]
    assert len(told) == 1
    assert f"add {server.origin} to connect-src" in told[0]


def test_a_widget_that_is_not_there_is_told(page: Page, server: WidgetServer, site: Site) -> None:
    page.goto(
        site.put(
            f'<!doctype html><html lang=en><title>Site</title><body><script src="{server.base}'
            f'/widget.js"></script><footnote-chat widget="other"></footnote-chat>'
        )
    )
    expect(page.locator(".failure")).to_have_text("There is no such chat.")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://x.example", "http://"])
def test_a_server_address_that_is_none_is_named(
    embed: Embed, watched: Watched, address: str
) -> None:
    page = opened(embed(f'data-server="{address}"'))
    expect(page.locator(".failure")).to_contain_text("names no widget or no server")
    assert any(f'data-server is "{address}"' in told for told in watched.complaints)


def test_a_server_that_is_slow_from_the_start_leaves_no_hole(
    embed: Embed, server: WidgetServer, page: Page
) -> None:
    page.route("**/api/v1/widgets/*", lambda route: None)
    opened(embed())
    expect(ask(page, "When was it lit?").locator(".said")).to_contain_text(LIT)

"""Whoever uses it, by whatever means: assistive programs, keys, small screens, own colours."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.web.accessibility import looked_at, violations
from tests.web.widget.conftest import Embed, answered, ask, opened
from tests.web.widget.stub import WIDGET, Site, WidgetServer, held

pytestmark = pytest.mark.browser


def expect_none(page: Page, where: str) -> None:
    """Expect no violation of any rule of axe-core, best practices among them."""
    response = looked_at(page)
    told = violations(response)
    assert not told, (where, told)
    # It did look into the shadow root.
    looked = [node["target"] for each in response["passes"] for node in each["nodes"]]
    assert any(isinstance(target[0], list) for target in looked), where


@pytest.mark.parametrize(
    ("scheme", "width", "color"),
    [
        ("light", 1280, ""),
        ("dark", 320, ""),
        ("light", 320, "#ffee00"),
        ("dark", 1280, "#301050"),
        ("light", 1280, "#7a7a7a"),
    ],
)
def test_axe_finds_no_violation(
    embed: Embed, server: WidgetServer, scheme: Literal["light", "dark"], width: int, color: str
) -> None:
    server.plans["Busy?"] = lambda reply: reply.refuse(503, "busy", {"Retry-After": "60"})
    server.config["color"] = color
    page = embed()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 700})
    expect(page.locator(".launcher")).to_be_visible()
    expect_none(page, "launcher")
    opened(page)
    expect_none(page, "greeting")
    turn = answered(page, "When was it lit?")
    expect_none(page, "answer")
    turn.locator(".cite").first.click()
    expect(page.locator(".source [role=status]")).to_be_empty()
    expect_none(page, "source")
    page.keyboard.press("Escape")
    answered(page, "Where is the zebra?").get_by_role("button", name="Bad answer").click()
    expect_none(page, "nothing found, and why it is bad")
    answered(page, "Do they disagree?")
    expect_none(page, "documents that disagree")
    answered(page, "Which is it?").get_by_role("button", name="How high is the").click()
    expect(page.locator(".turn").last.get_by_role("button", name="Not meant so")).to_be_visible()
    expect_none(page, "a question back, and how one was understood")
    answered(page, "Is it haunted?")
    expect_none(page, "what a language model wrote")
    expect(ask(page, "Busy?").locator(".failure")).to_be_visible()
    expect_none(page, "a refusal")


def test_axe_finds_no_violation_in_the_text_of_a_page(embed: Embed, server: WidgetServer) -> None:
    server.plans["Slow?"] = held(server, "So far")
    page = embed(inline=True)
    page.emulate_media(reduced_motion="reduce")
    expect(ask(page, "Slow?").locator(".said")).to_have_text("So far")
    expect_none(page, "an answer under way")


def test_axe_finds_no_violation_in_a_frame(page: Page, server: WidgetServer, site: Site) -> None:
    page.goto(f"{server.base}/widget/{WIDGET}/frame")
    answered(page, "When was it lit?")
    expect_none(page, "frame")


def test_it_is_used_by_keys_alone(embed: Embed) -> None:
    page = embed()
    expect(page.locator(".launcher")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".launcher")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("When was it lit?")
    page.keyboard.press("Enter")
    expect(page.locator(".thumbs")).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        if page.locator(".cite").first.evaluate("node => node.matches(':focus')"):
            break
    expect(page.locator(".cite").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".cite").first).to_be_focused()


def test_a_line_is_broken_by_shift_and_enter(embed: Embed, server: WidgetServer) -> None:
    page = opened(embed())
    page.keyboard.type("When")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("was it lit?")
    expect(page.locator("textarea")).to_have_value("When\nwas it lit?")
    assert server.asked == []


def test_what_is_said_is_read_out_once_and_whole(embed: Embed, server: WidgetServer) -> None:
    server.plans["Slow?"] = held(server, "So far")
    page = opened(embed())
    log = page.get_by_role("log", name="Conversation")
    turn = ask(page, "Slow?")
    expect(turn.locator(".said")).to_have_text("So far")
    coming = turn.locator(".reply")
    expect(coming).to_have_attribute("aria-live", "off")
    expect(coming).to_have_attribute("aria-busy", "true")
    expect(page.locator("p[role=status].unseen")).to_have_text("Reading the documents…")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("p[role=status].unseen")).to_have_text("Stopped.")
    turn = answered(page, "When was it lit?")
    assert turn.locator(".reply").get_attribute("aria-live") is None
    expect(log.locator(".turn")).to_have_count(2)
    # What can be done with an answer is not read out with it.
    assert turn.locator("[aria-live=off] .thumbs").count() == 1


@pytest.mark.parametrize(
    ("width", "height"), [(320, 568), (640, 360), (320, 256), (1280, 720)], ids=str
)
def test_nothing_is_cut_off(embed: Embed, width: int, height: int) -> None:
    """320 pixels, and what a screen of 1280 by 720 or 1024 has left at 200 % and 400 %."""
    page = embed()
    page.set_viewport_size({"width": width, "height": height})
    opened(page)
    turn = answered(page, "When was it lit?")
    turn.locator(".row").first.scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in ("textarea", ".head", ".act:not([hidden])", "[aria-label='Close the chat']"):
        box = page.locator(f"footnote-chat {part}").first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
    panel = page.locator(".panel").bounding_box()
    assert panel is not None
    # Where there is little room, it takes all.
    small = width < 480 or height < 480
    assert (panel["width"], panel["height"]) == ((width, height) if small else (400, 640))
    inner = page.locator(".log").evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert inner[0] <= inner[1]
    turn.locator(".row").first.click()
    expect(page.locator("mark")).to_be_visible()


def test_twice_the_size_of_letters_is_taken(embed: Embed) -> None:
    page = embed()
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    opened(page)
    turn = answered(page, "When was it lit?")
    size = turn.locator(".said").evaluate("node => getComputedStyle(node).fontSize")
    assert size == "32px"


def test_nothing_moves_where_that_is_wanted(embed: Embed, server: WidgetServer) -> None:
    server.plans["Slow?"] = held(server)
    page = embed()
    moving = "node => node.getRootNode().getAnimations().length"
    opened(page)
    ask(page, "Slow?")
    expect(page.locator(".busy")).to_be_visible()
    assert page.locator(".panel").evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.locator(".panel").evaluate(moving) == 0


def test_with_colours_of_ones_own_all_can_be_told_apart(embed: Embed) -> None:
    page = embed()
    page.emulate_media(forced_colors="active")
    border = "node => parseFloat(getComputedStyle(node).borderTopWidth)"
    assert page.locator(".launcher").evaluate(border) >= 1
    turn = answered(opened(page), "When was it lit?")
    for part in (".cite", ".question"):
        assert turn.locator(part).first.evaluate(border) >= 1
    assert page.locator(".act:not([hidden])").evaluate(border) >= 1
    turn.locator(".cite").first.click()
    colors = page.locator("mark").evaluate(
        "node => [node, node.parentNode].map(each => getComputedStyle(each).backgroundColor)"
    )
    assert colors[0] != colors[1]

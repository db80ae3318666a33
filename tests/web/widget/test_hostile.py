"""Pages that are hostile to the widget, and documents that are hostile to the page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.widget.answers import HIGH, LIT, answer_of, citation, passage
from tests.web.widget.conftest import Embed, Watched, answered, ask, opened
from tests.web.widget.stub import Reply, Site, WidgetServer

pytestmark = pytest.mark.browser

# Whatever an array has or inherits throws, its iterator and toJSON among it; more is put there
# that for-in finds.
ARRAYS = """<script>
for (const name of Reflect.ownKeys(Array.prototype)) {
    if (name === "length" || name === "constructor") continue;
    Array.prototype[name] = function () { throw new Error(`Array.prototype.${String(name)}`); };
}
Array.prototype.toJSON = Object.prototype.toJSON = function () { return "changed"; };
Array.prototype.extra = Object.prototype.extra = "extra";
Array.from = Array.of = () => { throw new Error("Array.from"); };
</script>"""
HIDING = {
    "display": "* { display: none !important } html, body { display: block !important }",
    "unset": "* { all: unset } script, style, title, head { display: none }",
    "unset, important": (
        "* { all: unset !important } script, style, head, title { display: none !important }"
    ),
    "visibility": "* { visibility: hidden !important; opacity: 0 !important }"
    "html, body { opacity: 1 !important }",
    "text": "* { font: 3px/1 serif !important; color: #fff !important; direction: rtl !important;"
    " letter-spacing: 2em !important; text-transform: uppercase !important;"
    " writing-mode: vertical-rl !important }",
}


def stands(page: Page) -> None:
    """Expect an answer, in a panel that is seen where and as large as it should be."""
    turn = answered(page, "When was it lit?")
    expect(turn.locator(".said")).to_have_text(f"{LIT}1 {HIGH}2")
    box = page.locator("footnote-chat .panel").bounding_box()
    said = turn.locator(".said").bounding_box()
    assert box is not None
    assert said is not None
    assert box["width"] > 250
    assert box["height"] > 500
    assert box["x"] < said["x"] < box["x"] + 40
    style = "getComputedStyle(document.querySelector('footnote-chat').shadowRoot.querySelector"
    names = ("fontSize", "letterSpacing", "textTransform", "visibility")
    seen = [page.evaluate(f"{style}('.said')).{name}") for name in names]
    assert seen == ["16px", "normal", "none", "visible"]
    # What stands there is what is pressed there: nothing lies over it, and it is not see-through.
    at = "[...document.elementsFromPoint(%d, %d)][0].localName"
    assert page.evaluate(at % (said["x"] + 5, said["y"] + 5)) == "footnote-chat"
    opacity = "getComputedStyle(document.querySelector('footnote-chat')).opacity"
    assert page.evaluate(opacity) == "1"


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize("style", HIDING.values(), ids=HIDING.keys())
def test_no_style_of_the_page_reaches_it(
    embed: Embed, watched: Watched, style: str, inline: bool
) -> None:
    body = "" if inline else "<h1>A site</h1>"
    # What a page does to main, which the inline chat stands beside, is no matter of the chat's.
    page = embed(head=f"<style>{style}</style>", body=body, inline=inline)
    stands(page if inline else opened(page))
    assert watched.complaints == []


def test_a_page_may_hide_it_by_the_attribute(embed: Embed) -> None:
    page = embed()
    page.evaluate("document.querySelector('footnote-chat').hidden = true")
    expect(page.locator(".launcher")).to_be_hidden()


def test_a_changed_array_prototype_changes_nothing(
    embed: Embed, watched: Watched, server: WidgetServer
) -> None:
    page = opened(embed('data-questions="One?|Two?" data-theme="purple"', head=ARRAYS))
    expect(page.locator(".welcome li")).to_have_count(2)
    answered(page, "When was it lit?")
    turn = answered(page, "Do they disagree?")
    assert server.asked[1]["history"] == [
        {"question": "When was it lit?", "answer": f"{LIT} {HIGH}"}
    ]
    turn.get_by_role("button", name="Bad answer").click()
    turn.get_by_role("button", name="It is wrong").click()
    expect(turn).to_contain_text("Thank you.")
    assert server.rated[0]["answer"]["citations"][0]["quote"] == LIT
    turn.locator(".cite").first.click()
    expect(page.locator(".source [role=status]")).to_be_empty()
    expect(page.locator("mark")).to_have_text(LIT)
    page.keyboard.press("Escape")
    answered(page, "Which is it?").get_by_role("button", name="How high is the").click()
    page.get_by_role("button", name="Not meant so").click()
    expect(page.locator(".turn").last.locator(".thumbs")).to_be_visible()
    assert [asked["history"] == [] for asked in server.asked[2:]] == [False, False, True]
    answered(page, "Is it haunted?")
    answered(page, "Where is the zebra?")
    server.plans["Fail?"] = lambda reply: reply.refuse(503, "busy", {"Retry-After": "1"})
    ask(page, "Fail?").get_by_role("button", name="Ask again", exact=True).click()
    # The page itself would complain of a method that threw.
    assert [each for each in watched.complaints if "status of 503" not in each] == []


POLICIES = {
    "strict": "default-src 'none'; script-src {server} 'nonce-site'; connect-src {server}",
    "trusted types": (
        "default-src 'none'; script-src {server} 'nonce-site'; connect-src {server};"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    ),
}
REPORTER = """<script nonce="site">
window.violations = [];
document.addEventListener("securitypolicyviolation", e => violations.push(e.violatedDirective));
</script>"""


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
def test_a_strict_policy_is_not_violated(
    embed: Embed, server: WidgetServer, watched: Watched, policy: str, inline: bool
) -> None:
    headers = {"Content-Security-Policy": policy.format(server=server.origin)}
    page = embed('data-color="#2457a6"', head=REPORTER, headers=headers, inline=inline)
    turn = answered(page if inline else opened(page), "When was it lit?")
    turn.locator(".cite").first.click()
    expect(page.locator("mark")).to_have_text(LIT)
    page.get_by_role("button", name="Back").click()
    turn.get_by_role("button", name="Bad answer").click()
    turn.get_by_role("button", name="It is wrong").click()
    expect(turn).to_contain_text("Thank you.")
    answered(page, "Where is the zebra?")
    style = "getComputedStyle(document.querySelector('footnote-chat').shadowRoot.querySelector"
    assert page.evaluate(f"{style}('.head')).backgroundColor") == "rgb(36, 87, 166)"
    assert page.evaluate("violations") == []
    assert watched.complaints == []


def test_a_page_from_right_to_left_leaves_it_as_it_is(embed: Embed) -> None:
    page = opened(embed(root='<html lang="ar" dir="rtl">'))
    turn = answered(page, "When was it lit?")
    box = page.locator(".panel").bounding_box()
    close = page.get_by_role("button", name="Close the chat").bounding_box()
    said = turn.locator(".said").bounding_box()
    assert box is not None
    assert close is not None
    assert said is not None
    assert box["x"] > 640
    assert close["x"] > said["x"] + said["width"] / 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def hostile(canary: Site) -> str:
    """Return markup and code in every form that a page might take for its own."""
    called = f"document.title='pwned';fetch('{canary.origin}/')"
    return (
        f'</p><img src={canary.origin}/i onerror="{called}"><script>{called}</script>'
        f'<svg onload="{called}"><style>*{{background:url({canary.origin}/s)}}</style>'
        f'<iframe src="{canary.origin}/f"></iframe><a href="javascript:{called}">a</a>'
        f"{{{{{called}}}}} ${{{called}}} &lt;b&gt; \u202e{called}\u2066 %s%o %c"
    )


def test_hostile_documents_make_no_element_and_no_request(
    embed: Embed, server: WidgetServer, watched: Watched, canary: Site, site: Site
) -> None:
    bad = hostile(canary)
    server.texts["d-light"] = f"{bad} before {bad} after {bad}"
    start = len(bad) + len(" before ")
    place = {"start": start, "end": start + len(bad), "quote": bad, "title": bad, "section": bad}
    cited = citation(1, LIT) | place | {"document": bad}
    answer = answer_of(bad, [(bad, [cited])], asked_as=bad, short_answer=bad[:40])
    answer |= {"note": f"a note {bad}", "suggestions": [f"Rather {bad}", bad]}
    nothing = answer_of("No?", [(bad, [])], status="not_found")
    # Of a name that is Markdown's, too, whose marks are taken away.
    names = {"text": bad, "title": bad}
    nothing["passages"] = [passage(LIT) | names | {"document": bad + end} for end in ("", ".md")]
    unsupported: dict[str, Any] = {
        "text": bad,
        "citations": [],
        "support": None,
        "unsupported": True,
    }
    written = answer_of("Write?", [(bad, [])], mode="generated", statements=[unsupported])

    def stream(reply: Reply) -> None:
        # Cut within tags, and within characters of more than one byte.
        for at in range(0, len(bad), 7):
            reply.event("delta", {"text": bad[at : at + 7]})
        server.hold.wait(5)

    server.config |= {"title": bad, "greeting": bad, "placeholder": bad, "questions": [bad]}
    server.plans |= {"Stream?": stream, "No?": lambda reply: reply.answer(nothing)}
    server.plans["Write?"] = lambda reply: reply.answer(written)
    server.plans[bad] = lambda reply: reply.answer(answer)
    server.plans["Refuse?"] = lambda reply: reply.refuse(422, bad)
    page = opened(embed(inline=False))
    expect(page.locator(".name")).to_have_text(bad)
    page.locator(".welcome li button").click()
    turn = page.locator(".turn").last
    expect(turn.locator(".thumbs")).to_be_visible()
    assert turn.locator(".said").text_content() == f"{bad}1"
    turn.locator(".cite").click()
    expect(page.locator(".source [role=status]")).to_be_empty()
    assert page.locator("mark").text_content() == bad
    page.keyboard.press("Escape")
    assert turn.locator("[part=note]").text_content() == f"a note {bad}"
    suggested = turn.locator("[part=suggestions] button")
    assert suggested.all_text_contents() == [f"Rather {bad}", bad]
    suggested.last.click()
    expect(page.locator(".turn").nth(1).locator(".thumbs")).to_be_visible()
    assert [asked["question"] for asked in server.asked] == [bad, bad]
    nearest = answered(page, "No?").locator(".row .quote")
    assert nearest.all_text_contents() == [bad, bad]
    assert answered(page, "Write?").locator(".unsupported").text_content() == bad
    expect(ask(page, "Refuse?").locator(".failure")).to_contain_text(bad)
    expect(ask(page, "Stream?").locator(".said")).to_have_text(bad)
    made = "img, script, iframe, style, a:not(.full), svg:not([viewBox]), b"
    assert page.locator("footnote-chat").locator(made).count() == 0
    assert page.title() == "Site"
    assert canary.seen == []
    assert watched.hosts() == {f"127.0.0.1:{server.port}", f"127.0.0.1:{site.port}"}
    assert [each for each in watched.complaints if "status of 422" not in each] == []


def test_characters_that_are_cut_between_packets_come_whole(
    embed: Embed, server: WidgetServer
) -> None:
    text = "😀 Zürich — 𝒳"
    event = f'\ufeff: hello\r\nevent: delta\r\ndata: {{"text":\r\ndata: "{text}"}}\r\n\r\n'.encode()

    cuts = [event.index(b"\r\n") + 1, event.index("😀".encode()) + 2, event.index(b"\xbc"), -2]

    def in_parts(reply: Reply) -> None:
        begun = 0
        for cut in (*(at % len(event) for at in cuts), len(event)):
            reply.raw(event[begun:cut])
            begun = cut
            # Long enough that no two parts come in one.
            server.hold.wait(0.2)
        server.hold.wait(5)

    server.plans["Bytes?"] = in_parts
    expect(ask(opened(embed()), "Bytes?").locator(".said")).to_have_text(text)

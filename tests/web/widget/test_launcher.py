"""The chat on a page: it opens and closes, is set by its tag, comes late, twice, and goes."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.widget.answers import HIGH, LIT
from tests.web.widget.conftest import Embed, Watched, answered, ask, opened
from tests.web.widget.stub import VERSION, WIDGET, Reply, Site, WidgetServer, held

pytestmark = pytest.mark.browser

ACTIVE = """() => {
    let node = document.activeElement;
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
    return node.className || node.id || node.localName;
}"""


def test_it_opens_answers_and_asks_its_server_alone(
    embed: Embed, watched: Watched, server: WidgetServer, site: Site
) -> None:
    page = opened(embed())
    expect(page.locator(".greeting")).to_contain_text("Answers come from 4 documents")
    turn = answered(page, "When was it lit?")
    expect(turn.locator(".said")).to_have_text(f"{LIT}1 {HIGH}2")
    expect(turn.locator("strong")).to_have_text("4 March 1868")
    expect(turn.locator("[part=confidence]")).to_have_text("Very likely right")
    assert watched.complaints == []
    assert watched.hosts() == {f"127.0.0.1:{server.port}", f"127.0.0.1:{site.port}"}
    assert [path for _, path in site.seen if not path.startswith("/page")] in ([], ["/favicon.ico"])


def test_it_keeps_nothing_and_sends_no_cookie(embed: Embed, server: WidgetServer) -> None:
    page = embed()
    # Cookies know no ports: what the site sets would go to the server as well.
    page.evaluate("document.cookie = 'session=secret'")
    answered(opened(page), "When was it lit?")
    kept = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(kept) == [0, 0, "session=secret"]
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert server.cookies == []
    page.context.clear_cookies()


def test_it_brings_one_name(embed: Embed, site: Site, page: Page) -> None:
    page.goto(site.put("<!doctype html><title>Bare</title>"))
    before = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    page = opened(embed())
    answered(page, "When was it lit?")
    after = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    assert {name for name in after - before if not name.isdigit()} == {"Footnote"}


def test_focus_goes_in_and_returns(embed: Embed) -> None:
    page = opened(embed())
    assert page.evaluate(ACTIVE) == "textarea"
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    assert page.evaluate(ACTIVE) == "launcher"
    page.locator("#other").focus()
    page.evaluate("Footnote.open()")
    assert page.evaluate(ACTIVE) == "textarea"
    page.get_by_role("button", name="Close the chat").click()
    assert page.evaluate(ACTIVE) == "other"


def test_a_page_that_opens_with_the_chat_keeps_its_focus(embed: Embed) -> None:
    page = embed("data-open")
    expect(page.locator(".panel")).to_be_visible()
    assert page.evaluate(ACTIVE) == "body"


def test_escape_leaves_the_source_first(embed: Embed) -> None:
    page = opened(embed())
    answered(page, "When was it lit?").locator(".cite").first.click()
    expect(page.locator(".source")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".source")).to_be_hidden()
    assert page.evaluate(ACTIVE) == "cite"
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()


def test_keys_that_are_written_do_not_reach_the_page(embed: Embed) -> None:
    page = opened(embed())
    page.evaluate("document.addEventListener('keydown', e => document.title += e.key)")
    page.keyboard.type("abc/")
    expect(page.locator("footnote-chat textarea")).to_have_value("abc/")
    assert page.title() == "Site"
    # Those that are not written do.
    page.keyboard.press("Control+k")
    assert page.title() == "SiteControlk"


def test_the_tag_sets_it(embed: Embed) -> None:
    page = embed(
        'data-title="My chat" data-greeting="Hello you" data-placeholder="Say it" '
        'data-questions="One?| Two? ||" data-position="left" data-theme="dark" '
        'data-color="#ffee00" data-lang="fr"'
    )
    page.get_by_role("button", name="Ouvrir la discussion: My chat").click()
    expect(page.locator(".name")).to_have_text("My chat")
    expect(page.locator(".greeting")).to_have_text("Hello you")
    expect(page.locator("textarea")).to_have_attribute("placeholder", "Say it")
    assert page.locator(".welcome li").all_text_contents() == ["One?", "Two?"]
    box = page.locator(".panel").bounding_box()
    assert box is not None
    assert box["x"] < 100
    style = "getComputedStyle(document.querySelector('footnote-chat').shadowRoot.querySelector"
    assert page.evaluate(f"{style}('.head')).backgroundColor") == "rgb(255, 238, 0)"
    assert page.evaluate(f"{style}('.head')).color") == "rgb(0, 0, 0)"
    assert page.evaluate(f"{style}('.panel')).backgroundColor") == "rgb(27, 29, 34)"
    page.locator(".welcome li button").first.click()
    expect(page.locator(".question")).to_have_text("One?")
    expect(page.get_by_role("button", name="Bonne réponse")).to_be_visible()


def test_what_is_set_wrong_is_told_and_left_out(embed: Embed, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda each: told.append(each.text) if each.type == "warning" else None)
    opened(embed('data-color="red;}" data-theme="blue" data-position="top"'))
    assert sorted(told) == [
        'Footnote: data-color is "red;}"; give six hexadecimal digits, as #2457a6',
        'Footnote: data-position is "top"; it can be right or left',
        'Footnote: data-theme is "blue"; it can be auto or light or dark',
    ]


@pytest.mark.parametrize(
    ("lang", "words"), [("de-CH", "Ihre Frage"), ("es", "Su pregunta"), ("it", "Your question")]
)
def test_it_speaks_the_language_of_the_page(embed: Embed, lang: str, words: str) -> None:
    page = embed(root=f'<html lang="{lang}">')
    page.locator("footnote-chat .launcher").click()
    expect(page.locator("textarea")).to_have_attribute("placeholder", words)


def test_attributes_that_change_are_followed(embed: Embed) -> None:
    page = opened(embed())
    answered(page, "When was it lit?")
    page.evaluate("document.querySelector('footnote-chat').setAttribute('data-lang', 'de')")
    expect(page.locator("[part=confidence]")).to_have_text("Sehr wahrscheinlich richtig")
    expect(page.locator(".turn")).to_have_count(1)


def test_the_operator_sets_what_the_tag_does_not(embed: Embed, server: WidgetServer) -> None:
    server.config |= {"title": "Theirs", "lang": "es", "color": "#2457a6", "feedback": False}
    page = embed('data-title="Ours"')
    page.locator("footnote-chat .launcher").click()
    expect(page.locator(".name")).to_have_text("Ours")
    expect(page.get_by_role("button", name="Enviar")).to_be_visible()
    turn = ask(page, "When was it lit?")
    expect(turn.locator(".row")).to_have_count(2)
    expect(turn.locator(".thumbs")).to_have_count(0)


def test_the_page_speaks_with_it(embed: Embed, server: WidgetServer) -> None:
    page = embed()
    page.evaluate(
        """() => {
            window.heard = [];
            for (const name of ["answer", "error"])
                addEventListener(`footnote:${name}`, ({ type, detail, target, composed }) => {
                    const told = detail.answer?.citations.length ?? detail.code;
                    heard.push([type, detail.question, told, target.localName, composed]);
                });
        }"""
    )
    assert page.evaluate("Footnote.ask('When was it lit?').then(a => a.short_answer)") == (
        "4 March 1868"
    )
    expect(page.locator(".panel")).to_be_visible()

    def failing(reply: Reply) -> None:
        reply.refuse(500, "something failed")

    server.plans["Fail?"] = failing
    assert page.evaluate("Footnote.ask('Fail?')") is None
    assert page.evaluate("heard") == [
        ["footnote:answer", "When was it lit?", 2, "footnote-chat", True],
        ["footnote:error", "Fail?", "failed", "footnote-chat", True],
    ]
    page.evaluate("Footnote.close()")
    expect(page.locator(".panel")).to_be_hidden()
    page.evaluate("Footnote.destroy()")
    expect(page.locator("footnote-chat")).to_have_count(0)
    page.evaluate("Footnote.open(); Footnote.close()")
    assert page.evaluate("Footnote.ask('Anybody there?')") is None


def test_loaded_twice_it_is_there_once(
    embed: Embed, server: WidgetServer, watched: Watched
) -> None:
    again = "".join(
        f'<script src="{server.base}{path}" data-widget="{WIDGET}" defer></script>'
        for path in ("/widget.js", f"/widget/{VERSION}/widget.js")
    )
    page = opened(embed(head=again))
    expect(page.locator("footnote-chat")).to_have_count(1)
    answered(page, "When was it lit?")
    assert watched.complaints == []


def test_loaded_late_it_comes_all_the_same(embed: Embed, server: WidgetServer) -> None:
    page = embed()
    load = """([src, widget]) => new Promise(resolve => {
        const script = document.createElement("script");
        Object.assign(script, { src, onload: resolve });
        script.dataset.widget = widget;
        document.head.append(script);
    })"""
    page.evaluate("Footnote.destroy()")
    page.evaluate(load, [f"{server.base}/widget.js", WIDGET])
    expect(page.locator("footnote-chat")).to_have_count(1)
    answered(opened(page), "When was it lit?")


def test_before_there_is_a_body_it_waits(embed: Embed, server: WidgetServer) -> None:
    early = f'<script src="{server.base}/widget.js" data-widget="{WIDGET}"></script>'
    page = opened(embed(head=early))
    expect(page.locator("footnote-chat")).to_have_count(1)


def test_a_page_that_has_the_name_keeps_it(embed: Embed) -> None:
    page = embed(head="<script>window.Footnote = { mine: 1 }</script>")
    opened(page)
    assert page.evaluate("Footnote.mine") == 1


def test_an_app_takes_it_off_and_puts_it_back(embed: Embed, server: WidgetServer) -> None:
    gone: list[bool] = []

    def endless(reply: Reply) -> None:
        reply.event("delta", {"text": "It goes"})
        try:
            while not server.hold.wait(0.05):
                reply.heartbeat()
        except OSError:
            gone.append(True)

    server.plans["Endless?"] = endless
    page = embed(inline=True)
    answered(page, "When was it lit?")
    expect(ask(page, "Endless?").locator(".said")).to_have_text("It goes")
    page.evaluate("window.chat = document.querySelector('footnote-chat'); chat.remove()")
    page.wait_for_timeout(500)
    assert gone == [True]
    page.evaluate("document.querySelector('main').append(chat)")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last).to_contain_text("Stopped.")
    answered(page, "How high is it?")
    # Moved in one go, it goes on.
    server.plans["Long?"] = held(server, "So far")
    expect(ask(page, "Long?").locator(".said")).to_have_text("So far")
    page.evaluate("document.body.prepend(chat)")
    page.wait_for_timeout(200)
    expect(page.locator(".turn").last.locator(".busy")).to_be_visible()


def test_it_stands_in_the_text_of_a_page(embed: Embed) -> None:
    page = embed(inline=True, body="<h1>A site</h1>")
    expect(page.locator(".panel")).to_be_visible()
    expect(page.locator(".launcher")).to_have_count(0)
    box = page.locator(".panel").bounding_box()
    assert box is not None
    assert box["height"] == 512
    answered(page, "When was it lit?")


def test_it_works_in_a_frame_of_the_server(
    page: Page, server: WidgetServer, site: Site, watched: Watched
) -> None:
    server.origins = set()
    frame = f'<iframe src="{server.base}/widget/{WIDGET}/frame" width=400 height=500></iframe>'
    page.goto(site.put(f"<!doctype html><title>Site</title>{frame}"))
    inside = page.frame_locator("iframe")
    inside.locator("textarea").fill("When was it lit?")
    inside.get_by_role("button", name="Send").click()
    expect(inside.locator(".said")).to_have_text(f"{LIT}1 {HIGH}2")
    assert watched.complaints == []


def test_behind_a_prefix_it_finds_its_server(embed: Embed, site: Site) -> None:
    with WidgetServer("/chat") as behind:
        assert isinstance(behind, WidgetServer)
        page = opened(embed(server_base=behind.base))
        answered(page, "When was it lit?")
        assert {path.split("/")[1] for _, path in behind.seen} == {"chat"}

"""The page: a conversation on the left, the source of what it says on the right.

Gradio carries the events. What is shown is built by ``assets/*.js`` from plain data, by
``textContent`` alone: Gradio's own templates run what they are filled with as JavaScript, so
no data ever goes through them.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Match, Mount
from starlette.types import Scope

from footnote.engine import MAX_QUESTION, Asks
from footnote.web.desk import Desk
from footnote.web.views import View

ASSETS = Path(__file__).with_name("assets")
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
SYSTEM_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

# How many questions are answered at once. Beyond, they queue.
_ASKING = 4
# Sessions whose conversations are kept; each holds at most 16 kB.
_SESSIONS = 1_000

# Of Gradio's some ninety routes (uploads, files, proxying, code editing), those the page needs.
_OPEN = re.compile(
    r"/(?:theme\.css|manifest\.json|static/.+|assets/.+"
    r"|gradio_api/(?:queue/(?:join|data)|heartbeat/[^/]+|app_id|component_server/))?"
)


def mount_page(app: FastAPI, engine: Asks) -> None:
    """Serve the page at ``/``, and of Gradio's own routes only those that it needs."""
    app.add_route("/favicon.ico", _icon)
    gr.mount_gradio_app(
        app,
        build_page(engine),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=SYSTEM_FONTS, font_mono=SYSTEM_MONO),
        # Given as its css, Gradio would rewrite the rules and drop some of them.
        head=f"<style>{(ASSETS / 'page.css').read_text('utf-8')}</style>",
    )
    mounted = app.router.routes.pop()
    assert isinstance(mounted, Mount)
    app.router.routes.append(ListedRoutes("/", app=mounted.app))
    # An open page holds a stream that does not end by itself.
    page: Any = mounted.app
    app.state.end_streams = page.stop_event.set


async def _icon(_: Request) -> FileResponse:
    return FileResponse(ASSETS / "icon.svg", media_type="image/svg+xml")


class ListedRoutes(Mount):
    """A mount that only the listed paths lead into; for others it is not there."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not _OPEN.fullmatch(scope["path"]):
            return Match.NONE, {}
        return super().matches(scope)


def build_page(engine: Asks) -> gr.Blocks:
    """Lay out the components, and tie their events to the engine."""
    desk = Desk(engine)

    # A function, because Gradio marks what a component's script may call, and a method takes none.
    def show(sent: object) -> View:
        return desk.show(sent)

    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True) as page:
        history = gr.State(())
        header = _component("header")
        with gr.Row(elem_id="fn-panes"):
            with gr.Column(elem_id="fn-talk"):
                talk = _component("conversation")
                box = _ask_box()
            with gr.Column(elem_id="fn-side"):
                _component("source", show)
        asks: dict[str, Any] = {"outputs": [talk, box, history], "concurrency_id": "ask"}
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        page.load(desk.welcome, outputs=talk, **quiet)
        box.submit(desk.ask, [box, history], concurrency_limit=_ASKING, **asks, **quiet)
        talk.ask_example(desk.ask_example, [history], **asks, **quiet)
        header.restart(desk.restart, outputs=history, **quiet)
    page.state_session_capacity = _SESSIONS
    return page


def _ask_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="fn-ask",
        label="Question",
        show_label=False,
        container=False,
        placeholder="Ask the documents…",
        lines=1,
        max_lines=6,
        max_length=MAX_QUESTION,
        submit_btn="Ask",
        autofocus=True,
    )


def _component(name: str, *served: Callable[..., View]) -> gr.HTML:
    """Make a component of ``NAME.html``, which is fixed, and ``NAME.js``, which fills it.

    The script may call the functions ``served``.
    """
    script = [(ASSETS / file).read_text("utf-8") for file in ("dom.js", f"{name}.js")]
    return gr.HTML(
        html_template=(ASSETS / f"{name}.html").read_text("utf-8"),
        js_on_load="\n".join(script),
        apply_default_css=False,
        elem_id=f"fn-{name}",
        server_functions=list(served),
    )

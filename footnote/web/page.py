"""The page: a conversation on the left, documents and sources on the right.

Gradio lays it out and carries nothing: ``assets/page/*.js`` asks through the HTTP interface, as
any other program, so that what guards the one guards the other, and of Gradio's own routes only
its files are open. What is shown is built by ``textContent`` alone.
"""

import re
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

ASSETS = Path(__file__).with_name("assets")
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
SYSTEM_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

# Of Gradio's some ninety routes (events, uploads, files, proxying, code editing), those that
# the page needs: what it is made of.
_OPEN = re.compile(r"/(?:theme\.css|manifest\.json|static/.+|assets/.+)?")
# What Gradio's page tells other sites of itself: its own name, and pictures at its makers'.
_CARDS = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*")


def mount_page(app: FastAPI) -> None:
    """Serve the page at ``/``, and of Gradio's own routes only those that it needs."""
    app.add_route("/favicon.ico", _icon)
    app.mount("/page", StaticFiles(directory=ASSETS / "page"))
    gr.mount_gradio_app(
        app,
        build_page(),
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
        head='<link rel="stylesheet" href="page/page.css">'
        '<script type="module" src="page/main.js"></script>',
    )
    mounted = app.router.routes.pop()
    assert isinstance(mounted, Mount)
    assert isinstance(mounted.app, Starlette)
    app.router.routes.append(ListedRoutes("/", app=WithoutCards(mounted.app)))


async def _icon(_: Request) -> FileResponse:
    return FileResponse(ASSETS / "icon.svg", media_type="image/svg+xml")


class ListedRoutes(Mount):
    """A mount that only the listed paths lead into; for others it is not there."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not _OPEN.fullmatch(scope["path"]):
            return Match.NONE, {}
        return super().matches(scope)


class WithoutCards:
    """Take out of the page what Gradio has sites show of a link to it: nothing there is ours."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        # As a mount's are, to be listed.
        self.routes = app.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        page = b""

        async def without(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                page += message.get("body", b"")
                if not message.get("more_body"):
                    body = _CARDS.sub(b"", page)
                    MutableHeaders(scope=start)["Content-Length"] = str(len(body))
                    await send(start)
                    await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, without)


def build_page() -> gr.Blocks:
    """Lay out the parts of the page."""
    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True) as page:
        _part("header")
        with gr.Row(elem_id="fn-panes"):
            with gr.Column(elem_id="fn-left"):
                _part("conversation")
            with gr.Column(elem_id="fn-right"):
                _part("side")
    return page


def _part(name: str) -> gr.HTML:
    """Put ``NAME.html`` in its place: it is fixed, and filled by the page's scripts."""
    return gr.HTML(
        (ASSETS / f"{name}.html").read_text("utf-8"), apply_default_css=False, elem_id=f"fn-{name}"
    )

"""What a widget is loaded from: its script, a page for a frame, and one to try it on."""

import hashlib
import html
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from footnote.web.clients import Clients
from footnote.widgets import Widget

_SCRIPT = Path(__file__).with_name("widget") / "dist" / "widget.js"
_ASSETS = Path(__file__).with_name("assets") / "widget"
# A name with a version in it never stands for something else; the plain one is looked up anew.
_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=300"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Script:
    """The widget's script. ``integrity`` is for the attribute of that name (W3C's SRI)."""

    content: bytes
    version: str
    integrity: str


@cache
def script() -> Script:
    """Return the script as it is shipped."""
    content = _SCRIPT.read_bytes()
    digest = hashlib.sha384(content).digest()
    return Script(content, digest.hex()[:16], f"sha384-{b64encode(digest).decode()}")


@router.get("/widget.js")
def latest(request: Request) -> Response:
    """Serve the script under the name that stays."""
    return _script(request, _BRIEFLY)


@router.get("/widget/{version}/widget.js")
def versioned(request: Request, version: str) -> Response:
    """Serve the script under a name that nothing else will have; of older ones there is none."""
    if version != script().version:
        raise HTTPException(404)
    return _script(request, _FOREVER)


@router.get("/widget/{widget_id}/frame")
def frame(request: Request, widget_id: str) -> Response:
    """Serve a page that is the widget alone; pages of the widget's origins may frame it."""
    widget = _widget(request, widget_id)
    ancestors = " ".join(("'self'", *widget.origins)) if widget.origins else "'none'"
    return _page("frame.html", widget, ancestors)


@router.get("/widget/{widget_id}/demo")
def demo(request: Request, widget_id: str) -> Response:
    """Serve a page to try the widget on, to whoever is at the machine itself."""
    widget = _widget(request, widget_id)
    clients: Clients = request.app.state.clients
    if not clients.of(request.scope).local:
        raise HTTPException(404)
    return _page("demo.html", widget, "'none'")


@router.get("/widget/{name}.css")
def style(name: str) -> Response:
    """Serve the styles of the two pages."""
    if name not in ("frame", "demo"):
        raise HTTPException(404)
    return Response((_ASSETS / f"{name}.css").read_bytes(), media_type="text/css")


def _script(request: Request, caching: str) -> Response:
    tag = f'"{script().version}"'
    headers = {
        "ETag": tag,
        "Cache-Control": caching,
        # What a page of another site loads by a tag.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    asked = request.headers.get("if-none-match", "")
    if tag in (each.strip().removeprefix("W/") for each in asked.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(script().content, media_type="text/javascript", headers=headers)


def _widget(request: Request, id_: str) -> Widget:
    widgets: dict[str, Widget] = request.app.state.widgets
    if id_ not in widgets:
        raise HTTPException(404)
    return widgets[id_]


def _page(name: str, widget: Widget, ancestors: str) -> Response:
    values = {
        "id": widget.id,
        "title": widget.title or "Footnote",
        "lang": widget.lang or "en",
        "version": script().version,
    }
    escaped = {key: html.escape(value) for key, value in values.items()}
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        f"require-trusted-types-for 'script'; frame-ancestors {ancestors}"
    )
    return Response(
        Template((_ASSETS / name).read_text("utf-8")).substitute(escaped),
        media_type="text/html",
        headers={"Content-Security-Policy": policy, "Cache-Control": "no-cache"},
    )

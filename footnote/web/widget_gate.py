"""Let a widget be used by pages of its own origins alone, before any work is done for them.

A browser says truly which page asks, so this keeps a widget off pages that are not listed. It
keeps no document from a program that says what it likes: see docs/embedding.md.
"""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.web.errors import refusal
from footnote.widgets import PUBLIC_ID, Widget

# Set in the scope of a request that came through the gate; routes of widgets want it.
WIDGET = "footnote.widget"
# Seconds for which a browser need not ask again whether it may.
_LEAVE = "600"

_ROUTES = re.compile(rf"/api/v1/widgets/(?P<id>{PUBLIC_ID})(?:/.*)?", re.DOTALL)
_SCRIPT = re.compile(r"/widget(?:/[^/]+/widget)?\.js")


def is_widget(path: str) -> bool:
    """Tell whether it is a widget's own list of origins that opens a path.

    >>> is_widget("/api/v1/widgets/help/ask"), is_widget("/widget.js"), is_widget("/api/v1/ask")
    (True, True, False)
    """
    return path.startswith("/api/v1/widgets/") or _SCRIPT.fullmatch(path) is not None


def widget_id_of(path: str) -> str:
    """Return the public id of the widget that a path belongs to, or an empty text.

    >>> widget_id_of("/api/v1/widgets/help/ask"), widget_id_of("/api/v1/ask")
    ('help', '')
    """
    match = _ROUTES.fullmatch(path)
    return match["id"] if match else ""


def is_own(origin: str, host: str) -> bool:
    """Tell whether an origin is that of the server itself, called by this Host header."""
    # Behind a proxy the scheme here may be another than the browser's.
    return origin.lower() in {f"{scheme}://{host.lower()}" for scheme in ("http", "https")}


class WidgetGate:
    """Refuse (403) whom a widget does not list, and answer browsers that ask beforehand."""

    def __init__(self, app: ASGIApp, widgets: Iterable[Widget]) -> None:
        self.app = app
        self._widgets = {widget.id: widget for widget in widgets}
        self._embedding = frozenset(
            origin for widget in self._widgets.values() for origin in widget.origins
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_widget(scope["path"]):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if _SCRIPT.fullmatch(scope["path"]):
            # As a script is fetched by its tag it is anybody's: what is loaded so, no page reads.
            by_tag = "origin" not in headers or headers.get("sec-fetch-mode") == "no-cors"
            admitted = by_tag or _admitted(headers, self._embedding)
        else:
            widget = self._widgets.get(widget_id_of(scope["path"]))
            scope[WIDGET] = widget
            # Which widgets there are is not told to pages that may not use them.
            admitted = _admitted(headers, frozenset(widget.origins if widget else ()))
        if not admitted:
            message = "no chat of this id may be used by this page; list its origin in the widget's"
            await refusal(403, "forbidden_origin", message)(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _leave()(scope, receive, _allowing(headers, send))
        else:
            await self.app(scope, receive, _allowing(headers, send))


def _admitted(headers: Headers, origins: frozenset[str]) -> bool:
    given = headers.getlist("origin")
    if not given:
        # A browser leaves it out where a page of the server's own reads from the server.
        return headers.get("sec-fetch-site") == "same-origin"
    return len(given) == 1 and (given[0] in origins or is_own(given[0], headers["host"]))


def _leave() -> Response:
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Max-Age": _LEAVE,
        },
    )


def _allowing(headers: Headers, send: Send) -> Send:
    """Let the page that asked read what comes, a refusal too; nobody is let in by a cookie."""

    async def allowing(message: Message) -> None:
        if message["type"] == "http.response.start" and "origin" in headers:
            out = MutableHeaders(scope=message)
            out["Access-Control-Allow-Origin"] = headers["origin"]
            out["Access-Control-Expose-Headers"] = "Retry-After"
        await send(message)

    return allowing

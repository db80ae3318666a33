"""Answer each client so many questions a minute, and no more."""

import math
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.web.buckets import Buckets
from footnote.web.clients import Clients
from footnote.web.errors import refusal
from footnote.web.keys import is_admin
from footnote.web.widget_gate import widget_id_of
from footnote.widgets import Widget


class RateLimit:
    """Refuse with 429 what a client asks beyond its rate; programs on this machine may.

    A widget with a rate of its own has buckets of its own. A rate of 0 is none.
    """

    def __init__(
        self,
        app: ASGIApp,
        per_minute: int,
        clients: Clients,
        loopback: bool = False,
        widgets: Iterable[Widget] = (),
    ) -> None:
        self.app = app
        self.clients = clients
        self.loopback = loopback
        self._all = Buckets(per_minute) if per_minute else None
        self._of_widgets = {
            widget.id: Buckets(widget.rate_per_minute)
            for widget in widgets
            if widget.rate_per_minute is not None
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not counts(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return
        client = self.clients.of(scope)
        buckets = self._of_widgets.get(widget_id_of(scope["path"]), self._all)
        wait = 0.0
        if buckets is not None and (self.loopback or not client.local):
            wait = buckets.take(client.key)
        if buckets is None or not wait:
            await self.app(scope, receive, send)
            return
        seconds = math.ceil(wait)
        message = (
            f"{buckets.per_minute} questions a minute are answered to one client; "
            f"ask again in {seconds} s, or have rate_per_minute raised"
        )
        headers = {"Retry-After": str(seconds)}
        await refusal(429, "too_many", message, headers)(scope, receive, send)


def counts(method: str, path: str) -> bool:
    """Tell whether a request asks or leaves something: all that is sent to the public API.

    >>> counts("POST", "/api/v1/ask"), counts("GET", "/api/v1/documents")
    (True, False)
    >>> counts("DELETE", "/api/v1/feedback/1f")
    True
    """
    return (
        method in ("POST", "DELETE") and path.startswith(("/api/", "/v1/")) and not is_admin(path)
    )

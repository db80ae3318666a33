"""Answer each client so many questions a minute, and no more."""

import math

from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.web.buckets import Buckets
from footnote.web.clients import Clients
from footnote.web.errors import refusal
from footnote.web.keys import is_admin


class RateLimit:
    """Refuse with 429 what a client asks beyond its rate; programs on this machine may."""

    def __init__(
        self, app: ASGIApp, per_minute: int, clients: Clients, loopback: bool = False
    ) -> None:
        self.app = app
        self.per_minute = per_minute
        self.clients = clients
        self.loopback = loopback
        self.buckets = Buckets(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not counts(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return
        client = self.clients.of(scope)
        wait = 0.0
        if self.loopback or not client.local:
            wait = self.buckets.take(client.key)
        if not wait:
            await self.app(scope, receive, send)
            return
        seconds = math.ceil(wait)
        message = (
            f"{self.per_minute} questions a minute are answered to one client; "
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

"""Answer each client so many questions a minute, and no more.

Each has a token bucket, kept as one number: when it will be full again (the generic cell rate
algorithm). Libraries for this either keep a list a client or forget none within a window.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.web.clients import Clients
from footnote.web.errors import refusal
from footnote.web.keys import is_admin
from footnote.web.widget_gate import widget_id_of
from footnote.widgets import Widget

MINUTE = 60.0
# Clients remembered; who was not seen for longest is forgotten first.
MAX_CLIENTS = 10_000


class Buckets:
    """A bucket for each client, of as many tokens as are filled in within a minute."""

    def __init__(
        self,
        per_minute: int,
        most: int = MAX_CLIENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.per_minute = per_minute
        self._each = MINUTE / per_minute
        self._most = most
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str) -> float:
        """Take a token; returns 0, or the seconds until there is one."""
        now = self._clock()
        full_at = max(now, self._full_at.get(key, now)) + self._each
        wait = full_at - now - MINUTE
        # Sums of floats miss a whole minute by a hair.
        if wait > self._each / 1e6:
            self._full_at.move_to_end(key)
            return wait
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0.0

    def __len__(self) -> int:
        return len(self._full_at)


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
    """
    return method == "POST" and path.startswith(("/api/", "/v1/")) and not is_admin(path)

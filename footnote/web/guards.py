"""Refuse what no page of ours would send, before any work is done for it.

A server on the loopback address can be reached by every page open in the same browser, so
its host and origin are checked on every route, the page's own included.
"""

import re

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.errors import UsageError
from footnote.settings import Settings
from footnote.web.body import MB, BodyLimit
from footnote.web.clients import Clients
from footnote.web.errors import refusal
from footnote.web.keys import Keys
from footnote.web.rate import RateLimit
from footnote.web.widget_gate import WidgetGate, is_own, is_widget

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")
_LISTED_HOST = re.compile(r"\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
# Where other sites may be let in; all the rest is the page's, and for the page alone.
_SHARED = re.compile(r"/(?:api/|v1/|healthz$|readyz$)")

# Gradio starts from an inline script and compiles its templates, hence the two 'unsafe-';
# what is loaded, and from where, stays closed.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


def add_guards(app: FastAPI, settings: Settings) -> None:
    """Put the guards around everything that an app serves.

    Raises UsageError where a listed host or proxy is malformed.
    """
    clients = app.state.clients = Clients(settings.proxies)
    hosts = frozenset({*LOOPBACK_NAMES, *map(_checked_host, settings.hosts)})
    origins = frozenset(settings.origins)
    # The last added is the outermost.
    app.add_middleware(BodyLimit, operator_bytes=settings.upload_mb * MB)
    app.add_middleware(
        RateLimit,
        per_minute=settings.rate_per_minute,
        clients=clients,
        loopback=settings.rate_loopback,
        widgets=settings.widgets.values(),
    )
    app.add_middleware(
        Keys,
        api_keys=settings.api_keys,
        admin_token=settings.admin_token,
        clients=clients,
        wrong_per_minute=settings.wrong_keys_per_minute,
    )
    # This class and no other: seeing exactly it here, Gradio adds no headers of its own,
    # which would let in every origin, with credentials.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=sorted(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization"] if settings.api_keys else [],
    )
    app.add_middleware(WidgetGate, widgets=settings.widgets.values())
    app.add_middleware(Doorkeeper, hosts=hosts, origins=origins)
    app.add_middleware(SecurityHeaders)


class Doorkeeper:
    """Answer only for hosts that are listed, and only to pages of an origin that may ask."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], origins: frozenset[str]) -> None:
        self.app = app
        self.hosts = hosts
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif not self._knows_hosts(Headers(scope=scope)):
            message = "this host name is not served; list it in the setting hosts"
            await refusal(400, "unknown_host", message)(scope, receive, send)
        elif not self._admits(Headers(scope=scope), scope["path"]):
            message = "pages of this origin may not ask; list it in the setting origins"
            await refusal(403, "forbidden_origin", message)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _knows_hosts(self, headers: Headers) -> bool:
        # Gradio believes X-Forwarded-Host, so that is held to the same list.
        names = headers.getlist("host")
        forwarded = ",".join(headers.getlist("x-forwarded-host"))
        names += [name.strip() for name in forwarded.split(",") if name.strip()]
        matches = [_HOST.fullmatch(name.lower()) for name in names]
        return len(headers.getlist("host")) == 1 and all(
            match is not None and match["name"] in self.hosts for match in matches
        )

    def _admits(self, headers: Headers, path: str) -> bool:
        if is_widget(path):
            # Each widget has a list of its own, and this one does not open it.
            return True
        origins = headers.getlist("origin")
        if not origins:
            return True
        if len(origins) > 1:
            return False
        return is_own(origins[0], headers["host"]) or (
            origins[0].lower() in self.origins and _SHARED.match(path) is not None
        )


class SecurityHeaders:
    """Tell browsers to keep to what our pages are made of."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        policy = DATA_POLICY if _SHARED.match(scope.get("path", "")) else PAGE_POLICY

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers.setdefault("Content-Security-Policy", policy)
                if "origin" not in headers.get("Vary", "").lower():
                    headers.add_vary_header("Origin")
            await send(message)

        await self.app(scope, receive, with_headers)


def _checked_host(host: str) -> str:
    if not _LISTED_HOST.fullmatch(host.lower()):
        raise UsageError(
            f"hosts has {host!r}; give names only, as docs.example.org or [::1], without "
            "scheme, port or wildcard"
        )
    return host.lower()

"""Listen, and serve until told to stop."""

import asyncio
import gc
import ipaddress
import logging
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, cast

import typer
import uvicorn
from fastapi import FastAPI

from footnote.errors import UsageError
from footnote.settings import Settings
from footnote.web.connections import GuardedProtocol, Limits
from footnote.web.priority import give_way

if TYPE_CHECKING:
    from footnote.embedding import Embedder

# What is under way when the server is told to stop has this long to end.
DRAIN_SECONDS = 8
# What was cancelled then has this long to clean up.
_CLEAN_UP_SECONDS = 1.0
# What a reader that stopped leaves in the system's hands; the system doubles it.
_SEND_BUFFER = 128 * 1024
# Files that are open besides connections: the index, its workers, the log.
_OTHER_FILES = 200


def claim_socket(settings: Settings) -> socket.socket:
    """Listen on the address that the settings name, before any heavy work is done.

    Raises UsageError where it is in use, is none of this machine's, or can be reached by
    other machines and no host names are listed.
    """
    family, address = _address(settings)
    if not ipaddress.ip_address(address[0]).is_loopback and not settings.hosts:
        raise UsageError(
            f"host is {settings.host}, which other machines can reach, and no host names are "
            "listed; list those it is called by (FOOTNOTE_HOSTS='[\"docs.example.org\"]') or "
            "leave the host at 127.0.0.1"
        )
    claimed = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # Else a restart must wait for connections of the last run to time out.
            claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        claimed.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        claimed.bind(address)
        claimed.listen(128)
    except OSError as error:
        claimed.close()
        raise UsageError(
            f"port {settings.port} on {settings.host} is in use or not allowed "
            f"({error.strerror}); --port 0 takes a free one"
        ) from error
    return claimed


def serve(
    app: FastAPI,
    settings: Settings,
    claimed: socket.socket | None = None,
    announce: Callable[[str], object] = typer.echo,
    limits: Limits | None = None,
) -> None:
    """Serve until a signal says to stop; what is under way then is finished first.

    ``announce`` is told the address once requests are answered; ``limits`` are those of the
    settings, if not given.
    """
    claimed = claimed or claim_socket(settings)
    if settings.log_questions:
        _show_questions()
    limits = limits or Limits(
        connections=_affordable(settings.connections), streams=settings.streams
    )
    config = uvicorn.Config(
        app,
        http=cast(type[GuardedProtocol], partial(GuardedProtocol, limits=limits)),
        log_level="warning",
        access_log=False,
        server_header=False,
        # Nothing believes X-Forwarded headers, and nothing speaks WebSocket.
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    with claimed:
        url = url_of(settings, claimed)
        _Server(config, app, lambda: announce(f"Footnote is at {url}")).run(sockets=[claimed])


def serve_on(
    claimed: socket.socket, settings: Settings, embedder: "Embedder | None" = None
) -> None:
    """Make the engine over the index as it is, and serve it; see open_engine.

    The parts are imported here, because they take seconds: the address is claimed before.
    """
    from footnote.engine import open_engine
    from footnote.web.app import create_app

    # The models' own threads are begun by the one that loads them, and are as it is.
    with ThreadPoolExecutor(1, initializer=give_way) as loading:
        engine = loading.submit(open_engine, settings, embedder).result()
    app = create_app(engine, settings)
    # What is loaded by now stays: looking through it again and again stops every thread.
    gc.collect()
    gc.freeze()
    serve(app, settings, claimed)


def url_of(settings: Settings, claimed: socket.socket) -> str:
    """Return the address to open in a browser."""
    address, port = claimed.getsockname()[:2]
    if ipaddress.ip_address(address).is_loopback:
        name = f"[{address}]" if ":" in address else address
    else:
        name = settings.hosts[0]
    return f"http://{name}:{port}"


def _affordable(connections: int) -> int:
    """Return how many connections can be kept; the limit of open files is raised for them."""
    if os.name != "posix":
        return connections
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    raised = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
    return max(1, raised - _OTHER_FILES)


def _show_questions() -> None:
    """Write questions to standard error, which by itself shows warnings and worse alone."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("footnote.questions")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


class _Server(uvicorn.Server):
    """A server that tells when it is ready, and lets nothing more in when it stops."""

    def __init__(
        self, config: uvicorn.Config, app: FastAPI, on_ready: Callable[[], object]
    ) -> None:
        super().__init__(config)
        self._app = app
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        until = time.monotonic() + DRAIN_SECONDS
        operator = self._app.state.operator
        self._app.state.asking.stop()
        if operator is not None:
            operator.jobs.stop()
        await super().shutdown(sockets)
        # All of it here: the signal that was caught ends the process as soon as this returns.
        if self.server_state.tasks:
            # Cancelled by now; an upload still has to take its half away.
            await asyncio.wait(self.server_state.tasks, timeout=_CLEAN_UP_SECONDS)
        if operator is not None:
            left = max(0.0, until - time.monotonic())
            await asyncio.to_thread(operator.jobs.join, left)


def _address(settings: Settings) -> tuple[int, tuple[str, int]]:
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise UsageError(f"host is {settings.host!r}, which is no address: {error}") from error
    family, _, _, _, address = found[0]
    return family, (str(address[0]), int(address[1]))

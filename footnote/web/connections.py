"""Let no client hold what others need: deadlines for sending and reading, and caps.

uvicorn waits for ever for a header, a body and a reader. This is its protocol with a clock.
A connection that is late is closed without a word: who sends so slowly does not listen.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import h11
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

# An operator's upload may take longer than a question, as long as it comes at this rate.
_LEAST_UPLOAD = 100_000
# A reader must take this much a second, or it counts as one that stopped.
_LEAST_READ = 1_000
# What is still sent after its answer is awaited for so many seconds, that the answer is read.
_LINGER = 2.0
# Lingering is on, for no time at all.
_RESET = struct.pack("ii", 1, 0)


@dataclass
class Limits:
    """How long a client may take, in seconds, and how many are kept at once.

    ``held`` are the connections with an open stream, the oldest first.
    """

    header: float = 10.0
    body: float = 30.0
    send: float = 30.0
    connections: int = 1000
    streams: int = 100
    held: dict["GuardedProtocol", None] = field(default_factory=dict, repr=False)


class GuardedProtocol(H11Protocol):
    """One connection, which is closed when it is late, or when others need its place."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: Limits,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._served: ASGIApp = self.app
        self.app = self._watched
        self._phase: object = None
        self._since = 0.0
        self._received = 0
        self._unsent = 0
        self._receiving: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Whatever the kernel does not take at once is waited for, and so has a deadline.
        transport.set_write_buffer_limits(high=0)
        self._watch()
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._receive_by(None, self.abort)
        self._stop_sending()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._receive_by(_LINGER, self.abort)
        else:
            self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_sending()

    def abort(self) -> None:
        """Close at once, and drop what was not read."""
        if (made := self.transport.get_extra_info("socket")) is not None:
            # Else the system keeps what was not read, and goes on trying.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()

    def _watch(self) -> None:
        """Set the deadline of what the client is to send next, where that has changed."""
        phase = self.conn.their_state
        if phase is self._phase:
            return
        self._phase = phase
        self._since = self.loop.time()
        self._received = 0
        if phase is h11.IDLE:
            self._receive_by(self._limits.header, self._check_head)
        elif phase is h11.SEND_BODY:
            self._receive_by(self._limits.body, self._check_body)
        else:
            self._receive_by(None, self.abort)

    def _receive_by(self, seconds: float | None, late: Callable[[], None]) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
        self._receiving = None if seconds is None else self.loop.call_later(seconds, late)

    def _check_head(self) -> None:
        # Who still reads the last answer has not begun to be late with the next request.
        if self._sending is None:
            self.abort()
        else:
            self._receive_by(self._limits.header, self._check_head)

    def _check_body(self) -> None:
        allowed = self._limits.body + self._received / _LEAST_UPLOAD
        left = self._since + allowed - self.loop.time()
        # Timers of the loop may be early by its resolution.
        if left > 0.001:
            self._receive_by(left, self._check_body)
        else:
            self.abort()

    def _await_reader(self) -> None:
        self._stop_sending()
        self._unsent = self.transport.get_write_buffer_size()
        self._sending = self.loop.call_later(self._limits.send, self._check_reader)

    def _check_reader(self) -> None:
        read = self._unsent - self.transport.get_write_buffer_size()
        if read < self._limits.send * _LEAST_READ:
            self.abort()
        else:
            self._await_reader()

    def _stop_sending(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def _make_room(self) -> None:
        """Close the connection that has not asked for longest, where there are too many.

        Refusing newcomers instead would let whoever opens enough of them shut others out.
        """
        if len(self.connections) <= self._limits.connections:
            return
        kept = [
            each
            for each in self.connections
            if isinstance(each, GuardedProtocol) and not each.transport.is_closing()
        ]
        if len(kept) > self._limits.connections:
            waiting = [each for each in kept if each is not self and each.is_waiting]
            min(waiting, key=lambda each: each._since, default=self).abort()

    @property
    def is_waiting(self) -> bool:
        """Whether the client has yet to send something, and nothing is done for it."""
        return self._receiving is not None

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noticed(message: Message) -> None:
            if message["type"] == "http.response.start" and _streams(message):
                self._hold()
            await send(message)

        try:
            await self._served(scope, receive, noticed)
        finally:
            self._limits.held.pop(self, None)

    def _hold(self) -> None:
        """Count a stream; beyond the cap the oldest ends, not the one that was just asked for."""
        held = self._limits.held
        held[self] = None
        if len(held) > self._limits.streams:
            oldest = next(iter(held))
            del held[oldest]
            oldest.abort()


def _streams(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/event-stream")

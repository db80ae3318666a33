"""Send questions over HTTP at set instants, whatever becomes of those before: an open loop.

A closed loop, whose clients wait for their answers, asks less of a server that is slow, and so
hides that it is.
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

PATIENCE_S = 60.0
_READING = re.compile(rb'"read": ([\d.]+)')


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request. Times are seconds from when it was due; ``status`` 0 is none.

    ``reading`` is the milliseconds that the server says its models read for, 0 if it does not.
    """

    due: float
    status: int
    seconds: float
    first: float
    reading: float = 0.0


def milliseconds(replies: list[Reply], share: float, first: bool = False) -> float:
    """Return the quantile of the replies' times."""
    times = [each.first if first else each.seconds for each in replies]
    return float(np.quantile(times, share)) * 1000 if times else float("nan")


class Client:
    """Asks one server, each time over a connection of its own, and keeps what came."""

    def __init__(self, address: str, questions: Iterator[str]) -> None:
        host, port = address.removeprefix("http://").split(":")
        self._host, self._port = host, int(port)
        self._questions = questions

    async def ask(self, due: float | None = None) -> Reply:
        """Ask the next question as a stream of events."""
        body = json.dumps({"question": next(self._questions)}).encode()
        head = (
            f"POST /api/v1/ask HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            "Content-Type: application/json\r\nAccept: text/event-stream\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return await self._sent(head.encode() + body, due)

    async def health(self) -> Reply:
        """Ask whether the server is alive."""
        head = f"GET /healthz HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
        return await self._sent(f"{head}Connection: close\r\n\r\n".encode(), None)

    async def one_by_one(self, seconds: float) -> list[Reply]:
        """Ask, each when the one before is answered: a closed loop of one."""
        until = time.perf_counter() + seconds
        replies = []
        while time.perf_counter() < until:
            replies.append(await self.ask())
        return replies

    async def arriving(self, rate: float, seconds: float, seed: int) -> list[Reply]:
        """Ask at random instants (a Poisson process), so many a second on average."""
        draw = random.Random(seed)
        due = started = time.perf_counter()
        asked = []
        while (due := due + draw.expovariate(rate)) < started + seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked.append(asyncio.create_task(self.ask(due)))
        return list(await asyncio.gather(*asked))

    async def probing(self, each_s: float) -> list[Reply]:
        """Ask for the server's health again and again, until cancelled."""
        replies = []
        try:
            while True:
                replies.append(await self.health())
                await asyncio.sleep(each_s)
        except asyncio.CancelledError:
            return replies

    async def _sent(self, request: bytes, due: float | None) -> Reply:
        due = time.perf_counter() if due is None else due
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, first, reading = await self._exchanged(request)
        except (OSError, TimeoutError, ValueError):
            status, first, reading = 0, time.perf_counter(), 0.0
        return Reply(due, status, time.perf_counter() - due, first - due, reading)

    async def _exchanged(self, request: bytes) -> tuple[int, float, float]:
        """Return the status, when the body's first bytes came, and how long was read."""
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.read(1)
            first = time.perf_counter()
            rest = await reader.read()
            status = int(head.split()[1])
            # A stream that tells of an error at its end has failed as well.
            told = _READING.search(rest)
            reading = float(told[1]) if told else 0.0
            return (500 if b"event: error" in body + rest else status), first, reading
        finally:
            writer.close()

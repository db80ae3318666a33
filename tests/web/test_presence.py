import asyncio
from collections.abc import Callable

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from footnote.web.presence import while_there


def request_that(receive: Callable[[], Message]) -> Request:
    """Make a request whose client says one thing, and then nothing."""
    said = False

    async def once() -> Message:
        nonlocal said
        if said:
            await asyncio.Event().wait()
        said = True
        return receive()

    return Request({"type": "http"}, once)


def staying() -> Request:
    return request_that(lambda: {"type": "http.request", "body": b"", "more_body": False})


def leaving() -> Request:
    return request_that(lambda: {"type": "http.disconnect"})


def test_what_is_awaited_comes_and_nothing_stays_behind() -> None:
    async def run() -> None:
        assert await while_there(staying(), asyncio.sleep(0.01, "here")) == "here"
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_an_error_is_raised_as_it_is() -> None:
    async def fail() -> None:
        raise KeyError("told")

    with pytest.raises(KeyError, match="told"):
        asyncio.run(while_there(staying(), fail()))


def test_when_the_client_leaves_the_work_is_cancelled_before_that_is_said() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def run() -> None:
        with pytest.raises(ClientDisconnect):
            await while_there(leaving(), work())
        assert ended
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_who_is_cancelled_cancels_the_work() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def run() -> None:
        task = asyncio.ensure_future(while_there(staying(), work()))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended

    asyncio.run(run())

import asyncio
import logging
import threading

import pytest

from footnote.errors import Busy, IndexDamaged, QuestionError
from footnote.records import Answer, Turn
from footnote.settings import Settings
from footnote.store.snapshot import Origin
from footnote.web import asking as module
from footnote.web.asking import Asking
from footnote.web.metrics import Metrics
from tests.web.double import WordEngine
from tests.web.gated import PATIENCE, GatedEngine, steps_of

LIGHT = "When was the lighthouse lit?"
PLATE = "What does the family plate cost?"


def asking_of(engine: WordEngine, settings: Settings | None = None) -> Asking:
    return Asking(engine, settings or Settings(), Metrics())


async def begun(engine: GatedEngine) -> None:
    """Wait until the engine has begun one more question."""
    assert await asyncio.to_thread(engine.began.acquire, timeout=PATIENCE)


async def over(engine: GatedEngine) -> None:
    """Wait until the engine is done with one more question."""
    assert await asyncio.to_thread(engine.over.acquire, timeout=PATIENCE)


async def settled() -> None:
    """Let what is ready in the loop run."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_an_answer_and_its_steps_are_the_engines_own() -> None:
    async def run() -> None:
        engine = WordEngine()
        asking = asking_of(engine)
        given = (LIGHT, (Turn("a?", "b"),), ("light*",), 3)
        assert await asking.ask(*given) == engine.ask(*given)
        other = (PLATE, (), (), 5)
        assert await steps_of(asking.steps(*other)) == list(engine.steps(*other))

    asyncio.run(run())


def test_passages_come_before_anything_is_read() -> None:
    async def run() -> None:
        engine = GatedEngine()
        steps = asking_of(engine).steps(LIGHT)
        assert await anext(steps) == engine.ask_passages(LIGHT)
        assert not engine.answered
        engine.read.set()
        assert isinstance(await anext(steps), Answer)
        await steps.aclose()

    asyncio.run(run())


def test_all_steps_of_a_question_run_in_one_worker_thread() -> None:
    async def run() -> None:
        engine = GatedEngine()
        engine.read.set()
        await asking_of(engine).ask(LIGHT)
        assert len(engine.threads) == 2
        assert len(set(engine.threads)) == 1

    asyncio.run(run())


def test_who_waits_hears_a_heartbeat_in_the_queue_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.01)

    async def run() -> None:
        engine = GatedEngine()
        asking = asking_of(engine, Settings(workers=1))
        first = asyncio.ensure_future(asking.ask(LIGHT))
        await begun(engine)
        steps = asking.steps(PLATE)
        assert await anext(steps) is None
        engine.read.set()
        rest = [step async for step in steps if step is not None]
        assert isinstance(rest[-1], Answer)
        await first

    asyncio.run(run())


def test_who_waits_in_vain_is_refused_before_a_heartbeat_begins_a_stream() -> None:
    assert Settings().deadline_s < module.HEARTBEAT_SECONDS


def test_the_loop_looks_at_the_index_once_a_question() -> None:
    class Watched(WordEngine):
        def origin(self) -> Origin:
            looked.append(threading.current_thread() is threading.main_thread())
            return super().origin()

    looked: list[bool] = []
    asking = asking_of(Watched())
    asyncio.run(asking.ask(LIGHT))
    assert looked == [True, False]


def test_what_was_answered_is_given_again_without_the_engine() -> None:
    async def run() -> None:
        engine = WordEngine()
        asking = asking_of(engine)
        first = await steps_of(asking.steps(LIGHT))
        assert await steps_of(asking.steps(LIGHT)) == first
        assert await asking.ask(LIGHT) == first[-1]
        assert len(engine.asked) == 1

    asyncio.run(run())


def test_without_a_cache_each_question_is_answered_anew() -> None:
    async def run() -> None:
        engine = WordEngine()
        asking = asking_of(engine, Settings(cache_mb=0))
        assert await asking.ask(LIGHT) == await asking.ask(LIGHT)
        assert len(engine.asked) == 2

    asyncio.run(run())


def test_after_a_reload_no_old_answer_is_given() -> None:
    async def run() -> None:
        engine = WordEngine()
        asking = asking_of(engine)
        assert (await asking.ask(LIGHT)).generation == 1
        engine.generation = 2
        assert (await asking.ask(LIGHT)).generation == 2

    asyncio.run(run())


def test_an_answer_during_which_the_index_moved_on_is_not_kept() -> None:
    async def run() -> None:
        engine = GatedEngine()
        asking = asking_of(engine)
        task = asyncio.ensure_future(asking.ask(LIGHT))
        await begun(engine)
        engine.generation = 2
        engine.read.set()
        await task
        engine.generation = 1
        await asking.ask(LIGHT)
        assert len(engine.asked) == 2

    asyncio.run(run())


@pytest.mark.parametrize(
    ("question", "kind"), [("", QuestionError), ("crash the light", RuntimeError)]
)
def test_an_error_is_raised_and_never_kept(question: str, kind: type[Exception]) -> None:
    async def run() -> None:
        engine = WordEngine()
        asking = asking_of(engine)
        for _ in range(2):
            with pytest.raises(kind):
                await asking.ask(question)
        assert len(engine.asked) in {0, 2}
        assert not asking._cache

    asyncio.run(run())


def test_without_an_index_it_is_said_and_nothing_is_given_from_before() -> None:
    async def run() -> None:
        engine = WordEngine()
        asking = asking_of(engine)
        before = await asking.ask(LIGHT)
        engine.damaged = True
        with pytest.raises(IndexDamaged):
            await asking.ask(LIGHT)
        engine.damaged = False
        assert await asking.ask(LIGHT) == before

    asyncio.run(run())


def test_who_asks_the_same_meanwhile_shares_the_work() -> None:
    async def run() -> None:
        engine = GatedEngine()
        asking = asking_of(engine)
        tasks = [asyncio.ensure_future(steps_of(asking.steps(LIGHT))) for _ in range(20)]
        await begun(engine)
        await settled()
        engine.read.set()
        first, *others = await asyncio.gather(*tasks)
        assert isinstance(first[-1], Answer)
        assert all(steps == first for steps in others)
        assert len(engine.asked) == 1

    asyncio.run(run())


def test_an_error_reaches_all_who_share_it() -> None:
    async def run() -> None:
        engine = WordEngine()
        asking = asking_of(engine)
        tasks = [asking.ask("crash the light") for _ in range(3)]
        told = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in told] == [RuntimeError] * 3
        assert len(engine.asked) == 1

    asyncio.run(run())


def test_when_one_of_two_leaves_the_other_is_answered() -> None:
    async def run() -> None:
        engine = GatedEngine()
        engine.find.clear()
        asking = asking_of(engine)
        leaving, staying = (asyncio.ensure_future(asking.ask(LIGHT)) for _ in range(2))
        await begun(engine)
        leaving.cancel()
        await settled()
        engine.find.set()
        engine.read.set()
        assert (await asyncio.wait_for(staying, PATIENCE)).status == "answered"

    asyncio.run(run())


def test_a_question_given_up_while_it_waits_is_never_begun() -> None:
    async def run() -> None:
        engine = GatedEngine()
        asking = asking_of(engine, Settings(workers=1, queue=1))
        first = asyncio.ensure_future(asking.ask(LIGHT))
        await begun(engine)
        leaving = asyncio.ensure_future(asking.ask(PLATE))
        await settled()
        leaving.cancel()
        await settled()
        # Its place is free at once.
        other = asyncio.ensure_future(asking.ask("Who kept the light?"))
        await settled()
        engine.read.set()
        await asyncio.gather(first, other)
        assert engine.answered == [LIGHT, "Who kept the light?"]

    asyncio.run(run())


def test_when_the_client_leaves_the_work_stops_before_its_next_step() -> None:
    async def run() -> None:
        engine = GatedEngine()
        engine.find.clear()
        asking = asking_of(engine)
        task = asyncio.ensure_future(asking.ask(LIGHT))
        await begun(engine)
        task.cancel()
        await settled()
        engine.read.set()
        engine.find.set()
        await over(engine)
        assert not engine.answered

    asyncio.run(run())


def test_a_question_given_up_is_asked_anew_by_the_next() -> None:
    async def run() -> None:
        engine = GatedEngine()
        engine.find.clear()
        asking = asking_of(engine)
        task = asyncio.ensure_future(asking.ask(LIGHT))
        await begun(engine)
        task.cancel()
        await settled()
        again = asyncio.ensure_future(asking.ask(LIGHT))
        await settled()
        engine.read.set()
        engine.find.set()
        assert (await asyncio.wait_for(again, PATIENCE)).status == "answered"
        assert len(engine.asked) == 2

    asyncio.run(run())


def test_beyond_the_queue_only_what_needs_no_work_is_answered() -> None:
    async def run() -> None:
        engine = GatedEngine()
        asking = asking_of(engine, Settings(workers=1, queue=1))
        engine.read.set()
        known = await asking.ask(PLATE)
        engine.read.clear()
        tasks = [asyncio.ensure_future(asking.ask(f"{LIGHT} {n}")) for n in range(2)]
        await settled()
        with pytest.raises(Busy):
            await asking.ask("another")
        assert await asking.ask(PLATE) == known
        shared = asyncio.ensure_future(asking.ask(f"{LIGHT} 1"))
        await settled()
        engine.read.set()
        assert await shared == (await asyncio.gather(*tasks))[1]

    asyncio.run(run())


def test_a_turn_that_does_not_come_in_time_is_told_as_busy() -> None:
    async def run() -> None:
        engine = GatedEngine()
        asking = asking_of(engine, Settings(workers=1, deadline_s=0.05))
        first = asyncio.ensure_future(asking.ask(LIGHT))
        await begun(engine)
        with pytest.raises(Busy) as told:
            await asyncio.wait_for(asking.ask(PLATE), PATIENCE)
        assert told.value.reason == "deadline"
        engine.read.set()
        assert (await first).status == "answered"
        assert engine.answered == [LIGHT]

    asyncio.run(run())


def test_when_the_server_stops_who_waits_is_told_and_who_is_served_is_answered() -> None:
    async def run() -> None:
        engine = GatedEngine()
        asking = asking_of(engine, Settings(workers=1))
        first = asyncio.ensure_future(asking.ask(LIGHT))
        await begun(engine)
        waiting = asyncio.ensure_future(asking.ask(PLATE))
        await settled()
        asking.stop()
        with pytest.raises(Busy, match="is stopping"):
            await waiting
        with pytest.raises(Busy, match="is stopping"):
            await asking.ask("another")
        engine.read.set()
        assert (await first).status == "answered"

    asyncio.run(run())


def test_a_loop_that_ended_meanwhile_is_told_nothing(caplog: pytest.LogCaptureFixture) -> None:
    engine = GatedEngine()
    engine.find.clear()
    asking = asking_of(engine)

    async def leave() -> None:
        task = asyncio.ensure_future(asking.ask(LIGHT))
        await begun(engine)
        task.cancel()

    asyncio.run(leave())
    engine.find.set()
    engine.read.set()
    asking._admission._pool.shutdown()
    assert not caplog.records


@pytest.mark.parametrize("logs", [True, False])
def test_questions_are_logged_only_if_asked_for(
    caplog: pytest.LogCaptureFixture, logs: bool
) -> None:
    async def run() -> None:
        asking = asking_of(WordEngine(), Settings(log_questions=logs))
        await asking.ask("a zebra in confidence")
        with pytest.raises(RuntimeError):
            await asking.ask("crash the zebra in confidence")

    with caplog.at_level(logging.DEBUG):
        asyncio.run(run())
    assert ("zebra in confidence" in caplog.text) is logs

"""What the server does under load, over about 10,000 passages.

Usage: python -m benchmarks.load SQUAD1_TRAIN [--steady S] [--overload S] [--soak S]
           [--workers N ...] [--index DIR] [--pictures DIR]

The server runs in a process of its own on loopback, with its default settings, and is asked
real questions, a different one each time, so that the cache of answers does not help. First one
at a time; then by as many clients as it lets in, which is its capacity (machines differ, so it is
also told as a share of what reading alone would allow); then at random instants
(a Poisson process of a fixed seed) at 60 % and at 300 % of that, and after that the same
fifty questions again and again. ``--soak`` asks at half of the capacity for as long; a phase of
0 seconds is left out. ``--index`` is one of the same articles that is there already, or is kept
for the next time.
"""

import argparse
import asyncio
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.large import PER_ARTICLE
from benchmarks.load_client import Client, Reply, milliseconds
from footnote.embedding import load_embedder
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.squad import write_articles
from footnote.indexing.update import bring_up_to_date
from footnote.settings import Settings

REPEATED = 50
SEED = 7


def main() -> None:
    """Index, serve, ask in each way, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[Settings().workers])
    parser.add_argument("--unloaded", type=float, default=20)
    parser.add_argument("--steady", type=float, default=600)
    parser.add_argument("--overload", type=float, default=120)
    parser.add_argument("--soak", type=float, default=0)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    articles = read_articles(given.squad)[: given.passages // PER_ARTICLE]
    questions = [question.text for article in articles for question in article.questions]
    random.Random(SEED).shuffle(questions)
    with tempfile.TemporaryDirectory() as temporary:
        index = given.index or Path(temporary, "index")
        settings = Settings(corpus=index.parent / "corpus", index=index)
        write_articles(articles, settings.corpus)
        report = bring_up_to_date(settings.corpus, settings.index, load_embedder(settings))
        print(f"{report.passages} passages, {len(questions)} questions")
        for workers in given.workers:
            print(f"workers: {workers}")
            with serving(settings.index, settings.corpus, workers) as (pid, address):
                asyncio.run(Load(pid, address, questions, workers).run(given))


@contextmanager
def serving(
    index: Path, corpus: Path, workers: int = Settings().workers
) -> Iterator[tuple[int, str]]:
    """Serve an index; gives the process and its address."""
    command = [sys.executable, "-m", "footnote", "serve", "--no-index", "--port", "0"]
    command += ["--feedback", "", "--corpus", str(corpus), "--workers", str(workers)]
    process = subprocess.Popen([*command, "--index", str(index)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
        yield process.pid, found[0]
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


class Load:
    """The phases, each of which prints a line."""

    def __init__(self, pid: int, address: str, questions: Sequence[str], workers: int) -> None:
        self._pid = pid
        self._client = Client(address, itertools.cycle(questions))
        self._again = Client(address, itertools.cycle(questions[:REPEATED]))
        # Its queue is always full, and nobody is refused.
        self._clients = workers + Settings().queue
        self._phases: dict[str, list[Reply]] = {}

    async def run(self, given: argparse.Namespace) -> None:
        """Go through the phases."""
        print(f"at the start: {self._resources()}")
        await self._client.one_by_one(3)
        unloaded = await self._client.one_by_one(given.unloaded)
        base = milliseconds(unloaded, 0.5)
        print(
            f"one at a time: p50 {base:.0f} ms, p95 {milliseconds(unloaded, 0.95):.0f} ms; first "
            f"event p50 {milliseconds(unloaded, 0.5, first=True):.0f} ms, "
            f"p95 {milliseconds(unloaded, 0.95, first=True):.0f} ms"
        )
        reading = float(np.median([each.reading for each in unloaded]))
        print(f"of which reading passages, on all cores: p50 {reading:.0f} ms")
        health = asyncio.create_task(self._client.probing(0.2))
        capacity = await self._capacity(given.unloaded)
        print(f"which keeps the cores reading for {capacity * reading / 1000:.0%} of the time")
        if given.steady:
            replies = await self._steady(0.6, capacity, given.steady, base)
            self._ideal(replies, unloaded, capacity, base)
        if given.overload:
            await self._overloaded(capacity, given.overload, base)
        if given.soak:
            await self._steady(0.5, capacity, given.soak, base)
        health.cancel()
        probes = await health
        print(
            f"/healthz, {len(probes)} times meanwhile: p99 {milliseconds(probes, 0.99):.0f} ms, "
            f"failed {sum(each.status != 200 for each in probes)}"
        )
        await self._hits(10)
        if given.pictures:
            draw(self._phases, base, given.pictures / "load.png")

    async def _capacity(self, seconds: float) -> float:
        started = time.perf_counter()
        rounds = await asyncio.gather(
            *(self._client.one_by_one(seconds) for _ in range(self._clients))
        )
        replies = [each for replies in rounds for each in replies]
        rate = answered(replies) / (time.perf_counter() - started)
        print(f"capacity: {rate:.1f} questions/s; p95 {milliseconds(replies, 0.95):.0f} ms")
        return rate

    async def _steady(
        self, share: float, capacity: float, seconds: float, base: float
    ) -> list[Reply]:
        replies = await self._client.arriving(share * capacity, seconds, SEED)
        self._phases[f"{share:.0%} of capacity"] = replies
        p95 = milliseconds(replies, 0.95)
        print(
            f"{share:.0%} of it for {seconds:.0f} s: {len(replies)} asked, "
            f"{len(replies) - answered(replies)} not answered; p50 "
            f"{milliseconds(replies, 0.5):.0f} ms, p95 {p95:.0f} ms, {p95 / base:.1f} times the "
            f"p50 of one at a time; {self._resources()}"
        )
        return replies

    def _ideal(
        self, replies: Sequence[Reply], unloaded: Sequence[Reply], capacity: float, base: float
    ) -> None:
        """Print what the same arrivals come to where nothing is lost: the least there can be."""
        waits, refused = in_turn(
            [each.due for each in replies], [each.seconds for each in unloaded], capacity,
            self._clients,
        )  # fmt: skip
        print(
            f"one after the other, never idle, at that capacity: {refused} not answered, "
            f"p95 {1000 * float(np.quantile(waits, 0.95)) / base:.1f} times"
        )

    async def _overloaded(self, capacity: float, seconds: float, base: float) -> None:
        replies = await self._client.arriving(3 * capacity, seconds, SEED)
        self._phases["300 % of capacity"] = replies
        good = [each for each in replies if each.status == 200]
        refused = [each for each in replies if each.status == 503]
        other = len(replies) - len(good) - len(refused)
        print(
            f"300 % of it for {seconds:.0f} s: answered {len(good) / seconds / capacity:.0%} of "
            f"capacity, p95 {milliseconds(good, 0.95):.0f} ms; {len(refused)} refused, p50 "
            f"{milliseconds(refused, 0.5):.0f} ms, p99 {milliseconds(refused, 0.99):.0f} ms; "
            f"{other} otherwise; {self._resources()}"
        )
        ended = time.perf_counter()
        while (await self._client.ask()).seconds * 1000 > 2 * base:
            await asyncio.sleep(0.1)
        print(f"as before, within twice that p50, {time.perf_counter() - ended:.1f} s later")

    async def _hits(self, seconds: float) -> None:
        for _ in range(REPEATED):
            await self._again.ask()
        started = time.perf_counter()
        rounds = await asyncio.gather(*(self._again.one_by_one(seconds) for _ in range(4)))
        count = sum(map(answered, rounds))
        print(f"from the cache: {count / (time.perf_counter() - started):.0f} a second")

    def _resources(self) -> str:
        resident = int(Path(f"/proc/{self._pid}/statm").read_text().split()[1])
        megabytes = resident * os.sysconf("SC_PAGE_SIZE") / 1e6
        descriptors = sum(1 for _ in Path(f"/proc/{self._pid}/fd").iterdir())
        return f"{megabytes:.0f} MB, {descriptors} descriptors"


def in_turn(
    due: Sequence[float], taken: Sequence[float], capacity: float, places: int
) -> tuple[list[float], int]:
    """Return how many seconds each question takes in an ideal queue, and how many are refused.

    They come when they are ``due`` and are served one after the other, ``capacity`` a second on
    average, with the spread of ``taken``; at most ``places`` are in it at once.

    >>> in_turn([0.0, 0.0, 0.0, 9.0], [1.0], capacity=1.0, places=2)
    ([1.0, 2.0, 1.0], 1)
    """
    mean = float(np.mean(taken))
    waits: list[float] = []
    ends: list[float] = []
    for at, each in zip(due, itertools.cycle(taken), strict=False):
        ends = [end for end in ends if end > at]
        if len(ends) < places:
            ends.append(max([at, *ends]) + each / mean / capacity)
            waits.append(ends[-1] - at)
    return waits, len(due) - len(waits)


def answered(replies: Sequence[Reply]) -> int:
    """Count the replies that are answers."""
    return sum(each.status == 200 for each in replies)


def draw(phases: dict[str, list[Reply]], base: float, path: Path) -> None:
    """Draw how long each answer and each refusal took over the time of its phase."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.2), layout="constrained")
    for axes, (name, replies) in zip(
        figure.subplots(1, len(phases), sharey=True, squeeze=False)[0], phases.items(), strict=True
    ):
        start = replies[0].due
        for status, label in ((200, "answered"), (503, "refused")):
            kind = [each for each in replies if each.status == status]
            times = [each.due - start for each in kind]
            axes.plot(times, [each.seconds * 1000 for each in kind], ".", ms=2, label=label)
        axes.axhline(base, color="grey", lw=0.8, label="one at a time, p50")
        axes.set(title=name, xlabel="seconds", yscale="log")
        axes.legend(fontsize="small", loc="upper right")
    figure.axes[0].set_ylabel("milliseconds")
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()

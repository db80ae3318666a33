"""Commits under faults, each in a process of its own: run by test_faults, with the shim preloaded.

``python -m tests.store.faults SHIM FOLDER KIND STEP PART OF`` tries every STEP-th call of a
commit, of these the PART-th of OF, and prints what it found as JSON. This process starts no
thread and opens no index itself: it forks for each thing that does.
"""

import ctypes
import json
import os
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from footnote.errors import CleanupFailed, FootnoteError, IndexMissing, IndexUnavailable
from footnote.store.index import IndexReader
from footnote.store.snapshot import KnownFile
from footnote.store.sqlite import FILE
from footnote.store.transaction import Transaction
from footnote.store.verify import verify
from footnote.store.writer import IndexWriter
from tests.ingest.samples import MODIFIED_NS
from tests.store.samples import EMBEDDER, IDENTITY, parts

# As in faults.c. With "full", every later call that takes space fails too.
FAULTS = {"killed before": 1, "killed after": 2, "EIO": 3, "full": 4, "short": 5, "power cut": 6}

MANY = {
    f"{n}.md": f"# Text {n}\n\nThe lamp of text {n} burns {'oil ' * (n % 7)}." for n in range(45)
}
FEW = {name: MANY[name] for name in list(MANY)[:5]}
# Too little of the many for a new dense snapshot: it is shared, and the search for words extended.
CHANGED = {"3.md": "# Changed\n\nAnother lamp burns gas.", "new.md": "# New\n\nA lamp that is new."}
NEXT = {"next.md": "# Next\n\nThe lamp after all that."}
QUESTION = "Which lamp burns gas?"

State = dict[str, Any] | str


@dataclass(frozen=True)
class Kind:
    """A commit: on top of what, of what, without what, and whether it begins from nothing."""

    base: dict[str, str]
    added: dict[str, str]
    removed: tuple[str, ...] = ()
    rebuild: bool = False


KINDS = {
    "first": Kind({}, FEW),
    "change": Kind(MANY, CHANGED, ("7.md",)),
    "rebuild": Kind(FEW, CHANGED, rebuild=True),
}


@dataclass
class Tally:
    """What a run found: how often what came of which fault, and what must not be."""

    calls: dict[str, int] = field(default_factory=dict)
    cases: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Shim:
    """The preloaded library, which counts calls below a folder and fails one."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        self._library.faults_name.restype = ctypes.c_char_p
        self._library.faults_count.restype = ctypes.c_long

    def arm(self, folder: Path, fault: int, at: int) -> None:
        self._library.faults_arm(bytes(folder), fault, ctypes.c_long(at))

    def disarm(self) -> list[str]:
        """Return the names of the calls that were counted."""
        self._library.faults_disarm()
        count = self._library.faults_count()
        return [self._library.faults_name(ctypes.c_long(at)).decode() for at in range(count)]


def forked(work: Callable[[], object]) -> Any | None:  # noqa: ANN401 - it is JSON
    """Return what a child returns, None where it was killed. Raises RuntimeError if it fails."""
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        os.close(readable)
        status = 1
        try:
            with os.fdopen(writable, "w") as pipe:
                json.dump(work(), pipe)
            status = 0
        except BaseException:  # noqa: BLE001 - the parent is told by the status
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writable)
    with os.fdopen(readable) as pipe:
        told = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == -signal.SIGKILL:
        return None
    if status:
        raise RuntimeError(f"a child ended with {status}")
    return json.loads(told)


def commit(index: Path, kind: Kind) -> None:
    """Make the commit that a kind is."""

    def change(transaction: Transaction) -> None:
        known = transaction.known()
        for name in kind.removed:
            transaction.remove(known[name].document_id)
            transaction.forget(name)
        for name, content in kind.added.items():
            document, passages, vectors = parts(name, content)
            transaction.remove(document.id)
            transaction.add(document, passages, vectors)
            transaction.remember(
                name, KnownFile(document.size, MODIFIED_NS, document.sha256, {}, ())
            )

    with IndexWriter.open(index, IDENTITY, kind.rebuild) as writer:
        writer.commit(change)


def state_of(index: Path) -> State:
    """Return all that a reader gets from an index, or why it gets nothing."""
    reader = IndexReader(index, IDENTITY)
    try:
        with reader.view() as view:
            known = view.catalogue.known()
            hits = view.search(EMBEDDER.embed_question(QUESTION), QUESTION, 100)
            return {
                "generation": view.generation,
                "texts": {name: view.catalogue.text(known[name].document_id) for name in known},
                "files": sorted(view.catalogue.known_files()),
                # Whether it is made anew or extended shows in the last digits, and in what
                # is next to what: the best, and all that is found, are the same.
                "best": hits[0].passage.text,
                "hits": sorted([hit.passage.text, round(hit.dense or 0, 4)] for hit in hits),
            }
    except FootnoteError as error:
        missing = type(error) is IndexMissing and "there is no index" in str(error)
        return "no index" if missing else f"{type(error).__name__}: {error}"
    finally:
        reader.close()


def attempt(shim: Shim, index: Path, kind: Kind, fault: int, at: int) -> tuple[str, list[str]]:
    """Commit under a fault; return how that ended, and the calls that were made."""
    shim.arm(index, fault, at)
    try:
        commit(index, kind)
        outcome = "committed"
    except CleanupFailed:
        outcome = "cleanup failed"
    except Exception as error:  # noqa: BLE001 - any is a report of the fault
        outcome = f"{type(error).__name__}: {error}"
    return outcome, shim.disarm()


def problems(index: Path, outcome: str | None, old: State, new: State) -> tuple[str, list[str]]:
    """Return which generation is there after a commit, and what is wrong with it."""
    before = unsound(index)
    # What is derived a reader makes again.
    wrong = [each for each in before if not each.startswith("derived")]
    now = state_of(index)
    if now not in (old, new):
        return "neither", [*wrong, f"neither old nor new, but {now}"]
    allowed = {None: (old, new), "committed": (new,), "cleanup failed": (new,)}
    if now not in allowed.get(outcome, (old,)):
        wrong.append("an answer is of the other generation than was said")
    if before:
        wrong += unsound(index)
    wrong += next_problems(index, now)
    return "new" if now == new else "old", wrong


def checked_after(
    shim: Shim, index: Path, outcome: str | None, old: State, new: State
) -> tuple[str, list[str]]:
    # No fault, but no waiting for the disk either.
    shim.arm(index, 0, 0)
    return problems(index, outcome, old, new)


def unsound(index: Path) -> list[str]:
    """Return what a deep check finds, nothing where there is no index."""
    try:
        found = verify(index, deep=True)
    except IndexUnavailable as error:
        return [] if "there is no index" in str(error) else [f"verify: {error}"]
    told = {"lost": found.lost, "altered": found.altered, "derived": found.derived}
    return [f"{what}: {each}" for what, each in told.items() if each]


def next_problems(index: Path, now: State) -> list[str]:
    """Return what is wrong with the commit that comes after."""
    commit(index, Kind({}, NEXT))
    after = state_of(index)
    if isinstance(after, str):
        return [f"after the next commit: {after}"]
    generation, texts = (0, {}) if isinstance(now, str) else (now["generation"], now["texts"])
    wrong = unsound(index)
    wanted = (generation + 1, texts | NEXT)
    if (after["generation"], after["texts"]) != wanted:
        wrong.append("the next commit is not what was there and its own")
    left = {path.name for path in index.iterdir()}
    if left != {FILE, "lock", f"search-{after['generation']}"}:
        wrong.append(f"the next commit leaves {sorted(left)}")
    return wrong


def cases_of(calls: list[str]) -> list[tuple[int, str]]:
    """Return which call is to fail how.

    To be killed after a call is to be killed before the next, but for the last.
    """
    return [
        (at, fault)
        for at, name in enumerate(calls, start=1)
        for fault in FAULTS
        if (fault != "short" or "write" in name) and (fault != "killed after" or at == len(calls))
    ]


def run(shim: Shim, folder: Path, kind: Kind, step: int, part: int, of: int) -> Tally:
    """Try every step-th call of a commit with every fault."""
    base, done, index = folder / "base", folder / "done", folder / "index"
    for name, content in {**kind.base, **kind.added, **NEXT}.items():
        parts(name, content)  # remembered, so that a child need not

    def prepare() -> tuple[State, State, list[str]]:
        if kind.base:
            commit(base, Kind({}, kind.base))
            shutil.copytree(base, done)
        old = state_of(base)
        names = attempt(shim, done, kind, 0, 0)[1]
        return old, state_of(done), names

    prepared = forked(prepare)
    assert prepared is not None
    old, new, calls = prepared
    tally = Tally(dict(Counter(calls)))
    for at, fault in cases_of(calls)[::step][part::of]:
        shutil.rmtree(index, ignore_errors=True)
        if kind.base:
            shutil.copytree(base, index)
        made = forked(partial(attempt, shim, index, kind, FAULTS[fault], at))
        outcome = None if made is None else made[0]
        checked = forked(partial(checked_after, shim, index, outcome, old, new))
        assert checked is not None
        generation, wrong = checked
        how = "killed" if outcome is None else outcome.split(":")[0]
        tally.cases[f"{fault}: {how}, {generation}"] += 1
        where = f"{fault} at call {at} ({calls[at - 1]}), {outcome}"
        tally.problems += [f"{where}: {each}" for each in wrong]
    return tally


def main() -> None:
    shim, folder, kind, step, part, of = sys.argv[1:]
    tally = run(Shim(shim), Path(folder), KINDS[kind], int(step), int(part), int(of))
    json.dump({"calls": tally.calls, "cases": tally.cases, "problems": tally.problems}, sys.stdout)


if __name__ == "__main__":
    main()

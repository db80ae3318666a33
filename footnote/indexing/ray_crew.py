"""Workers of one kind in a Ray cluster: each has a few tasks before it, and one lost is replaced.

A task that a worker was lost with is handed back. The worker does its tasks in order, so the
first that it did not do is held to be the reason: that one has failed, the others only waited.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import ray
from ray.exceptions import ActorDiedError, RayError, RayTaskError

from footnote.errors import ClusterUnavailable, FootnoteError
from footnote.indexing.ray_embedding import Introduction

T = TypeVar("T")
# Ray's references to what will come, and its handles of actors, which differ with the address.
Ref = Any
Actor = Any

# Workers in a row that may be lost before they have begun.
_LOST_BEGINNERS = 5


@dataclass(slots=True, eq=False)
class Task(Generic[T]):
    """Work for a worker: what it is given, what for, and how many were lost with it."""

    given: Any
    about: T
    failures: int = 0


@dataclass(slots=True, eq=False)
class _Worker(Generic[T]):
    actor: Actor
    beginning: Ref
    ready: bool = False
    # In the order in which they were given. Those that failed stay until all have come back.
    tasks: dict[Ref, Task[T]] = field(default_factory=dict)
    failed: set[Ref] = field(default_factory=set)

    @property
    def lost(self) -> bool:
        return bool(self.failed)


class Crew(Generic[T]):
    """Workers that ``start`` gives as actors, ``size`` at most, ``depth`` tasks each."""

    def __init__(
        self, start: Callable[[], Actor], size: int, depth: int, expected: Introduction
    ) -> None:
        self.size = size
        self._start = start
        self._depth = depth
        self._expected = expected
        self._workers: list[_Worker[T]] = []
        self._lost_beginners = 0

    def see_to(self, tasks: int) -> None:
        """Start as many workers as so many tasks keep busy, and no more than there may be."""
        while len(self._workers) < min(self.size, tasks):
            self._workers.append(self._started())

    @property
    def idle(self) -> int:
        """How many workers have nothing to do."""
        return sum(each.ready and not each.lost and not each.tasks for each in self._workers)

    @property
    def room(self) -> int:
        """How many tasks can be given now."""
        return sum(self._depth - len(each.tasks) for each in self._free())

    @property
    def is_waited_for(self) -> bool:
        """Whether there are workers, and all of them are still to begin."""
        return bool(self._workers) and not any(each.ready for each in self._workers)

    def give(self, task: Task[T]) -> None:
        """Give a task to the worker with the fewest; there must be room."""
        worker = min(self._free(), key=lambda each: len(each.tasks))
        worker.tasks[worker.actor.work.remote(task.given)] = task

    def awaited(self) -> list[Ref]:
        """Return what can be waited for."""
        beginning = [each.beginning for each in self._workers if not each.ready]
        given = (ref for each in self._workers for ref in each.tasks if ref not in each.failed)
        return [*beginning, *given]

    def settle(self, ref: Ref) -> list[tuple[Task[T], Any]]:
        """Take what has come; return tasks with their results, None for each not done.

        Raises what a worker raised; ClusterUnavailable where no worker can begin.
        """
        for worker in self._workers:
            if ref == worker.beginning:
                self._welcome(worker)
                return []
            if ref in worker.tasks:
                return self._settled(worker, ref)
        return []

    def close(self) -> None:
        """End all workers, if they can be reached."""
        for worker in self._workers:
            with suppress(OSError, RayError):
                ray.kill(worker.actor)
        self._workers.clear()

    def _free(self) -> Iterator[_Worker[T]]:
        for each in self._workers:
            if each.ready and not each.lost and len(each.tasks) < self._depth:
                yield each

    def _started(self) -> _Worker[T]:
        actor = self._start()
        return _Worker(actor, actor.begin.remote())

    def _replace(self, worker: _Worker[T]) -> None:
        ray.kill(worker.actor)
        self._workers[self._workers.index(worker)] = self._started()

    def _welcome(self, worker: _Worker[T]) -> None:
        try:
            introduced = ray.get(worker.beginning)
        except RayTaskError as error:
            raise _cause(error) from error
        except RayError as error:
            self._lost_beginners += 1
            never = isinstance(error, ActorDiedError) and error.actor_init_failed
            if never or self._lost_beginners >= _LOST_BEGINNERS:
                raise ClusterUnavailable(
                    f"Ray's workers cannot begin, {self._lost_beginners} were lost: "
                    f"{_last_line(error)}. Each node needs the same Footnote as this machine "
                    "(docs/scaling.md); what was committed before is kept"
                ) from error
            self._replace(worker)
            return
        if introduced != self._expected:
            raise ClusterUnavailable(
                f"a worker of Ray's has {introduced}, and this machine {self._expected}; install "
                "the same Footnote, with the same embedder, on each node"
            )
        self._lost_beginners = 0
        worker.ready = True

    def _settled(self, worker: _Worker[T], ref: Ref) -> list[tuple[Task[T], Any]]:
        done = []
        try:
            done.append((worker.tasks[ref], ray.get(ref)))
            del worker.tasks[ref]
        except RayTaskError as error:
            raise _cause(error) from error
        except RayError:
            if not worker.lost:
                # One that is only out of reach is given up too: its tasks go to others.
                ray.kill(worker.actor)
            worker.failed.add(ref)
        if worker.lost and len(worker.failed) == len(worker.tasks):
            failed = list(worker.tasks.values())
            failed[0].failures += 1
            done += [(each, None) for each in failed]
            self._replace(worker)
        return done


def check_node() -> None:
    """Raise ClusterUnavailable where the node is dead by which this process is in the cluster."""
    own = ray.get_runtime_context().get_node_id()
    if not any(node["NodeID"] == own and node["Alive"] for node in ray.nodes()):
        raise ClusterUnavailable(
            "the node of Ray's that this process was joined to has died; what was committed before "
            "is kept, so start it and run this again"
        )


def _cause(error: RayTaskError) -> Exception:
    """Return what a worker raised: our own errors as they are, others as Ray wraps them.

    What its machine lacks is named, for it would be taken for what this one lacks.
    """
    cause = error.cause
    if isinstance(cause, OSError | MemoryError):
        return ClusterUnavailable(f"a worker of Ray's failed: {type(cause).__name__}: {cause}")
    return cause if isinstance(cause, FootnoteError) else error


def _last_line(error: RayError) -> str:
    return str(error).strip().split("\n")[-1].strip().rstrip(".")

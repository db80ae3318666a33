"""A worker that is lost gives its tasks back: the first that it did not do has failed."""

from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest

from footnote import __version__
from footnote.errors import ClusterUnavailable
from footnote.indexing.ray_embedding import Introduction

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")

SELF = Introduction(__version__)


class Cluster:
    """A double of Ray: its references are numbers, and what comes of them is written down."""

    def __init__(self) -> None:
        self.outcomes: dict[int, Any] = {}
        self.started: list[Any] = []
        self.killed: list[Any] = []
        self._refs = 0

    def start(self) -> Any:  # noqa: ANN401
        actor = SimpleNamespace(
            begin=SimpleNamespace(remote=self._ref), work=SimpleNamespace(remote=self._ref)
        )
        self.started.append(actor)
        return actor

    def _ref(self, *_: object) -> int:
        self._refs += 1
        return self._refs

    def get(self, ref: int) -> Any:  # noqa: ANN401
        outcome = self.outcomes[ref]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def kill(self, actor: Any) -> None:  # noqa: ANN401
        self.killed.append(actor)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    double = Cluster()
    monkeypatch.setattr("ray.get", double.get)
    monkeypatch.setattr("ray.kill", double.kill)
    return double


def crew_of(cluster: Cluster, size: int = 1) -> Any:  # noqa: ANN401
    from footnote.indexing.ray_crew import Crew

    crew: Crew[str] = Crew(cluster.start, size, 4, SELF)
    crew.see_to(size)
    for ref in crew.awaited():
        cluster.outcomes[ref] = SELF
        assert crew.settle(ref) == []
    return crew


def given(crew: Any, names: str) -> dict[str, Any]:  # noqa: ANN401
    from footnote.indexing.ray_crew import Task

    tasks = {name: Task(name, name) for name in names}
    for task in tasks.values():
        crew.give(task)
    return tasks


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
def test_the_first_that_was_not_done_has_failed_in_whatever_order_it_is_told(
    cluster: Cluster, order: list[int]
) -> None:
    from ray.exceptions import ActorDiedError

    crew = crew_of(cluster)
    tasks = given(crew, "abcd")
    refs = crew.awaited()
    cluster.outcomes |= {refs[0]: "done", **dict.fromkeys(refs[1:], ActorDiedError())}
    back = [pair for at in order for pair in crew.settle(refs[at])]
    assert sorted((task.about, result) for task, result in back if result) == [("a", "done")]
    assert [task.about for task, result in back if result is None] == ["b", "c", "d"]
    assert [task.failures for task in tasks.values()] == [0, 1, 0, 0]
    assert (len(cluster.started), len(crew.awaited())) == (2, 1)
    assert set(map(id, cluster.killed)) == {id(cluster.started[0])}


def test_a_worker_that_lost_a_task_gets_no_other(cluster: Cluster) -> None:
    from ray.exceptions import ActorUnavailableError

    crew = crew_of(cluster, size=2)
    given(crew, "abcd")
    lost, *_ = crew.awaited()
    assert crew.room == 4
    cluster.outcomes[lost] = ActorUnavailableError("out of reach", b"0" * 16)
    assert crew.settle(lost) == []
    assert (crew.room, cluster.killed) == (2, [cluster.started[0]])


def test_workers_that_cannot_begin_are_given_up(cluster: Cluster) -> None:
    from ray.exceptions import ActorDiedError

    from footnote.indexing.ray_crew import Crew

    crew: Crew[str] = Crew(cluster.start, 1, 4, SELF)
    crew.see_to(1)
    assert crew.is_waited_for
    for _ in range(4):
        (ref,) = crew.awaited()
        cluster.outcomes[ref] = ActorDiedError()
        crew.settle(ref)
    (ref,) = crew.awaited()
    cluster.outcomes[ref] = ActorDiedError()
    with pytest.raises(ClusterUnavailable, match="5 were lost"):
        crew.settle(ref)
    assert len(cluster.started) == 5


def test_what_a_workers_machine_lacks_is_not_taken_for_what_this_one_lacks(
    cluster: Cluster,
) -> None:
    from ray.exceptions import RayTaskError

    crew = crew_of(cluster)
    given(crew, "a")
    (ref,) = crew.awaited()
    error = RayTaskError("work", "", OSError(28, "No space left on device"))
    cluster.outcomes[ref] = error.as_instanceof_cause()
    with pytest.raises(ClusterUnavailable, match=r"a worker of Ray's failed: OSError: .*No space"):
        crew.settle(ref)

import pytest

from footnote.web.buckets import Buckets


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def granted(buckets: Buckets, times: int, key: str = "a") -> int:
    return sum(buckets.take(key) == 0 for _ in range(times))


@pytest.mark.parametrize("rate", [1, 3, 7, 20, 60, 1000])
def test_a_minutes_questions_may_come_at_once_and_then_one_by_one(rate: int) -> None:
    clock = Clock()
    buckets = Buckets(rate, clock=clock)
    assert granted(buckets, rate + 5) == rate
    clock.now += 60 / rate * 1.001
    assert granted(buckets, 5) == 1
    clock.now += 600
    assert granted(buckets, rate + 5) == rate


def test_the_wait_that_is_told_is_long_enough_and_no_longer() -> None:
    clock = Clock()
    buckets = Buckets(20, clock=clock)
    granted(buckets, 20)
    wait = buckets.take("a")
    assert wait == pytest.approx(3)
    clock.now += wait * 0.99
    assert buckets.take("a") > 0
    clock.now += wait * 0.011
    assert buckets.take("a") == 0


def test_being_refused_makes_nobody_wait_longer() -> None:
    buckets = Buckets(20, clock=Clock())
    granted(buckets, 20)
    assert {round(buckets.take("a"), 6) for _ in range(50)} == {3.0}


def test_each_client_has_its_own_bucket() -> None:
    buckets = Buckets(2, clock=Clock())
    assert [granted(buckets, 9, key) for key in "abc"] == [2, 2, 2]


def test_memory_is_bounded_and_who_asks_most_is_not_forgotten() -> None:
    buckets = Buckets(2, most=100, clock=Clock())
    granted(buckets, 9, "busy")
    for number in range(10_000):
        buckets.take(f"passing {number}")
        assert buckets.take("busy") > 0
    assert len(buckets) == 100


def test_to_look_takes_nothing_and_tells_the_wait() -> None:
    clock = Clock()
    buckets = Buckets(2, clock=clock)
    assert {buckets.wait("a") for _ in range(9)} == {0}
    assert len(buckets) == 0
    assert granted(buckets, 9) == 2
    assert {round(buckets.wait("a"), 6) for _ in range(9)} == {30}
    assert buckets.wait("b") == 0
    clock.now += 30.001
    assert buckets.wait("a") == 0
    assert granted(buckets, 9) == 1

"""When a language model is not asked: it failed too often just now, or has cost enough today."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from footnote.errors import GenerationFailed
from footnote.settings import Settings

# So many failures in a row, and the model is left alone for so many seconds.
MOST_FAILURES = 3
PAUSE_SECONDS = 60.0
# A server that asks for more patience than this is asked again all the same.
_LONGEST_PAUSE = 3600.0
_DAY_SECONDS = 86_400
# What is reckoned per token where a server does not count: English has about 4 characters.
_CHARACTERS_A_TOKEN = 4
_MILLION = 1_000_000


def tokens_of(characters: int) -> int:
    """Return how many tokens a text of so many characters has, about.

    >>> tokens_of(0), tokens_of(9)
    (0, 3)
    """
    return -(-characters // _CHARACTERS_A_TOKEN)


class Breaker:
    """Keeps questions from a model that fails: they would wait for nothing.

    After some failures in a row, or where its server asks for it, nobody asks for a while; then
    one question tries, and all others follow once that worked.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._trying = False

    def enter(self) -> None:
        """Begin to ask. Raises GenerationFailed while nobody may."""
        with self._lock:
            left = self._until - self._clock()
            closed = self._failures < MOST_FAILURES and not self._until
            if left > 0 or (not closed and self._trying):
                raise GenerationFailed(
                    f"the language model failed, and is not asked for {max(left, 0):.0f} s",
                    "paused",
                )
            self._trying = True

    def worked(self) -> None:
        """Take note that the model answered."""
        with self._lock:
            self._failures, self._until, self._trying = 0, 0.0, False

    def failed(self, pause: float | None) -> None:
        """Take note that it did not; ``pause`` is what its server asks for, in seconds."""
        with self._lock:
            self._failures += 1
            self._trying = False
            if pause is not None:
                self._until = self._clock() + min(max(pause, 1.0), _LONGEST_PAUSE)
            elif self._failures >= MOST_FAILURES:
                self._until = self._clock() + PAUSE_SECONDS

    def left(self) -> None:
        """Take note that nobody waited for it."""
        with self._lock:
            self._trying = False


@dataclass(frozen=True, slots=True)
class Reserved:
    """Tokens that a question may take, set aside until it is known what it took."""

    tokens_in: int
    tokens_out: int


class Budget:
    """Counts what a model has read and written on a day (UTC), and what that cost.

    It counts for one process and begins anew with it.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._day = 0
        self._tokens = 0
        self._cost = 0.0

    def reserve(self, tokens_in: int, tokens_out: int) -> Reserved:
        """Set tokens aside. Raises GenerationFailed where a limit does not allow them."""
        given = self._settings
        with self._lock:
            self._turn_day()
            tokens = self._tokens + tokens_in + tokens_out
            cost = self._cost + self._price(tokens_in, tokens_out)
            if given.llm_tokens_per_day and tokens > given.llm_tokens_per_day:
                raise GenerationFailed(
                    f"the language model's {given.llm_tokens_per_day} tokens a day are used up",
                    "spent",
                )
            if given.llm_cost_per_day and cost > given.llm_cost_per_day:
                raise GenerationFailed(
                    f"the language model has cost its {given.llm_cost_per_day:g} a day", "spent"
                )
            self._tokens, self._cost = tokens, cost
        return Reserved(tokens_in, tokens_out)

    def settle(self, reserved: Reserved, tokens_in: int, tokens_out: int) -> None:
        """Count what was taken instead of what was set aside."""
        with self._lock:
            self._turn_day()
            more_in, more_out = tokens_in - reserved.tokens_in, tokens_out - reserved.tokens_out
            self._tokens = max(0, self._tokens + more_in + more_out)
            self._cost = max(0.0, self._cost + self._price(more_in, more_out))

    def _turn_day(self) -> None:
        day = int(self._clock() // _DAY_SECONDS)
        if day != self._day:
            self._day, self._tokens, self._cost = day, 0, 0.0

    def _price(self, tokens_in: int, tokens_out: int) -> float:
        given = self._settings
        return (tokens_in * given.llm_price_in + tokens_out * given.llm_price_out) / _MILLION

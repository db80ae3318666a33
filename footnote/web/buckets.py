"""Count what clients do a minute, each by itself, in bounded memory.

Each has a token bucket, kept as one number: when it will be full again (the generic cell rate
algorithm). Libraries for this either keep a list a client or forget none within a window.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

MINUTE = 60.0
# Clients remembered; who was not seen for longest is forgotten first.
MAX_CLIENTS = 10_000


class Buckets:
    """A bucket for each client, of as many tokens as are filled in within a minute."""

    def __init__(
        self,
        per_minute: int,
        most: int = MAX_CLIENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.per_minute = per_minute
        self._each = MINUTE / per_minute
        self._most = most
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str) -> float:
        """Return the seconds until there is a token, 0 if there is one. Takes none."""
        if key not in self._full_at:
            return 0.0
        self._full_at.move_to_end(key)
        wait = self._next(key) - self._clock() - MINUTE
        # Sums of floats miss a whole minute by a hair.
        return wait if wait > self._each / 1e6 else 0.0

    def take(self, key: str) -> float:
        """Take a token; returns 0, or the seconds until there is one."""
        if wait := self.wait(key):
            return wait
        self._full_at[key] = self._next(key)
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0.0

    def _next(self, key: str) -> float:
        """Return when a bucket will be full, if a token is taken now."""
        now = self._clock()
        return max(now, self._full_at.get(key, now)) + self._each

    def __len__(self) -> int:
        return len(self._full_at)

"""Documents that are nearly the same, known by sketches of their words.

MinHash over runs of words: Broder (1997), On the resemblance and containment of documents. The
share of equal entries of two sketches estimates the share of runs that two documents have in
common.
"""

import re
import zlib
from collections.abc import Mapping

import numpy as np

_WORDS_A_RUN = 5
_ENTRIES = 64
# Below this two documents are versions of one at most, and worth reading both.
NEAR = 0.9
_WORD = re.compile(r"\w+")
_RANDOM = np.random.default_rng(1)
_FACTORS = _RANDOM.integers(1, 2**31, _ENTRIES, dtype=np.uint64) * 2 + 1
_TERMS = _RANDOM.integers(0, 2**32, _ENTRIES, dtype=np.uint64)


def sketch_of(text: str) -> bytes:
    """Return a text's sketch: empty where it has fewer words than a run.

    >>> sketch_of("Five words make a run.") == sketch_of("five WORDS make a run")
    True
    """
    words = [zlib.crc32(word.encode()) for word in _WORD.findall(text.lower())]
    if len(words) < _WORDS_A_RUN:
        return b""
    hashes = np.array(words, dtype=np.uint64)
    runs = np.zeros(len(words) - _WORDS_A_RUN + 1, dtype=np.uint64)
    for at in range(_WORDS_A_RUN):
        runs = runs * np.uint64(0x9E3779B1) + hashes[at : at + len(runs)]
    runs = np.unique(runs)
    # The upper half of a product depends on all of a run's bits; the lower does not.
    least = [
        (((runs * f + t) >> np.uint64(32)).min()) for f, t in zip(_FACTORS, _TERMS, strict=True)
    ]
    return np.array(least, dtype="<u4").tobytes()


class Sketches:
    """The sketches of many documents, by name."""

    def __init__(self, known: Mapping[str, bytes]) -> None:
        self._rows: dict[str, int] = {}
        self._stacked = np.zeros((max(64, 2 * len(known)), _ENTRIES), np.uint32)
        for name, sketch in known.items():
            self._put(name, sketch)

    def nearest(self, name: str, sketch: bytes) -> tuple[str, float] | None:
        """Return the document most like one of this name, and how much, if that is near.

        From 0 to 1, where 1 means that no difference is seen. The document is then one of them.
        """
        found = self._nearest(name, sketch) if sketch and self._rows else None
        self._put(name, sketch)
        return found

    def _nearest(self, name: str, sketch: bytes) -> tuple[str, float] | None:
        shares = (self._stacked[: len(self._rows)] == np.frombuffer(sketch, "<u4")).mean(axis=1)
        if name in self._rows:
            shares[self._rows[name]] = 0
        best = int(shares.argmax())
        if shares[best] < NEAR:
            return None
        return list(self._rows)[best], float(shares[best])

    def _put(self, name: str, sketch: bytes) -> None:
        if not sketch:
            return
        row = self._rows.setdefault(name, len(self._rows))
        if row == len(self._stacked):
            self._stacked = np.concatenate([self._stacked, np.zeros_like(self._stacked)])
        self._stacked[row] = np.frombuffer(sketch, "<u4")

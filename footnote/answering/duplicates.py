"""Passages and sentences that say the same: read once, and cited once."""

import re
from collections.abc import Iterable, Sequence

from footnote.records import Hit

_WORD = re.compile(r"\w+")
# Of passages that share so many of their words so many are read; more of them, as somebody plants
# to be answered from, would leave no place for what others say (docs/security.md).
_NEARLY = 0.5
_READ_ALIKE = 2
# Two sentences repeat each other where so many of their words are the same, and all numbers.
_ALIKE = 0.9


def distinct(hits: Iterable[Hit]) -> list[Hit]:
    """Leave out passages whose words are those of a better one.

    Nearly the same is not the same: two versions of a text may differ in the one word that is
    asked for, and then both must be read.
    """
    best: dict[tuple[str, ...], Hit] = {}
    for hit in hits:
        best.setdefault(tuple(_words(hit.passage.text)), hit)
    return list(best.values())


def spread(hits: Sequence[Hit], first: int) -> list[Hit]:
    """Put passages that are nearly the same as two better ones after the ``first`` that are not.

    Parts of a table are left where they are: their columns' names make them alike.
    """
    chosen: list[Hit] = []
    read: list[set[str]] = []
    later: list[Hit] = []
    for hit in hits:
        if len(chosen) < first and not any(unit.kind == "row" for unit in hit.passage.units):
            words = set(_words(hit.passage.text))
            if sum(_share(words, each) >= _NEARLY for each in read) >= _READ_ALIKE:
                later.append(hit)
                continue
            read.append(words)
        (chosen if len(chosen) < first else later).append(hit)
    return [*chosen, *later]


def repeats(quote: str, said: Sequence[str]) -> bool:
    """Tell whether a sentence is, but for a word or two and no number, one that was said.

    >>> repeats("It opens at 9 in summer and in winter.", ["It opens at 9, in summer and winter."])
    True
    >>> repeats("It opens at 9.", ["It opens at 8."])
    False
    """
    words = set(_words(quote))
    return any(_alike(words, set(_words(each))) for each in said)


def differ_in_a_number(quote: str, other: str) -> bool:
    """Tell whether two sentences are the same but for numbers, as versions of a text are.

    >>> differ_in_a_number("The museum opens at 9.", "The museum opens at 10.")
    True
    >>> differ_in_a_number("The museum opens at 9.", "The museum opens.")
    False
    """
    words, others = _words(quote), _words(other)
    pairs = [(one, two) for one, two in zip(words, others, strict=False) if one != two]
    numbers = all(any(map(str.isdigit, each)) for pair in pairs for each in pair)
    return len(words) == len(others) and bool(pairs) and numbers


def _alike(one: set[str], other: set[str]) -> bool:
    if {word for word in one ^ other if any(map(str.isdigit, word))}:
        return False
    return _share(one, other) >= _ALIKE


def _share(one: set[str], other: set[str]) -> float:
    """Return how many of the words are in both (Jaccard 1912)."""
    return len(one & other) / max(len(one | other), 1)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())

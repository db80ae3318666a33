"""Dumps of bytes in hexadecimal, as hexdump, xxd and od write them: shown, and not quoted.

They hold no sentence, and a reader of sentences gives any of it for an answer. A table of
numbers is told from them by its digits: of bytes, a third has a letter.
"""

import re
from collections.abc import Sequence
from itertools import groupby

_LINE = re.compile(
    r"(?:(?:0x)?[0-9a-fA-F]{4,16}[:.)]?\s+)?"
    r"(?:(?:[0-9a-fA-F]{2}[\s-]+){7}[0-9a-fA-F]{2}\b|(?:[0-9a-fA-F]{4}\s+){3}[0-9a-fA-F]{4}\b)"
)
_BYTES = re.compile(r"\b(?:[0-9a-fA-F]{2}|[0-9a-fA-F]{4})\b")
# One line may be an example within prose.
_LINES = 2
_WITH_LETTERS = 0.15


def dumped_lines(lines: Sequence[str]) -> frozenset[int]:
    """Return which lines are of a dump; a short last line, or an offset alone, is too.

    >>> sorted(dumped_lines(["Bytes:", "0000 " + "4d 5a " * 8, "0010 " + "00 ff " * 8, "End"]))
    [1, 2]
    """
    found = [at for at, line in enumerate(lines) if _LINE.match(line)]
    if len(found) < _LINES:
        return frozenset()
    out: list[int] = []
    # What is next to each other has the same difference from its place in the list.
    for _, group in groupby(enumerate(found), key=lambda each: each[1] - each[0]):
        run = [at for _, at in group]
        if len(run) >= _LINES and _has_letters([lines[at] for at in run]):
            out += run
    return frozenset(out)


def _has_letters(lines: Sequence[str]) -> bool:
    found = [byte for line in lines for byte in _BYTES.findall(line)]
    with_letters = sum(any(character.isalpha() for character in byte) for byte in found)
    return with_letters >= _WITH_LETTERS * len(found)

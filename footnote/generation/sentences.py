"""Take a model's text apart as it comes: sentences, each with the numbers that it cites."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sentencex import segment

_MARK = re.compile(r"\s*[\[【]\s*(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*[\]】]")
# A mark that has only begun; more of it may come.
_BEGUN = re.compile(r"\s*[\[【][\d,;\s]*$")
_THOUGHT = re.compile(r"<(think|thinking)>.*?(?:</\1>|$)", re.DOTALL | re.IGNORECASE)
_ENDED = (".", "!", "?", "…", ":", '"', "”", "’", ")")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence without its marks, the numbers of these, and whether a new line begins it."""

    text: str
    numbers: tuple[int, ...]
    new_line: bool = False


class Sentences:
    """Collects a text that comes in pieces; gives each sentence once it is whole.

    >>> sentences = Sentences()
    >>> [[each.text for each in sentences.add(piece)] for piece in ("It op", "ens. [1] At", " 9.")]
    [[], ['It opens.'], []]
    >>> sentences.end()
    [Written(text='At 9.', numbers=(), new_line=False)]
    """

    def __init__(self) -> None:
        self._text = ""
        self._new_line = False

    def add(self, piece: str) -> list[Written]:
        """Take a piece, and return the sentences that it completes."""
        self._text += piece
        return list(self._whole())

    def end(self, cut: bool = False) -> list[Written]:
        """Return what is left; of a text that was ``cut``, an unfinished sentence is none."""
        text, self._text = _THOUGHT.sub("", self._text), ""
        found = [each for line in _joined(text.split("\n")) for each in self._of_line(line)]
        if cut and found and not found[-1].text.endswith(_ENDED):
            found.pop()
        return found

    def _whole(self) -> Iterator[Written]:
        text = _THOUGHT.sub("", self._text)
        if _thinks(self._text):
            return
        *lines, rest = text.split("\n")
        # A line of marks alone belongs to the line before, so a line waits for the next one.
        while lines and not _BEGUN.sub("", _MARK.sub("", rest)).strip():
            rest = f"{lines.pop()}\n{rest}"
        for line in _joined(lines):
            yield from self._of_line(line)
        if "\n" not in rest:
            ready, rest = _split(rest)
            yield from self._of_line(ready, ended=False)
        self._text = rest

    def _of_line(self, line: str, ended: bool = True) -> Iterator[Written]:
        for each in _written(line):
            yield Written(each.text, each.numbers, self._new_line)
            self._new_line = False
        self._new_line |= ended and bool(line.strip())


def _joined(lines: list[str]) -> list[str]:
    """Put lines that hold nothing but marks at the end of those before."""
    joined: list[str] = []
    for line in lines:
        if joined and line.strip() and not _MARK.sub("", line).strip():
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
    return joined


def _thinks(text: str) -> bool:
    """Tell whether a thought has begun and not ended, or may be about to begin."""
    opened = max(text.lower().rfind("<think"), -1)
    return opened >= 0 and "</think" not in text.lower()[opened:]


def _split(line: str) -> tuple[str, str]:
    """Part a line that goes on where its last sentence begins; marks stay with theirs."""
    begun = _BEGUN.search(line)
    known = line[: begun.start()] if begun else line
    bare, marks = _bare(known)
    *before, last = list(segment("en", bare)) or [""]
    if not before or not any(map(str.isalnum, last)):
        return "", line
    at = sum(map(len, before))
    # Where that is in the line with its marks.
    at += sum(length for place, length, _ in marks if place <= len(bare[:at].rstrip()))
    return line[:at], line[at:]


def _bare(line: str) -> tuple[str, list[tuple[int, int, tuple[int, ...]]]]:
    """Return a line without marks, and for each its place there, its length, its numbers."""
    parts: list[str] = []
    marks = []
    at = end = 0
    for found in _MARK.finditer(line):
        parts.append(line[end : found.start()])
        at += len(parts[-1])
        numbers = tuple(int(each) for each in re.findall(r"\d+", found[1]))
        marks.append((at, found.end() - found.start(), numbers))
        end = found.end()
    return "".join([*parts, line[end:]]), marks


def _written(line: str) -> Iterator[Written]:
    bare, marks = _bare(line)
    start = 0
    for part in segment("en", bare):
        end = start + len(part)
        # A mark after the last word of a sentence is its own, before or after the full stop.
        stop = start + len(part.rstrip())
        here = [numbers for at, _, numbers in marks if start < at <= stop or at == start == 0]
        if part.strip():
            numbers = tuple(dict.fromkeys(number for each in here for number in each))
            yield Written(part.strip(), numbers)
        start = end

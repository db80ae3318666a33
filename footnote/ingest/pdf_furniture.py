"""Contents and indexes of a PDF's pages: entries that end in a page's number, line by line.

They name what stands elsewhere and say nothing of it, but hold the words of most questions.
Each page is judged by itself. A table is told from them by its order: the numbers of contents
rise, and the entries of an index follow the alphabet.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from footnote.ingest.pdf_layout import Line

# An entry of contents is no longer, and a line that it goes on in.
_LONGEST = 250
_SHORT = 80
_PAGE = r"(?:\d{1,4}|[ivxlcdm]{1,9}|[A-Z]{1,2}-\d{1,3})"
_ENDS = frozenset("0123456789ivxlcdm,")
_PAGES = rf"{_PAGE}(?:[-–]{_PAGE})?(?:,\s*{_PAGE}(?:[-–]{_PAGE})?)*"
_LEADERS = re.compile(rf"(?:[.·…_]\s?){{3,}}\s*({_PAGES}),?$")
# Leaders begin with one of these; asking for them first is quick.
_LEADS = ("..", ". .", "··", "· ·", "……", "__")
_BARE = re.compile(rf"\s({_PAGE})$")
_LISTED = re.compile(rf"(?<=[^\d\s]),\s+({_PAGES}),?$")
# The number of its own page beside a title.
_AROUND = re.compile(rf"^{_PAGE}\s+|\s+{_PAGE}$")
_CONTENTS = re.compile(
    r"(?:(?:table of |brief |detailed )?contents|list of (?:figures|tables|examples)|"
    r"inhalt(?:sverzeichnis)?|table des matières|sommaire|índice|indice)(?: \(continued\))?$",
    re.IGNORECASE,
)
# One of these is in each of them, so that most pages need no further look.
_WORDS_OF_TITLES = ("contents", "list of", "inhalt", "table des", "sommaire", "ndice")
_INDEX = re.compile(r"(?:\w+ ){0,3}index(?: \(continued\))?$", re.IGNORECASE)
# A running head of contents, as "12 A manual CONTENTS".
_HEAD = re.compile(r"\b(?:CONTENTS|Contents)\b")
_HEADS = 2
_ONLY_PAGE = re.compile(rf"{_PAGE}$")
# Under a title so many entries are contents; without one, so many in order.
_TITLED = 2
_UNTITLED = 5
_IN_AN_INDEX = 8
_IN_ORDER = 0.8
# Of an index's entries some name several pages, and most lines are entries.
_SEVERAL = 2
_SHARE = 0.5
# So many lines between entries are headings and entries that run over a line's end.
_BETWEEN = 3
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


class _Entry(NamedTuple):
    at: int
    name: str
    page: float
    several: bool


def furniture(lines: Sequence[Line]) -> frozenset[Line]:
    """Return the lines of a page, given in order of reading, that are contents or an index."""
    texts = [line.text for line in lines]
    # Hardly a page of prose has so many lines that end in a number.
    numbered = sum([text[-1] in _ENDS for text in texts])
    if numbered < _TITLED:
        return frozenset()
    found = {*(_contents(texts) or (numbered >= _IN_AN_INDEX and _index(texts)) or ())}
    # Where nothing else is left, the page's number is nothing either.
    if found and all(at in found or _ONLY_PAGE.match(text) for at, text in enumerate(texts)):
        return frozenset(lines)
    return frozenset(lines[at] for at in found)


def _contents(texts: Sequence[str]) -> list[int]:
    """Find entries with leaders, and with them those without, or all below a title."""
    page = "\n".join(texts)
    led = _entries(texts, _LEADERS) if any(sign in page for sign in _LEADS) else []
    title = _first_title(texts, page.lower())
    if not led and title is None:
        return []
    bare = _entries(texts, _BARE)
    if not led:
        below = [] if title is None else [entry for entry in bare if entry.at > title]
        return _stretches(texts, below) if len(below) >= _UNTITLED and _rise(below) else []
    titled = title is not None and title < led[0].at
    if not (titled and len(led) >= _TITLED) and not _is_in_order(texts, led):
        return []
    first = title if title is not None and titled else led[0].at
    entries = [*led, *(each for each in bare if first < each.at < led[-1].at)]
    entries = sorted({entry.at: entry for entry in entries}.values())
    return _stretches(
        texts, [*_beside(bare, entries[0], -1), *entries, *_beside(bare, entries[-1], 1)]
    )


def _is_in_order(texts: Sequence[str], led: Sequence[_Entry]) -> bool:
    """Tell whether entries are in an order that contents have, or an index."""
    is_index = any(_reads(text, _INDEX) for text in texts[: led[0].at] if len(text) <= _SHORT)
    if is_index and len(led) >= _TITLED:
        return _is_alphabetical(led)
    return len(led) >= _UNTITLED and (_rise(led) or _is_alphabetical(led))


def _first_title(texts: Sequence[str], page: str) -> int | None:
    """Return the first line that is a title of contents; ``page`` is all in small letters."""
    if not any(word in page for word in _WORDS_OF_TITLES):
        return None
    return next((at for at, text in enumerate(texts) if _titles_contents(text, at)), None)


def _titles_contents(text: str, at: int) -> bool:
    if len(text) > _SHORT:
        return False
    return _reads(text, _CONTENTS) or (at < _HEADS and _HEAD.search(text) is not None)


def _beside(bare: Sequence[_Entry], edge: _Entry, step: int) -> list[_Entry]:
    """Return the entries without leaders that go on line by line, down or up, in their order."""
    out = []
    for entry in bare[::step]:
        follows = entry.at == edge.at + step and step * (entry.page - edge.page) >= 0
        if follows and len(entry.name) <= _SHORT:
            edge = entry
            out.append(edge)
    return out[::step]


def _index(texts: Sequence[str]) -> list[int]:
    """Find entries that end in pages after a comma, in the order of the alphabet."""
    found = _entries(texts, _LISTED)
    words = sum(len(text) > 1 for text in texts)
    is_index = (
        len(found) >= max(_IN_AN_INDEX, _SHARE * words)
        and sum(entry.several for entry in found) >= _SEVERAL
        and _is_alphabetical(found)
    )
    return _stretches(texts, found) if is_index else []


def _entries(texts: Sequence[str], pattern: re.Pattern[str]) -> list[_Entry]:
    found = []
    for at, text in enumerate(texts):
        # Most lines end in another sign.
        if text[-1] not in _ENDS or len(text) > _LONGEST:
            continue
        match = pattern.search(text)
        if match:
            name = text[: match.start()]
            first = re.split("[-–,]", match[1])[0]
            found.append(_Entry(at, name, _number(first), len(first) < len(match[1])))
    return found


def _number(page: str) -> float:
    """Return a page's place in the order of pages; Roman ones stand before all others.

    >>> _number("12"), _number("iv"), _number("A-3")
    (12.0, -9996.0, 3.0)
    """
    digits = re.sub(r"\D", "", page)
    if digits:
        return float(digits)
    values = [_ROMAN.get(letter, 0) for letter in page]
    signs = [-1 if one < other else 1 for one, other in pairwise(values)]
    total = sum(v * sign for v, sign in zip(values, [*signs, 1], strict=True))
    return float(total - 10_000)


def _stretches(texts: Sequence[str], entries: Sequence[_Entry]) -> list[int]:
    """Return entries with what stands between them, and the titles above them."""
    out: list[int] = []
    last = -1 - _BETWEEN
    for entry in entries:
        between = range(last + 1, entry.at)
        if len(between) <= _BETWEEN and last >= 0:
            out += between
        else:
            out += [at for at in range(max(0, last + 1), entry.at) if _heads(texts, at, entry.at)]
        out.append(last := entry.at)
    return out


def _heads(texts: Sequence[str], at: int, entry: int) -> bool:
    """Tell whether a line above an entry is a title of it, or a letter of the alphabet."""
    return entry - at <= _BETWEEN and (_is_title(texts[at]) or len(texts[at]) == 1)


def _is_title(text: str) -> bool:
    return len(text) <= _SHORT and (_reads(text, _CONTENTS) or _reads(text, _INDEX))


def _reads(text: str, title: re.Pattern[str]) -> bool:
    """Tell whether a line is a title, the number of its own page beside it or not."""
    return title.match(" ".join(_AROUND.sub("", text).split())) is not None


def _rise(entries: Sequence[_Entry]) -> bool:
    pairs = [one.page <= other.page for one, other in pairwise(entries)]
    return sum(pairs) >= _IN_ORDER * len(pairs)


def _is_alphabetical(entries: Sequence[_Entry]) -> bool:
    keys = ["".join(filter(str.isalnum, entry.name)).lower()[:2] for entry in entries]
    pairs = [one <= other for one, other in pairwise(keys)]
    return sum(pairs) >= _IN_ORDER * len(pairs)

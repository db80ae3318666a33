"""How the items of an OpenDocument text's lists are marked: by numbers, letters or bullets.

A document holds no numbers: they are counted as the list's style says (OpenDocument 1.3, 16.30).
An item of a list within a list is set in by two spaces a level.
"""

from collections.abc import Iterable

from lxml import etree

_SPACES = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_TEXT = f"{{{_SPACES.format('text')}}}"
_STYLE = f"{{{_SPACES.format('style')}}}"
_BULLET = "-"
_INDENT = "  "
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
# A number that a file gives may be of any size; a list has no more items, nor a style levels.
_MOST = 9999
_MOST_LEVELS = 10


class ListMarkers:
    """Gives each item its marker, in the order of the document."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._levels: dict[tuple[str, int], etree._Element] = {}
        for root in roots:
            for style in root.iter(f"{_TEXT}list-style"):
                for each in style.iterchildren(f"{_TEXT}list-level-style-number"):
                    level = _integer(each.get(f"{_TEXT}level"), 1)
                    self._levels.setdefault((style.get(f"{_STYLE}name", ""), level), each)
        # Of the lists that are open the style and the last number of each, outermost first.
        self._styles: list[str] = []
        self._numbers: list[int] = []
        # Where each style's last list of a level ended, which another may go on from.
        self._ended: dict[tuple[str, int], int] = {}

    def open(self, element: etree._Element) -> None:
        """Begin a list, one within another where that is open."""
        style = element.get(f"{_TEXT}style-name") or (self._styles[-1] if self._styles else "")
        self._styles.append(style)
        place = (style, len(self._styles))
        goes_on = element.get(f"{_TEXT}continue-numbering") == "true"
        if goes_on or element.get(f"{_TEXT}continue-list"):
            self._numbers.append(self._ended.get(place, self._first(place) - 1))
        else:
            self._numbers.append(self._first(place) - 1)

    def close(self) -> None:
        """End the list that was begun last."""
        place = (self._styles.pop(), len(self._numbers))
        self._ended[place] = self._numbers.pop()

    def next(self, item: etree._Element) -> str:
        """Count an item of the list that is open, and return its marker."""
        depth = len(self._styles)
        # An item that only holds another list shows no number.
        if item.find(f"{_TEXT}p") is not None or item.find(f"{_TEXT}h") is not None:
            last = self._numbers[-1]
            self._numbers[-1] = _integer(item.get(f"{_TEXT}start-value"), last + 1)
        return f"{_INDENT * (min(depth, _MOST_LEVELS) - 1)}{self._label(depth)} "

    def _first(self, place: tuple[str, int]) -> int:
        level = self._levels.get(place)
        return 1 if level is None else _integer(level.get(f"{_TEXT}start-value"), 1)

    def _label(self, depth: int) -> str:
        level = self._levels.get((self._styles[-1], depth))
        if level is None or not level.get(f"{_STYLE}num-format"):
            return _BULLET
        above = min(depth, _integer(level.get(f"{_TEXT}display-levels"), 1)) - 1
        parts = [self._number(at) for at in range(depth - above, depth + 1)]
        before, after = level.get(f"{_STYLE}num-prefix"), level.get(f"{_STYLE}num-suffix")
        label = f"{before or ''}{'.'.join(filter(None, parts))}{after or ''}".strip()
        # Without a mark after it a number reads as the first word of its item.
        return label if label and not label[-1].isalnum() else f"{label}."

    def _number(self, depth: int) -> str:
        level = self._levels.get((self._styles[depth - 1], depth))
        written = "" if level is None else level.get(f"{_STYLE}num-format", "")
        return _written(self._numbers[depth - 1], written)


def _written(number: int, form: str) -> str:
    """Write a number as a style says: 1, a, A, i or I.

    >>> _written(4, "1"), _written(28, "a"), _written(4, "I"), _written(4, "")
    ('4', 'bb', 'IV', '')
    """
    if form in ("a", "A") and number > 0:
        # As OpenDocument repeats a letter: z, aa, bb.
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "a" else letters.upper()
    if form in ("i", "I") and number > 0:
        letters, rest = "", number
        for value, sign in _ROMAN:
            letters += sign * (rest // value)
            rest %= value
        return letters if form == "i" else letters.upper()
    return str(number) if form else ""


def _integer(value: str | None, default: int) -> int:
    """Return a number of a file, the default where it is none or cannot be."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 4:
        return min(default, _MOST)
    return int(value)

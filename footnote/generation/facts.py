"""Hold the hard facts of a sentence against its source: numbers, dates, names, and what is denied.

A score of support is a matter of degree, and one digit alters little of it. These must be there.
Where a fact is said in other words ("French" for "of France") it counts as missing: what is
left out costs less than what is made up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from footnote.store.terms import analyze

_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan;february feb;march mar;april apr;may;june jun;july jul;august aug;"
        "september sept sep;october oct;november nov;december dec".split(";"),
        1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>\d{4})\b"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
        rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH},?\s+{_YEAR}",
    )
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SPELLED = {
    word: str(number)
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split(),
        2,
    )
} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
    "eighty": "80", "ninety": "90", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6",
    "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10", "dozen": "12",
    "hundred": "hundred", "thousand": "thousand", "million": "million", "billion": "billion",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['’_.&-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
# Words that begin a sentence with a capital and name nothing.
_OPENERS = frozenset(
    "a about above according across additionally after afterwards all almost along also "
    "although among an and another any anyone are as at available because before beginning "
    "being below beside besides between both but by can currently despite did do does due "
    "during each earlier either eventually every everyone everything except few finally first "
    "firstly following for formerly from further furthermore given had has have having he hence "
    "her here his how however if in indeed initially instead into is it its just last later "
    "like likewise many may meanwhile more moreover most much must my near nearly neither never "
    "nevertheless next no none nor not nothing notably now of often on once one only onto or "
    "originally other others otherwise our out over overall part people per perhaps previously "
    "rather recently regarding roughly second secondly several she should similarly since so "
    "some sometimes soon specifically still subsequently such that the their them then there "
    "thereafter therefore these they this those though three through throughout thus to today "
    "together toward towards two ultimately under unlike until up upon usually was we were what "
    "when where whereas whether which while who whose why will with within without yes yet you "
    "your".split()
)
_NEGATORS = re.compile(
    r"\b(?:not(?! only)|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly)\b|n['’]t\b",
    re.IGNORECASE,
)
# Terms between a denying word and what it denies.
_BETWEEN = frozenset(analyze("be been being have has had do did does yet ever any longer also so"))
# So many terms that follow may be what is denied; the first of them is.
_REACH = 3


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as a text tells it."""

    month: int
    day: int | None = None
    year: int | None = None

    def told_by(self, other: "Date") -> bool:
        """Tell whether another date says all that this one does."""
        parts = ((self.month, other.month), (self.day, other.day), (self.year, other.year))
        return all(mine is None or mine == theirs for mine, theirs in parts)


class Facts:
    """The facts of a text that may be claimed from it.

    >>> source = Facts("It opened on 3 May 1900, and closed on 7 June 1950.")
    >>> source.missing("It opened in May 1900.")
    []
    >>> source.missing("It closed on 7 May 1900.")
    ['7 May 1900']
    """

    def __init__(self, text: str) -> None:
        self._dates = [date for date, _ in _dates_in(text)]
        self._numbers = set(_numbers_in(text))
        self._terms = frozenset(analyze(_hyphens_parted(text)))
        self._denied, self._near, self._said = _polarity(text)

    def missing(self, claim: str) -> list[str]:
        """Return what a sentence states and the text does not: dates, numbers, names, denials."""
        missing = []
        rest = claim
        for date, words in _dates_in(claim):
            if not any(date.told_by(each) for each in self._dates):
                missing.append(words)
            rest = rest.replace(words, " " * len(words), 1)
        missing += [each for each in _numbers_in(rest) if each not in self._numbers]
        missing += [each for each in _names_in(rest) if not self._terms.issuperset(_terms(each))]
        return missing + self._contradicted(claim)

    def _contradicted(self, claim: str) -> list[str]:
        """Return terms that one of the two denies, and the other does not."""
        denied, near, said = _polarity(claim)
        alone = denied if not near & self._near else frozenset()
        return sorted(alone | ((said - near) & (self._denied - self._said)))


def _dates_in(text: str) -> Iterator[tuple[Date, str]]:
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for found in pattern.finditer(text):
            if any(found.start() < end and start < found.end() for start, end in taken):
                continue
            taken.append(found.span())
            parts = found.groupdict()
            month = parts["month"].rstrip(".").lower()
            day, year = parts.get("day"), parts.get("year")
            date = Date(
                int(month) if month.isdigit() else _MONTHS[month],
                int(day) if day else None,
                int(year) if year else None,
            )
            yield date, found[0]


def _numbers_in(text: str) -> Iterator[str]:
    for found in _NUMBER.findall(text):
        number = found.replace(",", "") if _GROUPED.fullmatch(found) else found
        yield (number.lstrip("0") or "0") if number.isdecimal() else number
    for word in _WORD.findall(text.lower()):
        for part in word.split("-"):
            if part in _SPELLED:
                yield _SPELLED[part]


def _names_in(claim: str) -> Iterator[str]:
    """Give the words with a capital; the first word, unless it is one that opens sentences."""
    for at, word in enumerate(_WORD.findall(claim)):
        name = _POSSESSIVE.sub("", word)
        if any(map(str.isupper, name)) and (at or name.lower() not in _OPENERS):
            yield name


def _terms(name: str) -> list[str]:
    return analyze(_hyphens_parted(name))


def _hyphens_parted(text: str) -> str:
    return text.replace("-", " ")


def _polarity(text: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the terms that a text denies, those that it may deny, and those that it says."""
    denied: set[str] = set()
    near: set[str] = set()
    said: set[str] = set()
    for clause in re.split(r"[.;:!?,]\s|\bbut\b", text):
        first, *parts = _NEGATORS.split(clause)
        said.update(analyze(first))
        for part in parts:
            terms = [each for each in analyze(part) if each not in _BETWEEN]
            denied.update(terms[:1])
            near.update(terms[:_REACH])
            said.update(terms[1:])
    return frozenset(denied), frozenset(near), frozenset(said)

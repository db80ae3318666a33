"""What a question names: proper names, by their capitals, and whether a text speaks of them.

A name is what an answer must not be exchanged in: "Who built the Orford Granary?" is not
answered by who built another granary.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.answering.reader import Reading
from footnote.store.terms import analyze

_WORD = re.compile(r"[^\W_]+(?:[_.&][^\W_]+)*")
POSSESSIVE = re.compile(r"['’]s\b")
# What is written as programs write names: "max_connections", "http.proxy", "--quiet", "maxCount".
_IDENTIFIER = re.compile(
    r"(?<![\w.-])(?:--\w[\w-]*|\w+_\w[\w.]*|[^\W\d_]{2,}(?:\.[^\W\d_]{2,})+|[a-z]+[A-Z]\w*)"
)
_CAPITALS = re.compile(r"\b[A-Z][\w&.-]*")
# The terms of words that ask, and name nothing.
ASKING = frozenset(
    analyze(
        "who whom whose what which when where why how does do did is are was were has have had "
        "can could give tell show find list name me you there many much please i"
    )
)
# A name of which the text has the beginning is mentioned: "Germans" by "Germany".
_LEAST_STEM = 4
_LEAST_NAME = 3
# A question with more capitals than this share, as a title has, tells no names by them.
_TITLE_CASE = 0.6


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name in a question: its words as written, and its terms, folded and stemmed."""

    text: str
    terms: tuple[str, ...]


def names_in(question: str) -> list[Name]:
    """Return the proper names of a question, those with capitals first, each in order.

    The first word has a capital whatever it is, and two letters are often spelled out. What is
    written as in a program is a name without a capital.

    >>> [each.text for each in names_in("Who sold the Orford Granary to a man from New York, US?")]
    ['Orford Granary', 'New York']
    >>> [each.text for each in names_in("What is the default of http.proxy or --no-color, e.g.?")]
    ['http.proxy', '--no-color']
    """
    texts = dict.fromkeys([*_capitalised(question), *_IDENTIFIER.findall(question)])
    return [
        Name(text, tuple(terms))
        for text in texts
        if (terms := analyze(text)) and not (text.isalpha() and len(text) < _LEAST_NAME)
    ]


def _capitalised(question: str) -> list[str]:
    """Return the runs of words that have a capital; none where capitals tell nothing."""
    words = list(_WORD.finditer(POSSESSIVE.sub("  ", question)))[1:]
    capital = [word[0][0].isupper() for word in words]
    if len(words) > 2 and sum(capital) > _TITLE_CASE * len(words):
        return []
    names: list[list[str]] = []
    end = -1
    for word in (word for word, is_capital in zip(words, capital, strict=True) if is_capital):
        if names and question[end : word.start()] in (" ", "-"):
            names[-1].append(word[0])
        else:
            names.append([word[0]])
        end = word.end()
    return [" ".join(name) for name in names]


class Text:
    """A text that may speak of names: its terms, and its initials for abbreviations."""

    def __init__(self, *parts: str) -> None:
        self._text = "\n".join(parts)
        self.terms = frozenset(analyze(self._text))
        self._initials: str | None = None

    def holds(self, term: str) -> bool:
        """Tell whether a term stands in the text, or one of the same beginning, or mistyped.

        >>> Text("He came from Germany.").holds("german"), Text("Gerald").holds("german")
        (True, False)
        >>> Text("the Farrow").holds("farow"), Text("the Orford").holds("oxford")
        (True, False)
        """
        if term in self.terms:
            return True
        least = max(_LEAST_STEM, len(term) - 2)
        return len(term) >= least and any(
            each[:least] == term[:least] or _mistyped(term, each) for each in self.terms
        )

    def abbreviated(self, name: str) -> bool:
        """Tell whether words of the text begin with the letters of an abbreviation.

        >>> Text("the European Union's law").abbreviated("EU")
        True
        """
        letters = re.sub(r"[^A-Z]", "", name)
        if not 2 <= len(letters) <= 6 or re.sub(r"[^\w]", "", name) != letters:
            return False
        if self._initials is None:
            self._initials = "".join(each[0] for each in _CAPITALS.findall(self._text))
        return letters in self._initials

    def mentions(self, name: Name) -> bool:
        """Tell whether the text speaks of a name: it holds each of its words."""
        return all(map(self.holds, name.terms)) or self.abbreviated(name.text)


def text_about(reading: Reading, title: str = "") -> Text:
    """Return what tells whom a reading is about: its passage and what that stands under.

    Of a table only the row: the others are about something else.
    """
    passage, unit = reading.passage, reading.unit
    body = passage.quote(unit.span) if unit.kind == "row" else passage.text
    return Text(title, *passage.headings, body)


def unmentioned(names: Sequence[Name], text: Text) -> list[Name]:
    """Return the names that a text does not mention."""
    return [name for name in names if not text.mentions(name)]


def _mistyped(one: str, other: str) -> bool:
    """Tell whether one word is the other with a letter left out or two exchanged.

    With a letter for another it is as likely another name.
    """
    if one[0] != other[0]:
        return False
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        wrong = [at for at, letter in enumerate(short) if letter != long[at]]
        adjacent = len(wrong) == 2 and wrong[1] - wrong[0] == 1
        return adjacent and sorted(short) == sorted(long)
    return len(long) - len(short) == 1 and any(
        long[:at] + long[at + 1 :] == short for at in range(1, len(long))
    )

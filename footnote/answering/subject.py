"""What a question names: proper names, by their capitals, and whether a text speaks of them.

A name is what an answer must not be exchanged in: "Who built the Orford Granary?" is not
answered by who built another granary.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from footnote.store.terms import analyze

_WORD = re.compile(r"[^\W_]+(?:[-_.&][^\W_]+)*")
_CAPITALS = re.compile(r"\b[A-Z][\w&.-]*")
# A name of which the text has the beginning is mentioned: "Germans" by "Germany".
_LEAST_STEM = 4
# A question with more capitals than this share, as a title has, tells no names by them.
_TITLE_CASE = 0.6


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name in a question: its words as written, and its terms, folded and stemmed."""

    text: str
    terms: tuple[str, ...]


def names_in(question: str) -> list[Name]:
    """Return the proper names of a question, in order; none where capitals tell nothing.

    >>> [each.text for each in names_in("Who built the Orford Granary of New York?")]
    ['Orford Granary', 'New York']
    """
    words = list(_WORD.finditer(re.sub(r"['’]s\b", "  ", question)))
    capital = [word[0][0].isupper() for word in words]
    later = capital[1:]
    if len(later) > 2 and sum(later) > _TITLE_CASE * len(later):
        return []
    runs: list[list[str]] = []
    open_run = False
    for at, word in enumerate(words):
        # The first word has a capital whatever it is.
        if at == 0 or not capital[at] or word[0] == "I":
            open_run = False
            continue
        gap = question[words[at - 1].end() : word.start()] if at else ""
        if open_run and not gap.strip():
            runs[-1].append(word[0])
        else:
            runs.append([word[0]])
        open_run = True
    found = [" ".join(run) for run in runs]
    return [Name(each, terms) for each in found if (terms := tuple(analyze(each)))]


class Text:
    """A text that may speak of names: its terms, and its initials for abbreviations."""

    def __init__(self, *parts: str) -> None:
        self._text = "\n".join(parts)
        self.terms = frozenset(analyze(self._text))
        self._initials: str | None = None

    def holds(self, term: str) -> bool:
        """Tell whether a term stands in the text, or one with the same beginning.

        >>> Text("He came from Germany.").holds("german"), Text("Gerald").holds("german")
        (True, False)
        """
        if term in self.terms:
            return True
        least = max(_LEAST_STEM, len(term) - 2)
        if len(term) < least:
            return False
        return any(each[:least] == term[:least] and len(each) >= least for each in self.terms)

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


def unmentioned(names: Sequence[Name], texts: Collection[Text]) -> list[Name]:
    """Return the names that none of the texts mentions."""
    return [name for name in names if not any(text.mentions(name) for text in texts)]

"""The names in a text by their capitals, each with its place."""

import re
from collections.abc import Iterator

_NAME = re.compile(
    r"(?<![\w\"“'-])[A-Z][\w.&-]*"
    r"(?:(?:'s|’s)? (?:(?:of|the|and|de|von|van) ){0,2}[A-Z0-9][\w.&-]*)*"
    r"(?![\"”])"
)
# The first words of questions and sentences, which have a capital and are no name.
_FIRST = re.compile(
    r"(?:who|whom|whose|what|which|when|where|why|how|in|on|at|the|a|an|is|are|was|were|do|does"
    r"|did|for|from|of|by|to|along|along with|besides|after|before|during|since|if|according|name"
    r"|other|with|can|could|as|about|because|while|it|he|she|they|this|that|these|those|its|his"
    r"|her|their|however|although|there|but|and|one|some|many|i|you|we)\b",
    re.IGNORECASE,
)
# Where a sentence ends within what capitals join: "Twitter. French authorities", and not
# "St. Paul", "J. R. R. Tolkien" or "the U.S. Army".
_ENDS = re.compile(
    r"\b(?!(?:St|Mr|Mrs|Ms|Dr|Jr|Sr|Gen|Col|Capt|Sgt|Lt|Rev|Mt|Ft|No|Prof|Sen|Gov)\.)[^\W_]{2,}\. "
)


def named(text: str) -> Iterator[tuple[int, str]]:
    """Give the names in a text, with their places.

    >>> list(named("In Warsaw's Old Town they met Ann. Bob came too."))
    [(3, "Warsaw's Old Town"), (30, 'Ann'), (35, 'Bob')]
    """
    for found in _NAME.finditer(text):
        for start, name in _sentences(found.start(), found[0]):
            # "What Warsaw ..." and "In Warsaw": the first word is no name for its capital.
            while name and (word := _FIRST.match(name)):
                rest = name[word.end() :]
                start, name = start + word.end() + len(rest) - len(rest.lstrip()), rest.lstrip()
            name = re.sub(r"(?:'s|’s|[.])$", "", name)
            if len(name) > 2 and name[0].isupper():
                yield start, name


def names_of(text: str) -> list[str]:
    """Return the names in a text, in order.

    >>> names_of("Which river flows through Warsaw's Old Town?")
    ["Warsaw's Old Town"]
    """
    return [name for _, name in named(text)]


def _sentences(start: int, name: str) -> Iterator[tuple[int, str]]:
    at = 0
    for end in _ENDS.finditer(name):
        yield start + at, name[at : end.end()].rstrip()
        at = end.end()
    yield start + at, name[at:]

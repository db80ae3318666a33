"""Questions with their gold: what an answer to each should say, and stand on."""

import re
from dataclasses import dataclass, field

from footnote.records import Span, Turn

_QUESTION_WORDS = re.compile(
    r"\b(how (?:many|much)|how|who|whom|whose|what|which|when|where|why)\b", re.IGNORECASE
)
_POLAR = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place of the documents that answers: a document with a quote, or with spans.

    Any one of the spans will do; they are where a quote occurs, or where annotators of one
    answer pointed. Empty until a quote is looked up.
    """

    document: str
    quote: str | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an evaluation, with what is known of its answer.

    ``answerable`` None: nothing is known of the answer, and only the asking is measured.
    ``document`` is the one that the question is about, which an unanswerable one has too.
    ``gains`` is how much evidence each of the fewest passages that hold all of it adds, most
    first; empty until it is looked up. ``line`` is where the question stands in its file, 0
    where that has no lines.
    """

    id: str
    text: str
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    evidence: tuple[Evidence, ...] = ()
    document: str | None = None
    tags: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    gains: tuple[int, ...] = field(default=(), compare=False)
    line: int = field(default=0, compare=False)

    @property
    def word(self) -> str:
        """The question word, or ``yes/no``, or ``other``.

        >>> Question("1", "In which year, and how many times, was it lit?").word
        'which'
        """
        if _POLAR.match(self.text.strip()):
            return "yes/no"
        found = _QUESTION_WORDS.search(self.text)
        if found is None:
            return "other"
        word = found[1].lower()
        return {"whom": "who", "whose": "who", "how much": "how many"}.get(word, word)

    @property
    def documents(self) -> tuple[str, ...]:
        """The names of the documents that the question is about, each once."""
        own = (self.document,) if self.document is not None else ()
        return tuple(dict.fromkeys((*own, *(each.document for each in self.evidence))))

    @property
    def asks_the_same(self) -> tuple[object, ...]:
        """What must be equal for two runs' questions to be compared: asking and gold.

        A quote stands for itself: an edit of the document above it moves its offsets.
        """
        evidence = [
            (e.document, e.quote if e.quote is not None else e.spans) for e in self.evidence
        ]
        return (self.text, self.history, self.answers, self.answerable, tuple(evidence))

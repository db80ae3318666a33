"""Find the document that the words of a question name, and say how sure to be that it is meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from footnote.answering.draft import Draft
from footnote.records import Hit
from footnote.store.terms import analyze

# How often the document is the one that was asked for, where its title says so, where only its
# text does and is near to the question, and else; and how near, in cosines. Of the part to choose
# by of `python -m benchmarks.overviews`: 54 of 55, 51 of 52 and 1 of 107; other titles are less
# of a kind than Wikipedia's.
TITLED, NEAR, FAR = 0.95, 0.9, 0.02
NEAREST = 0.5
# What asks for an overview, and says nothing of what.
_OF_OVERVIEWS = frozenset(
    analyze(
        "give me an overview summary summarise summarize sum up outline gist main key points "
        "point idea ideas takeaway takeaways tldr what which is are this these it about article "
        "document documents text report page file paper story news say does do cover describe "
        "discuss happened please can could you short brief quick whole everything all here tell "
        "i get write make provide show us general main"
    )
)


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document, and what speaks for its being the one that a question names.

    ``titled`` tells whether its title or name holds all of the subject's words, ``whole`` whether
    they and its passages found do; ``nearness`` is the cosine of the nearest of these.
    """

    id: str
    titled: bool
    whole: bool
    nearness: float

    @property
    def confidence(self) -> float:
        """How probable it is that this document is meant."""
        if self.titled:
            return TITLED
        return NEAR if self.whole and self.nearness >= NEAREST else FAR


def subject_of(question: str) -> frozenset[str]:
    """Return the terms of a question for an overview that say of what.

    >>> sorted(subject_of("Give me a short summary of the Orford Granary, please."))
    ['granari', 'orford']
    """
    return frozenset(analyze(question)) - _OF_OVERVIEWS


def named_document(draft: Draft, hits: Sequence[Hit], subject: frozenset[str]) -> NamedDocument:
    """Return the document that holds most of a subject's terms, of those that were found.

    Of several the one whose title or name holds the most, then the one that was found best; by
    that alone, a long document would outdo a short one of the very name.
    """
    scores: dict[str, float] = {}
    nearness: dict[str, float] = {}
    held: dict[str, frozenset[str]] = {}
    titled: dict[str, int] = {}
    for hit in hits:
        id_ = hit.passage.document_id
        if id_ not in scores:
            document = draft.document(id_)
            held[id_] = subject.intersection(analyze(f"{document.title} {document.name}"))
            titled[id_] = len(held[id_])
        scores[id_] = scores.get(id_, 0.0) + hit.score
        nearness[id_] = max(nearness.get(id_, 0.0), hit.dense or 0.0)
        held[id_] |= subject.intersection(analyze(hit.passage.searchable))
    best = max(
        scores,
        key=lambda id_: (titled[id_] == len(subject), len(held[id_]), titled[id_], scores[id_]),
    )
    return NamedDocument(
        best, titled[best] == len(subject), len(held[best]) == len(subject), nearness[best]
    )

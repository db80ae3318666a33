"""An overview of a document: the sentences that stand for it best, from several sections."""

from collections.abc import Sequence

import numpy as np

from footnote.answering.prose import is_prose
from footnote.embedding import Embedder, Vectors
from footnote.records import Passage, Unit
from footnote.store.snapshot import Snapshot

MOST_SENTENCES = 5
_LENGTHS = range(40, 400)
# Carbonell and Goldstein (1998), The Use of MMR: how much nearness to the whole counts
# against likeness to what was taken already.
_NEARNESS = 0.6

Place = tuple[Passage, Unit]


def overview_of(
    catalogue: Snapshot, document_id: str, embedder: Embedder, most: int = MOST_SENTENCES
) -> list[Place]:
    """Return the sentences that stand for a document, in its order; empty if it has none."""
    passages = catalogue.passages_of(document_id)
    # A document that has no prose is shown by what else can stand alone.
    sentences = {each.id: _prose(each) for each in passages}
    if not any(sentences.values()):
        sentences = {each.id: _sentences(each) for each in passages}
    passages = [each for each in passages if sentences[each.id]]
    if not passages:
        return []
    vectors = dict(catalogue.vectors_of(document_id))
    stacked = np.stack([vectors[each.id] for each in passages])
    centre = _unit(stacked.mean(axis=0))
    chosen = _spread([each.headings for each in passages], stacked, centre, most)
    return [
        (passages[at], _central(passages[at], sentences[passages[at].id], centre, embedder))
        for at in sorted(chosen)
    ]


def _prose(passage: Passage) -> list[Unit]:
    return [unit for unit in _sentences(passage) if is_prose(passage.quote(unit.span))]


def _sentences(passage: Passage) -> list[Unit]:
    """Return the sentences that can stand alone: neither a fragment, nor a lead to a list."""
    return [
        unit
        for unit in passage.units
        if unit.kind == "sentence"
        and len(unit.span) in _LENGTHS
        and passage.quote(unit.span).endswith((".", "!", '."', ".”", ".)"))
    ]


def _spread(
    headings: Sequence[tuple[str, ...]], vectors: Vectors, centre: Vectors, most: int
) -> list[int]:
    """Choose passages: the first, then by marginal relevance, new sections before old ones."""
    chosen = [0]
    likeness = vectors @ vectors.T
    while len(chosen) < min(most, len(vectors)):
        rest = [at for at in range(len(vectors)) if at not in chosen]
        seen = {headings[at] for at in chosen}
        fresh = [at for at in rest if headings[at] not in seen]
        if not fresh and len(seen) >= min(most, 3):
            break
        relevance = {
            at: _NEARNESS * float(vectors[at] @ centre)
            - (1 - _NEARNESS) * float(likeness[at][chosen].max())
            for at in fresh or rest
        }
        chosen.append(max(relevance, key=lambda at: (relevance[at], -at)))
    return chosen


def _central(passage: Passage, units: Sequence[Unit], centre: Vectors, embedder: Embedder) -> Unit:
    vectors = embedder.embed_documents([passage.quote(unit.span) for unit in units])
    return units[int(np.argmax(vectors @ centre))]


def _unit(vector: Vectors) -> Vectors:
    unit: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return unit

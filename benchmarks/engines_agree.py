"""The local search index beside Milvus: whether they cite the same, and what they take.

Usage: python -m benchmarks.engines_agree SQUAD_FILE [--articles 16] [--milvus URI]
       python -m benchmarks.engines_agree SQUAD1_TRAIN --passages N [--index FOLDER] [--milvus URI]

Both search one catalogue, so that nothing else differs. Questions that the articles answer are
asked of the whole engine, and compared are the first citation and the first six passages; then
the time of a fused search. With ``--passages``, only times, over made-up passages
(benchmarks/synthetic.py); an index that is in the folder already is used again. Without
``--milvus``, Milvus Lite in a file of its own.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.synthetic import material, write_index
from footnote.answering.load_reader import load_reader
from footnote.embedding import Embedder, load_embedder
from footnote.engine import Engine
from footnote.evaluation.intervals import share_interval
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.squad import write_articles
from footnote.indexing.update import bring_up_to_date, identity_of, is_indexed
from footnote.place import MilvusAddress, Place
from footnote.settings import Settings
from footnote.store.index import IndexReader
from footnote.store.kept import snapshot_of
from footnote.store.writer import rebuild_search

QUESTIONS = 500
SIX = 6
WARM_UP = 20


def main() -> None:
    """Print the agreement and the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--articles", type=int, default=16)
    parser.add_argument("--passages", type=int)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--milvus")
    given = parser.parse_args()
    embedder = load_embedder(Settings())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        uri = given.milvus or str(folder / "milvus-lite")
        address = MilvusAddress(uri, "footnote_engines_agree")
        index = given.index or folder / "index"
        local, milvus = Place(index), Place(index, None, address)
        if given.passages is None:
            questions = _articles(given.squad, given.articles, folder, embedder)
        else:
            made_of = material(given.squad, embedder)
            if not is_indexed(index):
                write_index(folder / "corpus", index, given.passages, made_of, embedder)
            questions = made_of.questions[:QUESTIONS]
        _fill(milvus, embedder)
        with (
            closing(IndexReader(local, identity_of(embedder))) as here,
            closing(IndexReader(milvus, identity_of(embedder))) as there,
        ):
            if given.passages is None:
                _compare((here, there), questions, embedder)
            _time((here, there), questions, embedder)


def _articles(squad: Path, count: int, folder: Path, embedder: Embedder) -> list[str]:
    """Index articles locally, and return questions that they answer."""
    articles = read_articles(squad)[:count]
    write_articles(articles, folder / "corpus")
    bring_up_to_date(folder / "corpus", folder / "index", embedder)
    asked = [each.text for of in articles for each in of.questions if each.answerable]
    return random.Random(1).sample(asked, min(QUESTIONS, len(asked)))


def _fill(milvus: Place, embedder: Embedder) -> None:
    started = time.perf_counter()
    rebuild_search(milvus, identity_of(embedder))
    seconds = time.perf_counter() - started
    with snapshot_of(milvus) as snapshot:
        count = snapshot.count()[1]
    print(f"{count} passages into Milvus in {seconds:.1f} s, {count / seconds:.0f} a second")


def _compare(pair: Sequence[IndexReader], questions: Sequence[str], embedder: Embedder) -> None:
    settings = Settings()
    model = load_reader(settings)
    engines = [Engine(reader, embedder, model, settings) for reader in pair]
    _print_share("the same first citation", [_cited(each, questions) for each in engines])
    found = [_passages(each, questions) for each in engines]
    _print_share("the same passage first", [[ids[:1] for ids in each] for each in found])
    _print_share(f"the same {SIX} in the same order", found)
    _print_share(f"the same {SIX} in any order", [[sorted(i) for i in each] for each in found])


def _cited(engine: Engine, questions: Sequence[str]) -> list[object]:
    firsts = [engine.ask(question).citations[:1] for question in questions]
    return [[(each.document, each.start, each.end) for each in first] for first in firsts]


def _passages(engine: Engine, questions: Sequence[str]) -> list[list[int]]:
    return [[hit.passage.id for hit in engine.search(each, limit=SIX)] for each in questions]


def _print_share(what: str, pair: Sequence[Sequence[object]]) -> None:
    same = np.array([float(a == b) for a, b in zip(*pair, strict=True)])
    low, high = share_interval(same)
    print(f"{what}: {same.sum():.0f} of {len(same)}, {same.mean():.3f} ({low:.3f} to {high:.3f})")


def _time(pair: Sequence[IndexReader], questions: Sequence[str], embedder: Embedder) -> None:
    """Search both in turn, the questions embedded before."""
    vectors = [embedder.embed_question(each) for each in questions]
    candidates = Settings().candidates
    seconds: list[list[float]] = [[], []]
    for question, vector in zip(questions, vectors, strict=True):
        for reader, into in zip(pair, seconds, strict=True):
            started = time.perf_counter()
            with reader.view() as view:
                view.search(vector, question, candidates)
            into.append(time.perf_counter() - started)
    for what, took in zip(("local", "Milvus"), seconds, strict=True):
        p50, p95 = np.quantile(np.array(took[WARM_UP:]) * 1000, [0.5, 0.95])
        print(f"fused search, {what}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


if __name__ == "__main__":
    main()

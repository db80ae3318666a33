"""How fast files become searchable, beside embedding alone; and how fast unchanged ones pass.

Usage: python -m benchmarks.ingest SQUAD1_TRAIN [--articles N] [--files N]

The articles of SQuAD 1.1's training set become files. They are indexed, and their passages
embedded by themselves, in turn. Then as many small files are indexed, and `footnote index` is
run over them again.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import paired_ratio, run_process
from footnote.embedding import Embedder, load_embedder
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.squad import write_articles
from footnote.indexing.update import bring_up_to_date
from footnote.ingest.folder import list_files
from footnote.ingest.parts import part_of
from footnote.ingest.splitting import split
from footnote.settings import Settings

ROUNDS = 3


def main() -> None:
    """Index, time, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--files", type=int, default=10_000)
    given = parser.parse_args()
    embedder = load_embedder(Settings())
    with tempfile.TemporaryDirectory() as temporary:
        _beside_embedding(given.squad, given.articles, Path(temporary), embedder)
    with tempfile.TemporaryDirectory() as temporary:
        _unchanged(given.files, Path(temporary), embedder)


def _beside_embedding(squad: Path, articles: int, folder: Path, embedder: Embedder) -> None:
    corpus = folder / "corpus"
    write_articles(read_articles(squad)[:articles], corpus)
    documents = [part_of(file, file.name, file.read())[0] for file in list_files(corpus)[0]]
    texts = [
        passage.searchable
        for document in documents
        for passage in split(document, embedder.count_tokens)
    ]
    indexes = iter(range(ROUNDS))
    ratio, ours, alone = paired_ratio(
        lambda: bring_up_to_date(corpus, folder / f"index-{next(indexes)}", embedder),
        lambda: embedder.embed_documents(texts),
        ROUNDS,
    )
    print(
        f"{len(documents)} files, {len(texts)} passages: searchable in {min(ours):.1f} s, "
        f"embedding alone {min(alone):.1f} s; {ratio:.2f} of its speed"
    )


def _unchanged(files: int, folder: Path, embedder: Embedder) -> None:
    corpus, index = folder / "corpus", folder / "index"
    for number in range(files):
        path = corpus / f"{number // 100:03}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"File {number} is about the number {number}.")
    report = bring_up_to_date(corpus, index, embedder)
    print(f"{files} new files of a line: {files / report.seconds:.0f} a second")
    command = [sys.executable, "-m", "footnote", "index", str(corpus), "--index", str(index)]
    run_process(command)
    seconds = [run_process(command).seconds for _ in range(ROUNDS)]
    print(f"`footnote index` over {files} unchanged files: {min(seconds):.2f} s")


if __name__ == "__main__":
    main()

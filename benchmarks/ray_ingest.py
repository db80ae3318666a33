"""How fast files become searchable on a Ray cluster of this machine, beside its own processes.

Usage: python -m benchmarks.ray_ingest SQUAD1_TRAIN [--articles N] [--rounds N] [--small N]

The articles of SQuAD 1.1's training set become files. They are indexed with and without Ray in
turn, Ray running already; so are as many small files. What starting Ray costs is a figure of
its own.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks.timing import paired_ratio
from footnote.embedding import Embedder, load_embedder
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.squad import write_articles
from footnote.indexing.on_ray import reads_by_settings
from footnote.indexing.ray_cluster import LOCAL, connected
from footnote.indexing.report import IndexReport
from footnote.indexing.update import bring_up_to_date
from footnote.settings import Settings


def main() -> None:
    """Index, time, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--small", type=int, default=2000)
    given = parser.parse_args()
    embedder = load_embedder(Settings())
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary, connected(LOCAL):
        print(f"Ray started in {time.perf_counter() - started:.1f} s")
        folder = Path(temporary)
        write_articles(read_articles(given.squad)[: given.articles], folder / "articles")
        _compare("articles", folder, given.rounds, embedder)
        _write_small(folder / "small", given.small)
        _compare("small", folder, given.rounds, embedder)
        ended = time.perf_counter()
    print(f"Ray ended in {time.perf_counter() - ended:.1f} s")


def _compare(name: str, folder: Path, rounds: int, embedder: Embedder) -> None:
    indexes = (folder / f"index-{name}-{number}" for number in count())
    reports: list[IndexReport] = []
    ratio, ours, other = paired_ratio(
        lambda: reports.append(_indexed(folder / name, indexes, embedder, LOCAL)),
        lambda: reports.append(_indexed(folder / name, indexes, embedder, None)),
        rounds,
    )
    assert len({(report.added, report.passages) for report in reports}) == 1
    passages = reports[0].passages
    print(
        f"{len(reports[0].added)} {name}, {passages} passages: by Ray {min(ours):.1f} s "
        f"({passages / min(ours):.0f} passages a second), by this machine's own processes "
        f"{min(other):.1f} s; {ratio:.2f} of their speed, of {rounds} pairs the median "
        f"({', '.join(f'{b / a:.2f}' for a, b in zip(ours, other, strict=True))})"
    )


def _indexed(
    corpus: Path, indexes: Iterator[Path], embedder: Embedder, address: str | None
) -> IndexReport:
    read_by = reads_by_settings(Settings(), address)
    return bring_up_to_date(corpus, next(indexes), embedder, read_by=read_by)


def _write_small(corpus: Path, files: int) -> None:
    for number in range(files):
        path = corpus / f"{number // 100:03}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"File {number} is about the number {number}.")


if __name__ == "__main__":
    main()

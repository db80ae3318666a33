"""How long a question takes over 10,000 passages.

Usage: python -m benchmarks.large SQUAD1_TRAIN [--passages N]

The articles of SQuAD 1.1's training set become documents until they make as many passages, and
a question of each is asked, one after the other.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from footnote.embedding import load_embedder
from footnote.engine import open_engine
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.squad import write_articles
from footnote.indexing.update import bring_up_to_date
from footnote.settings import Settings

# Passages that an article has on average; the report tells how many there were.
PER_ARTICLE = 42


def main() -> None:
    """Index, ask, and print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--passages", type=int, default=10_000)
    given = parser.parse_args()
    articles = read_articles(given.squad)[: given.passages // PER_ARTICLE]
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Path(temporary, "corpus")
        write_articles(articles, corpus)
        settings = Settings(corpus=corpus, index=Path(temporary, "index"))
        embedder = load_embedder(settings)
        started = time.perf_counter()
        report = bring_up_to_date(corpus, settings.index, embedder)
        seconds = time.perf_counter() - started
        engine = open_engine(settings, embedder)
        timings = [engine.ask(each.questions[0].text).timings_ms for each in articles[:200]]
    print(f"{report.passages} passages, indexed in {seconds:.0f} s; {len(timings)} questions")
    for stage in ("retrieve", "read", "total"):
        p50, p95 = np.quantile([each[stage] for each in timings], [0.5, 0.95])
        print(f"{stage}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


if __name__ == "__main__":
    main()

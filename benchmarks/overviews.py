"""Whether an overview is of the document that was asked for, and none given where it is not there.

Usage: python -m benchmarks.overviews SQUAD1_FILE [--part choose] [--show]

The articles of SQuAD 1.1's training part are shuffled into ``choose``, from which the
probabilities in footnote/answering/named_document.py come, and ``report``, and each into groups.
Of a group one article in two becomes a document, of these one in two by its title, the others
without it under a number; and an overview of each is asked for by its title, "(band)" left out.
Intervals are Wilson's, over questions.
"""

import argparse
import random
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.tables import answered, share
from footnote.answering.draft import Draft
from footnote.answering.duplicates import distinct
from footnote.answering.load_reader import load_reader
from footnote.answering.named_document import NamedDocument, named_document, subject_of
from footnote.embedding import Embedder, load_embedder
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.squad import Article
from footnote.settings import Settings
from footnote.store.index import View
from training.calibrate_reader import opened

SEED = 15
GROUP = 110
PHRASINGS: Mapping[str, Sequence[str]] = {
    "choose": ("Give me an overview of {}.", "What are the main points of {}?"),
    "report": ("Summarise {} for me, please.", "Can you give me a short summary of {}?"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, how its document lies in the folder, and which document was found."""

    question: str
    kind: str
    found: NamedDocument
    right: bool


def written(articles: Sequence[Article], folder: Path) -> dict[str, str]:
    """Write one article in two; return the documents' names by title."""
    names = {}
    for number, article in enumerate(articles[::2]):
        title, body = article.text.split("\n\n", 1)
        name = f"{article.name}" if number % 2 else f"{number:03}.txt"
        (folder / name).write_text(article.text if number % 2 else body)
        names[title] = name
    return names


def asked(
    view: View,
    embedder: Embedder,
    articles: Sequence[Article],
    names: Mapping[str, str],
    phrasings: Sequence[str],
) -> Iterator[Asked]:
    """Find the document of which each article's question wants an overview."""
    for at, article in enumerate(articles):
        title = article.text.split("\n\n", 1)[0]
        question = phrasings[at % len(phrasings)].format(re.sub(r" \(.*", "", title))
        hits = view.search(embedder.embed_question(question), question, Settings().candidates)
        found = named_document(Draft(view.catalogue, 1), distinct(hits), subject_of(question))
        name = names.get(title)
        kind = "not there" if name is None else "titled" if name == article.name else "by its text"
        yield Asked(question, kind, found, view.catalogue.document(found.id).name == name)


def report(part: str, rows: Sequence[Asked], threshold: float) -> None:
    """Print what is answered of each kind, and how often each confidence was right."""
    kinds = {
        kind: [(each.found.confidence, each.right) for each in rows if each.kind == kind]
        for kind in ("titled", "by its text", "not there")
    }
    print(f"\n{part}\n\n{answered('document', 'answered wrongly', kinds, threshold)}")
    groups = {
        "title or name holds all words": [each for each in rows if each.found.titled],
        **{
            f"title and text do, cosine {low:.2f} to {low + 0.05:.2f}": [
                each
                for each in rows
                if each.found.whole
                and not each.found.titled
                and low <= each.found.nearness < low + 0.05
            ]
            for low in np.arange(0.2, 0.9, 0.05)
        },
        "not all words": [each for each in rows if not each.found.whole],
    }
    print("\n| found by | right |\n|---|---|")
    for name, of in groups.items():
        if of:
            print(f"| {name} | {share(np.array([each.right for each in of]))} |")


def main() -> None:
    """Print the tables of each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--part", choices=tuple(PHRASINGS), help="else both")
    parser.add_argument("--show", action="store_true", help="each question")
    given = parser.parse_args()
    every = read_articles(given.squad)
    embedder, reader = load_embedder(Settings()), load_reader(Settings())
    random.Random(SEED).shuffle(every)
    parts = {"choose": every[: len(every) // 2], "report": every[len(every) // 2 :]}
    for part, articles in parts.items():
        if given.part not in (None, part):
            continue
        rows: list[Asked] = []
        for first in range(0, len(articles), GROUP):
            with tempfile.TemporaryDirectory() as folder:
                corpus = Path(folder) / "documents"
                corpus.mkdir()
                group = articles[first : first + GROUP]
                names = written(group, corpus)
                with opened(corpus, embedder) as view:
                    rows += asked(view, embedder, group, names, PHRASINGS[part])
        report(part, rows, reader.threshold)
        if given.show:
            print(*rows, sep="\n")


if __name__ == "__main__":
    main()

"""Whether what a manual says of a term, in its definition lists, is found by the term.

Usage: python -m benchmarks.definitions FOLDER [--pages 60] [--questions 150] [--show]

FOLDER holds HTML pages with definition lists, of which some by chance are indexed. Those of
Debian's postgresql-doc-15 and git-doc were to choose by, python3.11-doc's library reports. Of each
term whose first word one definition of the folder alone has, the question is what it does; and
what its default is, where its definition says so, and where it does not. Right is an answer whose
first citation stands in that definition (and speaks of a default, where that is asked); where it
is not there, no answer is right. Intervals are Wilson's, over questions.
"""

import argparse
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from benchmarks.runs import engine_over
from benchmarks.tables import answered
from footnote.engine import Engine
from footnote.records import Answer

SEED = 23
# The name that a term begins with, before what is said of its type or its arguments.
_NAME = re.compile(r"[A-Za-z<-][\w.<>=-]{3,40}(?=$|[\s(\[,:¶])")
_SAYS_DEFAULT = re.compile(r"\bdefaults?\b", re.IGNORECASE)
_STATES_DEFAULT = re.compile(r"\bdefault(?: \w+)? is\b|\bdefaults to\b", re.IGNORECASE)
ASKED = {
    "meaning": "What does {} do?",
    "default": "What is the default of {}?",
    "default, not there": "What is the default of {}?",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and the words that define it, in the page of this name."""

    page: str
    term: str
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a kind, and what became of it."""

    kind: str
    question: str
    answer: Answer
    right: bool


def copy_pages(folder: Path, most: int, to: Path) -> None:
    """Copy so many of the pages that define something."""
    defining = [
        page for page in sorted(folder.rglob("*.html")) if b"<dd" in page.read_bytes().lower()
    ]
    for page in random.Random(SEED).sample(defining, min(most, len(defining))):
        copied = to / page.relative_to(folder)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(page.read_bytes())


def definitions(folder: Path) -> list[Definition]:
    """Return the terms that one definition alone has."""
    found = [each for page in sorted(folder.rglob("*.html")) for each in _of_page(folder, page)]
    times = Counter(each.term for each in found)
    return [each for each in found if times[each.term] == 1]


def _of_page(folder: Path, page: Path) -> Iterator[Definition]:
    for item in html.parse(page, html.HTMLParser(encoding="utf-8")).iter("dd"):
        named = item.getprevious()
        if named is None or named.tag != "dt":
            continue
        name = _NAME.match(" ".join(named.text_content().split()))
        if name:
            told = " ".join(item.text_content().split())
            yield Definition(page.relative_to(folder).as_posix(), name[0], told)


def asked(engine: Engine, found: Sequence[Definition], most: int) -> Iterator[Asked]:
    """Ask of each definition what it can be asked."""
    chosen = random.Random(SEED).sample(found, min(most, len(found)))
    for each in chosen:
        for kind in _kinds(each):
            question = ASKED[kind].format(each.term)
            answer = engine.weigh(question)
            yield Asked(kind, question, answer, _is_right(kind, each, answer))


def _kinds(definition: Definition) -> Iterator[str]:
    yield "meaning"
    if _STATES_DEFAULT.search(definition.words):
        yield "default"
    elif not _SAYS_DEFAULT.search(definition.words):
        yield "default, not there"


def _is_right(kind: str, definition: Definition, answer: Answer) -> bool:
    if not answer.citations or kind == "default, not there":
        return False
    first = answer.citations[0]
    quote = " ".join(first.quote.split())
    in_it = first.document == definition.page and quote in definition.words
    return in_it and (kind != "default" or bool(_SAYS_DEFAULT.search(quote)))


def main() -> None:
    """Print the table of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=60, help="pages to index")
    parser.add_argument("--questions", type=int, default=150, help="terms to ask of")
    parser.add_argument("--show", action="store_true", help="each question and its answer")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "documents"
        copy_pages(given.folder, given.pages, corpus)
        engine = engine_over(corpus, Path(folder) / "index")
        rows = list(asked(engine, definitions(corpus), given.questions))
    kinds = {
        kind: [(each.answer.confidence, each.right) for each in rows if each.kind == kind]
        for kind in ASKED
    }
    print(answered("asked", "answered otherwise", kinds, engine.threshold))
    for each in rows if given.show else ():
        told = f"{each.answer.confidence:.2f} {each.answer.status}"
        print(f"{each.kind} {each.right} {told} | {each.question} | {each.answer.text!r}")


if __name__ == "__main__":
    main()

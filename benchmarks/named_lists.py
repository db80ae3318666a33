"""Whether the list under a heading is found by its name, and how sure to be of it.

Usage: python -m benchmarks.named_lists [--part choose] [--show]

The documents are the descriptions, in Markdown, of the Python distributions that are installed:
pages that many people wrote, with lists under headings. Each such list is asked for by its heading,
where that is a few words and no other of the page says the same, and the distribution's name;
then, of each, one that another has and it has not. One distribution in
two, by its name's checksum, is to choose by (`footnote.answering.named_lists.NAMED`), the others
report. Right is an answer within the section; intervals are Wilson's, over questions.
"""

import argparse
import random
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.runs import engine_over
from benchmarks.tables import answered, share
from footnote.answering.named_lists import NAMED
from footnote.engine import Engine
from footnote.records import Answer, Span
from footnote.store.terms import analyze

SEED = 23
_PLAIN = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]+){0,3}")
PHRASINGS = {
    "choose": ("What are the {0} of {1}?", "List the {0} of {1}."),
    "report": ("Which {0} does {1} have?", "{1} {0}", "Give me the {0} of {1}."),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section with a list: the distribution's name, its heading, and where it stands."""

    name: str
    heading: str
    document_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a list, whether it is there, and what became of it."""

    question: str
    there: bool
    answer: Answer
    right: bool


def write_descriptions(part: str, folder: Path) -> None:
    """Write the descriptions of a part, a file a distribution."""
    for each in distributions():
        told = each.metadata
        kind = str(told["Description-Content-Type"])
        body = str(each.read_text("METADATA")).partition("\n\n")[2]
        chosen = zlib.crc32(told["Name"].encode()) % 2 == 0
        if kind.startswith("text/markdown") and body.strip() and chosen == (part == "choose"):
            (folder / f"{told['Name']}.md").write_text(body)


def sections(engine: Engine) -> Iterator[Section]:
    """Give the sections that hold a list of two items or more and can be asked for by name."""
    for info in engine.documents(limit=None)[1]:
        units = engine.units(info.id, Span(0, info.length))
        starts = [at for at, unit in enumerate(units) if unit.kind == "heading"]
        headings = [engine.text(info.id, units[at].span).strip(" :") for at in starts]
        said = Counter(map(_terms, headings))
        for heading, (first, last) in zip(headings, pairwise([*starts, len(units)]), strict=True):
            if sum(unit.kind == "item" for unit in units[first:last]) > 1:
                span = Span(units[first].span.start, units[last - 1].span.end)
                if _PLAIN.fullmatch(heading) and said[_terms(heading)] == 1:
                    yield Section(info.name.removesuffix(".md"), heading, info.id, span)


def asked(engine: Engine, part: str, found: Sequence[Section]) -> Iterator[Asked]:
    """Ask for each list, and for one that is another's."""
    chance = random.Random(SEED)
    for at, section in enumerate(found):
        phrasing = PHRASINGS[part][at % len(PHRASINGS[part])]
        question = phrasing.format(section.heading.lower(), section.name)
        answer = engine.weigh(question)
        yield Asked(question, True, answer, _within(answer, section))
        own = _said(engine, section.document_id)
        strange = [each.heading for each in found if not _terms(each.heading) & own]
        question = phrasing.format(chance.choice(strange).lower(), section.name)
        yield Asked(question, False, engine.weigh(question), False)


def _terms(heading: str) -> frozenset[str]:
    return frozenset(analyze(heading))


def _said(engine: Engine, document_id: str) -> frozenset[str]:
    """Return the terms of all headings and leads of a document."""
    length = engine.document(document_id).length
    return frozenset(
        term
        for unit in engine.units(document_id, Span(0, length))
        if unit.kind == "heading" or engine.text(document_id, unit.span).endswith(":")
        for term in analyze(engine.text(document_id, unit.span))
    )


def _within(answer: Answer, section: Section) -> bool:
    return bool(answer.citations) and all(
        each.document_id == section.document_id and Span(each.start, each.end) in section.span
        for each in answer.citations
    )


def report(part: str, rows: Sequence[Asked], threshold: float) -> None:
    """Print what is answered, and how often what is told as sure as a named list is right."""
    kinds = {
        name: [(each.answer.confidence, each.right) for each in rows if each.there == there]
        for name, there in (("there", True), ("not there", False))
    }
    print(f"\n{part}\n\n{answered('list', 'answered otherwise', kinds, threshold)}")
    sure = [each for each in rows if each.answer.confidence == NAMED]
    print(f"\ntold as {NAMED}: right {share(np.array([each.right for each in sure]))}")


def main() -> None:
    """Print the tables of each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=tuple(PHRASINGS), help="else both")
    parser.add_argument("--show", action="store_true", help="each question and its answer")
    given = parser.parse_args()
    for part in PHRASINGS:
        if given.part not in (None, part):
            continue
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "documents"
            corpus.mkdir()
            write_descriptions(part, corpus)
            engine = engine_over(corpus, Path(folder) / "index")
            rows = list(asked(engine, part, list(sections(engine))))
            report(part, rows, engine.threshold)
            for each in rows if given.show else ():
                told = f"{each.answer.confidence} {each.answer.status}"
                print(f"{each.there} {each.right} {told} | {each.question} | {each.answer.text!r}")


if __name__ == "__main__":
    main()

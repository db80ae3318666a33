"""Whether two documents are said to disagree where they do, and where they do not.

Usage: python -m benchmarks.disagreements SQUAD_FILE [--part reported] [--show]

Answerable questions of SQuAD 2.0's articles are read in their own passage, and those that are
answered, rightly, are kept; an explanation or a list is not held against another. Then the same
passage stands in a second document, its answer exchanged for another of its kind: the two
disagree. Or the names in the question are exchanged too, in passage and headings: it is about
another subject, and the two do not. The second is taken to be read where the first was, as
surely. The rules were chosen on ``chosen`` (see benchmarks/squad.py); on ``reported`` nothing
was. Intervals are Wilson's, over questions.
"""

import argparse
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.squad import PARTS
from benchmarks.tables import share
from footnote.answering.choose import another, disagree
from footnote.answering.intent import intent_of
from footnote.answering.load_reader import load_reader
from footnote.answering.reader import Reader, Reading
from footnote.answering.subject import Name, names_in
from footnote.embedding import load_embedder
from footnote.evaluation.question_files import read_articles
from footnote.evaluation.squad import Article, write_articles
from footnote.evaluation.text_match import says
from footnote.ingest.parts import document_id
from footnote.records import Hit, Span, Unit
from footnote.settings import Settings
from footnote.store.index import View
from training.calibrate_reader import opened

# What stands for each word of an exchanged name: it is in none of the articles.
STRANGER = "Zorvath"


@dataclass(frozen=True, slots=True)
class Right:
    """A question, and the reading that answers it rightly."""

    question: str
    reading: Reading

    @property
    def answer(self) -> str:
        """The exact answer."""
        return self.reading.passage.quote(self.reading.answer)


def read_rightly(articles: Sequence[Article], view: View, reader: Reader) -> Iterator[Right]:
    """Read each answerable question in the passages that hold its answer; give the right ones."""
    for article in articles:
        for question in article.questions:
            spans = [span for each in question.evidence for span in each.spans]
            if not spans or intent_of(question.text) in ("explain", "list"):
                continue
            passages = view.catalogue.passages_within(document_id(article.name), spans[0])
            readings = reader.read(question.text, [Hit(passage, 1.0) for passage in passages])
            right = Right(question.text, readings[0]) if readings else None
            if (
                right is not None
                and right.reading.confidence >= reader.threshold
                and says(right.answer, question.answers)
            ):
                yield right


def other_answer(answer: str, among: Sequence[str], chance: random.Random) -> str:
    """Return another answer of the same kind: each digit another, or other words.

    >>> other_answer("in 1789", (), random.Random(0))
    'in 4012'
    """
    if any(map(str.isdigit, answer)):
        return re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), answer)
    words = [each for each in among if not any(map(str.isdigit, each))]
    return chance.choice([each for each in words if each.lower() != answer.lower()])


def exchanged(reading: Reading, answer: str, names: Sequence[Name] = ()) -> Reading:
    """Return the reading as a second document would give it: another answer, other names."""
    passage, at = reading.passage, reading.passage.span.start
    unit, old = reading.unit.span, reading.answer

    def renamed(text: str) -> str:
        for word in (word for name in names for word in name.text.split()):
            if word[0].isupper():
                text = re.sub(rf"\b{re.escape(word)}\w*", STRANGER, text)
        return text

    parts = [
        renamed(passage.quote(Span(at, unit.start))),
        renamed(passage.quote(Span(unit.start, old.start))),
        answer,
        renamed(passage.quote(Span(old.end, unit.end))),
        renamed(passage.quote(Span(unit.end, passage.span.end))),
    ]
    ends = [at + sum(map(len, parts[: count + 1])) for count in range(len(parts))]
    said = Unit(reading.unit.kind, Span(ends[0], ends[3]))
    second = replace(
        passage, document_id="second", text="".join(parts), span=Span(at, ends[4]),
        headings=tuple(map(renamed, passage.headings)), units=(said,), id=-1,
    )  # fmt: skip
    return replace(reading, passage=second, unit=said, answer=Span(ends[1], ends[2]))


def claimed(question: str, one: Reading, other: Reading) -> bool:
    """Tell whether the two are said to disagree."""
    second = another(question, [one, other])
    return second is not None and disagree(question, one, second)


def report(part: str, asked: Sequence[Right], show: bool) -> None:
    """Print how many disagreements were found, and how many claimed of other subjects."""
    chance, answers = random.Random(0), [each.answer for each in asked]
    found, wrong, numbers = [], [], []
    for each in asked:
        answer, names = other_answer(each.answer, answers, chance), names_in(each.question)
        numbers.append(any(map(str.isdigit, each.answer)))
        found.append(claimed(each.question, each.reading, exchanged(each.reading, answer)))
        if names:
            stranger = exchanged(each.reading, answer, names)
            wrong.append(claimed(each.question, each.reading, stranger))
            if show and wrong[-1]:
                print(f"claimed: {each.question} | {each.answer} | {answer}")
        if show and not found[-1]:
            print(f"not found: {each.question} | {each.answer} | {answer}")
    of_numbers, all_found = np.array(numbers), np.array(found)
    print(
        f"| {part} | {share(all_found)} | {share(all_found[of_numbers])} | "
        f"{share(all_found[~of_numbers])} | {share(np.array(wrong))} |"
    )


def main() -> None:
    """Print a row a part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--part", choices=("chosen", "reported"), help="else both")
    parser.add_argument("--show", action="store_true", help="each that went wrong")
    given = parser.parse_args()
    every, reader = read_articles(given.squad), load_reader(Settings())
    embedder = load_embedder(Settings())
    print("| part | found | of numbers | of words | claimed of another subject |")
    print("|---|---|---|---|---|")
    for part in [given.part] if given.part else ("chosen", "reported"):
        articles = [every[at] for at in PARTS[part]]
        with tempfile.TemporaryDirectory() as corpus:
            write_articles(articles, Path(corpus))
            with opened(Path(corpus), embedder) as view:
                asked = list(read_rightly(articles, view, reader))
        report(part, asked, given.show)


if __name__ == "__main__":
    main()

"""What the engine answers from tables, and what it must not.

Usage: python -m benchmarks.tables [--split report] [--folder FOLDER] [--show]

Tables in CSV, JSON, Markdown and HTML (see benchmarks/table_data.py) lie among the documents of
the tests, and the questions are asked openly of all. The tables of ``choose`` were looked at
while the rules were made, those of ``report`` were not, and are asked about in other words; one
phrasing of four, "What is the price of the Oak Lamp?", is in both. Five rows of each table are
left out of its file, for questions that must not be answered. Right is the cell and nothing
else; intervals are Wilson's, over questions.
"""

import argparse
import csv
import html
import json
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.runs import evaluate_over
from benchmarks.table_data import Row, Table, read_table
from footnote.evaluation.intervals import share_interval
from footnote.evaluation.questions import Question
from footnote.evaluation.report.results import Results
from footnote.evaluation.rows import to_row

ROOT = Path(__file__).parent.parent
OTHERS = (
    ROOT / "corpus",
    *(ROOT / "tests" / "data" / part / "corpus" for part in ("acceptance", "formats", "manuals")),
)
SPLITS: Mapping[str, Sequence[str]] = {
    "choose": (
        "airports.csv", "elements.md", "demonyms.json", "constants.html",
        "codes.csv", "granaries.md", "prices.json", "courses.html",
    ),
    "report": (
        "countries.csv", "cities.md", "statuses.html",
        "staff.csv", "servers.md", "lighthouses.json", "ferries.html",
    ),
}  # fmt: skip
# How a cell is asked for by the names of its column and its row.
PHRASINGS: Mapping[str, Sequence[str]] = {
    "choose": ("What is the {0} of {1}?", "{1} {0}", "What {0} does {1} have?"),
    "report": (
        "What is the {0} of {1}?", "Tell me the {0} of {1}.", "{0} for {1}?", "What is {1}'s {0}?",
    ),
}  # fmt: skip
ANSWERABLE = ("column named", "column not named", "row asked for")
UNANSWERABLE = ("row not there", "column not there", "rows compared")
# Of each table: the rows left out, those asked about, and the cells of each asked for.
LEFT_OUT, ROWS, CELLS = 5, 10, 2


def written(table: Table, kind: str) -> str:
    """Return a table as a file of a kind: csv, json, md or html."""
    rows = (table.header, *table.rows)
    if kind == "json":
        listed = [dict(zip(table.header, row, strict=True)) for row in table.rows]
        return json.dumps(listed, ensure_ascii=False)
    if kind == "md":
        lines = [f"| {' | '.join(row)} |\n" for row in rows]
        lines.insert(1, f"|{'---|' * len(table.header)}\n")
        return f"# {table.title}\n\n{''.join(lines)}"
    if kind == "html":
        body = "".join(
            f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in row)}</tr>"
            for tag, row in zip(["th"] + ["td"] * len(table.rows), rows, strict=True)
        )
        return (
            f"<html><head><title>{table.title}</title></head><body><h1>{table.title}</h1>"
            "<p>This page lists them all, as they were known when it was last brought up to date."
            f"</p><table>{body}</table></body></html>"
        )
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def parted(table: Table) -> tuple[Table, Sequence[Row]]:
    """Return a table without its first rows, and these."""
    return replace(table, rows=table.rows[LEFT_OUT:]), table.rows[:LEFT_OUT]


Asked = tuple[str, str | None, str]


def answerable(table: Table, phrasings: Sequence[str], chance: random.Random) -> Iterator[Asked]:
    """Give questions that a cell answers: the text, the cell, the kind."""
    key = table.key
    for row in chance.sample(table.rows, min(ROWS, len(table.rows))):
        columns = [at for at, cell in enumerate(row) if at != key and cell]
        for at in chance.sample(columns, min(CELLS, len(columns))):
            asked = chance.choice(phrasings).format(_low(table.header[at]), row[key])
            yield asked, row[at], "column named"
        known = [at for at in columns if table.header[at] in table.phrasings]
        for at in chance.sample(known, min(CELLS, len(known))):
            asked = chance.choice(table.phrasings[table.header[at]]).format(row[key])
            yield asked, row[at], "column not named"
        at = chance.choice(columns)
        if sum(other[at] == row[at] for other in table.rows) == 1:
            asked = f"Which {_low(table.header[key])} has the {_low(table.header[at])} {row[at]}?"
            yield asked, row[key], "row asked for"


def unanswerable(
    table: Table, away: Sequence[Row], phrasings: Sequence[str], chance: random.Random
) -> Iterator[Asked]:
    """Give questions that no cell answers: about rows left out, columns that are not there, all."""
    key = table.key
    columns = [at for at in range(len(table.header)) if at != key]
    known = [at for at in columns if table.header[at] in table.phrasings]
    for row in away:
        asked = chance.choice(phrasings).format(
            _low(table.header[chance.choice(columns)]), row[key]
        )
        yield asked, None, "row not there"
        if known:
            natural = table.phrasings[table.header[chance.choice(known)]]
            yield chance.choice(natural).format(row[key]), None, "row not there"
    for row in chance.sample(table.rows, len(away)):
        asked = chance.choice(phrasings).format(chance.choice(table.absent), row[key])
        yield asked, None, "column not there"
    name, column = _low(table.header[key]), _low(table.header[chance.choice(columns)])
    yield f"Which {name} has the highest {column}?", None, "rows compared"
    yield f"How many {name}s are there?", None, "rows compared"


def _low(name: str) -> str:
    return name if name.isupper() else name[0].lower() + name[1:]


def write_split(split: str, corpus: Path) -> list[Question]:
    """Write the tables of a split and the other documents, and return the questions."""
    for folder in OTHERS:
        shutil.copytree(folder, corpus, dirs_exist_ok=True)
    questions = []
    for file in SPLITS[split]:
        name, kind = file.split(".")
        table, away = parted(read_table(name))
        (corpus / file).write_text(written(table, kind), encoding="utf-8", newline="")
        chance = random.Random(f"{split}/{name}")
        asked = [
            *answerable(table, PHRASINGS[split], chance),
            *unanswerable(table, away, PHRASINGS[split], chance),
        ]
        questions += [
            Question(
                f"{name}-{n}", text, (cell,) if cell else (), cell is not None,
                document=file, tags=(tag,),
            )
            for n, (text, cell, tag) in enumerate(asked)
        ]  # fmt: skip
    return questions


def share(ones: NDArray[np.bool_]) -> str:
    """Return how many of some are so, their share and its interval.

    >>> share(np.array([True, True, True, False]))
    '3 of 4, 0.750 (0.301 to 0.954)'
    """
    low, high = share_interval(ones.astype(float))
    return f"{ones.sum()} of {len(ones)}, {ones.mean():.3f} ({low:.3f} to {high:.3f})"


def answered(
    first: str, otherwise: str, rows: Mapping[str, Sequence[tuple[float, bool]]], threshold: float
) -> str:
    """Return a table of how many are answered rightly and how many otherwise, a kind a row.

    Each row holds confidences, and whether the answer was right.
    """
    lines = [f"| {first} | answered rightly | {otherwise} |", "|---|---|---|"]
    for kind, asked in rows.items():
        right = np.array([is_right for _, is_right in asked])
        given = np.array([confidence >= threshold for confidence, _ in asked])
        lines.append(f"| {kind} | {share(given & right)} | {share(given & ~right)} |")
    return "\n".join(lines)


def report(split: str, results: Results) -> None:
    """Print how the questions of a split ended, by kind."""
    kinds = np.array([question.tags[0] for question in results.questions])
    given = results.table.columns["abstained"] == 0
    right = given & (results.table.columns["exact_match"] == 1)
    for name, some in (
        *((kind, kinds == kind) for kind in ANSWERABLE),
        ("all answerable", np.isin(kinds, ANSWERABLE)),
    ):
        print(f"| {split} | {name} | {share(right[some])} | {share((given & ~right)[some])} |  |")
    for name, some in (
        *((kind, kinds == kind) for kind in UNANSWERABLE),
        ("all unanswerable", np.isin(kinds, UNANSWERABLE)),
    ):
        print(f"| {split} | {name} |  |  | {share(given[some])} |")


def mistakes(results: Results) -> Iterator[str]:
    """Give the answers that are wrong or must not be, a line each."""
    exact = results.table.columns["exact_match"] == 1
    for question, answer, right in zip(results.questions, results.predictions, exact, strict=True):
        if answer["status"] == "answered" and not (question.answerable and right):
            yield f"{question.text} | {question.answers} | {answer['text']}"


def main() -> None:
    """Print the table of a split, or of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=SPLITS, help="else both")
    parser.add_argument("--folder", type=Path, help="kept; else a temporary one")
    parser.add_argument("--show", action="store_true", help="each answer that is wrong")
    given = parser.parse_args()
    print("| split | asked | right | wrong | answered that must not be |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        for split in [given.split] if given.split else SPLITS:
            folder = (given.folder or Path(temporary)) / split
            questions = write_split(split, folder / "corpus")
            path = folder / "questions.jsonl"
            rows = [json.dumps(to_row(each), ensure_ascii=False) for each in questions]
            path.write_text("\n".join(rows), encoding="utf-8")
            results = evaluate_over(folder / "corpus", path, questions, folder)
            report(split, results)
            for line in mistakes(results) if given.show else ():
                print(line)


if __name__ == "__main__":
    main()

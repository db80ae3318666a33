"""The questions over tables: a cell answers those that it must, none the others."""

import random
from pathlib import Path

import pytest

from benchmarks.table_data import Row, Table, read_table
from benchmarks.tables import (
    ANSWERABLE,
    PHRASINGS,
    SPLITS,
    UNANSWERABLE,
    answerable,
    parted,
    unanswerable,
    write_split,
    written,
)
from footnote.ingest.loaders import load

NAMES = [file.split(".")[0] for files in SPLITS.values() for file in files]
# A table with what a format must escape, but for Markdown's bar.
TABLE = Table(
    "Mills",
    ("Name", "Owner", "Note"),
    (("Kelby Mill", "Ada Bell", 'a "wet", old <one>'), ("Holm Mill", "Gus Dale", "")),
    ("roof",),
    {"Owner": ("Who owns {}?",)},
)


@pytest.mark.parametrize("kind", ["csv", "json", "md", "html"])
def test_a_written_table_is_read_as_rows_with_their_cells(kind: str) -> None:
    loaded = load(f"mills.{kind}", written(TABLE, kind).encode())
    rows = [block.span.quote(loaded.text) for block in loaded.blocks if block.kind == "row"]
    for row in TABLE.rows:
        assert any(all(cell in read for cell in row) for read in rows), rows


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_the_same_each_time_and_its_key_tells_its_rows_apart(name: str) -> None:
    table = read_table(name)
    assert read_table(name) == table
    keys = [row[table.key] for row in table.rows]
    assert len(set(keys)) == len(keys) > 15
    assert {len(row) for row in table.rows} == {len(table.header)}
    assert not any("|" in cell for row in table.rows for cell in row)
    assert set(table.phrasings) <= set(table.header)
    assert not set(table.absent) & {column.lower() for column in table.header}


def _without_key(table: Table, row: Row) -> Row:
    return row[: table.key] + row[table.key + 1 :]


@pytest.mark.parametrize("split", SPLITS)
def test_only_what_a_row_of_the_file_holds_is_answerable(split: str) -> None:
    for file in SPLITS[split]:
        table, away = parted(read_table(file.split(".")[0]))
        keys = {row[table.key] for row in table.rows}
        assert not keys & {row[table.key] for row in away}
        for text, cell, kind in answerable(table, PHRASINGS[split], random.Random(0)):
            assert kind in ANSWERABLE
            if kind == "row asked for":
                (row,) = (row for row in table.rows if row[table.key] == cell)
                assert any(each in text for each in _without_key(table, row))
            else:
                about = [row for row in table.rows if row[table.key] in text]
                assert any(cell in _without_key(table, row) for row in about)
        for text, cell, kind in unanswerable(table, away, PHRASINGS[split], random.Random(0)):
            assert cell is None
            assert kind in UNANSWERABLE
            if kind == "row not there":
                assert any(row[table.key] in text for row in away)
            if kind == "column not there":
                assert any(name in text for name in table.absent)


def test_no_table_is_in_both_splits() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_a_split_is_written_among_other_documents(tmp_path: Path) -> None:
    questions = write_split("report", tmp_path)
    assert {question.document for question in questions} == set(SPLITS["report"])
    assert len({question.id for question in questions}) == len(questions)
    assert {bool(question.answers) for question in questions if question.answerable} == {True}
    assert {path.name for path in tmp_path.iterdir()} > set(SPLITS["report"])

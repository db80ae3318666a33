"""Spreadsheets: a row names its columns, and what is not shown is not read."""

import io
import warnings
from collections.abc import Callable
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from footnote.errors import UnreadableFile
from footnote.ingest.loaders import load
from tests.ingest.packages import altered, unzipped, zipped
from tests.ingest.samples import shape


def workbook(write: Callable[[Worksheet], object], title: str = "Visitors") -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    write(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rows(data: bytes) -> list[tuple[str, str]]:
    loaded = load("a.xlsx", data)
    return shape(loaded.text, loaded.blocks)


def table(sheet: Worksheet) -> None:
    for row in (["Year", "Visitors", "Note"], [1911, 40, None], [1912, 52, "wet 💡"]):
        sheet.append(row)


TABLE = [
    ("heading 2", "Visitors"),
    ("row", "Year: 1911; Visitors: 40"),
    ("row", "Year: 1912; Visitors: 52; Note: wet 💡"),
]


def test_a_sheet_is_a_heading_and_a_row_names_its_columns() -> None:
    def write(sheet: Worksheet) -> None:
        table(sheet)
        sheet.parent.create_sheet("Empty")
        sheet.parent.create_sheet("Oil").append([1, "word"])

    assert rows(workbook(write)) == [
        *TABLE,
        ("heading 2", "Empty"),
        ("heading 2", "Oil"),
        ("row", "1; word"),
    ]


def test_a_caption_and_an_empty_row_begin_a_table_anew() -> None:
    def write(sheet: Worksheet) -> None:
        sheet["B1"] = "By year"
        sheet["B2"], sheet["C2"] = "Year", "Visitors"
        sheet["B3"], sheet["C3"] = 1911, 40
        sheet["B5"], sheet["C5"] = "Keeper", "Age"
        sheet["B6"], sheet["C6"] = "Ann", 41

    assert rows(workbook(write))[1:] == [
        ("row", "By year"),
        ("row", "Year: 1911; Visitors: 40"),
        ("row", "Keeper: Ann; Age: 41"),
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (datetime(1911, 5, 1), None, "1911-05-01"),
        (date(1911, 5, 1), None, "1911-05-01"),
        (datetime(1911, 5, 1, 14, 30), None, "1911-05-01 14:30:00"),
        (time(14, 30), None, "14:30:00"),
        (0.1 + 0.2, None, "0.3"),
        (40.0, None, "40"),
        (1911, None, "1911"),
        (0.125, "0.0%", "12.5%"),
        (True, None, "TRUE"),
        ("two\nlines", None, "two lines"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(value: object, number_format: str, text: str) -> None:
    def write(sheet: Worksheet) -> None:
        sheet["A1"] = value
        if number_format:
            sheet["A1"].number_format = number_format

    assert rows(workbook(write))[1:] == [("row", text)]


def test_hidden_sheets_rows_and_columns_are_left_out_and_noted() -> None:
    def write(sheet: Worksheet) -> None:
        table(sheet)
        sheet["D1"], sheet["D2"] = "Secret", "hush"
        sheet.column_dimensions["D"].hidden = True
        sheet.append([1913, 61, "hush"])
        sheet.row_dimensions[4].hidden = True
        for state in ("hidden", "veryHidden"):
            hidden = sheet.parent.create_sheet(state)
            hidden.append(["hush"])
            hidden.sheet_state = state

    data = workbook(write)
    assert rows(data) == TABLE
    assert load("a.xlsx", data).notes == (
        "2 hidden sheets left out",
        "1 hidden row left out",
        "1 hidden column left out",
    )


def test_a_formula_without_a_stored_value_is_noted() -> None:
    def write(sheet: Worksheet) -> None:
        table(sheet)
        sheet["A3"] = "=1911+1"

    loaded = load("a.xlsx", workbook(write))
    assert loaded.notes == (
        "1 formula left out: without stored values; save the file once in Excel",
    )


@pytest.mark.parametrize("stated", ["A1:XFD1048576", "A1", "A1:C2"])
def test_what_a_sheet_says_of_its_size_is_not_believed(stated: str) -> None:
    name = "xl/worksheets/sheet1.xml"
    data = altered(workbook(table), name, 'dimension ref="A1:C3"', f'dimension ref="{stated}"')
    assert rows(data) == TABLE


def test_a_million_empty_cells_and_a_far_one_are_passed_over() -> None:
    def write(sheet: Worksheet) -> None:
        table(sheet)
        sheet["XFD1048576"] = "far"

    assert rows(workbook(write)) == [*TABLE, ("row", "far")]


def test_a_workbook_without_values_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="none of its sheets that are shown holds a value"):
        load("a.xlsx", workbook(lambda sheet: None))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_part_that_is_damaged_is_named(part: str) -> None:
    parts = unzipped(workbook(table))
    for broken in (b"", b"<x>", parts[part][:-20]):
        with pytest.raises(UnreadableFile, match="not an Excel workbook that can be read"):
            load("a.xlsx", zipped(parts | {part: broken}))


def test_what_its_library_warns_of_is_not_printed() -> None:
    data = workbook(table)
    parts = unzipped(data)
    # openpyxl warns of a workbook without a default style.
    styles = parts["xl/styles.xml"].replace(b"cellStyles", b"noStyles")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert rows(zipped(parts | {"xl/styles.xml": styles})) == TABLE
    assert warned == []

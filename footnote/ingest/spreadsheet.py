"""Spreadsheets (.xlsx) by openpyxl: a sheet is a heading, a row a line of reading text."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from lxml import etree

from footnote.errors import UnreadableFile
from footnote.ingest.loaded import Loaded, left_out, of_reading
from footnote.ingest.package import Package, core_properties
from footnote.ingest.reading import ReadingText
from footnote.ingest.tables import names_columns, row_text

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROW = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"
_COLUMN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}col"
_FORMULA = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"
_VALUE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}v"
_HEADING_LEVEL = 2
# Excel's own limit; who states more columns than there can be lies.
_MOST_COLUMNS = 16_384
# Excel shows no more digits; a stored 0.30000000000000004 is 0.3 there.
_DIGITS = 15


@dataclass(slots=True)
class _LeftOut:
    """What of a sheet is not shown, found in its XML: openpyxl's reader passes it over."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    formulas: int = 0


def read_spreadsheet(data: bytes) -> Loaded:
    """Read a workbook's values, hidden sheets, rows and columns left out.

    Raises UnreadableFile.
    """
    package = Package(data, "an Excel workbook")
    package.check()
    out = ReadingText()
    with package.parsing():
        counts = _add_sheets(out, data)
    if all(block.kind == "heading" for block in out.blocks):
        raise UnreadableFile("none of its sheets that are shown holds a value")
    about = core_properties(Package(data, "an Excel workbook"))
    return of_reading(
        _MEDIA_TYPE,
        out,
        title=about.title,
        date=about.date,
        language=about.language,
        notes=_notes(counts),
    )


def _add_sheets(out: ReadingText, data: bytes) -> dict[str, int]:
    """Read the sheets that are shown, and count what is not."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    parts = Package(data, "an Excel workbook")
    counts = dict.fromkeys(("hidden sheet", "hidden row", "hidden column", "formula"), 0)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            counts["hidden sheet"] += 1
            continue
        # Its path is found in no public way.
        skipped = _left_out(parts.read(sheet._worksheet_path))
        counts["hidden row"] += len(skipped.rows)
        counts["hidden column"] += len(skipped.columns)
        counts["formula"] += skipped.formulas
        _add_sheet(out, sheet, skipped)
    return counts


def _notes(counts: dict[str, int]) -> tuple[str, ...]:
    formulas = counts.pop("formula")
    noted = [note for thing, count in counts.items() for note in left_out(count, thing)]
    if formulas:
        noted += left_out(formulas, "formula")
        noted[-1] += ": without stored values; save the file once in Excel"
    return tuple(noted)


def _add_sheet(out: ReadingText, sheet: Any, skipped: _LeftOut) -> None:  # noqa: ANN401
    out.add("heading", sheet.title, _HEADING_LEVEL)
    # What a sheet says of its size may be a million rows that there are not.
    sheet.reset_dimensions()
    header: list[str] = []
    begins = True
    for number, cells in _rows(sheet, skipped):
        if not any(cells) or number in skipped.rows:
            # A table ends with an empty row: what follows may have other columns.
            begins = begins or not any(cells)
            continue
        if begins:
            header = cells if names_columns([cell for cell in cells if cell]) else []
            if header:
                out.add_header(header)
            else:
                out.add("row", row_text([], cells))
        else:
            width = max(len(header), len(cells))
            out.add("row", row_text(_padded(header, width), _padded(cells, width)))
        # A line above a table is a caption, not its first row.
        begins = begins and not header and sum(map(bool, cells)) == 1


def _rows(sheet: Any, skipped: _LeftOut) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield (
            number,
            [
                "" if at in skipped.columns else cell_text(cell.value, cell.number_format)
                for at, cell in enumerate(row, start=1)
            ],
        )


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def cell_text(value: object, number_format: str | None = None) -> str:
    """Return what a cell shows, dates as ISO 8601.

    >>> cell_text(datetime(1911, 5, 1))
    '1911-05-01'
    >>> cell_text(0.07, "0%")
    '7%'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        if number_format is not None and number_format.endswith("%"):
            return f"{value * 100:.{_DIGITS}g}%"
        return str(value) if isinstance(value, int) else f"{value:.{_DIGITS}g}"
    return " ".join(str(value).split())


def _left_out(part: bytes) -> _LeftOut:
    """Find the hidden rows and columns of a sheet, and its formulas without a value."""
    found = _LeftOut()
    events = etree.iterparse(
        io.BytesIO(part), tag=(_ROW, _COLUMN), resolve_entities=False, no_network=True
    )
    number = 0
    for _, element in events:
        hidden = element.get("hidden") in ("1", "true")
        if element.tag == _COLUMN:
            first, last = int(element.get("min")), int(element.get("max"))
            if hidden:
                found.columns.update(range(first, min(last, _MOST_COLUMNS) + 1))
            continue
        number = int(element.get("r", number + 1))
        if hidden:
            found.rows.add(number)
        found.formulas += sum(
            not formula.getparent().findtext(_VALUE) for formula in element.iter(_FORMULA)
        )
        element.clear()
    return found

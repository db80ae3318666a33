"""The rows of JSON lines and of CSV, each with its line, or the reason that it holds nothing.

Does not know what a question needs; see rows.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# What decoding with "surrogateescape" makes of a byte that is not UTF-8 (PEP 383).
_KEPT_BYTE = re.compile("[\udc80-\udcff]")
_NOT_UTF8 = "not UTF-8; save the file as UTF-8"
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file by its line, with what it holds or the reason that it holds nothing."""

    line: int
    fields: dict[str, Any] | None
    reason: str = ""


def undecodable(text: str) -> int | None:
    """Return where the first byte stands that was not UTF-8, kept as a surrogate."""
    found = _KEPT_BYTE.search(text)
    return found.start() if found else None


def json_rows(text: str) -> Iterator[Row]:
    """Give the rows of JSON lines; empty lines are passed over."""
    # Not splitlines: JSON text may hold U+2028 and its kin.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row:
    if undecodable(line) is not None:
        return Row(number, None, _NOT_UTF8)
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return Row(number, None, f"not JSON: {error.msg} at column {error.colno}")
    except RecursionError:
        return Row(number, None, "not JSON that can be read: nested too deep")
    except ValueError as error:  # a number of thousands of digits
        return Row(number, None, f"not JSON that can be read: {error}")
    if not isinstance(row, dict):
        return Row(number, None, f"not a JSON object but {type(row).__name__}")
    return Row(number, row)


def csv_rows(text: str) -> Iterator[Row]:
    """Give the rows of CSV (RFC 4180) below its header; empty ones are passed over."""
    # The module's own limit would end the reading; too long a cell is refused by its row.
    # One limit for the whole process, so that it is never made smaller.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(line, None, f"not CSV: {error}")
            line = reader.line_num + 1
            continue
        if cells is None:
            return
        if header is None:
            header = [name.strip().lower() for name in cells]
            if reason := _bad_header(header):
                yield Row(line, None, reason)
                return
        elif any(cells):
            yield _csv_row(line, header, cells)
        line = reader.line_num + 1


def _bad_header(header: list[str]) -> str:
    if "question" not in header:
        other = next((mark for mark in ";\t" if mark in "".join(header)), None)
        hint = "" if other is None else f"; cells are separated by commas, and not by {other!r}"
        return f"the header is {', '.join(header)[:200]!r}; a column named question is needed{hint}"
    repeated = next((name for name in header if name and header.count(name) > 1), None)
    return f"the header has {repeated!r} more than once" if repeated else ""


def _csv_row(line: int, header: list[str], cells: list[str]) -> Row:
    if undecodable("".join(cells)) is not None:
        return Row(line, None, _NOT_UTF8)
    if any(cells[len(header) :]):
        return Row(line, None, f"{len(cells)} cells under {len(header)} columns")
    fields: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=False):
        try:
            if cell.strip():
                fields[name] = _from_cell(name, cell)
        except (ValueError, RecursionError) as error:
            return Row(line, None, f"{name} is {cell[:80]!r}; {error}")
    return Row(line, fields)


def _from_cell(name: str, cell: str) -> object:
    """Return a cell's value by its column. Raises ValueError saying what is needed."""
    plain = cell.strip().lower()
    match name:
        case "answers" | "tags":
            return [part.strip() for part in cell.split("|") if part.strip()]
        case "answerable":
            if plain not in (*_TRUE, *_FALSE):
                raise ValueError("true or false is needed")
            return plain in _TRUE
        case "start" | "end":
            if not plain.isascii() or not plain.isdigit() or len(plain) > 12:
                raise ValueError("a whole number is needed")
            return int(plain)
        case "history" | "evidence":
            try:
                return json.loads(cell)
            except (ValueError, RecursionError):
                raise ValueError("JSON is needed") from None
    return cell

"""Tables and records of fields: CSV, TSV, JSON and JSON lines, a row a line of reading text."""

import csv
import io
import json
from collections.abc import Iterator, Sequence

from footnote.errors import UnreadableFile
from footnote.ingest.decoding import decode
from footnote.ingest.reading import ReadingText

_DELIMITERS = ",;\t|"
# What the delimiter is guessed from; more lines tell nothing more.
_SAMPLE = 8192
# A longer cell is a quotation mark that nobody closed; this is the csv module's own limit, stated
# because it is the whole process's, and others have longer cells to read.
_LONGEST_CELL = 131_072
# A longer value is a text of its own rather than a field of a row.
_LONG = 200
# Records within records deeper than this are data, not text; beyond it Python's stack ends.
_DEEPEST = 50


def row_text(header: Sequence[str], cells: Sequence[str]) -> str:
    """Give a row as "header: value; …", or its values where the header does not fit it.

    >>> row_text(["Year", "Visitors", "Note"], ["1911", "40", ""])
    'Year: 1911; Visitors: 40'
    """
    names = header if len(header) == len(cells) else [""] * len(cells)
    pairs = zip(names, cells, strict=True)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def read_csv(data: bytes, delimiter: str | None = None) -> ReadingText:
    """Read comma separated values, or those of another delimiter. Raises UnreadableFile."""
    text = decode(data)
    out = ReadingText()
    header: list[str] = []
    csv.field_size_limit(_LONGEST_CELL)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), _dialect(text, delimiter))):
            cells = [" ".join(cell.split()) for cell in row]
            if number == 0 and names_columns(cells):
                header = cells
                out.add_header(cells)
            else:
                out.add("row", row_text(header, cells))
    except csv.Error as error:
        raise UnreadableFile(f"not a table that can be read: {error}") from error
    return out


def read_json(data: bytes) -> ReadingText:
    """Read the fields of JSON: a record a row, its long texts below it. Raises UnreadableFile."""
    try:
        value = json.loads(decode(data))
    except ValueError as error:
        raise UnreadableFile(f"not JSON: {error}") from error
    out = ReadingText()
    for record in value if isinstance(value, list) else [value]:
        _add(out, record)
    return out


def read_json_lines(data: bytes) -> ReadingText:
    """Read JSON lines, a record a line. Raises UnreadableFile, which names the line."""
    out = ReadingText()
    for number, line in enumerate(decode(data).split("\n"), start=1):
        if line.strip():
            try:
                _add(out, json.loads(line))
            except ValueError as error:
                raise UnreadableFile(f"line {number} is not JSON: {error}") from error
    return out


def _dialect(text: str, delimiter: str | None) -> type[csv.Dialect]:
    class Found(csv.excel):
        pass

    if delimiter is None:
        # Whole lines, or the last one would seem to have fewer fields.
        sample = text[:_SAMPLE].rsplit("\n", 1)[0]
        try:
            delimiter = csv.Sniffer().sniff(sample, _DELIMITERS).delimiter
        except csv.Error:
            delimiter = ","
    Found.delimiter = delimiter
    return Found


def names_columns(cells: Sequence[str]) -> bool:
    """Tell whether a first row is a header: every cell a name, none of them a number."""
    names = [cell for cell in cells if cell and not any(map(str.isdigit, cell[:1]))]
    return len(cells) > 1 and len(names) == len(cells) == len(set(cells))


def _add(out: ReadingText, record: object) -> None:
    fields = list(_fields(record))
    short = [(name, value) for name, value in fields if not _is_long(value)]
    out.add("row", row_text([name for name, _ in short], [value for _, value in short]))
    for _, value in fields:
        if _is_long(value):
            for part in value.split("\n\n"):
                out.add("paragraph", part)


def _is_long(value: str) -> bool:
    return len(value) > _LONG or "\n" in value


def _fields(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Return the texts and numbers in a value, each with the names that lead to it."""
    if depth > _DEEPEST:
        raise UnreadableFile(f"records within records, more than {_DEEPEST} deep")
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _fields(each, f"{name}.{key}" if name else key, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _fields(each, name, depth + 1)
    elif value is not None and value != "":
        yield name, value.strip() if isinstance(value, str) else json.dumps(value)

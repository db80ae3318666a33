"""Find the cells of a table's rows, which are lines of reading text or of Markdown."""

import re
from collections.abc import Sequence
from typing import Literal

Role = Literal["name", "cell", "markup"]
# A part of a line, from its start: code points, and what it is of the row.
Cut = tuple[int, int, Role]

_PIPE = re.compile(r"(?<!\\)\|")
_NAMED = re.compile(r"(?:^|; )([^:;]{1,80}): ")


def columns_of(header: str, piped: bool = False) -> list[str]:
    r"""Return the names that a table's first line gives to its columns.

    >>> columns_of("Year; Visitors"), columns_of("| Year | Visitors |", piped=True)
    (['Year', 'Visitors'], ['Year', 'Visitors'])
    """
    if piped:
        return [header[start:end] for start, end, role in _piped(header) if role == "cell"]
    return [name for name in header.strip().split("; ") if name]


def header_cells(header: str, piped: bool = False) -> list[Cut]:
    """Cut a table's first line into its columns' names."""
    if piped:
        return _piped(header)
    cuts: list[Cut] = []
    at = 0
    for name in columns_of(header):
        start = header.index(name, at)
        cuts += [(at, start, "markup"), (start, start + len(name), "cell")]
        at = start + len(name)
    return _merged([*cuts, (at, len(header), "markup")])


def cells_of(row: str, columns: Sequence[str] = (), piped: bool = False) -> list[Cut]:
    """Cut a row into the names of its columns, its cells, and what stands between them.

    ``piped`` tells that bars part the cells, as in Markdown, and no names stand in the row.

    >>> [("Year: 1911; Keeper: A: B"[a:b], role) for a, b, role in
    ...  cells_of("Year: 1911; Keeper: A: B", ["Year", "Keeper"])]
    [('Year: ', 'name'), ('1911', 'cell'), ('; ', 'markup'), ('Keeper: ', 'name'), ('A: B', 'cell')]
    """
    return _piped(row) if piped else _named(row, columns)


def _piped(row: str) -> list[Cut]:
    cuts: list[Cut] = []
    at = 0
    for match in [*_PIPE.finditer(row), None]:
        end = match.start() if match else len(row)
        cell = row[at:end]
        start = at + len(cell) - len(cell.lstrip())
        stop = at + len(cell.rstrip())
        # What stands before the first bar, or after the last, is no cell if it is blank.
        if start < stop or (cuts and match):
            cuts += [(at, start, "markup"), (start, max(start, stop), "cell")]
            at = max(start, stop)
        if match:
            cuts.append((at, match.end(), "markup"))
            at = match.end()
    if at < len(row):
        cuts.append((at, len(row), "markup"))
    return _merged(cuts)


def _named(row: str, columns: Sequence[str]) -> list[Cut]:
    starts = _names(row, columns)
    cuts: list[Cut] = []
    for number, (start, name_end) in enumerate(starts):
        last = number + 1 == len(starts)
        end = len(row) if last else starts[number + 1][0]
        cell_end = end if last else end - 2
        cuts += [(start, name_end, "name"), (name_end, cell_end, "cell"), (cell_end, end, "markup")]
    return _merged(cuts) or [(0, len(row), "cell")]


def _names(row: str, columns: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each name stands: those of the columns, in their order, or any."""
    if not any(row.startswith(f"{name}: ") for name in columns):
        found = [(match.start(1), match.end()) for match in _NAMED.finditer(row)]
        return found if found and found[0][0] == 0 else []
    found = []
    at = 0
    for name in columns:
        prefix = f"{name}: " if not found else f"; {name}: "
        start = row.find(prefix, at)
        if start < 0 or (not found and start > 0):
            continue
        at = start + len(prefix)
        found.append((at - len(name) - 2, at))
    return found


def _merged(cuts: Sequence[Cut]) -> list[Cut]:
    """Join neighbouring markup, and leave out what is empty, but for cells."""
    merged: list[Cut] = []
    for start, end, role in cuts:
        if role == "markup" and merged and merged[-1][2] == "markup":
            merged[-1] = (merged[-1][0], end, role)
        elif start < end or role == "cell":
            merged.append((start, end, role))
    return merged

"""Build the reading text of formats that are not text, and its blocks, side by side."""

from collections.abc import Sequence

from footnote.ingest.decoding import canonical
from footnote.records import Block, BlockKind, Span


class ReadingText:
    """Blocks in reading order, a blank line between them, table rows a line each.

    A block's span leaves out its list marker, which is part of the text all the same.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._in_table = False

    def add(self, kind: BlockKind, content: str, level: int = 0, marker: str = "") -> None:
        """Append a block; one of white space alone is left out."""
        content = canonical(content).strip()
        if not content:
            return
        self._separate(kind == "row")
        self._append(marker)
        start = self._length
        self._append(content)
        self._blocks.append(Block(kind, Span(start, self._length), level))

    def add_header(self, cells: Sequence[str]) -> None:
        """Append the row that names a table's columns, in no block: each row repeats the names.

        By itself it answers nothing, and would be taken for an answer to who did what.
        """
        content = canonical("; ".join(filter(None, cells))).strip()
        if content:
            self._separate(in_table=False)
            self._append(content)
            self._in_table = True

    def _separate(self, in_table: bool) -> None:
        if self._length:
            self._append("\n" if in_table and self._in_table else "\n\n")
        self._in_table = in_table

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks)


def with_title(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Make the first heading the title, if there is none and no other heading is as high."""
    if any(block.kind == "title" for block in blocks):
        return blocks
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings or any(block.level <= headings[0].level for block in headings[1:]):
        return blocks
    title = headings[0]
    return tuple(Block("title", title.span, 1) if b is title else b for b in blocks)

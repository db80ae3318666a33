"""Build the reading text of formats that are not text, and its blocks, side by side."""

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

    def add(self, kind: BlockKind, content: str, level: int = 0, marker: str = "") -> None:
        """Append a block; one of white space alone is left out."""
        content = canonical(content).strip()
        if not content:
            return
        follows_row = bool(self._blocks) and self._blocks[-1].kind == kind == "row"
        self._append(("\n" if follows_row else "\n\n") if self._blocks else "")
        self._append(marker)
        start = self._length
        self._append(content)
        self._blocks.append(Block(kind, Span(start, self._length), level))

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
    """Make the first heading the title, if no other is as high as it."""
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings or any(block.level <= headings[0].level for block in headings[1:]):
        return blocks
    title = headings[0]
    return tuple(Block("title", title.span, 1) if b is title else b for b in blocks)

"""The structure of Markdown, read by markdown-it-py; the text stays as it was written."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from footnote.ingest.reading import with_title
from footnote.records import Block, BlockKind, Span

_FRONT_MATTER = re.compile(r"---\n(?=\S).*?\n---(?:\n|\Z)", re.DOTALL)
# A list counts twice. What is nested deeper is in no block; the parser is recursive.
_MOST_NESTING = 100


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of CommonMark text with tables; front matter is in none."""
    front = _FRONT_MATTER.match(text)
    offset = front.end() if front else 0
    parser = MarkdownIt("commonmark", {"maxNesting": _MOST_NESTING}).enable("table")
    starts = _line_starts(text, offset)
    blocks: list[Block] = []
    context: list[str] = []
    for token in parser.parse(text[offset:]):
        if token.nesting == 1:
            context.append(token.tag)
        block = _block(token, context, starts, text)
        if block is not None:
            blocks.append(block)
        if token.nesting == -1:
            context.pop()
    return with_title(tuple(blocks))


def _block(token: Token, context: list[str], starts: Sequence[int], text: str) -> Block | None:
    if token.map is None:
        return None
    lines = Span(starts[token.map[0]], starts[token.map[1]])
    if token.type == "tr_open":
        return Block("row", lines.trimmed(text)) if "thead" not in context else None
    if token.type in ("fence", "code_block"):
        return Block("code", lines.trimmed(text)) if token.content.strip() else None
    if token.type != "inline" or not token.content.strip() or "tr" in context:
        return None
    span = _content_span(token.content, lines, text)
    if context[-1][:1] == "h":
        return Block("heading", span, int(context[-1][1:]))
    kind: BlockKind = "paragraph"
    if "li" in context:
        kind = "item"
        # What else the same item holds, a second paragraph say, is no item of its own.
        context[len(context) - 1 - context[::-1].index("li")] = "li-rest"
    return Block(kind, span)


def _content_span(content: str, lines: Span, text: str) -> Span:
    """Find the content inside its lines, which may begin with marks such as ``>`` or ``#``.

    Its first row stands last in its line: in "1. 1" the content is the second "1".
    """
    rows = [row.strip() for row in content.strip().split("\n")]
    first_line = text.find("\n", lines.start, lines.end)
    start = text.rfind(rows[0], lines.start, lines.end if first_line < 0 else first_line)
    if start < 0:
        return lines.trimmed(text)
    first = Span(start, start + len(rows[0]))
    end = text.rfind(rows[-1], first.end, lines.end) if len(rows) > 1 else start
    return Span(start, end + len(rows[-1])) if end >= 0 else lines.trimmed(text)


def _line_starts(text: str, offset: int) -> list[int]:
    starts = [offset, *(match.end() for match in re.compile("\n").finditer(text, offset))]
    # A block's last line may be the one after the last, where the text has no final newline.
    return [*starts, len(text)]

"""Split a document into passages: whole units under one heading, which tile its text.

Does not overlap passages: each character belongs to exactly one, so that a citation has one
home and the passages of a document, joined, are its text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from sentencex import get_sentence_boundaries

from footnote.records import Block, BlockKind, Document, Passage, Span, Unit, UnitKind, assert_exact

CountTokens = Callable[[Sequence[str]], list[int]]

# A passage is closed at the end of a block from FULL on, and before it would pass LIMIT.
# The model reads 256 tokens, heading path included.
FULL = 120
LIMIT = 180
# What would be left over below this joins the passage before it.
SMALL = 40

_KINDS: dict[BlockKind, UnitKind] = {
    "title": "heading",
    "heading": "heading",
    "term": "term",
    "row": "row",
    "code": "code",
    "data": "data",
}
# In a heading path, terms of definition lists are below all headings.
_BELOW_HEADINGS = 100
_WORD = re.compile(r"\S+\s*")
# A word is cut into parts of this many characters: no tokenizer makes more than four tokens,
# one a byte, of a character.
_WORD_PART = LIMIT // 4
_CHARACTERS_A_TOKEN = 10


@dataclass(frozen=True, slots=True)
class _Piece:
    """A unit on its way: what it costs, where its line begins, and whether a block ends."""

    unit: Unit
    tokens: int
    begins: int
    ends_block: bool


class _Path:
    """What a block stands under: the title, headings, and the terms that it defines."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._above: list[tuple[int, str]] = [(0, document.title)]
        self._last: BlockKind = "title"

    def of(self, block: Block) -> tuple[str, ...]:
        """Return the path of a block, the next in order; its own words end that of a heading."""
        level = block.level if block.kind == "heading" else _BELOW_HEADINGS + block.level
        if block.kind in ("heading", "term"):
            words = " ".join(block.span.quote(self._text).split())
            if block.kind == self._last == "term" and self._above[-1][0] == level:
                # Two terms, as "-q" and "--quiet", with one definition.
                words = f"{self._above[-1][1]}, {words}"
            self._above = [above for above in self._above if above[0] < level]
            self._above.append((level, words))
        else:
            self._above = [above for above in self._above if above[0] <= level]
        self._last = block.kind
        return tuple(text for _, text in self._above)


@dataclass(slots=True)
class _Group:
    headings: tuple[str, ...]
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return sum(piece.tokens for piece in self.pieces)

    @property
    def has_body(self) -> bool:
        return any(not piece.unit.heads for piece in self.pieces)


def split(document: Document, count_tokens: CountTokens) -> list[Passage]:
    """Return the passages of a document, in order.

    Passages hold about 120 to 180 tokens by ``count_tokens``, fewer where a section is short.
    """
    groups = _groups(document, partial(_costs, count_tokens))
    starts = [0, *(group.pieces[0].begins for group in groups[1:]), len(document.text)]
    passages = []
    for ordinal, group in enumerate(groups):
        span = Span(starts[ordinal], starts[ordinal + 1])
        units = tuple(piece.unit for piece in group.pieces)
        passage = Passage(
            document.id, ordinal, span, span.quote(document.text), group.headings, units
        )
        assert_exact(document.text, ((unit.span, passage.quote(unit.span)) for unit in units))
        passages.append(passage)
    return passages


def sentences(text: str, span: Span) -> list[Span]:
    """Return the sentences of a part of the text, without the white space between them."""
    found = [
        Span(each["start_index"], each["end_index"]).shift(span.start).trimmed(text)
        for each in get_sentence_boundaries("en", span.quote(text))
    ]
    return [each for each in found if len(each)]


def _costs(count_tokens: CountTokens, texts: Sequence[str]) -> list[int]:
    """Count tokens, but one for ten characters at least.

    To a model a word that it does not know is one token, however long, and may be none.
    """
    counted = zip(texts, count_tokens(texts), strict=True)
    return [max(tokens, len(text) // _CHARACTERS_A_TOKEN) for text, tokens in counted]


def _groups(document: Document, count_tokens: CountTokens) -> list[_Group]:
    groups: list[_Group] = []
    path = _Path(document)
    for block, pieces in _pieces(document, count_tokens):
        headings = path.of(block)
        for piece in pieces:
            group = groups[-1] if groups else None
            if group is None or _closes(group, piece, headings):
                groups.append(group := _Group(headings))
            group.headings = headings
            group.pieces.append(piece)
    groups = _joined(groups) if groups else []
    return groups or [_Group((document.title,), [_whole(document)])]


def _closes(group: _Group, piece: _Piece, headings: tuple[str, ...]) -> bool:
    """Tell whether a passage ends before the piece, which stands under these headings."""
    if not group.has_body:
        return False
    if piece.unit.heads or headings != group.headings:
        return True
    last = group.pieces[-1]
    return group.tokens + piece.tokens > LIMIT or (last.ends_block and group.tokens >= FULL)


def _joined(groups: list[_Group]) -> list[_Group]:
    """Join a small rest of a section to the passage before it."""
    out = [groups[0]]
    for group in groups[1:]:
        above = out[-1]
        starts_section = group.pieces[0].unit.heads
        fits = group.tokens < SMALL and above.tokens + group.tokens <= LIMIT + SMALL
        if fits and not starts_section and above.headings == group.headings:
            above.pieces += group.pieces
        else:
            out.append(group)
    return out


def _pieces(document: Document, count_tokens: CountTokens) -> Iterator[tuple[Block, list[_Piece]]]:
    spans = [(block, _parts(block, document.text)) for block in document.blocks]
    texts = [part.quote(document.text) for _, parts in spans for part in parts]
    counts = iter(count_tokens(texts))
    end = 0
    for block, parts in spans:
        kind = _KINDS.get(block.kind)
        sized = [
            (piece, tokens)
            for part in parts
            for piece, tokens in _fitting(part, next(counts), document.text, count_tokens)
        ]
        if block.kind == "item" and sum(tokens for _, tokens in sized) <= LIMIT:
            sized = [(block.span, sum(tokens for _, tokens in sized))]
        pieces = []
        for at, (piece, tokens) in enumerate(sized):
            first: UnitKind = "item" if block.kind == "item" and at == 0 else "sentence"
            unit = Unit(kind or first, piece)
            begins = _line_start(document.text, piece.start, end) if at == 0 else piece.start
            pieces.append(_Piece(unit, tokens, begins, at == len(sized) - 1))
            end = piece.end
        yield block, pieces


def _parts(block: Block, text: str) -> list[Span]:
    if block.kind in ("paragraph", "item"):
        return sentences(text, block.span)
    return [block.span]


def _fitting(
    span: Span, tokens: int, text: str, count_tokens: CountTokens
) -> list[tuple[Span, int]]:
    """Cut a unit that is too long for a passage between words, or within a word if it must."""
    if tokens <= LIMIT:
        return [(span, tokens)]
    words = [
        Span(start, min(start + _WORD_PART, match.end()))
        for match in _WORD.finditer(span.quote(text))
        for start in range(match.start(), match.end(), _WORD_PART)
    ]
    words = [word.shift(span.start) for word in words]
    out: list[tuple[Span, int]] = []
    for word, cost in zip(words, count_tokens([w.quote(text) for w in words]), strict=True):
        if out and out[-1][1] + cost <= LIMIT:
            out[-1] = (Span(out[-1][0].start, word.end), out[-1][1] + cost)
        else:
            out.append((word, cost))
    return [(piece.trimmed(text), cost) for piece, cost in out]


def _line_start(text: str, start: int, least: int) -> int:
    """Where the unit's line begins, with its list marker, unless that is another unit's line."""
    line = text.rfind("\n", 0, start) + 1
    return line if line >= least else start


def _whole(document: Document) -> _Piece:
    """A text without any block, white space or front matter alone, is one passage."""
    return _Piece(Unit("heading", Span(0, 0)), 0, 0, True)

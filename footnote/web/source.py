"""Lay a document out for a page, with what was cited of it marked.

All cutting is done here, in code points: a browser counts otherwise. The parts' texts
concatenate to the part of the document that is shown.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel

from footnote.asks import Asks
from footnote.errors import UsageError
from footnote.records import DocumentInfo, Span
from footnote.web.layout import Laid, LaidKind, Layout, Role
from footnote.web.models import DocumentSummary

# A longer document is shown in part, so much on either side of the quote.
WHOLE = 60_000
AROUND = 20_000

_PIPED = ("text/markdown",)


class Part(BaseModel):
    """A part of a block: its exact text, whether it is marked, and what of a row it is."""

    text: str
    mark: Literal["current", "other"] | None
    role: Role | None


class SourceBlock(BaseModel):
    """A block of a document. ``level`` is a heading's, or how far an item is indented."""

    kind: LaidKind
    level: int
    flows: bool
    parts: list[Part]


class Source(BaseModel):
    """A part of a document from ``start`` to ``end``, laid out to be shown."""

    document: DocumentSummary
    section: str | None
    page: int | None
    page_label: str | None
    start: int
    end: int
    blocks: list[SourceBlock]


@dataclass(frozen=True, slots=True)
class Opening:
    """What is to be shown of a document: a quote, others that are marked too, or a place."""

    current: Span | None = None
    others: Sequence[Span] = ()
    # Where the part shown is to be centred, if not on the quote.
    around: int | None = None


def source_of(engine: Asks, document_id: str, opening: Opening) -> Source:
    """Lay out a document around what was cited. Raises DocumentNotFound, UsageError."""
    info = engine.document(document_id)
    window = _window(info, opening)
    text = engine.text(info.id, window)
    # The document may have been indexed again since its length was read.
    window = Span(window.start, window.start + len(text))
    layout = Layout(
        text,
        window.start,
        info.headings,
        engine.units(info.id, window),
        info.media_type in _PIPED,
    )
    marks = _Marks(opening)
    page, label = _page(engine, info, opening)
    return Source(
        document=DocumentSummary.model_validate(info),
        section=_section(engine, info, opening),
        page=page,
        page_label=label,
        start=window.start,
        end=window.end,
        blocks=[_shown(block, text, window.start, marks) for block in layout.blocks()],
    )


def _window(info: DocumentInfo, opening: Opening) -> Span:
    """Choose what to show: all of a document, or so much around a place."""
    length = info.length
    place = opening.current
    if place and (place.end > length or len(place) > WHOLE):
        raise UsageError(
            f"{place.start} to {place.end} cannot be shown of {length} characters; "
            f"at most {WHOLE} are marked at once"
        )
    if length <= WHOLE:
        return Span(0, length)
    middle = (
        Span(min(opening.around, length), min(opening.around, length))
        if (opening.around is not None)
        else place or Span(0, 0)
    )
    return Span(max(0, middle.start - AROUND), min(length, middle.end + AROUND))


class _Marks:
    """What is marked, and where a text must be cut for it."""

    def __init__(self, opening: Opening) -> None:
        self._current = opening.current
        self._others = opening.others
        spans = [*([opening.current] if opening.current else ()), *opening.others]
        self._cuts = sorted({edge for span in spans for edge in (span.start, span.end)})

    def parts(
        self, start: int, end: int
    ) -> Iterator[tuple[Span, Literal["current", "other"] | None]]:
        """Cut a range where marks begin and end."""
        inner = [cut for cut in self._cuts if start < cut < end]
        for left, right in pairwise((start, *inner, end)):
            yield Span(left, right), self._of(Span(left, right))

    def _of(self, part: Span) -> Literal["current", "other"] | None:
        if self._current is not None and part in self._current and len(part):
            return "current"
        return "other" if len(part) and any(part in span for span in self._others) else None


def _shown(block: Laid, text: str, offset: int, marks: _Marks) -> SourceBlock:
    parts = [
        Part(text=text[part.start - offset : part.end - offset], mark=mark, role=role)
        for start, end, role in block.cuts
        for part, mark in marks.parts(start, end)
    ]
    return SourceBlock(kind=block.kind, level=block.level, flows=block.flows, parts=parts)


def _page(engine: Asks, info: DocumentInfo, opening: Opening) -> tuple[int | None, str | None]:
    """Return the page that the quote begins on, and the number that it shows if that is another."""
    if opening.current is None or info.pages is None:
        return None, None
    source = engine.source(info.id)
    page = source.page_at(opening.current.start)
    return page, source.label_of(page)


def _section(engine: Asks, info: DocumentInfo, opening: Opening) -> str | None:
    """Return the heading that the quote stands under."""
    if opening.current is None:
        return None
    starts = [block.span.start for block in info.headings]
    at = bisect_right(starts, opening.current.start) - 1
    if at < 0 or info.headings[at].kind == "title":
        return None
    return engine.text(info.id, info.headings[at].span)

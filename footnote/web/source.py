"""Lay a document out for the page, with what was cited of it marked.

All cutting is done here, in code points; the browser gets lines of pieces and no offsets. The
pieces' texts concatenate to the part of the document that is shown.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from footnote.engine import Asks
from footnote.errors import UsageError
from footnote.records import Block, DocumentInfo, Span
from footnote.web.views import View, fingerprint

# A longer document is shown in part, so much on either side of the quote.
WHOLE = 60_000
AROUND = 20_000

Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Place(BaseModel):
    """Where a quote stands, and what it said when it was quoted."""

    model_config = ConfigDict(extra="forbid")

    start: Offset
    end: Offset
    fingerprint: str = Field(max_length=64)

    @property
    def span(self) -> Span:
        """The span of it; raises ValueError where its end comes before its start."""
        return Span(self.start, self.end)


class Opening(BaseModel):
    """What the page asks to be shown: a document, and what to mark in it."""

    model_config = ConfigDict(extra="forbid")

    document_id: str = Field(max_length=200)
    current: Place | None = None
    others: list[Place] = Field(default=[], max_length=200)
    # Where the part shown is to be centred, if not on the quote.
    around: Offset | None = None


def source_view(engine: Asks, opening: Opening) -> View:
    """Lay out a document around what was cited. Raises DocumentNotFound, UsageError."""
    info = engine.document(opening.document_id)
    window, text = _window(engine, info, opening)
    current = _still_there(window, text, opening.current)
    others = [
        span for place in opening.others if (span := _still_there(window, text, place)) is not None
    ]
    around = opening.around
    changed = opening.current is not None and around is None and current is None
    return {
        "document_id": info.id,
        "title": info.title,
        "name": info.name,
        "section": _section(engine, info, opening),
        "lines": list(_lines(window, text, info.headings, current, others)),
        "spaced": "\n\n" not in text,
        "changed": changed,
        "before": window.start if window.start > 0 else None,
        "after": window.end if window.end < info.length else None,
        "target": None if around is None else text.count("\n", 0, max(0, around - window.start)),
    }


def _window(engine: Asks, info: DocumentInfo, opening: Opening) -> tuple[Span, str]:
    """Choose what to show: all of a document, or whole lines around a place."""
    length = info.length
    if length <= WHOLE:
        return _read(engine, info, Span(0, length))
    place = opening.current
    if opening.around is not None or place is None:
        middle = min(opening.around or 0, length)
        return _read(engine, info, Span(max(0, middle - AROUND), min(length, middle + AROUND)))
    if not place.start <= place.end <= length or place.end - place.start > WHOLE:
        raise UsageError(
            f"{place.start} to {place.end} cannot be shown of {length} characters; "
            f"at most {WHOLE} are marked at once"
        )
    wanted = Span(max(0, place.start - AROUND), min(length, place.end + AROUND))
    return _read(engine, info, wanted)


def _read(engine: Asks, info: DocumentInfo, window: Span) -> tuple[Span, str]:
    text = engine.text(info.id, window)
    return Span(window.start, window.start + len(text)), text


def _still_there(window: Span, text: str, place: Place | None) -> Span | None:
    """Return where a quote stands in a text, None if that place says something else now."""
    if place is None or not window.start <= place.start <= place.end <= window.end:
        return None
    if fingerprint(place.span.shift(-window.start).quote(text)) != place.fingerprint:
        return None
    return place.span


def _lines(
    window: Span,
    text: str,
    headings: Sequence[Block],
    current: Span | None,
    others: Sequence[Span],
) -> Iterator[View]:
    starts = [block.span.start for block in headings]
    marked = [*([current] if current else ()), *others]
    cuts = sorted({cut for span in marked for cut in (span.start, span.end)})
    start = window.start
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        end = start + len(line)
        heading = bisect_left(starts, start)
        is_heading = heading < len(starts) and starts[heading] < end
        inner = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
        yield {
            "level": (headings[heading].level or 1) if is_heading else None,
            "parts": [
                {
                    "text": line[left - start : right - start],
                    "mark": _mark(Span(left, right), current, others),
                }
                for left, right in pairwise((start, *inner, end))
            ],
        }
        start = end


def _mark(part: Span, current: Span | None, others: Sequence[Span]) -> str | None:
    if current is not None and part in current:
        return "current"
    return "other" if any(part in span for span in others) else None


def _section(engine: Asks, info: DocumentInfo, opening: Opening) -> str | None:
    """Return the heading that the quote stands under."""
    if opening.current is None:
        return None
    starts = [block.span.start for block in info.headings]
    at = bisect_right(starts, opening.current.start) - 1
    if at < 0 or info.headings[at].kind == "title":
        return None
    return engine.text(info.id, info.headings[at].span)

"""Find the code that a sentence leads into: "undo it with" says nothing without what follows."""

import re

from footnote.records import Passage, Span, Unit
from footnote.store.snapshot import Snapshot

# What ends a sentence that stands by itself, and what may close it.
_ENDS, _CLOSES = ".!?…。!?", "\"'”’)]»"
# The lines that code stands between in Markdown, which are none of it.
_OPENING = re.compile(r"[ \t]*(?:`{3,}|~{3,})[^\n]*(?:\n|\Z)")
_CLOSING = re.compile(r"(?:\A|\n)[ \t]*(?:`{3,}|~{3,})[ \t]*\Z")


def code_after(catalogue: Snapshot, passage: Passage, unit: Unit) -> tuple[Passage, Span] | None:
    """Return the code that follows a sentence or an item which is not whole without it.

    None where that ends as a sentence does, or something else follows.
    """
    said = passage.quote(unit.span).rstrip().rstrip(_CLOSES)
    if unit.kind not in ("sentence", "item") or said.endswith(tuple(_ENDS)):
        return None
    near = catalogue.passages_of(passage.document_id, passage.ordinal, passage.ordinal + 1)
    units = ((each, one) for each in near for one in each.units)
    for where, following in units:
        if following.span.start >= unit.span.end:
            return (where, _bare(where, following)) if following.kind == "code" else None
    return None


def _bare(passage: Passage, unit: Unit) -> Span:
    """Return where code stands without the lines that Markdown sets it off by."""
    code = passage.quote(unit.span)
    opening, closing = _OPENING.match(code), _CLOSING.search(code)
    first = opening.end() if opening else 0
    last = closing.start() if closing and closing.start() > first else len(code)
    inner = Span(first, last).trimmed(code)
    return inner.shift(unit.span.start) if inner.start < inner.end else unit.span

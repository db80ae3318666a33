"""What a loader makes of a file's bytes."""

import re
from dataclasses import dataclass

from footnote.ingest.reading import ReadingText
from footnote.records import Block

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?(?!\d)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader makes of a file's bytes.

    ``title`` and ``date`` (ISO 8601) are what its metadata says; ``language`` is an ISO 639-1
    code; ``notes`` say what was left out and whoever indexes should know of. ``labels`` are the
    numbers that pages show, "" where that is their number in the file; empty where all are.
    """

    media_type: str
    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    pages: tuple[int, ...] = ()
    date: str | None = None
    language: str | None = None
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def of_reading(
    media_type: str,
    reading: ReadingText,
    *,
    title: str | None = None,
    pages: tuple[int, ...] = (),
    date: str | None = None,
    language: str | None = None,
    notes: tuple[str, ...] = (),
) -> Loaded:
    """Make what is loaded of a reading text that is built up."""
    return Loaded(media_type, reading.text, reading.blocks, title, pages, date, language, notes)


def left_out(count: int, thing: str) -> tuple[str, ...]:
    """Return a note of so many things that are not in the text, or none.

    >>> left_out(2, "hidden slide")
    ('2 hidden slides left out',)
    >>> left_out(0, "hidden slide")
    ()
    """
    return (f"{count} {thing}{'s' if count > 1 else ''} left out",) if count else ()


def iso_date(text: str | None) -> str | None:
    """Return the date that a time stamp begins with, None where it begins with none.

    >>> iso_date("2026-11-25T10:00:00Z")
    '2026-11-25'
    >>> iso_date("in spring")
    """
    found = _DATE.match((text or "").strip())
    return found[0] if found else None


def language_code(tag: str | None) -> str | None:
    """Return the ISO 639-1 code of a language tag, None where it has none.

    >>> language_code("en-GB")
    'en'
    >>> language_code("und")
    """
    code = re.split("[-_]", (tag or "").strip().lower())[0]
    return code if re.fullmatch("[a-z]{2}", code) else None

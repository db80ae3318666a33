"""A document's title is what somebody called it, not what a program filled in."""

import pytest

from footnote.ingest.loaded import Loaded
from footnote.ingest.titles import title_of, was_given
from footnote.records import Block, Span

TEXT = "The keepers\n\nThree of them lived on the rock."


def loaded(title: str | None, kind: str = "heading", media_type: str = "application/pdf") -> Loaded:
    first = Block("heading" if kind == "heading" else "paragraph", Span(0, 11), 2)
    return Loaded(media_type, TEXT, (first, Block("paragraph", Span(13, len(TEXT)))), title)


@pytest.mark.parametrize(
    "title",
    [
        *("untitled", "Untitled Document", "Document1", "Microsoft Word - ardle 3.doc", "pandoc"),
        *("PowerPoint Presentation", "PowerPoint-Präsentation", "Slide 1", "ardle-final.indd"),
        *("Microsoft PowerPoint - Q3.pptx", "...", "Unknown", "main.tex"),
    ],
)
def test_what_a_program_filled_in_gives_way_to_the_heading_and_that_to_the_file(title: str) -> None:
    assert not was_given(title)
    assert title_of("ardle_report.pdf", loaded(title)) == "The keepers"
    assert title_of("ardle_report.pdf", loaded(title, "paragraph")) == "ardle report"


@pytest.mark.parametrize(
    "title",
    ["Untitled: a life", "The Index of Prohibited Books", "1984", "Word by word", "Scandal"],
)
def test_a_title_that_somebody_wrote_is_kept(title: str) -> None:
    assert was_given(title)
    assert title_of("a.pdf", loaded(title)) == title


def test_a_sheet_is_no_title() -> None:
    sheet = loaded(None, media_type="application/vnd.ms-spreadsheet")
    assert title_of("stores.xlsx", sheet) == "stores"

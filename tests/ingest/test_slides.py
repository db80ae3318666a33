"""Presentations: slides as pages, in reading order, with their notes."""

import io
from collections.abc import Callable
from typing import Any

import pptx
import pytest
from pptx.util import Inches

from footnote.errors import UnreadableFile
from footnote.ingest.loaders import load
from tests.ingest.samples import shape

BOX = (Inches(1), Inches(1), Inches(4), Inches(1))


def presentation(write: Callable[[Any], object]) -> bytes:
    made = pptx.Presentation()
    write(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def lighthouse(made: Any) -> None:  # noqa: ANN401
    first = made.slides.add_slide(made.slide_layouts[0])
    first.shapes.title.text = "The Lighthouse"
    first.placeholders[1].text = "A short history 😀"
    second = made.slides.add_slide(made.slide_layouts[1])
    second.shapes.title.text = "Stores"
    second.placeholders[1].text = "coal\nparaffin"
    second.notes_slide.notes_text_frame.text = "Say that coal was dear."
    hidden = made.slides.add_slide(made.slide_layouts[5])
    hidden.shapes.title.text = "Secret"
    hidden._element.set("show", "0")
    made.slides.add_slide(made.slide_layouts[6])
    last = made.slides.add_slide(made.slide_layouts[5])
    last.shapes.title.text = "Visitors"
    table = last.shapes.add_table(2, 2, *BOX).table
    for cell, words in zip(table.iter_cells(), ("Year", "Visitors", "1911", "40"), strict=True):
        cell.text = words
    group = last.shapes.add_group_shape()
    group.shapes.add_textbox(*BOX).text_frame.text = "Counted by\vhand."
    last.shapes.add_textbox(*BOX).text_frame.text = "hush"
    last.shapes[-1]._element._nvXxPr.cNvPr.set("hidden", "1")


def test_slides_are_read_in_order_with_notes_and_tables() -> None:
    loaded = load("a.pptx", presentation(lighthouse))
    assert shape(loaded.text, loaded.blocks) == [
        ("title 1", "The Lighthouse"),
        ("paragraph", "A short history 😀"),
        ("heading 2", "Stores"),
        ("item", "coal"),
        ("item", "paraffin"),
        ("heading 3", "Notes"),
        ("paragraph", "Say that coal was dear."),
        ("heading 2", "Visitors"),
        ("row", "Year: 1911; Visitors: 40"),
        ("paragraph", "Counted by hand."),
    ]
    assert loaded.notes == ("1 hidden slide left out",)


def test_a_page_is_the_number_of_a_slide_hidden_and_empty_ones_counted() -> None:
    loaded = load("a.pptx", presentation(lighthouse))
    visitors = loaded.text.index("Visitors")
    assert loaded.pages == (0, loaded.text.index("Stores"), visitors, visitors, visitors)


def test_a_presentation_without_text_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="none of its 1 slides holds text"):
        load("a.pptx", presentation(lambda made: made.slides.add_slide(made.slide_layouts[6])))

"""Word documents: hidden text and properties; headings and lists stand in test_loaders."""

from datetime import UTC, datetime

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from footnote.ingest.loaders import load
from tests.ingest.samples import read, shape
from tests.ingest.test_loaders import word


def test_hidden_text_is_left_out_and_noted() -> None:
    def write(document: docx.document.Document) -> None:
        paragraph = document.add_paragraph("The lamp ")
        paragraph.add_run("which is a secret ").font.hidden = True
        paragraph.add_run("burns oil.").font.hidden = False
        document.add_paragraph().add_run("All hidden.").font.hidden = True

    loaded = load("a.docx", word(write))
    assert shape(loaded.text, loaded.blocks) == [("paragraph", "The lamp burns oil.")]
    assert loaded.notes == ("2 hidden texts left out",)


@pytest.mark.parametrize("kind", [WD_STYLE_TYPE.CHARACTER, WD_STYLE_TYPE.PARAGRAPH])
def test_text_in_a_style_that_hides_is_left_out(kind: WD_STYLE_TYPE) -> None:
    def write(document: docx.document.Document) -> None:
        document.styles.add_style("Secret", kind).font.hidden = True
        derived = document.styles.add_style("Derived", kind)
        derived.base_style = document.styles["Secret"]
        document.add_paragraph("It burns oil.")
        if kind == WD_STYLE_TYPE.PARAGRAPH:
            document.add_paragraph("A secret.", style="Derived")
            document.add_paragraph("Shown.", style="Derived").runs[0].font.hidden = False
        else:
            document.add_paragraph().add_run("A secret.", style="Derived")
            document.add_paragraph().add_run("Shown.", style="Derived").font.hidden = False

    loaded = load("a.docx", word(write))
    assert loaded.text == "It burns oil.\n\nShown."
    assert loaded.notes == ("1 hidden text left out",)


def test_title_date_and_language_come_from_the_properties() -> None:
    def write(document: docx.document.Document) -> None:
        document.core_properties.title = "The  Lamp"
        document.core_properties.modified = datetime(2024, 5, 6, tzinfo=UTC)
        document.core_properties.language = "de-AT"
        document.add_paragraph("It burns oil.")

    loaded = load("a.docx", word(write))
    assert (loaded.title, loaded.date, loaded.language) == ("The Lamp", "2024-05-06", "de")
    assert loaded.notes == ()
    assert read("a.docx", word(write)).title == "The Lamp"


def test_a_title_in_the_text_comes_before_that_of_the_properties() -> None:
    def write(document: docx.document.Document) -> None:
        document.core_properties.title = "template"
        document.add_heading("The Lamp", 0)
        document.add_paragraph("It burns oil.")

    assert read("a.docx", word(write)).title == "The Lamp"

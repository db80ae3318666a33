"""Which loader reads which file, and Word documents."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest

from footnote.errors import UnreadableFile
from footnote.ingest.loaders import LOADERS, load
from tests.ingest.samples import shape


def word(write: Callable[[docx.document.Document], object]) -> bytes:
    document = docx.Document()
    write(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def lighthouse(document: docx.document.Document) -> None:
    document.add_heading("The Lighthouse", 0)
    document.add_paragraph("A short history", style="Subtitle")
    document.add_heading("Keepers", 1)
    document.add_paragraph("Three keepers lived on the rock. 😀")
    document.add_heading("Stores", 2)
    for item in ("coal", "paraffin"):
        document.add_paragraph(item, style="List Bullet")
    document.add_paragraph("flour", style="List Number")
    document.add_heading("Visitors", 1)
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("Year", "Visitors", "1911", "40"), strict=True):
        cell.text = words


def test_a_word_document_keeps_its_title_headings_items_and_rows() -> None:
    loaded = load("a.docx", word(lighthouse))
    assert shape(loaded.text, loaded.blocks) == [
        ("title 1", "The Lighthouse"),
        ("paragraph", "A short history"),
        ("heading 2", "Keepers"),
        ("paragraph", "Three keepers lived on the rock. 😀"),
        ("heading 3", "Stores"),
        ("item", "coal"),
        ("item", "paraffin"),
        ("item", "flour"),
        ("heading 2", "Visitors"),
        ("row", "Year; Visitors"),
        ("row", "1911; 40"),
    ]


def test_a_word_document_without_a_title_has_headings_all_the_same() -> None:
    def write(document: docx.document.Document) -> None:
        document.add_heading("One", 1)
        document.add_heading("One one", 2)
        document.add_heading("Two", 1)

    loaded = load("a.docx", word(write))
    assert [kind for kind, _ in shape(loaded.text, loaded.blocks)] == [
        *("heading 2", "heading 3", "heading 2")
    ]


def test_a_word_document_without_text_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no text"):
        load("a.docx", word(lambda document: None))


def other_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a.txt", "not a Word document")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 and then nothing", b"no archive", word(lighthouse)[:-100], other_archive()],
    ids=["cut short", "text", "without its end", "other archive"],
)
def test_a_broken_word_document_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="not a Word document that can be read"):
        load("a.docx", data)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.txt", "text/plain"),
        ("A.TXT", "text/plain"),
        ("a.b.text", "text/plain"),
        ("a.md", "text/markdown"),
        ("a.Markdown", "text/markdown"),
        ("dir.pdf/a.htm", "text/html"),
        ("a.html", "text/html"),
    ],
)
def test_the_ending_of_a_name_decides_the_loader(name: str, media_type: str) -> None:
    assert load(name, b"Some text.").media_type == media_type


@pytest.mark.parametrize(
    ("name", "named"),
    [("a.exe", "'.exe'"), ("a.txt.GZ", "'.gz'"), ("a.log", "'.log'")],
)
def test_a_name_without_a_loader_is_refused(name: str, named: str) -> None:
    with pytest.raises(UnreadableFile, match=f"no loader for {named}"):
        load(name, b"Some text.")


@pytest.mark.parametrize("ending", LOADERS)
def test_an_empty_file_is_refused(ending: str) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        load(f"a{ending}", b"")


@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
@pytest.mark.parametrize("data", [b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_a_file_of_white_space_is_refused(ending: str, data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        load(f"a{ending}", data)

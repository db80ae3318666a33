"""What a file is goes by its content; its name decides among kinds of text."""

import tracemalloc
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_STORED

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.errors import UnreadableFile
from footnote.ingest.detect import detect
from footnote.ingest.loaders import LOADERS
from tests.ingest.packages import zipped
from tests.ingest.samples import examples

CORPUS = Path(__file__).parents[1] / "data" / "formats" / "corpus"
BINARY = sorted(CORPUS.glob("*.[dopx]*[fxt]")) + sorted(CORPUS.glob("*.epub"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize("path", BINARY, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["a", "a.txt", "a.md", "a.pdf", "a.docx", "a.xyz", "{own}"])
def test_a_document_is_known_whatever_its_name(path: Path, name: str) -> None:
    assert detect(name.replace("{own}", path.name), path.read_bytes()) == path.suffix


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"<!DOCTYPE html><p>x", ".html"),
        ("a.pdf", b"\xef\xbb\xbf<!-- a -->\n <HTML lang=en>", ".html"),
        ("a.docx", b'<?xml version="1.0"?>\n<html xmlns="x">', ".html"),
        ("a.txt", b"<p>A paragraph</p>", ".txt"),
        ("a.txt", b"<htmlish>", ".txt"),
        ("a.doc", b"{\\rtf1 x}", ".rtf"),
        ("a.pdf", b"junk\0\xff\n%PDF-1.4", ".pdf"),
        ("a.md", b"A file begins with %PDF-1.7, they say.", ".md"),
        ("a", b"Subject: x\nFrom: y\n\nBody", ".eml"),
        ("a.pdf", b"Received: x\r\n by y\r\nFrom: z\r\n\r\nBody", ".eml"),
        ("a.txt", b"Subject: x\nFrom: y\n\nBody", ".txt"),
        ("a", b"Subject: x\n\nBody", ".txt"),
        ("a", b"To: a word\nabout words", ".txt"),
        ("README", "Größe".encode(), ".txt"),
        ("Mr. Smith", b"A letter", ".txt"),
        ("version 1.2", b"News", ".txt"),
        ("a", "\ufeffGröße".encode("utf-16-le"), ".txt"),
        ("a.txt", b"BMW is a company. MZ was one. GIF89a!", ".txt"),
        ("a.csv", b"x,y", ".csv"),
        ("A.JSON", b"{}", ".json"),
        ("a.zip", zipped({"a.txt": "x"}), ".zip"),
        ("a", zipped({"a.txt": "x"}), ".zip"),
        ("a.docx", zipped({"a.txt": "x"}), ".docx"),
        ("a.docm", zipped({"word/document.xml": "x"}), ".docx"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", ".xlsx"),
        ("a.zip", zipped({"a.pdf": b"%PDF-1.7\n"}, ZIP_STORED), ".zip"),
    ],
)
def test_content_comes_before_the_name(name: str, data: bytes, kind: str) -> None:
    assert detect(name, data) == kind


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), r"old Word file \(.doc\); save it as"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), "old Excel file"),
        ("a.ppt", OLE + "PowerPoint Document".encode("utf-16-le"), "old PowerPoint file"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "an encrypted Office file"),
        ("a.docx", OLE, "an old Office file, or an encrypted one"),
        ("a.txt", PNG, r"a picture \(PNG\)"),
        ("a.jpg", b"\xff\xd8\xff\xe0", r"a picture \(JPEG\)"),
        ("a.webp", b"RIFF\xff\xff\0\0WEBP", r"a picture \(WebP\)"),
        ("a", b"MZ\x90\0\x03", "a program"),
        ("a.pdf", b"\x7fELF\x02", "a program"),
        ("a.gz", b"\x1f\x8b\x08", r"another kind than zip \(gzip\)"),
        ("a", bytes(257) + b"ustar\0", r"another kind than zip \(tar\)"),
        ("a.ps", b"%!PS-Adobe-3.0\n", "PostScript; make a PDF"),
        ("a.mobi", bytes(60) + b"BOOKMOBI", "a Kindle book"),
        ("a.ods", zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
         "an OpenDocument spreadsheet; save"),
        ("a.xlsx", zipped({"xl/workbook.bin": ""}), r"a binary Excel file \(.xlsb\)"),
        ("a.pages", zipped({"Index/Document.iwa": ""}), "a Pages, Numbers or Keynote file"),
        ("a.jar", zipped({"META-INF/MANIFEST.MF": ""}), "no loader for '.jar'"),
        ("a.py", b"print(1)", "no loader for '.py'"),
        ("a", b"\0\1\2", "no loader for a name without an ending"),
        ("a", b"Gr\xf6\xdfe", "no loader for a name without an ending"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        detect(name, data)


def test_a_mimetype_that_is_a_bomb_is_not_inflated() -> None:
    data = zipped({"mimetype": b"application/epub+zip" + bytes(50 << 20)})
    assert len(data) < 100_000
    tracemalloc.start()
    assert detect("a.zip", data) == ".zip"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 << 20


def test_many_comments_are_passed_over_in_one_way() -> None:
    """Would take longer than anyone waits, were each way of parting them tried."""
    assert detect("a.txt", b"<!---->" * 500 + b"<p>") == ".txt"
    assert detect("a.txt", b"<!---->" * 500 + b"<html>") == ".html"


@given(st.sampled_from(["a", *(f"a{ending}" for ending in LOADERS), "a.zip", "a.x"]), st.binary())
@examples
def test_any_bytes_are_known_or_refused(name: str, data: bytes) -> None:
    with suppress(UnreadableFile):
        assert detect(name, data) in {*LOADERS, ".zip"}

"""Documents that are a zip of XML: bombs, entities, encryption and lies are refused in all."""

import zipfile
from pathlib import Path

import pytest

from footnote.errors import UnreadableFile
from footnote.ingest.archive import Inflater
from footnote.ingest.isolation import Parsers
from footnote.ingest.loaders import load
from footnote.ingest.package import Package, declares_entities
from tests.ingest.packages import (
    LAUGHS,
    OUTSIDE,
    altered,
    encrypted,
    understated,
    unzipped,
    with_doctype,
    zipped,
)

CORPUS = Path(__file__).parents[1] / "data" / "formats" / "corpus"
# A file of each kind, a part that holds its text, and a word of that text.
KINDS = [
    ("pandoc.docx", "word/document.xml", "Calder"),
    ("pandoc.odt", "content.xml", "Eskdale"),
    ("pandoc.pptx", "ppt/slides/slide2.xml", "Norbury"),
    ("calc.xlsx", "xl/sharedStrings.xml", "Orford"),
]
EACH = pytest.mark.parametrize(("name", "part", "word"), KINDS)
ALL = pytest.mark.parametrize("name", [*(kind[0] for kind in KINDS), "pandoc.epub"])


def content(name: str) -> bytes:
    return (CORPUS / name).read_bytes()


@EACH
@pytest.mark.parametrize(
    ("doctype", "entity"), [(LAUGHS, "&a9;"), (OUTSIDE, "&secret;")], ids=["laughs", "outside"]
)
def test_entities_of_a_file_s_own_are_refused(
    name: str, part: str, word: str, doctype: str, entity: str
) -> None:
    data = with_doctype(content(name), part, doctype, entity, word)
    with pytest.raises(UnreadableFile, match=f"its part '{part}' declares entities"):
        load(name, data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_entities_are_seen_in_any_encoding(encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?><!-- x -->{OUTSIDE}<x>&secret;</x>'
    assert declares_entities(part.encode(encoding))
    assert not declares_entities(part.replace(OUTSIDE, "<!DOCTYPE x>").encode(encoding))


@pytest.mark.parametrize("part", [b"", b"no XML", b"<x>&secret;</x>", b"\x89PNG", b"<x"])
def test_what_declares_none_is_let_through(part: bytes) -> None:
    assert not declares_entities(part)


@ALL
def test_an_encrypted_zip_is_named(name: str) -> None:
    with pytest.raises(UnreadableFile, match="encrypted; give it without a password"):
        load(name, encrypted(content(name)))


@ALL
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_short_is_named(name: str, share: float) -> None:
    data = content(name)
    with pytest.raises(UnreadableFile, match="that can be read: not a zip that can be read"):
        load(name, data[: int(share * len(data))])


@ALL
def test_a_damaged_part_is_named(name: str) -> None:
    parts = unzipped(content(name))
    data = bytearray(zipped(parts, zipfile.ZIP_STORED))
    text = next(
        part
        for part in parts
        if part.endswith(("document.xml", "content.xml", "slide1.xml", "sheet1.xml", "ch001.xhtml"))
    )
    at = data.index(parts[text])
    data[at + len(parts[text]) // 2] ^= 1
    with pytest.raises(UnreadableFile, match=r"is damaged|pages holds text"):
        load(name, bytes(data))


@ALL
def test_a_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Inflater.__init__, "__defaults__", (1000,))
    with pytest.raises(UnreadableFile, match="inflates to more than 0 MB in all"):
        load(name, content(name))


def test_a_size_that_lies_is_found_out() -> None:
    data = understated(zipped({"content.xml": f"<x>{'a' * 10_000}</x>"}), 5)
    with pytest.raises(UnreadableFile, match=r"'content\.xml' is damaged"):
        Package(data, "an OpenDocument text").read("content.xml")


@EACH
def test_a_part_that_is_no_xml_is_named(name: str, part: str, word: str) -> None:
    with pytest.raises(UnreadableFile, match="that can be read: "):
        load(name, altered(content(name), part, word, "<<<"))


def test_properties_that_cannot_be_read_cost_no_text() -> None:
    parts = unzipped(content("writer.docx"))
    assert load("a.docx", zipped(parts)).title == "The Brannock Lighthouse"
    loaded = load("a.docx", zipped(parts | {"docProps/core.xml": b"<coreProperties><"}))
    assert loaded.title is None
    assert "Brannock" in loaded.text


def test_a_bomb_is_stopped_within_the_limits_of_a_child() -> None:
    parts = unzipped(content("pandoc.docx")) | {"word/media/bomb.png": bytes(300 << 20)}
    with Parsers() as parsers, pytest.raises(UnreadableFile, match="inflates to more than 256 MB"):
        parsers.load("a.docx", zipped(parts))

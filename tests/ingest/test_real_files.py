"""Files as other programs write them: each is read, and refused with a reason where broken."""

import importlib.util
from pathlib import Path

import pytest

from footnote.errors import ArchiveFile, UnreadableFile
from footnote.ingest.archive import members
from footnote.ingest.isolation import Parsers
from footnote.ingest.loaders import LOADERS, Loaded, load
from tests.ingest.samples import shape

FORMATS = Path(__file__).parents[1] / "data" / "formats"
FILES = sorted((FORMATS / "corpus").iterdir())
TABLES = (".csv", ".tsv", ".json", ".jsonl", ".xlsx")
_spec = importlib.util.spec_from_file_location("make", FORMATS / "make.py")
assert _spec is not None
assert _spec.loader is not None
make = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make)
each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def loaded_of(path: Path) -> Loaded:
    if path.suffix != ".zip":
        return load(path.name, path.read_bytes())
    first = members(path.read_bytes())[0]
    return load(first.name, first.data)


def sentence_of(path: Path) -> str:
    """The fact that each file states of its own building."""
    subject = make.SUBJECTS[path.name]
    if path.suffix in TABLES:
        return str(subject.builder)
    return f"It was built in {subject.year} by {subject.builder}"


def test_there_is_a_file_of_every_format() -> None:
    alike = {".text": ".txt", ".markdown": ".md", ".htm": ".html"}
    wanted = {alike.get(ending, ending) for ending in LOADERS} | {".zip"}
    assert {path.suffix for path in FILES} == wanted
    assert {path.name for path in FILES} == set(make.SUBJECTS)
    assert all(path.stat().st_size < 60_000 for path in FILES)


@each
def test_the_text_is_exact_and_so_is_every_block(path: Path) -> None:
    loaded = loaded_of(path)
    sentence = sentence_of(path)
    start = " ".join(loaded.text.split("\n")).index(sentence)
    quote = loaded.text[start : start + len(sentence)]
    assert quote.replace("\n", " ") == sentence
    ends = [0, *(block.span.end for block in loaded.blocks)]
    for block, before in zip(loaded.blocks, ends, strict=False):
        words = block.span.quote(loaded.text)
        assert block.span.start >= before
        assert words == words.strip() != ""
    assert list(loaded.pages) == sorted(loaded.pages)


@each
def test_title_headings_items_and_rows_are_found(path: Path) -> None:
    subject = make.SUBJECTS[path.name]
    loaded = loaded_of(path)
    found = shape(loaded.text, loaded.blocks)
    kinds = {words: kind.split()[0] for kind, words in found}
    if path.suffix in TABLES:
        rows = [words for kind, words in found if kind == "row"]
        assert any(f"lace: {subject.place}; " in row for row in rows)
        return
    title = next(kind.split()[0] for kind, words in found if words == f"The {subject.name}")
    assert title == ("heading" if path.name in ("impress.pptx", "pandoc.epub") else "title")
    assert kinds.get("Visitors" if path.suffix == ".pptx" else "Keepers") in (
        "heading",
        "paragraph",
    )
    items = [words for kind, words in found if kind == "item"]
    if path.suffix == ".pptx":
        assert f"The {subject.name} stands in {subject.place}." in items
    elif path.name != "chromium.pdf":
        assert items == ["coal for the stove", "paraffin for the lamps"]
    if path.suffix != ".eml":
        assert str(subject.year - 1500) in loaded.text


@each
def test_a_limited_process_reads_the_same(path: Path) -> None:
    data = path.read_bytes()
    with Parsers() as parsers:
        if path.suffix != ".zip":
            assert parsers.load(path.name, data) == load(path.name, data)
        else:
            assert parsers.unpack(path.name, data) == members(data)
            with pytest.raises(ArchiveFile):
                parsers.load(path.name, data)


_BROKEN = {
    ".docx": "not a Word document that can be read: not a zip that can be read",
    ".odt": "not an OpenDocument text that can be read: not a zip that can be read",
    ".pptx": "not a PowerPoint presentation that can be read: not a zip that can be read",
    ".xlsx": "not an Excel workbook that can be read: not a zip that can be read",
    ".epub": "not an EPUB that can be read: not a zip that can be read",
    ".zip": "not a zip that can be read",
    ".rtf": "cut short",
    ".json": "not JSON",
    ".jsonl": "line 2 is not JSON",
}


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix in _BROKEN], ids=lambda path: path.name
)
def test_half_a_file_is_refused_with_its_reason(path: Path) -> None:
    half = path.read_bytes()[: int(0.6 * path.stat().st_size)]
    with pytest.raises(UnreadableFile, match=_BROKEN[path.suffix]):
        members(half) if path.suffix == ".zip" else load(path.name, half)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix not in _BROKEN], ids=lambda path: path.name
)
def test_a_file_whose_bytes_are_no_longer_its_own_is_refused(path: Path) -> None:
    """What is text, and a PDF, can be read in part: only bytes of another kind are no such file."""
    broken = b"\0\x01\x02\xff" * (path.stat().st_size // 4)
    with pytest.raises(UnreadableFile):
        load(path.name, broken)
    if path.suffix == ".pdf":
        with pytest.raises(UnreadableFile, match="not a PDF that can be read"):
            load(path.name, path.read_bytes()[:2000])


@each
@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.95, 0.99])
def test_a_file_cut_anywhere_is_read_or_refused_and_no_loader_fails(
    path: Path, share: float
) -> None:
    data = path.read_bytes()
    try:
        load(path.name, data[: int(share * len(data))])
    except UnreadableFile as error:
        assert "its loader failed" not in str(error)  # noqa: PT017

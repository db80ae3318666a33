"""Bringing an index to what a folder holds: only what changed, all of it or nothing."""

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from footnote.embedding import Progress, Vectors
from footnote.errors import CorpusError, IndexLocked, IndexMismatch, UnreadableFile
from footnote.indexing.report import IndexReport
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.ingest.folder import SourceFile
from footnote.ingest.fork_server import Limits
from footnote.ingest.isolation import Parsers
from footnote.records import assert_exact
from footnote.store.index import IndexReader
from footnote.store.lock import writer_lock
from footnote.testing import HashEmbedder


class CountingEmbedder(HashEmbedder):
    """Remembers the texts that it was given to embed."""

    def __init__(self, name: str = "hash") -> None:
        super().__init__(name)
        self.texts: list[str] = []

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.texts += texts
        return super().embed_documents(texts, progress)


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / "tea.txt").write_text("Tea is drunk hot.")
    (docs / "sub" / "coffee.md").write_text("# Coffee\n\nCoffee is drunk black. 😀\n")
    return docs


def bring(corpus: Path, embedder: HashEmbedder, rebuild: bool = False) -> IndexReport:
    return bring_up_to_date(corpus, Path("index"), embedder, rebuild)


def texts() -> dict[str, str]:
    """The text of each document in the index."""
    reader = IndexReader(Path("index"), identity_of(HashEmbedder()))
    try:
        with reader.view() as view:
            known = view.catalogue.known()
            return {name: view.catalogue.text(each.document_id) for name, each in known.items()}
    finally:
        reader.close()


def test_a_folder_is_indexed_whole(corpus: Path, embedder: CountingEmbedder) -> None:
    report = bring(corpus, embedder)
    assert report.generation == 1
    assert report.added == ("tea.txt", "sub/coffee.md")
    assert (report.changed, report.removed, report.unchanged, report.skipped) == ((), (), 0, ())
    assert report.passages == len(embedder.texts) == 2
    assert texts() == {
        "tea.txt": "Tea is drunk hot.",
        "sub/coffee.md": "# Coffee\n\nCoffee is drunk black. 😀\n",
    }


def test_what_is_found_is_exact(corpus: Path, embedder: CountingEmbedder) -> None:
    bring(corpus, embedder)
    reader = IndexReader(Path("index"), identity_of(embedder))
    with reader.view() as view:
        (hit,) = view.search(embedder.embed_question("coffee"), "coffee", 1, ["sub/*"])
        text = view.catalogue.text(hit.passage.document_id)
        assert_exact(
            text, ((unit.span, hit.passage.quote(unit.span)) for unit in hit.passage.units)
        )
        assert hit.passage.headings == ("Coffee",)
    reader.close()


def test_an_index_that_is_up_to_date_is_left_alone(
    corpus: Path, embedder: CountingEmbedder
) -> None:
    bring(corpus, embedder)
    embedder.texts.clear()
    report = bring(corpus, embedder)
    assert (report.generation, report.unchanged, report.passages) == (1, 2, 2)
    assert (report.added, report.changed, report.removed) == ((), (), ())
    assert embedder.texts == []


def test_only_what_changed_is_embedded(corpus: Path, embedder: CountingEmbedder) -> None:
    bring(corpus, embedder)
    embedder.texts.clear()
    (corpus / "tea.txt").write_text("Tea is drunk cold.")
    (corpus / "milk.txt").write_text("Milk is drunk warm.")
    report = bring(corpus, embedder)
    assert (report.generation, report.unchanged, report.passages) == (2, 1, 3)
    assert (report.added, report.changed) == (("milk.txt",), ("tea.txt",))
    assert [text.split("\n")[-1] for text in embedder.texts] == [
        *("Milk is drunk warm.", "Tea is drunk cold.")
    ]
    assert texts()["tea.txt"] == "Tea is drunk cold."


def test_a_file_written_again_alike_is_unchanged(corpus: Path, embedder: CountingEmbedder) -> None:
    bring(corpus, embedder)
    (corpus / "tea.txt").write_text("Tea is drunk hot.")
    assert bring(corpus, embedder).unchanged == 2


def test_a_file_that_is_gone_is_removed(corpus: Path, embedder: CountingEmbedder) -> None:
    bring(corpus, embedder)
    (corpus / "tea.txt").unlink()
    report = bring(corpus, embedder)
    assert (report.removed, report.unchanged, report.passages) == (("tea.txt",), 1, 1)
    assert set(texts()) == {"sub/coffee.md"}


def test_a_file_under_a_new_name_is_removed_and_added(
    corpus: Path, embedder: CountingEmbedder
) -> None:
    bring(corpus, embedder)
    (corpus / "tea.txt").rename(corpus / "sub" / "tea.txt")
    report = bring(corpus, embedder)
    assert (report.added, report.removed) == (("sub/tea.txt",), ("tea.txt",))


def test_a_rebuild_embeds_everything_again(corpus: Path, embedder: CountingEmbedder) -> None:
    bring(corpus, embedder)
    embedder.texts.clear()
    report = bring(corpus, embedder, rebuild=True)
    assert (report.generation, len(report.added), len(embedder.texts)) == (2, 2, 2)


def test_another_embedder_needs_a_rebuild(corpus: Path, embedder: CountingEmbedder) -> None:
    bring(corpus, embedder)
    other = CountingEmbedder("other")
    with pytest.raises(IndexMismatch, match=r"'hash'.*'other'.*`footnote index --rebuild`"):
        bring(corpus, other)
    assert bring(corpus, other, rebuild=True).passages == 2
    with pytest.raises(IndexMismatch):
        bring(corpus, embedder)


def test_files_that_cannot_be_read_are_skipped_and_named_and_the_others_indexed(
    corpus: Path, embedder: CountingEmbedder
) -> None:
    (corpus / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (corpus / "b.pdf").write_bytes(b"%PDF-1.7 and no more")
    (corpus / "c.docx").write_bytes(b"PK\x03\x04")
    (corpus / "d.html").write_text("<nav>Home</nav>")
    (corpus / "e.txt").write_bytes(bytes(1000))
    (corpus / "f.txt").touch()
    (corpus / "g.txt").symlink_to("/etc/hostname")
    report = bring(corpus, embedder)
    assert report.added == ("tea.txt", "sub/coffee.md")
    named = {each.document: each.reason for each in report.skipped}
    assert list(named) == ["a.png", "b.pdf", "c.docx", "d.html", "e.txt", "f.txt", "g.txt"]
    assert named["a.png"].startswith("a picture (PNG)")
    assert "binary" in named["e.txt"]
    assert named["f.txt"] == "empty"
    assert named["g.txt"] == "a link that leads out of the folder"


def test_a_file_that_takes_too_much_is_named_and_stops_no_other(
    corpus: Path, embedder: CountingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.indexing.reads.Parsers", lambda ocr: Parsers(Limits(cpu=1), ocr))
    # Half a megabyte of markup, nested and repeated, that takes minutes to read.
    with zipfile.ZipFile(corpus / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as bomb:
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        paragraphs = "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 300_000
        document = f'<w:document xmlns:w="{space}"><w:body>{paragraphs}</w:body></w:document>'
        bomb.writestr("word/document.xml", document)
    report = bring(corpus, embedder)
    assert report.added == ("tea.txt", "sub/coffee.md")
    (skipped,) = report.skipped
    assert skipped.document == "bomb.docx"
    assert skipped.reason == "reading it took more than 1 s of processor time"


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let one file be unreadable, as one whose permissions were taken away is."""
    read = SourceFile.read

    def refusing(self: SourceFile) -> bytes:
        if self.name == name:
            raise UnreadableFile("cannot be read: Permission denied")
        return read(self)

    monkeypatch.setattr(SourceFile, "read", refusing)


def test_a_file_indexed_earlier_that_cannot_be_read_now_stays(
    corpus: Path, embedder: CountingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(corpus, embedder)
    before = texts()
    refuse(monkeypatch, "tea.txt")
    report = bring(corpus, embedder)
    assert [each.document for each in report.skipped] == ["tea.txt"]
    assert (report.generation, report.removed, report.unchanged) == (1, (), 1)
    assert texts() == before


def test_files_below_a_folder_that_cannot_be_looked_into_stay(
    corpus: Path, embedder: CountingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "subway.txt").write_text("Not below the folder.")
    bring(corpus, embedder)
    (corpus / "subway.txt").unlink()
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("os.scandir", refusing)
    report = bring(corpus, embedder)
    assert report.removed == ("subway.txt",)
    assert [each.document for each in report.skipped] == ["sub"]
    assert set(texts()) == {"tea.txt", "sub/coffee.md"}


def test_a_file_that_was_changed_into_garbage_is_no_longer_answered_from(
    corpus: Path, embedder: CountingEmbedder
) -> None:
    bring(corpus, embedder)
    (corpus / "tea.txt").write_bytes(bytes(1000))
    report = bring(corpus, embedder)
    assert report.removed == ("tea.txt",)
    assert [each.document for each in report.skipped] == ["tea.txt"]


def test_a_folder_without_a_readable_document_is_an_error_and_the_index_stays(
    corpus: Path, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    bring(corpus, embedder)
    before = texts()
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CorpusError, match=r"it is empty.*\.txt.*stays as it was"):
        bring(empty, embedder)
    (empty / "a.xyz").write_text("x")
    for rebuild in (False, True):
        with pytest.raises(CorpusError, match=r"1 skipped \(a\.xyz: no loader"):
            bring(empty, embedder, rebuild)
    assert texts() == before


def test_a_missing_folder_makes_no_index(embedder: CountingEmbedder) -> None:
    with pytest.raises(CorpusError, match="does not exist"):
        bring(Path("missing"), embedder)
    assert not Path("index").exists()


def test_an_embedder_that_fails_leaves_the_old_index(
    corpus: Path, embedder: CountingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(corpus, embedder)
    before = texts()
    (corpus / "tea.txt").write_text("Tea is drunk cold.")

    def fail(*_: object) -> Vectors:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(embedder, "embed_documents", fail)
        with pytest.raises(KeyboardInterrupt):
            bring(corpus, embedder)
    assert texts() == before
    assert bring(corpus, embedder).changed == ("tea.txt",)


def test_a_locked_index_is_left_alone(corpus: Path, embedder: CountingEmbedder) -> None:
    with writer_lock(Path("index")), pytest.raises(IndexLocked):
        bring(corpus, embedder)
    assert embedder.texts == []


class Diary:
    """A watcher that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def found(self, files: int, size: int) -> None:
        self.told.append(("found", (files, size)))

    def done(self, name: str, size: int) -> None:
        self.told.append(("done", (name, size)))

    def committed(self, generation: int) -> None:
        self.told.append(("committed", generation))

    def embedded(self, passages: int) -> None:
        self.told.append(("embedded", passages))


def test_a_watcher_is_told_how_it_goes(corpus: Path, embedder: CountingEmbedder) -> None:
    diary = Diary()
    bring_up_to_date(corpus, Path("index"), embedder, watcher=diary)
    assert diary.told == [
        ("found", (2, 55)),
        ("embedded", 1),
        ("embedded", 1),
        ("done", ("tea.txt", 17)),
        ("done", ("sub/coffee.md", 38)),
        ("committed", 1),
    ]


def test_the_same_file_twice_is_two_documents(corpus: Path, embedder: CountingEmbedder) -> None:
    (corpus / "again.txt").symlink_to("tea.txt")
    assert bring(corpus, embedder).added == ("again.txt", "tea.txt", "sub/coffee.md")


def test_every_format_is_indexed_beside_the_others(
    corpus: Path, embedder: CountingEmbedder
) -> None:
    (corpus / "a.html").write_text("<title>Milk</title><p>Milk is drunk warm.")
    (corpus / "b.txt").write_bytes("\ufeffÉté.\r\nHiver.".encode("utf-16-le"))
    bring(corpus, embedder)
    assert texts()["a.html"] == "Milk is drunk warm."
    assert texts()["b.txt"] == "Été.\nHiver."

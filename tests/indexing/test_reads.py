"""What is read again: what changed by size and time, or by content where that is asked for."""

import os
from pathlib import Path

import pytest

from footnote.errors import UsageError
from footnote.indexing import update
from footnote.indexing.report import IndexReport
from footnote.indexing.update import bring_up_to_date
from footnote.ingest.folder import SourceFile
from footnote.ingest.isolation import Parsers
from footnote.ingest.loaders import Loaded
from footnote.testing import HashEmbedder
from tests.helpers import write_corpus

LONG_AGO = 1_700_000_000


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    docs = write_corpus(tmp_path / "docs", {"a.txt": "Tea is drunk hot.", "b.xyz": "what"})
    for path in docs.iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))
    return docs


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened."""
    names: list[str] = []
    read = SourceFile.read

    def noting(self: SourceFile) -> bytes:
        names.append(self.name)
        return read(self)

    monkeypatch.setattr(SourceFile, "read", noting)
    return names


def bring(corpus: Path, verify_content: bool = False) -> IndexReport:
    return bring_up_to_date(corpus, Path("index"), HashEmbedder(), verify_content=verify_content)


def change_unseen(path: Path, text: str) -> None:
    """Change a file, and neither its size nor its time."""
    before = path.stat()
    path.write_text(text)
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_file_of_the_same_size_and_time_is_not_opened(corpus: Path, opened: list[str]) -> None:
    first = bring(corpus)
    opened.clear()
    again = bring(corpus)
    assert opened == []
    assert (again.unchanged, again.generation) == (1, first.generation)
    assert again.skipped == first.skipped != ()


def test_what_size_and_time_do_not_show_is_seen_by_content(corpus: Path) -> None:
    bring(corpus)
    change_unseen(corpus / "a.txt", "Tea is drunk icy.")
    assert bring(corpus).unchanged == 1
    assert bring(corpus, verify_content=True).changed == ("a.txt",)


def test_a_file_that_was_only_touched_is_unchanged_and_looked_into_once(
    corpus: Path, opened: list[str]
) -> None:
    generation = bring(corpus).generation
    os.utime(corpus / "a.txt", (LONG_AGO + 9, LONG_AGO + 9))
    opened.clear()
    for _ in range(2):
        report = bring(corpus)
        assert (report.unchanged, report.changed, report.generation) == (1, (), generation)
    assert opened == ["a.txt"]


def test_a_file_changed_within_the_clocks_step_is_looked_into_again(
    corpus: Path,
) -> None:
    (corpus / "a.txt").write_text("Tea is drunk hot!")
    bring(corpus)
    change_unseen(corpus / "a.txt", "Tea is drunk icy!")
    assert bring(corpus).changed == ("a.txt",)


def test_a_skipped_file_is_read_again_when_it_changes(corpus: Path) -> None:
    (corpus / "c.txt").write_bytes(b"")
    assert [each.document for each in bring(corpus).skipped] == ["b.xyz", "c.txt"]
    (corpus / "c.txt").write_text("Milk is drunk warm.")
    report = bring(corpus)
    assert report.added == ("c.txt",)
    assert [each.document for each in report.skipped] == ["b.xyz"]


def test_a_skipped_file_that_is_gone_is_forgotten(corpus: Path) -> None:
    bring(corpus)
    (corpus / "b.xyz").unlink()
    report = bring(corpus)
    assert (report.skipped, report.removed) == ((), ())
    (corpus / "b.xyz").write_text("what")
    assert [each.document for each in bring(corpus).skipped] == ["b.xyz"]


def test_files_come_in_order_however_long_they_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{n:02}.txt" for n in range(40)]
    corpus = write_corpus(tmp_path / "many", {name: f"Text {name}." for name in names})
    load = Parsers.load
    waited: list[str] = []

    def slow(self: Parsers, name: str, data: bytes) -> Loaded:
        if int(name[:2]) % 7 == 0:
            load(self, name, data)
            waited.append(name)
        return load(self, name, data)

    monkeypatch.setattr(Parsers, "load", slow)
    assert bring(corpus).added == tuple(names)
    assert len(waited) == 6


def test_what_was_skipped_is_tried_again_by_another_reader(
    corpus: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = bring(corpus).generation
    opened.clear()
    monkeypatch.setattr(update, "__version__", "another")
    for _ in range(2):
        report = bring(corpus)
        assert (report.unchanged, report.generation) == (1, generation)
        assert [each.document for each in report.skipped] == ["b.xyz"]
    assert opened == ["b.xyz"]


def test_text_recognition_that_is_not_installed_is_named(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.ingest.ocr.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="text recognition is not installed"):
        bring_up_to_date(corpus, Path("index"), HashEmbedder(), ocr=True)
    assert not Path("index").exists()

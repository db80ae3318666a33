"""A folder of files: what is listed, what is passed over and why, and one document of each."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from footnote.errors import CorpusError, UnreadableFile
from footnote.ingest import folder, loaders
from footnote.ingest.folder import Unseen, list_files
from footnote.ingest.parts import document_id
from footnote.records import Span
from tests.ingest.samples import read


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with two files, beside a file that is not part of it."""
    (tmp_path / "secret.txt").write_text("Not part of the folder.")
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / "b.txt").write_text("Second.")
    (docs / "sub" / "a.txt").write_text("First.")
    return docs


def names(corpus: Path) -> list[str]:
    return [file.name for file in list_files(corpus)[0]]


def reasons(corpus: Path) -> dict[str, str]:
    return {each.document: each.reason for each in list_files(corpus)[1]}


def test_files_are_named_by_their_path_below_the_folder(corpus: Path) -> None:
    files, skipped = list_files(corpus)
    assert {file.name: file.read() for file in files} == {
        "b.txt": b"Second.",
        "sub/a.txt": b"First.",
    }
    assert skipped == []


def test_files_are_listed_in_one_order_whatever_the_disk_says(corpus: Path) -> None:
    for name in ("z.txt", "B.txt", "10.txt", "é.txt"):
        (corpus / name).write_text("x")
    assert names(corpus) == [*("10.txt", "B.txt", "b.txt", "z.txt", "é.txt", "sub/a.txt")]


def test_a_relative_folder_is_listed_alike(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus.parent)
    assert names(Path("docs")) == names(corpus)
    assert names(Path("docs/sub/..")) == names(corpus)


def test_size_and_time_are_those_of_the_file(corpus: Path) -> None:
    os.utime(corpus / "b.txt", (1_700_000_000, 1_700_000_000))
    file = list_files(corpus)[0][0]
    assert file.size == 7
    assert datetime.fromisoformat(file.modified) == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(CorpusError, match="'no/such' does not exist"):
        list_files(Path("no/such"))


def test_a_file_given_as_the_folder_is_named(corpus: Path) -> None:
    with pytest.raises(CorpusError, match=r"b\.txt' is a file"):
        list_files(corpus / "b.txt")


def test_an_empty_folder_lists_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert list_files(tmp_path / "empty") == ([], [])


def test_hidden_files_and_folders_are_left_out_unsaid(corpus: Path) -> None:
    (corpus / ".hidden.txt").write_text("x")
    (corpus / ".git").mkdir()
    (corpus / ".git" / "config.txt").write_text("x")
    assert names(corpus) == ["b.txt", "sub/a.txt"]
    assert reasons(corpus) == {}


def test_a_link_out_of_the_folder_is_skipped_and_named(corpus: Path) -> None:
    (corpus / "out.txt").symlink_to("../secret.txt")
    (corpus / "absolute.txt").symlink_to(corpus.parent / "secret.txt")
    (corpus / "by-way-of.txt").symlink_to("out.txt")
    assert names(corpus) == ["b.txt", "sub/a.txt"]
    assert reasons(corpus) == dict.fromkeys(
        ("out.txt", "absolute.txt", "by-way-of.txt"), "a link that leads out of the folder"
    )


def test_a_link_into_a_folder_whose_name_begins_alike_leads_out(corpus: Path) -> None:
    beside = corpus.with_name("docs-private")
    beside.mkdir()
    (beside / "c.txt").write_text("x")
    (corpus / "c.txt").symlink_to(beside / "c.txt")
    assert reasons(corpus) == {"c.txt": "a link that leads out of the folder"}


def test_a_link_within_the_folder_is_read_under_its_own_name(corpus: Path) -> None:
    (corpus / "again.txt").symlink_to("sub/a.txt")
    assert names(corpus) == ["again.txt", "b.txt", "sub/a.txt"]
    assert list_files(corpus)[0][0].read() == b"First."


def test_the_folder_itself_may_be_a_link(corpus: Path) -> None:
    link = corpus.with_name("link")
    link.symlink_to(corpus)
    assert names(link) == names(corpus)


def test_a_link_to_a_folder_is_not_followed_and_named(corpus: Path) -> None:
    (corpus / "loop").symlink_to(corpus)
    (corpus / "up").symlink_to("..")
    assert names(corpus) == ["b.txt", "sub/a.txt"]
    assert reasons(corpus) == {
        "loop": "not a regular file",
        "up": "a link that leads out of the folder",
    }


def test_links_that_lead_nowhere_are_skipped_and_named(corpus: Path) -> None:
    (corpus / "dangling.txt").symlink_to("missing.txt")
    (corpus / "self.txt").symlink_to("self.txt")
    assert reasons(corpus) == dict.fromkeys(
        ("dangling.txt", "self.txt"), "a link that leads nowhere"
    )


def test_a_pipe_is_skipped_and_not_opened(corpus: Path) -> None:
    os.mkfifo(corpus / "pipe.txt")
    assert reasons(corpus) == {"pipe.txt": "not a regular file"}


def test_a_name_in_another_script_is_kept(corpus: Path) -> None:
    (corpus / "Übersicht – 概要 😀.txt").write_text("x")
    assert "Übersicht – 概要 😀.txt" in names(corpus)


def test_a_name_that_is_not_utf_8_is_skipped_and_shown_as_far_as_it_goes(corpus: Path) -> None:
    Path(os.fsdecode(os.fsencode(corpus) + b"/caf\xe9.txt")).write_text("x")
    folder_of_old = Path(os.fsdecode(os.fsencode(corpus) + b"/\xe9t\xe9"))
    folder_of_old.mkdir()
    (folder_of_old / "d.txt").write_text("x")
    assert names(corpus) == ["b.txt", "sub/a.txt"]
    assert reasons(corpus) == dict.fromkeys(("caf?.txt", "?t?/d.txt"), "its name is not UTF-8")


def test_a_file_over_the_limit_is_skipped_with_both_sizes(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MAX_FILE_BYTES", 6)
    assert names(corpus) == ["sub/a.txt"]
    assert reasons(corpus) == {"b.txt": "7 bytes; at most 6 are read"}


def refusing(path: Path) -> PermissionError:
    return PermissionError(13, "Permission denied", str(path))


def test_a_file_that_may_not_be_looked_at_is_unseen(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = Path.resolve

    def refuse(self: Path, strict: bool = False) -> Path:
        if self.name == "b.txt":
            raise refusing(self)
        return resolve(self, strict)

    monkeypatch.setattr(Path, "resolve", refuse)
    assert list_files(corpus)[1] == [Unseen("b.txt", "cannot be read: Permission denied")]


def test_a_file_that_may_not_be_read_says_so(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise refusing(self)

    file = list_files(corpus)[0][0]
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UnreadableFile, match="cannot be read: Permission denied"):
        file.read()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_entered_is_unseen(corpus: Path) -> None:
    (corpus / "sub").chmod(0)
    try:
        assert names(corpus) == ["b.txt"]
        assert list_files(corpus)[1] == [Unseen("sub", "cannot be read: Permission denied")]
    finally:
        (corpus / "sub").chmod(0o755)


def test_a_folder_that_cannot_be_listed_is_unseen(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("sub"):
            raise refusing(Path(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert names(corpus) == ["b.txt"]
    assert list_files(corpus)[1] == [Unseen("sub", "cannot be read: Permission denied")]


def test_a_loader_that_fails_in_any_way_makes_the_file_unreadable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(data: bytes) -> loaders.Loaded:
        raise RecursionError("too deep")

    monkeypatch.setitem(loaders.LOADERS, ".txt", fail)
    with pytest.raises(UnreadableFile, match="its loader failed: RecursionError: too deep"):
        read("a.txt", "text")


def test_a_document_keeps_what_its_file_was() -> None:
    document = read("notes/the_big-plan.txt", "Buy milk.\r\nBuy eggs.\r\n")
    assert document.text == "Buy milk.\nBuy eggs.\n"
    assert document.sha256 == hashlib.sha256(b"Buy milk.\r\nBuy eggs.\r\n").hexdigest()
    assert document.size == 22
    assert document.media_type == "text/plain"
    assert document.pages == ()


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.txt", "The Plan\n\nBuy milk and eggs, and then go home.\n", "The Plan"),
        ("a.md", "# The\u00a0 *Plan*\n\nBuy milk.\n", "The *Plan*"),
        ("a.html", "<title>Site</title><h1>The <br> Plan</h1><p>Buy milk.", "The Plan"),
        ("a.html", "<title>Site</title><p>Buy milk.", "Site"),
        ("x/the_big-plan.txt", "Buy milk.\n", "the big plan"),
        ("__.txt", "Buy milk.\n", "__.txt"),
    ],
)
def test_the_title_is_in_the_text_or_the_metadata_or_the_name(
    name: str, content: str, title: str
) -> None:
    assert read(name, content).title == title


def test_an_id_follows_the_name_alone() -> None:
    assert read("a.txt", "one").id == read("a.txt", "two").id == document_id("a.txt")
    assert document_id("b.txt") != document_id("a.txt")
    assert len(document_id("a.txt")) == 16


def test_a_title_in_the_text_is_quoted_exactly() -> None:
    document = read("a.txt", "\ufeff😀 The Plan\r\n\r\nBuy milk and eggs, and then go home.\r\n")
    assert document.blocks[0].span == Span(0, 10)
    assert document.blocks[0].span.quote(document.text) == document.title == "😀 The Plan"

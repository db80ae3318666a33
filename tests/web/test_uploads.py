"""What may be put into the folder of documents, and what is left when it goes wrong."""

import os
import secrets
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.errors import CorpusError, NotThere, UsageError
from footnote.settings import Settings
from footnote.web import uploads as uploads_module
from footnote.web.operation import Operator
from footnote.web.uploads import MAX_PART_BYTES, Stored, Upload, parts_of_name, remove, sweep
from tests.web.double import WordEngine

HOSTILE_NAMES = [
    "",
    "/etc/cron.d/x.txt",
    "//x.txt",
    "../x.txt",
    "a/../../x.txt",
    "a/./x.txt",
    "a//x.txt",
    "a/",
    "a/x.txt/",
    ".hidden.txt",
    ".git/x.txt",
    "a/.x.txt",
    "x\0.txt",
    "x\n.txt",
    "x\x7f.txt",
    "x\x1b[2J.txt",
    "x\u202etxt.exe.txt",
    "x\u200b.txt",
    "x\ufeff.txt",
    "x\u00ad.txt",
    "x\u2028.txt",
    "x\u2029.txt",
    "x\u2066.txt",
    "x\udc80.txt",
    " x.txt",
    "a /x.txt",
    "..\\x.txt",
    "C:\\x.txt",
    "archive.zip!/x.txt",
    "x" * MAX_PART_BYTES + ".txt",
    "/".join("a" * 40) + "/x.txt",
    "a/" * 600 + "x.txt",
    "/".join(["a" * MAX_PART_BYTES] * 6) + "/x.txt",
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def put(corpus: Path, name: str, data: bytes = b"Some text.") -> Stored:
    upload = Upload(corpus, name)
    try:
        upload.write(data)
        return upload.finish()
    finally:
        upload.close()


def held(folder: Path) -> set[str]:
    """Name everything below a folder, hidden or not."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_that_could_lead_elsewhere_or_deceive_is_refused(
    corpus: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        Upload(corpus, name)
    with pytest.raises(UsageError, match="cannot be used"):
        remove(corpus, name)
    assert held(tmp_path) == {"corpus"}


@pytest.mark.parametrize("name", ["x.exe", "x", "x.txt.sh", "x.pdf~"])
def test_a_file_that_nothing_reads_is_refused_with_what_is_read(corpus: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"\.docx"):
        Upload(corpus, name)
    assert not held(corpus)


@pytest.mark.parametrize(
    "name", ["x.txt", "a/b/c.PDF", "Ünï 😀 👩‍👩‍👧.md", "%2e%2e.txt", "<script>.txt", "a..b/c.txt"]
)
def test_any_other_name_is_stored_as_it_is(corpus: Path, name: str) -> None:
    stored = put(corpus, name, b"One.")
    assert (stored.name, stored.size, stored.replaced) == (name, 4, False)
    assert (corpus / name).read_bytes() == b"One."
    assert put(corpus, name, b"Two").replaced
    assert (corpus / name).read_bytes() == b"Two"
    remove(corpus, name)
    assert not any(path.is_file() for path in corpus.rglob("*"))


@given(st.text(max_size=40))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    try:
        parts = parts_of_name(name)
    except UsageError:
        return
    assert "/".join(parts) == name
    assert not Path(name).is_absolute()
    assert not any(part in ("", ".", "..") for part in parts)


def test_an_upload_that_is_not_finished_leaves_nothing(corpus: Path) -> None:
    put(corpus, "x.txt", b"Old.")
    for name in ("x.txt", "new/folder/y.txt"):
        upload = Upload(corpus, name)
        upload.write(b"Half of")
        upload.close()
    assert held(corpus) == {"x.txt"}
    assert (corpus / "x.txt").read_bytes() == b"Old."


def test_a_file_that_gets_too_large_to_be_read_is_refused_on_the_way(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads_module, "MAX_FILE_BYTES", 10)
    assert put(corpus, "x.txt", b"x" * 10).size == 10
    upload = Upload(corpus, "y.txt")
    upload.write(b"x" * 10)
    with pytest.raises(UsageError, match="above 10 bytes"):
        upload.write(b"x")
    upload.close()
    assert held(corpus) == {"x.txt"}


def test_what_the_system_takes_in_pieces_is_stored_whole(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))
    put(corpus, "x.txt", b"0123456789")
    assert (corpus / "x.txt").read_bytes() == b"0123456789"


def test_it_is_on_the_disk_before_its_name_is_and_its_name_before_it_is_told(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def noted(name: str) -> None:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> object:  # noqa: ANN401
            of = "folder" if name == "fsync" and stat.S_ISDIR(os.fstat(given[0]).st_mode) else ""
            done.append(f"{name} {of}".strip())
            return real(*given, **named)

        monkeypatch.setattr(os, name, call)

    for name in ("fsync", "rename", "unlink", "mkdir"):
        noted(name)
    put(corpus, "new/x.txt")
    assert done == ["fsync", "mkdir", "fsync folder", "rename", "fsync folder"]
    done.clear()
    remove(corpus, "new/x.txt")
    assert done == ["unlink", "fsync folder"]


def test_what_is_under_way_is_hidden(corpus: Path) -> None:
    upload = Upload(corpus, "x.txt")
    upload.write(b"Half of")
    (name,) = held(corpus)
    assert name.startswith(".")
    upload.close()


def test_an_empty_file_is_refused(corpus: Path) -> None:
    with pytest.raises(UsageError, match="empty"):
        put(corpus, "new/x.txt", b"")
    assert not held(corpus)


def test_a_link_on_the_way_is_not_followed(corpus: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("Kept.")
    (corpus / "link").symlink_to(outside)
    (corpus / "inside").mkdir()
    (corpus / "inside" / "loop").symlink_to("..")
    for name in ("link/x.txt", "link/kept.txt", "link/new/x.txt", "inside/loop/x.txt"):
        with pytest.raises(UsageError, match="no folder, or a link"):
            put(corpus, name)
        with pytest.raises(UsageError, match="no folder, or a link"):
            remove(corpus, name)
    assert held(outside) == {"kept.txt"}
    assert held(corpus) == {"link", "inside", "inside/loop"}


def test_a_link_that_is_put_under_an_upload_meanwhile_is_not_followed(
    corpus: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (corpus / "old").mkdir()
    uploads = [Upload(corpus, name) for name in ("old/x.txt", "new/x.txt")]
    (corpus / "old").rename(tmp_path / "moved")
    for name in ("old", "new"):
        (corpus / name).symlink_to(outside)
    for upload in uploads:
        upload.write(b"Some text.")
    # It goes into the folder that it was opened in, wherever that is now.
    uploads[0].finish()
    with pytest.raises(CorpusError, match=r"'new/x\.txt' cannot be written"):
        uploads[1].finish()
    for upload in uploads:
        upload.close()
    assert held(outside) == set()
    assert held(tmp_path / "moved") == {"x.txt"}
    assert held(corpus) == {"old", "new"}


@pytest.mark.parametrize("link", [True, False])
def test_a_hidden_name_that_is_taken_is_not_written_through(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: bool
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda count: "0" * count * 2)
    kept = tmp_path / "kept.txt" if link else corpus / f".upload-{'0' * 16}"
    kept.write_text("Kept.")
    if link:
        (corpus / f".upload-{'0' * 16}").symlink_to(kept)
    with pytest.raises(CorpusError, match="cannot be written"):
        Upload(corpus, "x.txt")
    assert kept.read_text() == "Kept."


def test_a_link_or_folder_of_the_name_is_not_replaced(corpus: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Kept.")
    (corpus / "link.txt").symlink_to(outside)
    (corpus / "folder.txt").mkdir()
    for name in ("link.txt", "folder.txt"):
        with pytest.raises(UsageError, match="a link or a folder"):
            put(corpus, name)
    assert outside.read_text() == "Kept."
    assert held(corpus) == {"link.txt", "folder.txt"}


def test_removing_a_link_leaves_what_it_leads_to(corpus: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Kept.")
    (corpus / "link.txt").symlink_to(outside)
    remove(corpus, "link.txt")
    assert outside.read_text() == "Kept."
    assert not held(corpus)


def test_what_is_no_file_is_not_removed(corpus: Path) -> None:
    (corpus / "folder").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        remove(corpus, "folder")
    for name in ("nothing.txt", "folder/nothing.txt", "no/such/folder.txt"):
        with pytest.raises(NotThere):
            remove(corpus, name)


def test_a_file_on_the_way_is_named(corpus: Path) -> None:
    put(corpus, "x.txt")
    with pytest.raises(UsageError, match=r"'x\.txt' is no folder"):
        Upload(corpus, "x.txt/y.txt")


def test_a_folder_that_cannot_be_written_is_named(corpus: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    corpus.chmod(0o500)
    with pytest.raises(CorpusError, match="cannot be written"):
        Upload(corpus, "x.txt")
    corpus.chmod(0o700)


def test_without_a_folder_of_documents_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="does not exist"):
        Upload(tmp_path / "nowhere", "x.txt")
    assert not held(tmp_path)


def test_descriptors_are_given_back(corpus: Path) -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208 - what it lists is gone when it is looked at
    for name in ("a/x.txt", "a/b/c/y.txt", "x.txt", "x.txt/y.txt", "a/"):
        try:
            put(corpus, name)
        except UsageError:
            continue
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208


def test_what_a_killed_server_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    left = Upload(tmp_path, "reports/may.txt")
    left.write(b"half of it")
    (tmp_path / "kept.txt").write_text("kept")
    sweep(tmp_path)
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["kept.txt"]
    left.close()


def test_hidden_files_of_others_and_what_a_link_leads_to_are_not_removed(
    corpus: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (corpus / "link").symlink_to(outside)
    for path in (outside / f".upload-{'0' * 16}", corpus / ".upload-mine.txt"):
        path.write_text("Kept.")
    sweep(corpus)
    assert held(tmp_path) == {
        *("corpus", "corpus/link", "corpus/.upload-mine.txt"),
        *("outside", f"outside/.upload-{'0' * 16}"),
    }


def test_a_server_that_starts_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    left = tmp_path / f".upload-{'0' * 16}"
    left.write_text("half of it")
    Operator(WordEngine(), Settings(corpus=tmp_path))
    assert not left.exists()

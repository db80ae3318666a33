"""Archives: every file by its name, and no size believed."""

import io
import stat
import zipfile

import pytest

from footnote.errors import ArchiveFile, UnreadableFile
from footnote.ingest import archive
from footnote.ingest.archive import Inflater, Member, members
from footnote.ingest.loaders import load
from tests.ingest.packages import encrypted, understated, zipped


def reasons(data: bytes) -> dict[str, str | None]:
    return {each.name: each.reason for each in members(data)}


def test_files_are_given_by_name_and_folders_and_hidden_ones_left_out() -> None:
    data = zipped(
        {"b/": "", "b/a.txt": "One.", "c.md": "# Two", ".x/y.txt": "no", "b/.DS_Store": "no",
         "__MACOSX/b/a.txt": "no"}
    )  # fmt: skip
    assert members(data) == [Member("b/a.txt", b"One."), Member("c.md", b"# Two")]


@pytest.mark.parametrize(
    "name", ["/etc/a.txt", "../a.txt", "a/../../b.txt", "C:/a.txt", "..\\a.txt"]
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    [(_, reason)] = reasons(zipped({name: "One."})).items()
    assert reason == "its name leads out of the archive"


def test_names_of_windows_and_in_utf_8_without_saying_so_are_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("sub/größe.txt", "One.")
    # The flag that says UTF-8, taken away in both headers.
    data = bytearray(buffer.getvalue())
    data[7] &= ~0x08 & 0xFF
    central = data.find(b"PK\x01\x02")
    data[central + 9] &= ~0x08 & 0xFF
    assert reasons(bytes(data)) == {"sub/größe.txt": None}
    assert reasons(zipped({"a\\b.txt": "One."})) == {"a/b.txt": None}


def test_a_link_is_not_followed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        link = zipfile.ZipInfo("link.txt")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    assert members(buffer.getvalue()) == [
        Member("link.txt", reason="a link, which is not followed")
    ]


def test_an_encrypted_file_is_named() -> None:
    assert reasons(encrypted(zipped({"a.txt": "One."}))) == {
        "a.txt": "encrypted; give it without a password"
    }


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_inflate_without_measure_are_refused(method: int) -> None:
    assert reasons(zipped({"a.txt": "One."}, method)) == {
        "a.txt": "compressed by another method than deflate"
    }


def test_a_bomb_stops_where_the_limit_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inflater.__init__, "__defaults__", (1 << 20,))
    data = zipped({"a.txt": "One.", "b.txt": bytes(900_000), "c.txt": bytes(900_000), "d": "x"})
    found = members(data)
    assert [(each.name, len(each.data), each.reason) for each in found] == [
        ("a.txt", 4, None),
        ("b.txt", 900_000, None),
        ("c.txt", 0, "inflates to more than 1 MB in all"),
        ("d", 0, "inflates to more than 1 MB in all"),
    ]


def test_the_limits_are_those_of_the_docs() -> None:
    assert (archive.MAX_INFLATED, archive.MAX_MEMBERS) == (256 << 20, 10_000)


def test_a_size_that_lies_is_found_out() -> None:
    [(_, reason)] = reasons(understated(zipped({"a.txt": bytes(1000)}), 10)).items()
    assert reason is not None
    assert reason.startswith("damaged: ")


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    with pytest.raises(UnreadableFile, match="holds 3 files; at most 2 are read"):
        members(zipped({"a": "", "b": "", "c": ""}))


def test_an_archive_within_is_not_unpacked_but_a_document_that_is_a_zip_is_given() -> None:
    inner = zipped({"a.txt": "One."})
    document = zipped({"word/document.xml": "<x/>"})
    assert reasons(zipped({"inner.zip": inner, "named.txt": inner, "a.docx": document})) == {
        "inner.zip": "an archive within an archive, which is not unpacked",
        "named.txt": "an archive within an archive, which is not unpacked",
        "a.docx": None,
    }


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a.txt", "One.")
        file.writestr("a.txt", "Two.")
    assert members(buffer.getvalue()) == [
        Member("a.txt", reason="two files in the archive have this name")
    ]


@pytest.mark.parametrize("cut", [10, 60, -1])
def test_a_damaged_archive_is_named(cut: int) -> None:
    with pytest.raises(UnreadableFile, match="not a zip that can be read"):
        members(zipped({"a.txt": "One."})[:cut])


def test_a_damaged_file_in_it_is_named_and_the_others_given() -> None:
    data = bytearray(zipped({"a.txt": "One.", "b.txt": "Two."}, zipfile.ZIP_STORED))
    data[data.index(b"One.")] ^= 1
    found = reasons(bytes(data))
    assert str(found["a.txt"]).startswith("damaged: ")
    assert found["b.txt"] is None


def test_an_archive_has_no_text_of_its_own() -> None:
    with pytest.raises(ArchiveFile, match="read one by one"):
        load("a.zip", zipped({"a.txt": "One."}))

"""A copy of an index answers as the original does, and holds the same rows."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from footnote.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, UsageError
from footnote.place import Place
from footnote.store import copying
from footnote.store.identity import Identity
from footnote.store.kept import snapshot_of
from footnote.store.lock import writer_lock
from footnote.store.verify import verify
from tests.postgres import Server
from tests.store.samples import IDENTITY, KEEPERS, LAMP, found, names, write

BOTH = {"keepers.md": KEEPERS, "sub/lamp.md": LAMP}


@pytest.fixture
def source(tmp_path: Path) -> Place:
    place = Place(tmp_path / "index")
    write(place, BOTH)
    write(place, {"new.md": "The lamp is new.\n"})
    return place


def ignore(done: int, total: int) -> None:
    del done, total


def copied(source: Place, target: Place) -> copying.Copied:
    return copying.copy(source, target, IDENTITY, ignore)


@pytest.mark.parametrize("kind", ["folder", "postgres"])
def test_a_copy_answers_as_the_original(
    source: Place, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("database") if kind == "postgres" else None
    target = Place(tmp_path / "copy", url)
    told: list[tuple[int, int]] = []
    done = copying.copy(source, target, IDENTITY, lambda *each: told.append(each))
    assert (done.generation, done.documents, done.passages) == (2, 3, 5)
    assert told[-1] == (5, 5)
    assert found(target) == found(source)
    assert names(target) == names(source)
    with snapshot_of(source) as ours, snapshot_of(target) as theirs:
        assert theirs.origin == ours.origin
        for (ids, vectors), (their_ids, their_vectors) in zip(
            ours.vectors(), theirs.vectors(), strict=True
        ):
            assert ids.tolist() == their_ids.tolist()
            assert vectors.tobytes() == their_vectors.tobytes()
    assert verify(target, deep=True).sound
    # It goes on as an index of its own.
    assert write(target, {"more.md": "More.\n"}) == 3
    assert (len(names(target)), len(names(source))) == (4, 3)


@pytest.mark.parametrize(
    ("state", "same"), [("whole", True), ("altered", False), ("of another", False), ("gone", False)]
)
def test_what_is_searched_is_copied_and_made_anew_where_it_is_not_as_it_was(
    source: Place, tmp_path: Path, state: str, same: bool
) -> None:
    before = found(source)
    files = source.folder / "search-2"
    target = Place(tmp_path / "copy")
    if state == "altered":
        terms = next((files / "terms").glob("*.term"))
        terms.write_bytes(terms.read_bytes()[:-1] + b"?")
    elif state == "of another":
        other = Place(tmp_path / "other")
        write(other, {"other.md": "Other.\n"})
        write(other, {"more.md": "More.\n"})
        shutil.rmtree(files)
        (other.folder / "search-2").rename(files)
    elif state == "gone":
        shutil.rmtree(files)
    copied(source, target)
    assert found(target) == before
    assert verify(target, deep=True).sound
    assert sorted(path.name for path in target.folder.glob("search-*")) == ["search-2"]
    # Made anew, files of words have other names.
    copies = {path.name for path in (target.folder / "search-2" / "terms").iterdir()}
    theirs = (files / "terms").glob("*.term")
    assert (any(path.name in copies for path in theirs)) == same


def test_what_is_there_already_is_not_overwritten(
    source: Place, tmp_path: Path, database: str
) -> None:
    for target in (Place(tmp_path / "copy"), Place(tmp_path / "other", database)):
        write(target, {"other.md": "Other.\n"})
        with pytest.raises(UsageError, match=r"there is an index in .* already"):
            copied(source, target)
        assert names(target) == {"other.md"}
    with pytest.raises(UsageError, match="to itself"):
        copied(source, source)


def test_no_index_and_one_of_another_model_are_told(source: Place, tmp_path: Path) -> None:
    target = Place(tmp_path / "copy")
    with pytest.raises(IndexMissing, match="footnote index CORPUS"):
        copied(Place(tmp_path / "none"), target)
    with pytest.raises(IndexMismatch, match="embedder"):
        copying.copy(source, target, Identity("another", IDENTITY.dimension), ignore)
    assert not (target.folder / "catalogue.sqlite").exists()


def test_a_target_that_is_written_is_refused(source: Place, tmp_path: Path) -> None:
    with writer_lock(tmp_path / "copy"), pytest.raises(IndexLocked):
        copied(source, Place(tmp_path / "copy"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passages SET vector = zeroblob(length(vector)) WHERE id = 4",
        "UPDATE passages SET text = 'Another.' WHERE id = 4",
        "UPDATE documents SET title = 'Another.'",
    ],
)
def test_damage_is_not_copied(source: Place, tmp_path: Path, statement: str) -> None:
    import sqlite3

    with sqlite3.connect(source.folder / "catalogue.sqlite") as connection:
        connection.execute(statement)
    connection.close()
    target = Place(tmp_path / "copy")
    with pytest.raises(IndexDamaged, match="was altered after it was written"):
        copied(source, target)
    with pytest.raises(IndexMissing):
        found(target)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM files WHERE name = 'new.md'", "files"),
        ("DELETE FROM passages WHERE id = 4", "passages"),
        ("UPDATE files SET size = size", None),
    ],
)
def test_a_copy_that_differs_is_not_accepted(
    source: Place,
    tmp_path: Path,
    database: str,
    postgres_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    table: str | None,
) -> None:
    compare: Callable[..., None] = copying._compare
    target = Place(tmp_path / "copy", database)

    def altered(*given: object) -> None:
        postgres_server.execute(statement, make_url(database).database or "")
        compare(*given)

    monkeypatch.setattr(copying, "_compare", altered)
    if table is None:
        copied(source, target)
        return
    with pytest.raises(IndexDamaged, match=rf"does not hold what was copied \({table}\)"):
        copied(source, target)


def test_a_copy_that_cannot_be_searched_is_not_accepted(
    source: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare: Callable[..., None] = copying._compare

    def altered(snapshot: object, target: Place) -> None:
        (target.folder / "search-2" / "dense.faiss").write_bytes(b"nothing")
        compare(snapshot, target)

    monkeypatch.setattr(copying, "_compare", altered)
    with pytest.raises(IndexDamaged, match="is not sound"):
        copied(source, Place(tmp_path / "copy"))

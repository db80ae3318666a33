"""The catalogue gives back what was put in, one whole generation at a time."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.errors import DocumentNotFound, IndexDamaged, IndexUnavailable
from footnote.records import Span
from footnote.store.sqlite import FILE, SqliteCatalogue
from tests.store.samples import KEEPERS, LAMP, add, parts


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[SqliteCatalogue]:
    """A catalogue of two documents, generation 1."""
    catalogue = SqliteCatalogue(tmp_path)
    with catalogue.transaction() as change:
        add(change, {"keepers.md": KEEPERS, "sub/lamp.md": LAMP})
        change.set_facts({"generation": "1"})
    yield catalogue
    catalogue.close()


def test_what_was_added_is_given_back(catalogue: SqliteCatalogue) -> None:
    document, passages, vectors = parts("keepers.md", KEEPERS)
    with catalogue.snapshot() as snapshot:
        stored = snapshot.passages_of(document.id)
        pairs = snapshot.vectors_of(document.id)
        info = snapshot.document(document.id)
        assert snapshot.text(document.id) == document.text == KEEPERS
    for given_passage, back in zip(passages, stored, strict=True):
        assert back.id > 0
        assert back == type(back)(
            given_passage.document_id,
            given_passage.ordinal,
            given_passage.span,
            given_passage.text,
            given_passage.headings,
            given_passage.units,
            back.id,
        )
    assert [id_ for id_, _ in pairs] == [passage.id for passage in stored]
    assert np.array_equal(np.stack([vector for _, vector in pairs]), vectors)
    assert (info.name, info.title, info.length) == ("keepers.md", "The keepers 😀", len(KEEPERS))
    assert (info.passages, info.pages, info.media_type) == (len(passages), None, "text/markdown")
    assert info.headings == tuple(b for b in document.blocks if b.kind in ("title", "heading"))
    assert [block.span.quote(KEEPERS) for block in info.headings] == [
        *("The keepers 😀", "Stores", "End")
    ]


def test_everything_comes_in_the_order_of_ids(catalogue: SqliteCatalogue) -> None:
    with catalogue.snapshot() as snapshot:
        ids = [passage.id for passage in snapshot.everything()]
    assert ids == sorted(ids)
    assert len(ids) == 4


def test_documents_are_listed_by_name_a_page_at_a_time(catalogue: SqliteCatalogue) -> None:
    with catalogue.snapshot() as snapshot:
        assert [info.name for info in snapshot.documents()[1]] == ["keepers.md", "sub/lamp.md"]
        assert [info.name for info in snapshot.documents(1, 5)[1]] == ["sub/lamp.md"]
        assert snapshot.documents(2) == (2, [])
        assert snapshot.count() == (2, 4)


def test_pages_are_given_back(catalogue: SqliteCatalogue) -> None:
    document, passages, vectors = parts("pages.txt", "One.\n\nTwo.")
    document = replace(
        document, id="pages", name="pages.pdf", file="pages.pdf", pages=(0, 6), labels=("xii", "")
    )
    moved = [
        type(each)("pages", each.ordinal, each.span, each.text, each.headings, each.units)
        for each in passages
    ]
    with catalogue.transaction() as change:
        change.add(document, moved, vectors)
    with catalogue.snapshot() as snapshot:
        source = snapshot.source("pages")
        assert source.pages == (0, 6)
        assert [source.label_of(page) for page in (1, 2, 3, None)] == ["xii", None, None, None]
        assert snapshot.document("pages").pages == 2


def test_an_unknown_document_is_named(catalogue: SqliteCatalogue) -> None:
    with (
        pytest.raises(DocumentNotFound, match="'no-such-id'"),
        catalogue.snapshot() as snapshot,
    ):
        snapshot.document("no-such-id")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data())
def test_a_part_of_a_text_is_its_slice(part_of: SqliteCatalogue, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(KEEPERS) + 10))
    span = Span(start, data.draw(st.integers(start, len(KEEPERS) + 20)))
    with part_of.snapshot() as snapshot:
        id_ = snapshot.known()["keepers.md"].document_id
        assert snapshot.text(id_, span) == KEEPERS[span.start : span.end]


@pytest.fixture(scope="module")
def part_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteCatalogue]:
    """One catalogue for all examples of a property."""
    catalogue = SqliteCatalogue(tmp_path_factory.mktemp("catalogue"))
    with catalogue.transaction() as change:
        add(change, {"keepers.md": KEEPERS, "sub/lamp.md": LAMP})
    yield catalogue
    catalogue.close()


def test_passages_are_found_by_id_in_any_number(catalogue: SqliteCatalogue) -> None:
    with catalogue.snapshot() as snapshot:
        found = snapshot.passages(range(1, 70_000))
        assert sorted(found) == [1, 2, 3, 4]
        assert all(passage.id == id_ for id_, passage in found.items())
        assert snapshot.passages([]) == {}


def test_passages_of_a_document_are_found_by_ordinal(catalogue: SqliteCatalogue) -> None:
    with catalogue.snapshot() as snapshot:
        id_ = snapshot.known()["keepers.md"].document_id
        assert [passage.ordinal for passage in snapshot.passages_of(id_, 1)] == [1, 2]
        assert [passage.ordinal for passage in snapshot.passages_of(id_, 0, 1)] == [0, 1]
        assert [passage.ordinal for passage in snapshot.passages_of(id_, 2, 2)] == [2]
        ids = [passage.id for passage in snapshot.passages_of(id_)]
        assert snapshot.passage_ids([id_]).tolist() == ids
        assert snapshot.passage_ids([]).tolist() == []


def test_a_snapshot_keeps_its_generation_while_a_writer_commits(catalogue: SqliteCatalogue) -> None:
    with catalogue.snapshot() as before:
        assert before.generation == 1
        with catalogue.transaction() as change:
            change.remove(change.known()["keepers.md"].document_id)
            change.set_facts({"generation": "2"})
        assert before.generation == 1
        assert set(before.known()) == {"keepers.md", "sub/lamp.md"}
        assert before.text(before.known()["keepers.md"].document_id) == KEEPERS
        with catalogue.snapshot() as after:
            assert after.generation == 2
            assert set(after.known()) == {"sub/lamp.md"}


def test_a_change_that_fails_changes_nothing(catalogue: SqliteCatalogue) -> None:
    def fail() -> None:
        with catalogue.transaction() as change:
            change.clear()
            change.set_facts({"generation": "2"})
            assert change.count() == (0, 0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with catalogue.snapshot() as snapshot:
        assert (snapshot.generation, snapshot.count()) == (1, (2, 4))


def test_a_document_whose_vectors_are_short_is_refused_whole(catalogue: SqliteCatalogue) -> None:
    document, passages, vectors = parts("new.md", KEEPERS)
    with pytest.raises(ValueError, match="shorter"), catalogue.transaction() as change:
        change.add(document, passages, vectors[:-1])
    with catalogue.snapshot() as snapshot:
        assert "new.md" not in snapshot.known()


def test_an_id_of_a_passage_is_never_used_again(catalogue: SqliteCatalogue) -> None:
    with catalogue.snapshot() as snapshot:
        used = {passage.id for passage in snapshot.everything()}
    with catalogue.transaction() as change:
        change.clear()
    with catalogue.transaction() as change:
        add(change, {"keepers.md": KEEPERS, "sub/lamp.md": LAMP})
        again = {passage.id for passage in change.everything()}
    assert not used & again


def test_a_missing_catalogue_says_how_to_make_it(tmp_path: Path) -> None:
    with (
        pytest.raises(IndexUnavailable, match=r"no index in .*`footnote index CORPUS`"),
        SqliteCatalogue(tmp_path / "none").snapshot(),
    ):
        pass
    assert not (tmp_path / "none").exists()


def test_an_empty_file_is_no_index(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with (
        pytest.raises(IndexUnavailable, match="there is no index"),
        SqliteCatalogue(tmp_path).snapshot() as snapshot,
    ):
        snapshot.known()


def settle(catalogue: SqliteCatalogue, folder: Path) -> Path:
    """Close the catalogue, which folds its log into the file, and return the file."""
    catalogue.close()
    assert not (folder / f"{FILE}-wal").exists()
    return folder / FILE


def test_a_catalogue_of_garbage_is_damaged(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    settle(catalogue, tmp_path).write_bytes(b"this is no database at all " * 400)
    with (
        pytest.raises(IndexDamaged, match=r"is damaged .*not a database.* run `footnote repair`"),
        catalogue.snapshot() as snapshot,
    ):
        snapshot.known()


def test_a_catalogue_cut_short_is_damaged(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    path = settle(catalogue, tmp_path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(IndexDamaged, match="is damaged"), catalogue.snapshot() as snapshot:
        list(snapshot.everything())


def test_a_catalogue_with_garbage_inside_is_damaged(
    catalogue: SqliteCatalogue, tmp_path: Path
) -> None:
    path = settle(catalogue, tmp_path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(IndexDamaged, match="is damaged"), catalogue.snapshot() as snapshot:
        list(snapshot.everything())


def test_a_text_that_is_no_text_any_more_is_damage(
    catalogue: SqliteCatalogue, tmp_path: Path
) -> None:
    path = settle(catalogue, tmp_path)
    path.write_bytes(
        path.read_bytes().replace(b"lived on the rock", b"lived on the \xff\xff\xff\xff")
    )
    with pytest.raises(IndexDamaged, match="is damaged"), catalogue.snapshot() as snapshot:
        list(snapshot.everything())


def test_as_many_read_at_once_as_like(catalogue: SqliteCatalogue) -> None:
    with ExitStack() as stack:
        snapshots = [stack.enter_context(catalogue.snapshot()) for _ in range(50)]
        assert [snapshot.generation for snapshot in snapshots] == [1] * 50


def test_other_tables_than_ours_are_damage(catalogue: SqliteCatalogue, tmp_path: Path) -> None:
    with catalogue.transaction() as change:
        change.connection.exec_driver_sql("ALTER TABLE passages RENAME COLUMN units TO other")
    with pytest.raises(IndexDamaged, match="no such column"), catalogue.snapshot() as snapshot:
        list(snapshot.everything())


def test_a_deleted_catalogue_is_gone_with_its_log(
    catalogue: SqliteCatalogue, tmp_path: Path
) -> None:
    with catalogue.snapshot():
        catalogue.delete()
    assert list(tmp_path.iterdir()) == []


def test_a_vector_is_stored_in_one_byte_order(catalogue: SqliteCatalogue) -> None:
    document, passages, vectors = parts("swapped.md", LAMP)
    with catalogue.transaction() as change:
        change.add(document, passages, vectors.astype(">f4"))
    with catalogue.snapshot() as snapshot:
        stored = [vector for _, vector in snapshot.vectors_of(document.id)]
    assert np.array_equal(np.stack(stored), vectors)

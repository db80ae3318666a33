"""A search index in Milvus: the same as the local one, and never half of a change."""

import fcntl
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from footnote.errors import (
    CleanupFailed,
    IndexDamaged,
    IndexMismatch,
    IndexUnavailable,
    UsageError,
)
from footnote.place import MilvusAddress, Place
from footnote.store import milvus_rows, milvus_server
from footnote.store.identity import Identity
from footnote.store.index import IndexReader
from footnote.store.kept import catalogue_of, snapshot_of
from footnote.store.milvus_rows import FOREVER, MOST_BYTES, question_terms, terms_of
from footnote.store.transaction import Transaction
from footnote.store.verify import verify
from footnote.store.writer import IndexWriter, rebuild_search
from tests.store.samples import (
    EMBEDDER,
    IDENTITY,
    KEEPERS,
    LAMP,
    Found,
    add,
    ask,
    found,
    parts,
    write,
)

pytest.importorskip("milvus_lite", reason="Milvus Lite is not made for this platform")

from milvus_lite.engine.collection import Collection

from footnote.store.milvus import MilvusStore
from footnote.store.milvus_collections import Collections
from footnote.store.milvus_search import MilvusSearch
from footnote.store.milvus_server import MilvusServer
from tests.store.milvus_lite import collections, left_over, rows, served

BOTH = {"keepers.md": KEEPERS, "sub/lamp.md": LAMP}
BOAT = "# The boat\n\nThe boat from Ardle burnt coal. Paraffin was too dear.\n"
QUESTION = "When did the lamp burn paraffin?"
ANOTHER = Identity("another-model", IDENTITY.dimension)
_number = count(1)


class _StoppedError(Exception):
    """A writer is killed."""


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A file of Milvus Lite that stays open: to start one takes longer than a test."""
    before = set(threading.enumerate())
    path = str(tmp_path_factory.mktemp("milvus") / "lite")
    server = MilvusServer(MilvusAddress(path))
    with server.client():
        yield path
    server.close()
    assert not left_over(before)


@pytest.fixture
def address(lite: str) -> MilvusAddress:
    return MilvusAddress(lite, f"test{next(_number)}")


@pytest.fixture
def empty(tmp_path: Path, address: MilvusAddress) -> Place:
    return Place(tmp_path / "index", None, address)


@pytest.fixture
def place(empty: Place) -> Place:
    """An index of two documents, generation 1."""
    assert write(empty, BOTH) == 1
    return empty


@pytest.fixture
def store(address: MilvusAddress) -> Iterator[MilvusStore]:
    with closing(MilvusStore(address, IDENTITY)) as store:
        yield store


def opened(store: MilvusStore, place: Place) -> MilvusSearch:
    with snapshot_of(place) as snapshot:
        return store.open(snapshot)


def ids(search: MilvusSearch) -> list[int]:
    hits = search.search(EMBEDDER.embed_question(QUESTION), QUESTION, 10)
    return sorted(hit.passage_id for hit in hits)


def passage_ids(place: Place) -> list[int]:
    with snapshot_of(place) as snapshot:
        known: list[int] = snapshot.passage_ids().tolist()
        return known


def created(place: Place) -> str:
    with snapshot_of(place) as snapshot:
        return snapshot.fact("created") or ""


def start_change(store: MilvusStore, place: Place, documents: Mapping[str, str]) -> None:
    """Write the coming generation to Milvus, and be stopped before the catalogue commits it."""
    with (
        suppress(_StoppedError),
        closing(catalogue_of(place)) as catalogue,
        catalogue.transaction() as change,
    ):
        with snapshot_of(place) as snapshot:
            lamp = snapshot.known()["sub/lamp.md"].document_id
        change.remove(lamp)
        add(change, documents)
        store.extend(change, change.generation + 1, None)
        raise _StoppedError


def assert_same(one: Found, other: Found) -> None:
    """See that two indexes found the same passages, in the same order, with the same cosines."""
    assert [text for text, _, _ in one] == [text for text, _, _ in other]
    for ours, theirs in zip(one, other, strict=True):
        assert ours[1:] == pytest.approx(theirs[1:], abs=1e-6)


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "Who came by boat from Ardle?",
        "the",
        'What is "paraffin" OR (coal) AND NOT lamp:*?',
        "'] or id >= 0 or text in [\"stores",
        "Where was the café?",
    ],
)
def test_it_finds_what_the_local_index_finds(place: Place, tmp_path: Path, question: str) -> None:
    write(tmp_path / "local", BOTH)
    assert_same(found(place, question), found(tmp_path / "local", question))


def test_words_are_weighed_by_the_constants_of_the_local_index(
    place: Place, address: MilvusAddress
) -> None:
    with closing(MilvusServer(address)) as server, server.client() as milvus:
        told = milvus.describe_index(collections(address)[0], "words", timeout=5)
    assert told["params"] == {"bm25_k1": 1.2, "bm25_b": 0.75}


def test_it_follows_every_change(empty: Place, tmp_path: Path) -> None:
    local = tmp_path / "local"
    steps: list[tuple[Mapping[str, str], bool]] = [
        ({"keepers.md": KEEPERS}, False),
        ({"sub/lamp.md": LAMP}, False),
        ({"sub/lamp.md": LAMP + "\nIt is dark now.\n"}, False),
        ({"boat.md": BOAT}, True),
        ({"keepers.md": KEEPERS}, False),
    ]
    with closing(IndexReader(empty, IDENTITY)) as reader:
        for documents, rebuild in steps:
            assert write(empty, documents, rebuild) == write(local, documents, rebuild)
            texts = {text for text, _, _ in ask(reader, QUESTION)}
            assert texts == {text for text, _, _ in found(local, QUESTION)}
            checked = verify(empty, deep=True)
            assert checked.sound, checked


def test_a_removed_document_is_not_found(place: Place) -> None:
    with IndexWriter.open(place, IDENTITY) as writer:
        lamp = writer.known()["sub/lamp.md"].documents["sub/lamp.md"].document_id
        writer.commit(lambda change: change.remove(lamp))
    assert not any("electricity" in text for text, _, _ in found(place))
    assert verify(place, deep=True).sound


def test_what_is_added_and_removed_in_one_change_is_not_there(place: Place) -> None:
    def change(transaction: Transaction) -> None:
        add(transaction, {"boat.md": BOAT})
        transaction.remove(parts("boat.md", BOAT)[0].id)

    with IndexWriter.open(place, IDENTITY) as writer:
        writer.commit(change)
    assert verify(place, deep=True).sound


def test_a_reader_sees_nothing_of_a_change_before_it_is_committed(
    place: Place, store: MilvusStore
) -> None:
    before = opened(store, place)
    known = ids(before)
    start_change(store, place, {"boat.md": BOAT})
    assert ids(before) == known == passage_ids(place)
    # One that opens only now does not either.
    assert ids(opened(store, place)) == known


def test_a_reader_of_the_generation_before_still_finds_it(place: Place, store: MilvusStore) -> None:
    before = opened(store, place)
    known = ids(before)
    write(place, {"sub/lamp.md": BOAT})
    assert ids(before) == known != passage_ids(place)
    assert ids(opened(store, place)) == passage_ids(place)


def test_a_reader_that_falls_further_behind_is_told(place: Place, store: MilvusStore) -> None:
    before = opened(store, place)
    write(place, {"sub/lamp.md": BOAT})
    write(place, {"sub/lamp.md": LAMP})
    for use in (lambda: ids(before), before.holds):
        with pytest.raises(IndexUnavailable, match=r"generation 1 was asked, .* at 3, .* again"):
            use()
    assert ids(opened(store, place)) == passage_ids(place)


def test_what_a_stopped_writer_left_is_taken_back(
    place: Place, address: MilvusAddress, store: MilvusStore
) -> None:
    start_change(store, place, {"boat.md": BOAT})
    lamp = max(passage_ids(place))
    assert rows(address, collections(address)[0])[lamp] == (1, 2)
    write(place, {"keepers.md": KEEPERS + "\nNobody lives there.\n"})
    left = rows(address, collections(address)[0])
    assert left[lamp] == (1, FOREVER)
    assert not any("coal. Paraffin was" in text for text, _, _ in found(place))
    assert verify(place, deep=True).sound


def test_what_no_reader_needs_is_cleared_away(place: Place, address: MilvusAddress) -> None:
    name = collections(address)[0]
    first = set(rows(address, name))
    write(place, {"sub/lamp.md": BOAT})
    assert first < set(rows(address, name))
    write(place, {"new.md": BOAT})
    assert set(rows(address, name)) == set(passage_ids(place))


def test_making_all_anew_leaves_readers_of_the_generation_before_alone(
    place: Place, address: MilvusAddress, store: MilvusStore
) -> None:
    before = opened(store, place)
    known = ids(before)
    write(place, {"boat.md": BOAT}, rebuild=True)
    assert ids(before) == known
    assert len(collections(address)) == 2
    write(place, {"sub/lamp.md": LAMP})
    assert [name.rpartition("_")[2] for name in collections(address)] == ["2"]
    with pytest.raises(IndexUnavailable):
        ids(before)


def test_a_rebuild_that_was_stopped_is_not_taken_for_a_generation(
    place: Place, address: MilvusAddress, store: MilvusStore
) -> None:
    with (
        suppress(_StoppedError),
        closing(catalogue_of(place)) as catalogue,
        catalogue.transaction() as change,
    ):
        change.clear()
        add(change, {"boat.md": BOAT})
        store.build(change, 2)
        raise _StoppedError
    assert len(collections(address)) == 2
    assert ids(opened(store, place)) == passage_ids(place)
    write(place, {"keepers.md": KEEPERS + "\nNobody lives there.\n"})
    assert [name.rpartition("_")[2] for name in collections(address)] == ["1"]
    assert verify(place, deep=True).sound


def test_a_collection_that_is_half_made_is_not_searched(
    place: Place, store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = opened(store, place)
    monkeypatch.setattr(MilvusStore, "_finish", lambda *_: None)
    rebuild_search(place, IDENTITY)
    for use in (lambda: opened(store, place), lambda: ids(before)):
        with pytest.raises(IndexDamaged, match=r"no collection test.* run `footnote repair`"):
            use()


def test_an_open_reader_goes_on_after_a_repair(place: Place, address: MilvusAddress) -> None:
    with closing(IndexReader(place, IDENTITY)) as reader:
        known = ask(reader, QUESTION)
        rebuild_search(place, IDENTITY)
        assert_same(ask(reader, QUESTION), known)
        with closing(MilvusServer(address)) as server, server.client() as milvus:
            milvus.drop_collection(collections(address)[0], timeout=5)
        with pytest.raises(IndexDamaged, match="run `footnote repair`"):
            ask(reader, QUESTION)
        rebuild_search(place, IDENTITY)
        assert_same(ask(reader, QUESTION), known)


def test_a_writer_makes_again_what_is_lost(place: Place, address: MilvusAddress) -> None:
    with closing(MilvusServer(address)) as server, server.client() as milvus:
        milvus.drop_collection(collections(address)[0], timeout=5)
    assert not verify(place).sound
    write(place, {"boat.md": BOAT})
    assert verify(place, deep=True).sound


def test_a_row_that_is_lost_is_found_by_a_deep_check(place: Place, address: MilvusAddress) -> None:
    with closing(MilvusServer(address)) as server, server.client() as milvus:
        milvus.delete(collections(address)[0], filter="id == 2", timeout=5)
    assert verify(place).sound
    assert any("lack 1 of" in each for each in verify(place, deep=True).derived)


def test_a_catalogue_that_has_lost_generations_is_told(place: Place, tmp_path: Path) -> None:
    shutil.copytree(place.folder, tmp_path / "backup")
    write(place, {"boat.md": BOAT})
    write(place, {"boat.md": LAMP})
    shutil.rmtree(place.folder)
    shutil.copytree(tmp_path / "backup", place.folder)
    assert any("search index of 3" in each for each in verify(place).lost)
    with pytest.raises(IndexDamaged, match="is of generation 3, and the catalogue of 1"):
        found(place)
    rebuild_search(place, IDENTITY)
    assert verify(place, deep=True).sound


def test_another_catalogue_s_collections_are_left_alone_until_a_rebuild(
    place: Place, address: MilvusAddress, tmp_path: Path
) -> None:
    other = Place(tmp_path / "other", None, address)
    write(other, {"boat.md": BOAT})
    assert len(collections(address)) == 2
    assert verify(place, deep=True).sound
    assert verify(other, deep=True).sound
    write(other, {"boat.md": BOAT}, rebuild=True)
    left = {name.split("_")[1] for name in collections(address)}
    assert left == {created(other)[:12]}
    with pytest.raises(IndexDamaged, match="and 2 of other indexes; run `footnote repair`"):
        found(place)


def test_another_model_s_collection_is_refused(place: Place, address: MilvusAddress) -> None:
    other = MilvusStore(address, ANOTHER)
    with (
        closing(other),
        pytest.raises(IndexMismatch, match=r"embedder 'hash.*'another-model'.*--rebuild"),
    ):
        opened(other, place)


def test_another_format_s_collection_is_refused(
    place: Place, store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_rows, "FORMAT", "of the future")
    with pytest.raises(IndexMismatch, match="and this is 'of the future'"):
        opened(store, place)


def test_a_collection_that_footnote_did_not_make_is_left_as_it_is(
    place: Place, address: MilvusAddress, store: MilvusStore
) -> None:
    name = collections(address)[0]
    with closing(MilvusServer(address)) as server, server.client() as milvus:
        milvus.drop_collection(name, timeout=5)
        milvus.create_collection(name, dimension=4, timeout=5)
    for use in (
        lambda: opened(store, place),
        lambda: rebuild_search(place, IDENTITY),
        lambda: write(place, {"boat.md": BOAT}),
    ):
        with pytest.raises(IndexMismatch, match="its fields are id, vector; drop it, or set"):
            use()
    assert collections(address) == [name]


def test_names_of_documents_are_not_read_as_filters(empty: Place) -> None:
    strange = '0"] or id > 0 or document in ["'
    write(empty, BOTH | {f"{strange}.md": BOAT})
    with closing(IndexReader(empty, IDENTITY)) as reader:
        texts = {text for text, _, _ in ask(reader, QUESTION, f"{strange}.md")}
        assert texts == {BOAT}
        only = [text for text, _, _ in ask(reader, QUESTION, "sub/*")]
        assert only == [LAMP]


def test_a_scope_may_be_of_many_documents(place: Place) -> None:
    with IndexWriter.open(place, IDENTITY) as writer:
        document, split, vectors = parts("boat.md", BOAT)
        many = [replace(document, id=f"{n:064x}", name=f"many/{n}.md") for n in range(1_500)]

        def change(transaction: Transaction) -> None:
            for each in many:
                own = [replace(passage, document_id=each.id) for passage in split]
                transaction.add(each, own, vectors)

        writer.commit(change)
    with closing(IndexReader(place, IDENTITY)) as reader:
        assert {text for text, _, _ in ask(reader, QUESTION, "many/*")} == {BOAT}
        assert [text for text, _, _ in ask(reader, QUESTION, "sub/*")] == [LAMP]


def test_a_text_past_the_limit_is_cut_between_terms() -> None:
    [passage] = parts("lamp.md", LAMP)[1]
    whole = terms_of(replace(passage, text="lampe " * 20_000))
    assert MOST_BYTES - 10 < len(whole.encode()) <= MOST_BYTES
    assert set(whole.split()) == {"hlamp", "blamp"}


def test_a_text_at_the_limit_is_found(empty: Place) -> None:
    long = "# Long\n\n" + " ".join(f"w{n}" for n in range(30_000))
    write(empty, BOTH | {"long.md": long})
    assert verify(empty, deep=True).sound
    assert "w7 " in found(empty, "w7")[0][0]


def test_words_in_other_scripts_are_one_term_each() -> None:
    assert question_terms("हिन्दी маяк lamp") == question_terms("हिन्दी маяк lamp").lower()
    [passage] = parts("other.md", "Это маяк, हिन्दी.")[1]
    asked, held = question_terms("маяк").split(), terms_of(passage).split()
    assert asked[0] in held
    assert all(term.isascii() and term.isalnum() for term in [*asked, *held])


def test_a_server_that_is_not_there_is_named_without_the_token(tmp_path: Path) -> None:
    address = MilvusAddress("http://root:hidden@127.0.0.1:1", token="someone:secret")  # noqa: S106
    write(tmp_path, BOTH)
    place = Place(tmp_path, None, address)
    for use in (lambda: write(place, BOTH), lambda: verify(place), lambda: found(place)):
        with pytest.raises(IndexUnavailable, match=r"Milvus at http://127\.0\.0\.1:1 ") as error:
            use()
        assert error.type is IndexUnavailable
        assert "secret" not in str(error.value)
        assert "hidden" not in str(error.value)
    assert "secret" not in repr(place)


def test_a_server_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, BOTH)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        place = Place(tmp_path, None, MilvusAddress(f"http://127.0.0.1:{mute.getsockname()[1]}"))
        monkeypatch.setattr(milvus_server, "CONNECT", 0.5)
        with pytest.raises(IndexUnavailable, match="does not answer as it should"):
            found(place)


def test_a_server_that_stops_answering_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, over = threading.Event(), threading.Event()

    def hang(*_: object, **__: object) -> list[list[object]]:
        waiting.set()
        over.wait(30)
        return [[]]

    with served(tmp_path / "server") as url:
        place = Place(tmp_path / "index", None, MilvusAddress(url))
        write(place, BOTH)
        monkeypatch.setattr(milvus_server, "ASK", 2.0)
        with closing(IndexReader(place, IDENTITY)) as reader:
            ask(reader, QUESTION)
            monkeypatch.setattr(Collection, "search", hang)
            with pytest.raises(IndexUnavailable, match="Deadline"):
                ask(reader, QUESTION)
            assert waiting.is_set()
            over.set()
            monkeypatch.undo()
            assert ask(reader, QUESTION)


def test_milvus_lite_may_be_slow(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """It makes its indexes at the first search, however long that takes."""
    search: Callable[..., object] = Collection.search

    def slow(*given: object, **named: object) -> object:
        time.sleep(0.5)
        return search(*given, **named)

    monkeypatch.setattr(milvus_server, "ASK", 0.1)
    monkeypatch.setattr(Collection, "search", slow)
    assert found(place)


def test_a_server_that_dies_is_told_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    with served(tmp_path / "server") as url:
        place = Place(tmp_path / "index", None, MilvusAddress(url))
        write(place, BOTH)
        reader = IndexReader(place, IDENTITY)
        known = ask(reader, QUESTION)
    with closing(reader):
        with pytest.raises(IndexUnavailable, match=f"Milvus at {url} "):
            ask(reader, QUESTION)
        with pytest.raises(IndexUnavailable):
            write(place, {"boat.md": BOAT})
        port = int(url.rpartition(":")[2])
        with served(tmp_path / "server", port):
            assert_same(ask(reader, QUESTION), known)
            write(place, {"boat.md": BOAT})
            assert any("coal. Paraffin" in text for text, _, _ in ask(reader, QUESTION))


def test_a_commit_stands_where_milvus_fails_after_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise IndexUnavailable("Milvus is gone")

    with monkeypatch.context() as broken:
        broken.setattr(Collections, "drop_before", fail)
        with pytest.raises(CleanupFailed, match=r"generation 2 is committed.*Milvus is gone"):
            write(place, {"sub/lamp.md": BOAT})
    assert verify(place, deep=True).sound
    write(place, {"new.md": BOAT})
    assert verify(place, deep=True).sound


def test_a_file_that_another_process_has_open_is_told(tmp_path: Path) -> None:
    (tmp_path / "lite").mkdir()
    write(tmp_path / "index", BOTH)
    place = Place(tmp_path / "index", None, MilvusAddress(str(tmp_path / "lite")))
    with (tmp_path / "lite" / "LOCK").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(IndexUnavailable, match="One process at a time can"):
            found(place)


def test_nothing_is_left_running(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    place = Place(tmp_path / "index", None, MilvusAddress(str(tmp_path / "lite")))
    write(place, BOTH)
    with closing(IndexReader(place, IDENTITY)) as reader:
        known = ask(reader, QUESTION)
        # Another user of the file ends, and the server goes on.
        write(place, BOTH)
        assert_same(ask(reader, QUESTION), known)
    assert not left_over(before)
    assert found(place)


def test_without_its_package_milvus_is_told_to_be_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_server, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'footnote\[milvus\]'"):
        MilvusStore(MilvusAddress("http://127.0.0.1:1"), IDENTITY)
    monkeypatch.setattr(milvus_server, "find_spec", lambda name: name == "pymilvus" or None)
    store = MilvusStore(MilvusAddress(str(tmp_path / "lite")), IDENTITY)
    with closing(store), pytest.raises(UsageError, match="Milvus Lite, which is not installed"):
        store.lost(1)


def test_no_file_beside_the_packages_sets_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Importing pymilvus reads a .env file above it, which may be the user's project's."""
    from dotenv import load_dotenv

    monkeypatch.delenv("PYTHON_DOTENV_DISABLED", raising=False)
    (tmp_path / ".env").write_text("FOOTNOTE_OF_ANOTHER=1\n")
    MilvusServer(MilvusAddress("http://127.0.0.1:1"))
    load_dotenv(tmp_path / ".env")
    assert "FOOTNOTE_OF_ANOTHER" not in os.environ

"""What holds of an index wherever its parts are kept."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from footnote.embedding import Embedder
from footnote.errors import IndexLocked, IndexMismatch, IndexMissing
from footnote.indexing.repair import repair
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.place import MilvusAddress, Place
from footnote.records import Answer, assert_exact
from footnote.store.identity import Identity
from footnote.store.index import IndexReader
from footnote.store.listing import Wanted
from footnote.store.transaction import Transaction
from footnote.store.verify import verify
from footnote.store.writer import IndexWriter
from tests.helpers import SAMPLE, engine_over, write_corpus
from tests.store.samples import (
    EMBEDDER,
    IDENTITY,
    KEEPERS,
    LAMP,
    Found,
    add,
    ask,
    found,
    names,
    read_while_written,
    write,
)

BOTH = {"keepers.md": KEEPERS, "sub/lamp.md": LAMP}
_numbers = count()
QUESTION = "When did the lamp burn paraffin?"
ASKED = (
    "When was the raid carried out?",
    "Who raided the offices of X?",
    "What is X accused of?",
    "What is the capital of Mongolia?",
    "What is it about?",
)


@pytest.fixture(scope="module")
def milvus_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Milvus Lite, served as a server is: the URL."""
    pytest.importorskip("milvus_lite", reason="Milvus Lite is not made for this platform")
    from tests.store.milvus_lite import served

    with served(tmp_path_factory.mktemp("milvus") / "lite.db") as url:
        yield url


@pytest.fixture(params=["postgres", "milvus", "postgres and milvus"])
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """A place that is not all in a folder, and holds no index."""
    catalog = request.getfixturevalue("database") if "postgres" in request.param else None
    milvus = None
    if "milvus" in request.param:
        served = request.getfixturevalue("milvus_url")
        milvus = MilvusAddress(served, f"of_{next(_numbers)}")
    return Place(tmp_path / "index", catalog, milvus)


@pytest.fixture
def place(empty: Place) -> Place:
    """An index of two documents, generation 1."""
    assert write(empty, BOTH) == 1
    return empty


@pytest.fixture
def local(tmp_path: Path) -> Place:
    """The same index in a folder."""
    write(tmp_path / "local", BOTH)
    return Place(tmp_path / "local")


def rounded(hits: Found) -> Found:
    """Return hits as they are told: a server counts in 32 bits."""
    return [
        (text, round(score, 6), None if cosine is None else round(cosine, 6))
        for text, score, cosine in hits
    ]


@pytest.mark.parametrize(
    "question", [QUESTION, '"lamp" AND (paraffin: OR [x TO y]', "lamp' OR 1=1; --", "😀", "?", ""]
)
def test_the_same_is_found_as_in_a_folder(place: Place, local: Place, question: str) -> None:
    assert rounded(found(place, question)) == rounded(found(local, question))


def test_a_question_is_restricted_to_documents(place: Place, local: Place) -> None:
    with closing(IndexReader(place, IDENTITY)) as one, closing(IndexReader(local, IDENTITY)) as two:
        for globs in (("sub/*",), ("keepers.md",), ("k*", "*lamp.md")):
            assert rounded(ask(one, QUESTION, *globs)) == rounded(ask(two, QUESTION, *globs))


def test_what_was_committed_is_read_exactly(reader: IndexReader) -> None:
    with reader.view() as view:
        for name, text in BOTH.items():
            id_ = view.catalogue.known()[name].document_id
            assert view.catalogue.text(id_) == text
            passages = view.catalogue.passages_of(id_)
            assert_exact(text, [(each.span, each.text) for each in passages])


def test_documents_are_listed_alike(place: Place, local: Place) -> None:
    more = {
        "Zed 100%.txt": "Z.",
        "Ähre_1.md": "# ähre\n\nÄ.",
        "a b.md": "# Äpfel\n\nA.",
        "B.md": "b",
    }
    for each in (place, local):
        write(each, more)
    with (
        closing(IndexReader(place, IDENTITY)) as one,
        closing(IndexReader(local, IDENTITY)) as two,
        one.view() as ours,
        two.view() as theirs,
    ):
        for wanted in (
            *(Wanted(order=order) for order in ("name", "title", "-date", "-length")),
            *(Wanted(words) for words in ("Ä", "ä", "100%", "_1", "lamp", "THE")),
            Wanted(globs=("*.md",)),
        ):
            assert ours.catalogue.documents(wanted=wanted) == theirs.catalogue.documents(
                wanted=wanted
            )
        assert ours.catalogue.coverage() == theirs.catalogue.coverage()
        assert ours.corpus_sha256() == theirs.corpus_sha256()


def test_a_reader_follows_commits_and_a_view_keeps_its_generation(
    place: Place, reader: IndexReader
) -> None:
    before = ask(reader, QUESTION)
    with reader.view() as view:
        write(place, {"sub/lamp.md": "# The lamp\n\nIt is gone.\n", "new.md": "New.\n"})
        hits = view.search(EMBEDDER.embed_question(QUESTION), QUESTION, 10)
        assert [(hit.passage.text, hit.score, hit.dense) for hit in hits] == before
        assert set(view.catalogue.known()) == set(BOTH)
    texts = {text for text, _, _ in ask(reader, QUESTION)}
    assert LAMP not in texts
    assert "# The lamp\n\nIt is gone.\n" in texts
    assert reader.origin().generation == 2


def test_readers_see_one_generation_while_a_writer_commits(place: Place) -> None:
    assert read_while_written(place, readers=2, last=9) == []


def fail(change: Transaction) -> None:
    change.clear()
    add(change, {"new.md": "New.\n"})
    raise ZeroDivisionError


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_change_that_fails_leaves_the_old_generation(place: Place, rebuild: bool) -> None:
    before = found(place)
    with (
        pytest.raises(ZeroDivisionError),
        IndexWriter.open(place, IDENTITY, rebuild) as writer,
    ):
        writer.commit(fail)
    assert found(place) == before
    assert write(place, {"after.md": "After.\n"}) == 2
    assert names(place) == {*BOTH, "after.md"}
    assert verify(place, deep=True).sound


def test_a_rebuild_replaces_everything_at_once(place: Place, reader: IndexReader) -> None:
    assert ask(reader, QUESTION)
    assert write(place, {"new.md": "New.\n"}, rebuild=True) == 2
    assert names(place) == {"new.md"}
    assert {text for text, _, _ in ask(reader, QUESTION)} == {"New.\n"}


def test_no_index_and_one_of_another_model_are_told(empty: Place, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="footnote index CORPUS"):
        found(empty)
    with pytest.raises(ZeroDivisionError), IndexWriter.open(empty, IDENTITY) as writer:
        writer.commit(fail)
    with pytest.raises(IndexMissing):
        found(empty)
    write(empty, BOTH)
    another = Identity("another", IDENTITY.dimension)
    with (
        closing(IndexReader(empty, another)) as reader,
        pytest.raises(IndexMismatch, match=r"embedder.*`footnote index --rebuild`"),
    ):
        ask(reader, QUESTION)
    with pytest.raises(IndexMismatch), IndexWriter.open(empty, another):
        pass


def test_a_second_writer_is_refused_while_the_first_works(place: Place) -> None:
    with IndexWriter.open(place, IDENTITY):
        with pytest.raises(IndexLocked):
            write(place, BOTH)
        assert found(place)
    assert write(place, BOTH) == 2


def test_a_folder_is_followed_and_mended(empty: Place, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "docs", {"a.txt": "Tea is hot.", "b.txt": "Milk is warm."})
    assert bring_up_to_date(corpus, empty, EMBEDDER).added == ("a.txt", "b.txt")
    (corpus / "a.txt").write_text("Tea is drunk cold.")
    (corpus / "b.txt").unlink()
    report = bring_up_to_date(corpus, empty, EMBEDDER, verify_content=True)
    assert (report.changed, report.removed, report.generation) == (("a.txt",), ("b.txt",), 2)
    assert repair(corpus, empty, EMBEDDER).found.sound
    assert {text for text, _, _ in found(empty, "Is tea cold?")} == {"Tea is drunk cold."}


def test_the_same_answers_are_given(empty: Place, tmp_path: Path, embedder: Embedder) -> None:
    answers: list[list[Answer]] = []
    for place in (empty, Place(tmp_path / "local")):
        bring_up_to_date(SAMPLE, place, embedder)
        with closing(IndexReader(place, identity_of(embedder))) as index:
            engine = engine_over(index, embedder)
            answers.append([engine.ask(question) for question in ASKED])
    assert {answer.status for answer in answers[0]} >= {"answered", "not_found"}
    for ours, theirs in zip(*answers, strict=True):
        assert replace(ours, timings_ms={}) == replace(theirs, timings_ms={})

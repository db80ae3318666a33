"""An index is mended from its own catalogue, and from the folder where that is altered."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from footnote.errors import IndexDamaged, IndexUnavailable
from footnote.indexing.repair import Repair, repair
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.store.index import IndexReader, View
from footnote.store.sqlite import FILE
from footnote.store.verify import verify
from footnote.testing import HashEmbedder
from tests.helpers import write_corpus

INDEX = Path("index")
TEXTS = {"a.txt": "Tea is drunk hot.", "b.txt": "Milk is drunk warm.", "c.txt": "Water is cold."}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    docs = write_corpus(tmp_path / "docs", TEXTS)
    bring_up_to_date(docs, INDEX, HashEmbedder())
    return docs


def alter(statement: str) -> None:
    """Change the catalogue behind its back."""
    with sqlite3.connect(INDEX / FILE) as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


def texts() -> dict[str, str]:
    reader = IndexReader(INDEX, identity_of(HashEmbedder()))
    try:
        with reader.view() as view:
            known = view.catalogue.known()
            return {name: view.catalogue.text(each.document_id) for name, each in known.items()}
    finally:
        reader.close()


def mend(corpus: Path) -> Repair:
    done = repair(corpus, INDEX, HashEmbedder())
    assert done.now.sound
    return done


def test_a_sound_index_is_left_alone(corpus: Path) -> None:
    done = mend(corpus)
    assert (done.found.sound, done.read, done.now.generation) == (True, None, 1)
    assert (done.found.documents_checked, done.found.passages_checked) == (3, 3)


def test_derived_files_are_made_again_without_reading_documents(corpus: Path) -> None:
    shutil.rmtree(INDEX / "search-1")
    shutil.rmtree(corpus)
    done = mend(corpus)
    assert done.read is None
    assert len(done.found.derived) == 1
    assert texts() == TEXTS


ALTERED = {
    "a text": "UPDATE passages SET text = 'Tea is drunk ice.' WHERE text LIKE 'Tea%'",
    "a vector": "UPDATE passages SET vector = zeroblob(length(vector)) WHERE text LIKE 'Tea%'",
    "units": "UPDATE passages SET units = '[]' WHERE text LIKE 'Tea%'",
    "a title": "UPDATE documents SET title = 'Tee' WHERE name = 'a.txt'",
    "a name": "UPDATE documents SET name = 'd.txt' WHERE name = 'a.txt'",
    "a file": "UPDATE documents SET file = 'b.txt' WHERE name = 'a.txt'",
    "no passage": "DELETE FROM passages WHERE text LIKE 'Tea%'",
    "no document": "DELETE FROM documents WHERE name = 'a.txt'",
    "what was seen": "UPDATE files SET size = 1 WHERE name = 'a.txt'",
}


@pytest.mark.parametrize("statement", ALTERED.values(), ids=ALTERED.keys())
def test_what_was_altered_is_read_again_and_nothing_else(corpus: Path, statement: str) -> None:
    alter(statement)
    assert not verify(INDEX, deep=True).sound
    done = mend(corpus)
    assert len(done.found.altered) == 1
    assert done.read is not None
    assert done.read.unchanged >= 2
    assert texts() == TEXTS


def search(view: View) -> object:
    return view.search(HashEmbedder().embed_question("tea hot"), "tea hot", 10)


@pytest.mark.parametrize(
    ("what", "use"),
    [("a text", search), ("a title", lambda view: view.catalogue.documents())],
)
def test_what_was_altered_is_not_answered_from(
    corpus: Path, what: str, use: Callable[[View], object]
) -> None:
    alter(ALTERED[what])
    reader = IndexReader(INDEX, identity_of(HashEmbedder()))
    with reader.view() as view, pytest.raises(IndexDamaged, match="`footnote repair`"):
        use(view)
    reader.close()


def test_what_is_gone_from_the_folder_is_named(corpus: Path) -> None:
    alter(ALTERED["a text"])
    (corpus / "a.txt").unlink()
    done = mend(corpus)
    assert done.gone == ("a.txt",)
    assert set(texts()) == {"b.txt", "c.txt"}


def test_a_fact_that_was_altered_makes_the_index_anew(corpus: Path) -> None:
    alter("UPDATE facts SET value = '7' WHERE name = 'generation'")
    found = verify(INDEX, deep=True)
    assert "'generation' was altered" in found.lost[0]
    done = mend(corpus)
    assert done.read is not None
    assert len(done.read.added) == 3
    assert texts() == TEXTS


def test_garbage_is_replaced(corpus: Path) -> None:
    (INDEX / FILE).write_bytes(b"garbage " * 5000)
    assert not verify(INDEX).sound
    mend(corpus)
    assert texts() == TEXTS


def test_a_catalogue_that_lost_a_generation_is_found_out(corpus: Path) -> None:
    before = (INDEX / FILE).read_bytes()
    (corpus / "d.txt").write_text("Juice is sweet.")
    bring_up_to_date(corpus, INDEX, HashEmbedder())
    (INDEX / FILE).write_bytes(before)
    found = verify(INDEX)
    assert "generation 1, and the search index of 2" in found.lost[0]
    mend(corpus)
    assert set(texts()) == {*TEXTS, "d.txt"}


def test_there_must_be_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="there is no index"):
        verify(tmp_path)
    with pytest.raises(IndexUnavailable, match="there is no index"):
        repair(tmp_path, tmp_path, HashEmbedder())

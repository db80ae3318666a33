"""Lists of documents by words, kind and order."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footnote.records import DocumentInfo
from footnote.store.listing import Order, Wanted
from footnote.store.sqlite import SqliteCatalogue
from tests.store.samples import KEEPERS, LAMP, add


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[SqliteCatalogue]:
    catalogue = SqliteCatalogue(tmp_path)
    with catalogue.transaction() as change:
        texts = {"keepers.md": KEEPERS, "sub/lamp_1.md": LAMP, "Zed 100%.txt": "A short note.\n"}
        add(change, texts)
        change.set_facts({"generation": "3"})
    yield catalogue
    catalogue.close()


def names(catalogue: SqliteCatalogue, wanted: Wanted) -> list[str]:
    with catalogue.snapshot() as snapshot:
        total, infos = snapshot.documents(wanted=wanted)
    assert total == len(infos)
    return [info.name for info in infos]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["Zed 100%.txt", "keepers.md", "sub/lamp_1.md"]),
        ("LAMP", ["sub/lamp_1.md"]),
        ("md sub", ["sub/lamp_1.md"]),
        # What a pattern would take for any character is itself.
        ("%", ["Zed 100%.txt"]),
        ("lamp_", ["sub/lamp_1.md"]),
        ("p_1", ["sub/lamp_1.md"]),
        ("_d", []),
        ("' OR 1=1 --", []),
    ],
)
def test_each_word_stands_in_the_name_or_the_title(
    catalogue: SqliteCatalogue, words: str, found: list[str]
) -> None:
    assert names(catalogue, Wanted(words)) == found


def test_a_title_is_searched_too(catalogue: SqliteCatalogue) -> None:
    assert names(catalogue, Wanted("keepers 😀")) == ["keepers.md"]


def test_globs_are_of_names(catalogue: SqliteCatalogue) -> None:
    assert names(catalogue, Wanted(globs=("*.md",))) == ["keepers.md", "sub/lamp_1.md"]
    assert names(catalogue, Wanted(globs=("sub/*", "Z*"), order="title")) == [
        *("sub/lamp_1.md", "Zed 100%.txt")
    ]
    assert names(catalogue, Wanted("lamp", globs=("*.txt",))) == []
    with catalogue.snapshot() as snapshot:
        total, infos = snapshot.documents(1, 1, Wanted(globs=("*.md",)))
        assert (total, [info.name for info in infos]) == (2, ["sub/lamp_1.md"])
        assert snapshot.documents(0, 0, Wanted(globs=("*.md",))) == (2, [])


def test_a_kind_is_wanted(catalogue: SqliteCatalogue) -> None:
    assert names(catalogue, Wanted(media_type="text/plain")) == ["Zed 100%.txt"]
    assert names(catalogue, Wanted(media_type="none")) == []


@pytest.mark.parametrize(
    ("order", "key"),
    [("title", lambda info: info.title.lower()), ("-length", lambda info: -info.length)],
)
def test_documents_come_in_the_order_wanted(
    catalogue: SqliteCatalogue, order: Order, key: Callable[[DocumentInfo], str | int]
) -> None:
    with catalogue.snapshot() as snapshot:
        _, infos = snapshot.documents(wanted=Wanted(order=order))
        assert infos == sorted(infos, key=key)
        assert snapshot.documents(1, 1, Wanted(order=order)) == (3, infos[1:2])


def test_what_there_is_in_all_is_told(catalogue: SqliteCatalogue) -> None:
    with catalogue.snapshot() as snapshot:
        coverage = snapshot.coverage()
        _, infos = snapshot.documents()
        assert (coverage.documents, coverage.passages) == snapshot.count()
    assert coverage.generation == 3
    assert coverage.media_types == {"text/markdown": 2, "text/plain": 1}
    days = [info.date or info.modified[:10] for info in infos]
    assert (coverage.earliest, coverage.latest) == (min(days), max(days))


def test_nothing_covers_nothing(tmp_path: Path) -> None:
    catalogue = SqliteCatalogue(tmp_path)
    with catalogue.transaction() as change:
        change.set_facts({"generation": "1"})
    with catalogue.snapshot() as snapshot:
        coverage = snapshot.coverage()
        assert (coverage.documents, coverage.passages, coverage.earliest) == (0, 0, None)
    catalogue.close()

"""What is there twice is read and cited once; versions that differ are both read."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from footnote.answering.duplicates import repeats, spread
from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from footnote.records import Hit, Passage, Span, Unit, UnitKind
from tests.helpers import SAMPLE, indexed

ARTICLE = next(SAMPLE.iterdir()).read_text(encoding="utf-8")
HOURS = "# Opening hours\n\nThe reading room opens on {} at nine and has a desk for questions.\n"


def engine_of(folder: Path, embedder: OnnxEmbedder, documents: Mapping[str, str]) -> Engine:
    return indexed(folder, documents, embedder)


def test_copies_are_one_passage_and_one_citation(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    copies = {f"{n}.txt": ARTICLE for n in range(4)} | {"loud.txt": ARTICLE.upper()}
    engine = engine_of(tmp_path, embedder, copies)
    answer = engine.ask("When did the raid take place?", limit=50)
    assert answer.status == "answered"
    assert len(answer.citations) == 1
    words = [" ".join(each.text.lower().split()) for each in answer.passages]
    assert len(words) == len(set(words)) == 4
    overview = engine.ask("Give me an overview.")
    quotes = [each.quote.lower() for each in overview.citations]
    assert len(quotes) == len(set(quotes)) > 0


def test_a_copy_can_be_asked_by_itself(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    engine = engine_of(tmp_path, embedder, {"a.txt": ARTICLE, "b.txt": ARTICLE})
    answer = engine.ask("When did the raid take place?", scope=["b.txt"])
    assert {each.document for each in answer.citations} == {"b.txt"}


def test_versions_that_differ_in_a_word_are_both_read(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    versions = {"old.md": HOURS.format("Tuesday"), "new.md": HOURS.format("Wednesday")}
    answer = engine_of(tmp_path, embedder, versions).ask("When does the reading room open?")
    assert {each.document for each in answer.passages} == {"old.md", "new.md"}
    assert answer.conflicts == ((1, 2),)


@pytest.mark.parametrize(
    ("quote", "said", "same"),
    [
        ("The hall seats many guests at tables.", "the hall, seats many guests at tables", True),
        ("It opens at 9.", "It opens at 8.", False),
        ("The hall seats many guests.", "The garden is open to all.", False),
        ("!", "?", False),
    ],
)  # fmt: skip
def test_a_sentence_repeats_another_but_for_a_word(quote: str, said: str, same: bool) -> None:
    assert repeats(quote, [said]) is same
    assert not repeats(quote, [])


def test_versions_that_differ_in_a_number_disagree(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    guides = {
        f"guide-{n}.md": f"# Visitor guide {n}\n\nThe museum opens at {n} in the morning.\n"
        for n in (9, 10)
    }
    answer = engine_of(tmp_path, embedder, guides).ask("When does the museum open?")
    assert {each.document for each in answer.citations} == set(guides)
    assert answer.conflicts == ((1, 2),)


def planted(number: int) -> str:
    return (
        f"Note {number}. When was the Orford Granary built? The keepers of record {number} leave no"
        f" doubt: the Orford Granary was built in 1666, and so say all {number} of them."
    )


def test_many_that_say_the_same_leave_a_place_for_one_that_does_not(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    documents = {f"note-{n}.txt": planted(n) for n in range(12)}
    documents["granary.txt"] = (
        "Thomas Pell had a granary made for his barley. It was built in 1794 at Orford, and burnt "
        "down in the year after; the one that stands there now is younger by half a century."
    )
    engine = engine_of(tmp_path, embedder, documents)
    found = engine.search("When was the Orford Granary built?", limit=13)
    names = [engine.document(hit.passage.document_id).name for hit in found]
    assert names.index("granary.txt") == 2
    assert sorted(names) == sorted(documents)


def test_of_nearly_the_same_two_stand_among_the_first_and_tables_stay() -> None:
    alike = [hit(n, f"the mill was built in 18{n:02}") for n in range(5)]
    other, last = hit(5, "rain fell on the hills"), hit(6, "snow fell too, and lay for weeks")
    rows = [hit(n, f"name: mill; year: {n}", "row") for n in range(7, 11)]
    ids = [each.passage.id for each in spread([*alike, other, last], 4)]
    assert ids == [0, 1, 5, 6, 2, 3, 4]
    assert [each.passage.id for each in spread([*rows, other], 4)] == [7, 8, 9, 10, 5]
    assert [each.passage.id for each in spread(alike, 2)] == [0, 1, 2, 3, 4]


def hit(number: int, text: str, kind: UnitKind = "sentence") -> Hit:
    span = Span(0, len(text))
    passage = Passage(
        document_id=str(number), ordinal=0, span=span, text=text, headings=(),
        units=(Unit(kind, span),), id=number,
    )  # fmt: skip
    return Hit(passage, 1 / (1 + number))

"""What is there twice is read and cited once; versions that differ are both read."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from footnote.answering.duplicates import repeats
from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
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

"""A word broken at a line's end is found whole, and cited as it stands."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.embedding import OnnxEmbedder
from footnote.hyphenation import broken_words, rejoined
from tests.helpers import indexed
from tests.ingest.samples import examples

BROKEN = "The keepers burnt paraf-\nfin in the lamp until the engi-\n  neers came from Ardle.\n"


def test_broken_words_are_joined_and_others_left() -> None:
    assert rejoined("paraf-\nfin, X-\nRay, 3-\nfold, well-known, soft\u00adly") == (
        "paraffin, X-\nRay, 3-\nfold, well-known, softly"
    )
    assert rejoined("engi- \n  neers and soft\u00ad\nly") == "engineers and softly"
    assert broken_words(BROKEN) == ["paraffin", "engineers"]
    assert broken_words("well-known and X-\nRay") == []


@given(st.text(st.sampled_from("ab-\n \u00adX1."), max_size=40))
@examples
def test_nothing_but_breaks_is_taken_out(text: str) -> None:
    def letters(each: str) -> str:
        return "".join(c for c in each if c.isalnum())

    assert letters(rejoined(text)) == letters(text)
    assert len(rejoined(text)) <= len(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("in-\nter-\nna-\ntional", "international"),
        ("par\u00adaf\u00adfin", "paraffin"),
        ("par\u00adaf-\nfin", "paraffin"),
        ("par\u00adaf\u00ad\nfin", "paraffin"),
        ("DONAU\u00ad\nDAMPF", "DONAUDAMPF"),
    ],
)
def test_a_word_in_many_parts_is_one(text: str, word: str) -> None:
    assert rejoined(f"({text}).") == f"({word})."
    assert broken_words(f"({text}).") == [word]


PARTS = st.lists(st.text("abcéßж", min_size=1, max_size=4), min_size=2, max_size=6)


@given(PARTS, st.data())
@examples
def test_a_word_is_whole_again_wherever_it_is_broken(parts: list[str], data: st.DataObject) -> None:
    breaks = st.sampled_from(["-\n", "- \n  ", "\u00ad", "\u00ad\n"])
    text = parts[0] + "".join(data.draw(breaks) + part for part in parts[1:])
    assert rejoined(text) == "".join(parts)
    assert rejoined(rejoined(text)) == rejoined(text)


def test_a_text_without_spaces_takes_no_longer_than_its_length() -> None:
    # By the square this would be hours.
    text = "灯" * 1_000_000
    assert rejoined(text) == text
    assert broken_words(text) == []


def test_a_search_for_the_whole_word_finds_and_quotes_it_as_it_stands(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    other = {f"{n}.txt": f"Text {n} is about oil and lamps of kind {n}." for n in range(9)}
    engine = indexed(tmp_path, {"a.txt": BROKEN, **other}, embedder)
    with engine._index.view() as view:
        found = view.index.terms.search("engineers", 10)  # type: ignore[attr-defined]
    assert len(found) == 1
    answer = engine.ask("What did the keepers burn in the lamp until the engineers came?")
    assert answer.status == "answered"
    assert "paraf-\nfin" in answer.citations[0].quote

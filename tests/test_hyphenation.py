"""A word broken at a line's end is found whole, and cited as it stands."""

from pathlib import Path

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

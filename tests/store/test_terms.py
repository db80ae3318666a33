"""Passages by their words, whatever a question holds."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.records import Passage, Span
from footnote.store.terms import TermsIndex, analyze
from tests.ingest.samples import examples


def passage(id_: int, document: str, text: str, *headings: str) -> Passage:
    return Passage(document, 0, Span(0, len(text)), text, headings, (), id_)


PASSAGES = (
    passage(1, "boats", "The keepers came by boat.", "Boats"),
    passage(2, "lamps", "The lamp burnt paraffin until 1931.", "The lamp"),
    passage(3, "lamps", "Électricité lit it then.", "Later"),
    passage(4, "stores", "Two tonnes of coal and some paraffin for the keepers.", "Stores"),
)


def build(folder: Path, passages: Sequence[Passage] = PASSAGES) -> TermsIndex:
    folder.mkdir(exist_ok=True)
    return TermsIndex.build(folder, passages)


@pytest.fixture
def index(tmp_path: Path) -> TermsIndex:
    return build(tmp_path / "terms")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> TermsIndex:
    return build(tmp_path_factory.mktemp("shared"))


def ids(found: list[tuple[int, float]]) -> list[int]:
    return [id_ for id_, _ in found]


def test_a_passage_with_any_of_the_words_is_found_and_more_words_are_better(
    index: TermsIndex,
) -> None:
    found = index.search("paraffin lamp", 10)
    assert ids(found) == [2, 4]
    assert found[0][1] > found[1][1] > 0


def test_words_are_found_in_other_forms_and_without_accents(index: TermsIndex) -> None:
    assert ids(index.search("boats", 10)) == [1]
    assert ids(index.search("ELECTRICITE", 10)) == [3]


def test_a_heading_is_searched_too(index: TermsIndex) -> None:
    assert ids(index.search("stores", 10)) == [4]


def test_no_more_come_than_asked_for(index: TermsIndex) -> None:
    assert ids(index.search("paraffin lamp", 1)) == [2]


def test_a_search_can_be_restricted_to_some_documents(index: TermsIndex) -> None:
    everywhere = dict(index.search("paraffin keepers", 10))
    scoped = index.search("paraffin keepers", 10, ["lamps", "boats"])
    assert sorted(ids(scoped)) == [1, 2]
    assert all(score == pytest.approx(everywhere[id_]) for id_, score in scoped)
    assert index.search("paraffin", 10, []) == []
    assert index.search("paraffin", 10, ["no such document"]) == []


def test_equal_scores_come_in_the_order_of_the_passages(tmp_path: Path) -> None:
    same = [passage(id_, "d", "The same words.") for id_ in range(1, 60)]
    assert ids(build(tmp_path / "same", same).search("words", 100)) == list(range(1, 60))


def test_an_index_can_be_opened_again(index: TermsIndex, tmp_path: Path) -> None:
    again = TermsIndex.read(tmp_path / "terms")
    assert again.search("paraffin lamp", 10) == index.search("paraffin lamp", 10)


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="DoesNotExist"):
        TermsIndex.read(tmp_path / "none")


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    assert build(tmp_path / "empty", []).search("paraffin", 10) == []


@pytest.mark.parametrize(
    "question",
    [
        *(
            '"lamp',
            "lamp:paraffin",
            "body:lamp",
            "lamp AND paraffin",
            "NOT lamp",
            "lamp OR",
            "+lamp",
        ),
        *("(lamp", "lamp)", "[lamp TO *]", "{lamp", "lamp^2", "lamp~", "lamp*", "la\\mp lamp"),
        *("lamp 😀👩‍👩‍👧", "'lamp'", "lamp\0", "lamp -paraffin", "/lamp/", "<lamp>", "lamp IN [a]"),
    ],
)
def test_what_looks_like_a_query_language_is_just_words(index: TermsIndex, question: str) -> None:
    assert 2 in ids(index.search(question, 10))


@pytest.mark.parametrize("question", ["", " ", "the of and", "😀", '"": ()', "\u0301", "x" * 2000])
def test_a_question_without_a_word_that_is_known_finds_nothing(
    index: TermsIndex, question: str
) -> None:
    assert index.search(question, 10) == []


def test_a_question_of_two_thousand_characters_is_answered(index: TermsIndex) -> None:
    words = " ".join(f"lamp{n} paraffin" for n in range(200))[:2000]
    assert ids(index.search(words, 10)) == [2, 4]


@given(st.text(max_size=200))
@examples
def test_any_question_is_answered(shared: TermsIndex, question: str) -> None:
    assert all(score > 0 for _, score in shared.search(question, 10))


def test_terms_are_those_that_the_index_holds() -> None:
    assert analyze("The Lamps' crème-brûlée, 1931!") == ["lamp", "creme", "brule", "1931"]

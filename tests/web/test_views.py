import re

from hypothesis import given
from hypothesis import strategies as st

from footnote.engine import Turn
from footnote.records import Answer, Citation, Statement
from footnote.web.errors import ErrorDetail
from footnote.web.history import MAX_BYTES, MAX_TURNS, recent
from footnote.web.views import View, answer_view, error_view, paragraphs, welcome_view
from tests.web.double import DOCUMENTS, HOSTILE_TITLE, WordEngine


def citation(number: int, quote: str) -> Citation:
    return Citation(number, "d", "d.txt", "D", None, None, 0, len(quote), quote)


def answer_of(*said: str, between: str = "\n", short: str | None = None) -> Answer:
    return Answer(
        "?",
        "answered",
        between.join(said),
        0.826,
        tuple(Statement(text, (n,)) for n, text in enumerate(said, 1)),
        tuple(citation(n, text) for n, text in enumerate(said, 1)),
        short_answer=short,
    )


def shown(laid: list[list[View]]) -> list[str]:
    return [
        "".join(piece.get("text", f"[{piece.get('cite')}]") for piece in paragraph)
        for paragraph in laid
    ]


def test_each_statement_is_followed_by_its_citations() -> None:
    assert shown(paragraphs(answer_of("One.", "Two."))) == ["One.[1]", "Two.[2]"]
    assert shown(paragraphs(answer_of("One.", "Two.", between=" "))) == ["One.[1] Two.[2]"]
    assert shown(paragraphs(answer_of("Same", "Same", between="\n\n"))) == ["Same[1]", "Same[2]"]


def test_words_between_statements_are_kept() -> None:
    answer = Answer("?", "about", "Hello.\nThey cover: A and B!", 1.0, (Statement("A"),))
    assert shown(paragraphs(answer)) == ["Hello.", "They cover: A and B!"]


@given(st.lists(st.text(min_size=1)), st.sampled_from(["\n", " ", "\n- ", "; "]))
def test_nothing_of_an_answers_words_is_lost(said: list[str], between: str) -> None:
    answer = answer_of(*said, between=between)
    pieces = (piece for paragraph in paragraphs(answer) for piece in paragraph)
    text = "".join(piece.get("text", "") for piece in pieces)
    assert re.sub(r"\s", "", text) == re.sub(r"\s", "", answer.text)


def test_a_citation_that_is_not_there_is_not_shown() -> None:
    answer = Answer(
        "?", "answered", "One.", 1.0, (Statement("One.", (1, 7)),), (citation(1, "One."),)
    )
    assert shown(paragraphs(answer)) == ["One.[1]"]


def test_the_shortest_answer_stands_out_once() -> None:
    laid = paragraphs(answer_of("It was in 1868 or so.", "In 1868 it was.", short="1868"))
    strong = [piece["text"] for paragraph in laid for piece in paragraph if piece.get("strong")]
    assert strong == ["1868"]


def test_a_short_answer_that_is_the_whole_does_not_stand_out() -> None:
    (paragraph,) = paragraphs(answer_of("It was in 1868.", short="It was in 1868."))
    assert not any(piece.get("strong") for piece in paragraph)


def test_passages_are_shown_only_where_nothing_was_found() -> None:
    engine = WordEngine()
    assert answer_view(engine.ask("When was the lighthouse lit?"))["passages"] == []
    view = answer_view(engine.ask("quantum zebra"))
    assert len(view["passages"]) == 10
    assert view["citations"] == []
    assert view["confidence"] is None


def test_the_first_screen_names_the_documents_as_they_are() -> None:
    view = welcome_view(WordEngine())
    assert view["total"] == len(DOCUMENTS)
    assert [each["title"] for each in view["documents"]] == [d.info.title for d in DOCUMENTS]
    assert HOSTILE_TITLE in [each["title"] for each in view["documents"]]
    assert "What are the documents about?" in view["questions"]
    assert welcome_view(WordEngine(DOCUMENTS[:1]))["questions"][0] == "What is the document about?"
    assert welcome_view(WordEngine(()))["questions"] == []


def test_an_error_is_told_as_a_sentence() -> None:
    detail = ErrorDetail(code="invalid", message="the question is empty; ask", id="1a")
    assert error_view(detail) == {"message": "The question is empty; ask.", "id": "1a"}


@given(st.lists(st.builds(Turn, st.text(max_size=9000), st.text(max_size=9000)), max_size=12))
def test_a_history_keeps_its_newest_turns_within_the_limits(turns: list[Turn]) -> None:
    kept = recent(turns)
    assert list(kept) == turns[len(turns) - len(kept) :]
    assert len(kept) <= MAX_TURNS
    assert sum(len((turn.question + turn.answer).encode()) for turn in kept) <= MAX_BYTES


def test_what_a_citation_opens_knows_its_quote() -> None:
    (first, second) = answer_view(answer_of("One.", "Two."))["citations"]
    assert first["opens"]["fingerprint"] != second["opens"]["fingerprint"]

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from footnote.answering import texts
from footnote.answering.compose import gated
from footnote.answering.load_reader import load_reader
from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from footnote.errors import DocumentNotFound, QuestionError, UsageError
from footnote.records import Answer, Span
from footnote.settings import Settings
from tests.helpers import ROOT, SAMPLE, indexed

FIXED = {value for name, value in vars(texts).items() if name.isupper()}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Engine:
    return indexed(tmp_path_factory.mktemp("engine"), SAMPLE, embedder)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Engine:
    corpus = ROOT / "tests" / "data" / "acceptance" / "corpus"
    return indexed(tmp_path_factory.mktemp("real"), corpus, embedder)


def assert_citations_exact(engine: Engine, answer: Answer) -> None:
    for citation in answer.citations:
        text = engine.text(citation.document_id, Span(0, citation.end))
        assert text[citation.start : citation.end] == citation.quote
    for passage in answer.passages:
        text = engine.text(passage.document_id, Span(0, passage.end))
        assert text[passage.start : passage.end] == passage.text
        assert passage.title == engine.document(passage.document_id).title


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("When did the raid take place?", "February 3, 2026"),
        ("What was X formerly called?", "formerly known as Twitter"),
        ("What are investigators seeking?", "moderation records"),
        ("Which EU law sets stricter requirements?", "Digital Services Act"),
        ("Which teams were involved in the raid?", "digital forensics teams"),
    ],
)
def test_the_sample_answers_with_the_right_sentence(
    engine: Engine, question: str, quoted: str
) -> None:
    answer = engine.ask(question)
    assert answer.status == "answered"
    assert quoted in answer.citations[0].quote
    assert answer.short_answer is not None
    assert answer.short_answer in answer.citations[0].quote
    assert_citations_exact(engine, answer)


@pytest.mark.parametrize(
    "question",
    [
        "Who is the chief executive of X?",
        "How many people were arrested?",
        "What is the capital of Australia?",
    ],
)
def test_what_the_sample_does_not_hold_is_not_answered(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert (answer.status, answer.text) == ("not_found", texts.NOT_FOUND)
    assert (answer.citations, answer.short_answer) == ((), None)
    assert answer.passages
    assert answer.confidence < engine.threshold


def test_an_overview_of_the_sample_cites_several_sections(engine: Engine) -> None:
    answer = engine.ask("Give me an overview of the article.")
    assert answer.status == "answered"
    assert len({citation.section for citation in answer.citations}) >= 3
    assert_citations_exact(engine, answer)


@pytest.mark.parametrize("question", ["Hello", "What can you do?", "Thanks!"])
def test_a_greeting_gets_what_the_chat_covers(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert answer.status == "about"
    assert "French Authorities Execute Coordinated Raid" in answer.text
    assert_citations_exact(engine, answer)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.sampled_from(
            "what which who when how why are is the steam engine shell license database boiler "
            'valves commands trademark output overview list csv 1804 Watt 😀 " * ( : AND é'.split()
        )
        | st.text(max_size=8),
        min_size=1,
        max_size=9,
    ).map(" ".join)
)
def test_what_is_shown_is_a_verbatim_span_or_a_fixed_text(real: Engine, question: str) -> None:
    if not question.split():
        return
    answer = real.ask(question)
    assert_citations_exact(real, answer)
    by_number = {citation.number: citation for citation in answer.citations}
    titles = {document.title for document in real.documents()[1]}
    for statement in answer.statements:
        if statement.citations:
            assert statement.text == " ".join(by_number[n].quote for n in statement.citations)
        else:
            assert statement.text in FIXED | titles
    joined = answer.text
    for statement in answer.statements:
        assert joined.startswith(statement.text)
        joined = joined[len(statement.text) :].lstrip(" \n")
    assert joined == ""


def test_an_answer_does_not_depend_on_what_is_asked_beside_it(real: Engine) -> None:
    questions = ["How is the output set to CSV?", "Who improved the steam engine?"] * 4
    alone = [real.ask(question) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(real.ask, questions))
    for one, other in zip(alone, together, strict=True):
        assert dataclasses.replace(one, timings_ms={}) == dataclasses.replace(other, timings_ms={})


def test_documents_restrict_by_glob(real: Engine) -> None:
    answer = real.ask("What is a trademark?", scope=["Steam*"])
    assert {passage.document for passage in answer.passages} == {"Steam_engine.txt"}


@pytest.mark.parametrize(
    "question",
    [
        *("Hello", "Thanks!", "What can you do?", "Which documents are there?", "List all titles."),
        *(
            "Give me an overview of the documents.",
            "Summarise the license.",
            "What is a trademark?",
        ),
        *("What kinds of valves are there?", "How do I list all databases?", "Who was Watt?"),
    ],
)
def test_nothing_outside_the_scope_is_told_in_any_kind_of_answer(
    real: Engine, question: str
) -> None:
    outside = [info for info in real.documents()[1] if not info.name.startswith("Steam")]
    assert outside
    answer = real.ask(question, scope=["Steam*"], limit=50)
    named = {each.document for each in answer.citations} | {
        each.document for each in answer.passages
    }
    assert named <= {"Steam_engine.txt"}
    assert not [info.title for info in outside if info.title in answer.text]


def test_a_glob_that_matches_nothing_is_an_error_that_names_it(real: Engine) -> None:
    with pytest.raises(UsageError, match=r"nothing\*"):
        real.ask("What?", scope=["nothing*"])


@pytest.mark.parametrize("limit", [1, 10, 50])
def test_limit_bounds_the_passages(real: Engine, limit: int) -> None:
    assert len(real.ask("steam boiler valve", limit=limit).passages) == limit


@pytest.mark.parametrize("limit", [0, 51])
def test_a_limit_out_of_range_is_an_error(real: Engine, limit: int) -> None:
    with pytest.raises(UsageError, match="1 to 50"):
        real.ask("What?", limit=limit)


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question_is_an_error(engine: Engine, question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        engine.ask(question)


def test_2000_characters_are_read_and_2001_are_not(engine: Engine) -> None:
    assert engine.ask("raid " * 400).status in ("answered", "not_found")
    with pytest.raises(QuestionError, match="2001"):
        engine.ask("x" * 2001)


@pytest.mark.parametrize(
    "question", ["?", "...", "😀😀😀", "¿Dónde está la biblioteca?", "警察はどこですか", "a" * 2000]
)
def test_odd_questions_get_silence_and_no_failure(engine: Engine, question: str) -> None:
    assert engine.ask(question).status == "not_found"


def test_steps_give_the_passages_first_and_then_the_answer(engine: Engine) -> None:
    passages, answer = engine.steps("When was the raid?", limit=3)
    assert isinstance(passages, tuple)
    assert len(passages) == 3
    assert isinstance(answer, Answer)
    assert {passage.start for passage in answer.passages} <= {0, 532, 1463, 2613}


def test_the_answer_is_json_with_every_field_of_the_design(engine: Engine) -> None:
    answer = json.loads(json.dumps(dataclasses.asdict(engine.ask("When was the raid?"))))
    assert set(answer) == {
        "question", "asked_as", "mode", "status", "text", "short_answer", "confidence",
        "statements", "citations", "passages", "conflicts", "generation", "timings_ms",
        "note", "suggestions",
        "writing",
    }  # fmt: skip
    assert set(answer["citations"][0]) == {
        "number", "document_id", "document", "title", "section", "page", "start", "end", "quote",
        "page_label",
    }  # fmt: skip
    assert set(answer["timings_ms"]) == {"retrieve", "read", "total"}


def test_a_citation_tells_the_number_that_its_page_shows(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    canvas = Canvas(str(corpus / "report.pdf"))
    canvas.addPageLabel(0, "ROMAN_LOWER")
    for said in ("A report.", "The lighthouse was lit in 1849."):
        canvas.drawString(100, 700, said)
        canvas.showPage()
    canvas.save()
    engine = indexed(tmp_path, corpus, embedder)
    (citation,) = engine.ask("When was the lighthouse lit?").citations
    assert (citation.page, citation.page_label) == (2, "ii")


def test_a_threshold_of_one_silences_and_of_zero_does_not(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    question = "When did the raid take place?"
    never = indexed(tmp_path, SAMPLE, embedder, Settings(threshold=1.0))
    always = indexed(tmp_path, SAMPLE, embedder, Settings(threshold=0.0))
    assert never.ask(question).status == "not_found"
    assert always.ask("What is the capital of Australia?").status == "answered"


HOURS = {
    "hours.txt": "Opening hours\n\nThe museum opens at 9 am on Sundays.",
    "guide.txt": "Visitors' guide\n\nThe museum opens at 11 am on Sundays.",
    "shop.txt": "The shop\n\nThe museum shop sells postcards and books.",
}


def test_documents_that_answer_differently_are_both_given(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    engine = indexed(tmp_path, HOURS, embedder)
    answer = engine.ask("When does the museum open on Sundays?")
    assert answer.conflicts == ((1, 2),)
    assert {each.document for each in answer.citations} == {"hours.txt", "guide.txt"}
    assert [each.text for each in answer.statements][1] == texts.DISAGREE
    assert_citations_exact(engine, answer)
    one = engine.ask("When does the museum open on Sundays?", scope=["hours.txt"])
    assert (one.conflicts, len(one.citations), one.short_answer) == ((), 1, "9 am")
    assert gated(answer, 1.0).conflicts == ()


def test_an_explanation_gives_sentences_in_the_order_of_the_document(real: Engine) -> None:
    answer = real.ask("Why did early safety valves cause accidents?", limit=10)
    places = [(each.document, each.start) for each in answer.citations]
    assert answer.status == "answered"
    assert places == sorted(places)
    assert 1 <= len(places) <= 3


ODD = {
    "symbols.txt": "§§§ *** ### --- === +++\n\n*** ???",
    "long.txt": "x" * 20_000,
    "blank.txt": "\n \n.\n",
    "emoji.txt": "😀😀😀 👩‍👩‍👧 e\u0301",
}


@pytest.mark.parametrize(
    "question",
    ["What is it?", "xxxxxxxxx", "§§§ ***", "¿Cuándo abre el museo?", "博物馆什么时候开门?", "?!?"],
)
def test_passages_that_say_nothing_answer_nothing(
    tmp_path: Path, embedder: OnnxEmbedder, question: str
) -> None:
    engine = indexed(tmp_path, ODD, embedder)
    answer = engine.ask(question)
    assert answer.status == "not_found"
    assert answer.confidence < engine.threshold
    assert_citations_exact(engine, engine.weigh(question))


def test_an_unknown_document_is_an_error(engine: Engine) -> None:
    with pytest.raises(DocumentNotFound, match="nope"):
        engine.document("nope")
    with pytest.raises(DocumentNotFound, match="nope"):
        engine.text("nope", Span(0, 1))


def test_the_best_answer_gated_at_any_threshold_is_what_is_said_at_it(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    questions = [
        "When did the raid take place?",
        "How many people were arrested?",
        "Which trends does the raid highlight?",
        "Give me an overview of the article.",
        "What are you?",
        "Tell me a joke about penguins.",
    ]
    said = set()
    for threshold in (0.0, 0.21, 0.6, 0.95, 1.0):
        engine = indexed(tmp_path, SAMPLE, embedder, Settings(threshold=threshold))
        for question in questions:
            best, asked = engine.weigh(question), engine.ask(question)
            answer = gated(best, threshold)
            assert dataclasses.replace(answer, timings_ms={}) == dataclasses.replace(
                asked, timings_ms={}
            )
            assert (asked.status != "answered") or asked.confidence >= threshold
            said.add((question, asked.status))
    sure = indexed(tmp_path, SAMPLE, embedder).weigh(questions[0])
    assert gated(sure, sure.confidence) is sure
    assert gated(sure, sure.confidence + 1e-9).status == "not_found"
    assert {("How many people were arrested?", status) for status in ("answered", "not_found")} < (
        said
    )


def test_the_state_tells_what_answers_depend_on(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    state = indexed(tmp_path, {"a.txt": "One."}, embedder).state()
    same = indexed(tmp_path / "b", {"a.txt": "One."}, embedder).state()
    assert state == same
    assert state.settings["threshold"] == load_reader(Settings()).threshold
    (tmp_path / "docs" / "a.txt").write_text("Two.")
    other = indexed(tmp_path, tmp_path / "docs", embedder).state()
    assert (other.generation, other.settings) == (2, state.settings)
    assert other.corpus_sha256 != state.corpus_sha256
    named = indexed(tmp_path / "c", {"b.txt": "One."}, embedder, Settings(read=5)).state()
    assert named.corpus_sha256 != state.corpus_sha256
    assert named.settings != state.settings


def test_the_spans_of_a_documents_passages_tile_it(real: Engine) -> None:
    for info in real.documents(0, None)[1]:
        spans = real.passage_spans(info.id)
        assert [span.start for span in spans] == [0, *(span.end for span in spans[:-1])]
        assert spans[-1].end == info.length

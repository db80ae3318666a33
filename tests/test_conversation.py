"""Follow-up questions over documents, by the shipped models, and the question back."""

from pathlib import Path

import pytest

from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from footnote.records import Answer, Span, Turn
from tests.helpers import indexed

DOCUMENTS = {
    "mill.md": "# Orford Mill\n\nAnn Lee founded the Orford Mill in 1890. The Orford Mill burned "
    "down in 1931, because a lamp fell into the flour.\n",
    "brewery.md": "# Brannock Brewery\n\nJon Reed founded the Brannock Brewery in 1834. The "
    "Brannock Brewery was closed in 1972, because the spring ran dry.\n",
    "bridge.md": "# Tarn Bridge\n\nThe Tarn Bridge was opened in 1902. It is 310 metres long.\n",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Engine:
    return indexed(tmp_path_factory.mktemp("conversation"), DOCUMENTS, embedder)


def after(engine: Engine, *questions: str) -> Answer:
    """Ask questions one after the other, each with those before it, and return the last answer."""
    history: list[Turn] = []
    for question in questions:
        answer = engine.ask(question, history)
        history.append(Turn(question, answer.text))
    return answer


@pytest.mark.parametrize(
    ("questions", "asked_as", "quoted"),
    [
        (
            ["Who founded the Brannock Brewery?", "When was it closed?"],
            "When was Brannock Brewery closed?",
            "closed in 1972",
        ),
        (
            ["When was the Orford Mill founded?", "Who founded it?"],
            "Who founded Orford Mill?",
            "Ann Lee founded",
        ),
        (
            ["Who founded the Orford Mill?", "What about the Brannock Brewery?"],
            "Who founded the Brannock Brewery?",
            "Jon Reed founded",
        ),
        (
            ["When was the Brannock Brewery closed?", "Why?"],
            "Why was the Brannock Brewery closed?",
            "because the spring ran dry",
        ),
        (
            ["How long is the Tarn Bridge?", "When was it opened?"],
            "When was Tarn Bridge opened?",
            "opened in 1902",
        ),
    ],
)
def test_follow_ups_are_understood(
    engine: Engine, questions: list[str], asked_as: str, quoted: str
) -> None:
    answer = after(engine, *questions)
    assert answer.status == "answered"
    assert answer.asked_as == asked_as
    assert answer.question == questions[-1]
    assert quoted in answer.citations[0].quote


def test_a_new_topic_is_not_drawn_to_the_old_one(engine: Engine) -> None:
    alone = engine.ask("How long is the Tarn Bridge?")
    answer = after(engine, "Who founded the Orford Mill?", "How long is the Tarn Bridge?")
    assert answer.asked_as is None
    assert (answer.text, answer.confidence) == (alone.text, alone.confidence)


def test_what_is_not_there_stays_so(engine: Engine) -> None:
    answer = after(engine, "How long is the Tarn Bridge?", "Who designed it?")
    assert answer.status == "not_found"
    assert answer.citations == ()


def test_what_cannot_be_understood_alone_is_asked_back_with_names_of_the_documents(
    engine: Engine,
) -> None:
    answer = engine.ask("When was it founded?")
    assert answer.status == "clarify"
    assert answer.statements[0].text == "What do you mean by “it”?"
    assert answer.statements[0].citations == ()
    assert len(answer.citations) >= 2
    for citation in answer.citations:
        text = engine.text(citation.document_id, Span(0, citation.end))
        assert text[citation.start :] == citation.quote
    assert "When was Brannock Brewery founded?" in answer.suggestions
    assert len(answer.suggestions) == len(answer.citations)


@pytest.mark.parametrize("question", ["Why?", "Tell me more", "And in 1902?"])
def test_a_part_of_a_question_is_asked_back(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert answer.status == "clarify"
    assert "Give me an overview of Orford Mill" in answer.suggestions


def test_only_what_may_be_spoken_of_is_offered(engine: Engine) -> None:
    answer = engine.ask("Why?", scope=["bridge.md"])
    assert answer.suggestions == ("Give me an overview of Tarn Bridge",)


def test_with_one_thing_it_can_mean_it_is_answered(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    alone = indexed(tmp_path, {"bridge.md": DOCUMENTS["bridge.md"]}, embedder)
    answer = alone.ask("When was it opened?")
    assert answer.status == "answered"
    assert answer.citations[0].quote == "The Tarn Bridge was opened in 1902."


def test_no_cell_and_no_name_of_a_program_is_offered(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    documents = {
        "settings.md": (
            "# Settings\n\n| Setting | Variable | Default |\n|---|---|---|\n"
            "| the port that Cotta listens on | COTTA_PORT | 80 |\n"
            "| the host that Pella listens on | PELLA_HOST | all |\n"
        ),
        "start.md": "# Start\n\nBy default COTTA_PORT says what port it listens on, or PELLA_PORT.",
    }
    answer = indexed(tmp_path, documents, embedder).ask("What port does it listen on?")
    assert answer.status != "clarify"

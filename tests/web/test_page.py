import asyncio
import dataclasses
from pathlib import Path

import gradio as gr
import pytest

from footnote.engine import Turn
from footnote.web.desk import Desk
from footnote.web.page import ASSETS, build_page
from tests.web.double import WordEngine


@pytest.fixture
def desk() -> Desk:
    return Desk(WordEngine())


def event(data: object) -> gr.EventData:
    return gr.EventData(None, data)


def test_a_question_is_shown_before_its_answer(desk: Desk) -> None:
    (first, box, before), (last, cleared, history) = desk.ask("When was the lighthouse lit?", ())
    assert first["turn"]["state"] == "busy"
    assert last["turn"]["state"] == "done"
    assert first["turn"]["id"] == last["turn"]["id"]
    assert last["turn"]["question"] == "When was the lighthouse lit?"
    assert (box, cleared, before) == ("", "", ())
    assert history == (
        Turn(
            "When was the lighthouse lit?",
            "The lighthouse was lit on 4 March 1868, after nine years of work.",
        ),
    )


def test_the_conversation_goes_along() -> None:
    engine = WordEngine()
    earlier = (Turn("q", "a"),)
    *_, (_, _, history) = Desk(engine).ask("light", earlier)
    assert engine.asked[0][1] == earlier
    assert len(history) == 2


@pytest.mark.parametrize("question", ["", "   ", "x" * 2001])
def test_a_question_that_cannot_be_asked_is_explained_and_given_back(
    desk: Desk, question: str
) -> None:
    *_, (view, box, history) = desk.ask(question, ())
    assert view["turn"]["state"] == "error"
    assert view["turn"]["error"]["message"].startswith("The question")
    assert (box, history) == (question, ())


def test_a_failure_shows_an_id_and_nothing_internal(desk: Desk) -> None:
    *_, (view, _, _) = desk.ask("crash the light", ())
    assert view["turn"]["error"]["id"]
    assert "secret" not in str(view)


def test_without_an_index_the_first_screen_says_so() -> None:
    view = Desk(WordEngine(damaged=True)).welcome()
    assert view["failure"]["id"]
    assert "secret" not in str(view)


@pytest.mark.parametrize(
    "sent", [None, [], "x", {"document_id": "nothing"}, {"document_id": "d-cafe", "x": 1}]
)
def test_a_source_that_cannot_be_shown_is_explained(desk: Desk, sent: object) -> None:
    view = desk.show(sent)
    assert view["failure"]["message"]
    assert "source" not in view


def test_an_example_is_asked_like_any_question(desk: Desk) -> None:
    views = list(desk.ask_example((), event({"question": "When was the lighthouse lit?"})))
    assert views[-1][0]["turn"]["answer"]["status"] == "answered"


def test_no_data_goes_through_templates() -> None:
    """Gradio runs a template's result as a JavaScript template: ``${…}`` in data would run."""

    async def build() -> gr.Blocks:
        return build_page(WordEngine())

    page = asyncio.run(build())
    components = [block for block in page.blocks.values() if isinstance(block, gr.HTML)]
    assert len(components) == 3
    for component in components:
        assert "{{" not in component.html_template
        assert "$" not in component.html_template
        assert not component.css_template
        assert not component.props


@pytest.mark.parametrize("script", sorted(ASSETS.glob("*.js")), ids=lambda path: path.name)
def test_no_script_parses_markup(script: Path) -> None:
    code = script.read_text("utf-8")
    for parser in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert parser not in code


def test_the_pages_records_are_plain_data(desk: Desk) -> None:
    for view, _, _ in desk.ask("When was the lighthouse lit?", ()):
        assert not any(dataclasses.is_dataclass(value) for value in view["turn"].values())

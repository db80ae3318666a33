"""What the events of the page do: each makes the values of components, errors included."""

import secrets
from collections.abc import Iterator

import gradio as gr
from pydantic import ValidationError

from footnote.engine import Asks, Turn
from footnote.errors import UsageError
from footnote.web.errors import detail_of
from footnote.web.history import recent
from footnote.web.source import Opening, source_view
from footnote.web.views import View, answer_view, error_view, welcome_view

History = tuple[Turn, ...]


class Desk:
    """What the page's events do. Each returns the values of components, errors included."""

    def __init__(self, engine: Asks) -> None:
        self._engine = engine

    def welcome(self) -> View:
        """Tell what documents there are."""
        try:
            return {"welcome": welcome_view(self._engine)}
        except Exception as error:  # noqa: BLE001 - the page's edge, as below
            return {"failure": error_view(detail_of(error))}

    def ask(self, question: str, history: History) -> Iterator[tuple[View, str, History]]:
        """Show the question at once, and its answer when it is there."""
        turn: View = {"id": secrets.token_hex(6), "question": question}
        yield {"turn": {**turn, "state": "busy"}}, "", history
        try:
            answer = self._engine.ask(question, history)
        except Exception as error:  # noqa: BLE001
            told = error_view(detail_of(error))
            yield {"turn": {**turn, "state": "error", "error": told}}, question, history
            return
        history = recent([*history, Turn(question, answer.text)])
        yield {"turn": {**turn, "state": "done", "answer": answer_view(answer)}}, "", history

    def ask_example(
        self, history: History, event: gr.EventData
    ) -> Iterator[tuple[View, str, History]]:
        """Ask what the page proposes."""
        sent = event._data if isinstance(event._data, dict) else {}
        yield from self.ask(str(sent.get("question", "")), history)

    def show(self, sent: object) -> View:
        """Open a document where it is cited."""
        try:
            return {"source": source_view(self._engine, _opening(sent))}
        except Exception as error:  # noqa: BLE001
            return {"failure": error_view(detail_of(error))}

    def restart(self) -> History:
        """Forget the conversation; the page has cleared itself."""
        return ()


def _opening(sent: object) -> Opening:
    try:
        return Opening.model_validate(sent)
    except ValidationError as error:
        raise UsageError("this place cannot be shown; open it from an answer") from error

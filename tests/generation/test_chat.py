"""Any model of LangChain's is waited for within the limits, those without their own too."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from footnote.errors import GenerationFailed
from footnote.generation.chat import Chat

# Seconds: how long the model sleeps, and less than that, for which it is waited.
SLEEPS, WAITED = 20.0, 2.0


class Sleeper(BaseChatModel):
    """Says a word, sleeps unless it is woken, and says another."""

    woken: Any = None

    @property
    def _llm_type(self) -> str:
        return "sleeper"

    def _generate(self, *given: Any, **more: Any) -> ChatResult:  # noqa: ANN401
        raise NotImplementedError

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **given: Any,  # noqa: ANN401
    ) -> Iterator[ChatGenerationChunk]:
        for word in ("first", "second"):
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))
            self.woken.wait(SLEEPS)


@pytest.mark.parametrize(
    ("seconds", "silence", "reason"),
    [(WAITED, 10 * SLEEPS, "time"), (10 * SLEEPS, WAITED, "silence")],
)
def test_a_model_that_sleeps_is_left(seconds: float, silence: float, reason: str) -> None:
    woken = threading.Event()
    pieces = Chat(Sleeper(woken=woken), seconds, silence, 50).stream("s", "u")
    assert next(pieces).text == "first"
    with pytest.raises(GenerationFailed) as raised:
        next(pieces)
    woken.set()
    assert raised.value.reason == reason


def test_what_a_model_says_comes_in_its_pieces() -> None:
    woken = threading.Event()
    woken.set()
    pieces = Chat(Sleeper(woken=woken), 60, 60, 50).stream("s", "u")
    assert [piece.text for piece in pieces if piece.text] == ["first", "second"]

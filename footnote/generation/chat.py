"""Ask a chat model for text, in pieces, within limits of time, silence and length.

The model is one of LangChain's: ChatOpenAI for an address, else what `init_chat_model` makes of
a name. Any trouble becomes GenerationFailed.
"""

import queue
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage
from langsmith.run_helpers import tracing_context
from pydantic import SecretStr

from footnote.errors import GenerationFailed, ModelError
from footnote.generation.guarded import given_up, guarded_client
from footnote.settings import Settings

# Of a token, at most; beyond it the server does not keep to its own limit.
_CHARACTERS_A_TOKEN = 8
# Pieces that may wait to be checked.
_MOST_WAITING = 1000
# The one server that wants the newer name of the limit, and no temperature from newer models.
_OPENAI = "api.openai.com"
# Servers without keys get a text that is none: unset, the client would take one that the
# environment has for another server.
_NO_KEY = "none"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a model's text; tokens where it tells them, and whether it stops too early."""

    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cut: bool = False


_Pieces = queue.Queue[Piece | BaseException | None]


class Chat:
    """A chat model that is asked one thing at a time, by any number of threads."""

    def __init__(self, model: BaseChatModel, seconds: float, silence: float, tokens: int) -> None:
        self._model = model
        self._seconds = seconds
        self._silence = silence
        self._characters = tokens * _CHARACTERS_A_TOKEN

    def stream(self, system: str, user: str) -> Generator[Piece, None, None]:
        """Give the model's text as it comes. Raises GenerationFailed.

        Closing it gives the request up. It never waits longer than the limits, even for a
        model that has none of its own.
        """
        pieces: _Pieces = queue.Queue(_MOST_WAITING)
        left = threading.Event()
        asked = (SystemMessage(system), HumanMessage(user))
        work = (self._model, asked, pieces, left)
        threading.Thread(target=copy_context().run, args=(_pump, *work), daemon=True).start()
        ends = time.monotonic() + self._seconds
        characters = 0
        try:
            while (piece := self._next(pieces, ends)) is not None:
                characters += len(piece.text)
                if characters > self._characters:
                    raise GenerationFailed("the language model writes without end", "length")
                yield piece
        finally:
            left.set()

    def _next(self, pieces: _Pieces, ends: float) -> Piece | None:
        rest = ends - time.monotonic()
        try:
            piece = pieces.get(timeout=max(0.0, min(rest, self._silence)))
        except queue.Empty:
            why = "time" if rest <= self._silence else "silence"
            raise GenerationFailed("the language model took too long", why) from None
        if rest <= 0:
            raise GenerationFailed("the language model took too long", "time")
        if isinstance(piece, BaseException):
            raise failure_of(piece) from piece
        return piece


def load_chat(settings: Settings) -> Chat:
    """Make the chat model that the settings name; connects to nothing. Raises ModelError."""
    model = _at_url(settings) if settings.llm_url is not None else _by_name(settings)
    return Chat(model, settings.llm_timeout_s, settings.llm_silence_s, settings.llm_max_tokens)


def failure_of(error: BaseException) -> GenerationFailed:
    """Return what an error of any client means: a reason, and how long to leave it alone."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, GenerationFailed):
            return seen
        response = getattr(seen, "response", None)
        status = getattr(response, "status_code", None)
        if isinstance(status, int):
            pause = _pause_of(getattr(response, "headers", {})) if status in (429, 503) else None
            reason = "busy" if status == 429 else "status"
            return GenerationFailed(f"the model's server answered {status}", reason, pause)
        seen = seen.__cause__ or seen.__context__
    kind = type(error).__name__
    if "Timeout" in kind:
        reason = "silence"
    else:
        # Every client has errors of its own for it, and they are called alike.
        unreachable = isinstance(error, OSError) or "Connect" in kind
        reason = "connection" if unreachable else "malformed"
    return GenerationFailed(f"the language model failed with {kind}", reason)


def _pause_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After; a date is not read, and taken for a minute."""
    told = headers.get("retry-after")
    if told is None:
        return None
    try:
        return max(0.0, float(told))
    except ValueError:
        return 60.0


def _pump(
    model: BaseChatModel,
    messages: Sequence[SystemMessage | HumanMessage],
    pieces: _Pieces,
    left: threading.Event,
) -> None:
    given_up.set(left)
    last: BaseException | None = None
    try:
        # Else an environment that has LangSmith set would send documents there.
        with tracing_context(enabled=False):
            for chunk in model.stream(list(messages)):
                _put(pieces, _piece_of(chunk), left)
                if left.is_set():
                    return
    # Whatever a client raises is told to who waits.
    except BaseException as error:  # noqa: BLE001
        last = error
    _put(pieces, last, left)


def _put(
    pieces: _Pieces,
    piece: Piece | BaseException | None,
    left: threading.Event,
) -> None:
    while not left.is_set():
        try:
            pieces.put(piece, timeout=1)
        except queue.Full:
            continue
        return


def _piece_of(chunk: AIMessageChunk) -> Piece:
    usage = chunk.usage_metadata
    told = chunk.response_metadata
    cut = "length" in str(told.get("finish_reason") or told.get("stop_reason") or "").lower()
    cut = cut or "max_tokens" in str(told.get("stop_reason") or "")
    read, written = (usage["input_tokens"], usage["output_tokens"]) if usage else (0, 0)
    return Piece(str(chunk.text), read, written, cut)


def _at_url(settings: Settings) -> BaseChatModel:
    if find_spec("langchain_openai") is None:
        raise ModelError(
            "llm_url is set, and the client for it is not installed; "
            "`pip install 'footnote[llm]'` adds it"
        )
    from langchain_openai import ChatOpenAI

    assert settings.llm_url is not None
    key = settings.llm_api_key
    given: dict[str, Any] = {"max_tokens": settings.llm_max_tokens}
    if urlsplit(settings.llm_url).hostname != _OPENAI:
        given = {"extra_body": given, "temperature": 0.0}
    return ChatOpenAI(
        model=settings.llm_model or "",
        base_url=settings.llm_url,
        api_key=SecretStr(_NO_KEY) if key is None else key,
        http_client=guarded_client(settings.llm_url, settings.llm_silence_s),
        max_retries=0,
        stream_usage=True,
        use_responses_api=False,
        **given,
    )


def _by_name(settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    given: dict[str, Any] = {
        "timeout": settings.llm_timeout_s,
        "max_retries": 0,
        "max_tokens": settings.llm_max_tokens,
    }
    if settings.llm_api_key is not None:
        given["api_key"] = settings.llm_api_key.get_secret_value()
    try:
        model: BaseChatModel = init_chat_model(settings.llm_model or "", **given)
    except (ImportError, ValueError) as error:
        raise ModelError(f"llm_model {settings.llm_model!r} cannot be used: {error}") from error
    return model

"""What OpenAI's chat completions take and give, as far as an answer with citations goes."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from footnote.errors import UsageError
from footnote.records import Mode, Turn
from footnote.web.history import recent

MODEL = "footnote"
MOST_MESSAGES = 200
_TEXTS = ("text", "refusal")
_NO_TOOLS = "no tools are called here; leave out tools, functions and their messages"


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def read(self) -> str:
        """Return its text. Raises UsageError where it holds something else."""
        if not isinstance(self.content, list):
            return self.content or ""
        other = next((part.type for part in self.content if part.type not in _TEXTS), None)
        if other is not None:
            raise UsageError(f"a message holds {other[:40]!r}; only text is read here")
        return "\n".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    """What a stream holds besides."""

    include_usage: StrictBool = False


class CompletionRequest(BaseModel):
    """A conversation; its last user message is the question. Other parameters are passed over."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "model": MODEL,
                "messages": [{"role": "user", "content": "When did the raid take place?"}],
            }
        }
    )

    messages: list[Message] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: StrictBool | None = None
    stream_options: StreamOptions | None = None
    tools: list[Any] | None = Field(None, description="Refused, unless it is empty.")
    functions: list[Any] | None = Field(None, description="Refused, unless it is empty.")

    def asked(self) -> tuple[str, tuple[Turn, ...]]:
        """Return the question and the turns before it. Raises UsageError."""
        if self.tools or self.functions:
            raise UsageError(_NO_TOOLS)
        turns: list[Turn] = []
        for message in self.messages:
            if message.role in ("tool", "function"):
                raise UsageError(_NO_TOOLS)
            if message.role == "user":
                turns.append(Turn(message.read(), ""))
            elif message.role == "assistant" and turns:
                said = "\n".join(filter(None, (turns[-1].answer, message.read())))
                turns[-1] = Turn(turns[-1].question, said)
        if not turns:
            raise UsageError("no message is the user's; the last of them is what is asked")
        return turns[-1].question, recent(turns[:-1])


class FileCitation(BaseModel):
    """A citation: ``quote`` is the document's text from ``start`` to ``end``, in code points."""

    number: int
    document_id: str
    document: str
    title: str
    section: str | None
    page: int | None
    start: int
    end: int
    quote: str
    page_label: str | None


class Annotation(BaseModel):
    """A citation as an annotation of a message."""

    type: Literal["file_citation"] = "file_citation"
    file_citation: FileCitation


class CompletionMessage(BaseModel):
    """The answer: its statements, each with the numbers of its citations in brackets."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one choice that there is."""

    index: int = 0
    message: CompletionMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """How much was read and said: a language model's tokens, else words, which cost nothing."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Outcome(BaseModel):
    """What of an Answer has no place in a completion."""

    status: str
    confidence: float
    generation: int
    mode: Mode
    note: str | None


class Completion(BaseModel):
    """An answer as OpenAI's clients read it."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    footnote: Outcome


class Model(BaseModel):
    """A model that may be named."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelList(BaseModel):
    """The models that may be named: one."""

    object: Literal["list"] = "list"
    data: list[Model]

"""What the interfaces need of an engine, and what goes in and out of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from footnote.records import Answer, AnswerPassage, DocumentInfo, DocumentSource, Span, Turn, Unit
from footnote.store.listing import ALL, Coverage, Wanted
from footnote.store.snapshot import Origin

MAX_QUESTION = 2000
MAX_PASSAGES = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A part of the answer's text, ready before the rest; the parts begin that text.

    ``citations`` are the numbers that its statement stands on. The first is empty: it tells that
    the documents are read, and that a language model writes now.
    """

    text: str = ""
    citations: tuple[int, ...] = ()


Step = tuple[AnswerPassage, ...] | Said | Answer


@dataclass(frozen=True, slots=True)
class EngineState:
    """What answers depend on: the documents' contents, and the settings that alter answers."""

    generation: int
    corpus_sha256: str
    settings: dict[str, str | int | float]


class Asks(Protocol):
    """What the interfaces need of an engine; a test's double implements the same."""

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer: ...

    def steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Iterator[Step]: ...

    def origin(self) -> Origin: ...

    def check_ready(self) -> None: ...

    def documents(
        self, offset: int = 0, limit: int | None = 100, wanted: Wanted = ALL
    ) -> tuple[int, list[DocumentInfo]]: ...

    def coverage(self) -> Coverage: ...

    def document(self, document_id: str) -> DocumentInfo: ...

    def text(self, document_id: str, span: Span) -> str: ...

    def units(self, document_id: str, span: Span) -> list[Unit]: ...

    def source(self, document_id: str) -> DocumentSource: ...

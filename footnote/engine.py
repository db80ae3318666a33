"""Ask questions of an index: the one object that every interface holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from footnote.records import Answer, AnswerPassage, DocumentInfo, Span


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation, with its answer's text."""

    question: str
    answer: str


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
    ) -> Iterator[tuple[AnswerPassage, ...] | Answer]: ...

    def documents(self, offset: int = 0, limit: int = 100) -> tuple[int, list[DocumentInfo]]: ...

    def document(self, document_id: str) -> DocumentInfo: ...

    def text(self, document_id: str, span: Span) -> str: ...

"""An engine that says what a script tells it to, over documents in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from footnote.asks import EngineState
from footnote.errors import DocumentNotFound
from footnote.records import (
    Answer,
    AnswerPassage,
    Citation,
    DocumentInfo,
    Span,
    Statement,
    Turn,
)


@dataclass
class ScriptedEngine:
    """Answers with quotes from a script; passages are paragraphs.

    ``script`` maps a question to the document and the quote that answer it, and a confidence;
    one that is not in it has no best answer at all.
    """

    texts: Mapping[str, str]
    script: Mapping[str, tuple[str, str, float]]
    threshold: float = 0.5
    generation: int = 1
    asked: list[str] = field(default_factory=list)
    scopes: set[tuple[str, ...]] = field(default_factory=set)
    meanwhile: Callable[[str], None] = lambda _: None

    def state(self) -> EngineState:
        return EngineState(self.generation, "c0ffee", {"threshold": self.threshold})

    def documents(self, offset: int = 0, limit: int | None = 100) -> tuple[int, list[DocumentInfo]]:
        infos = [
            DocumentInfo(f"id of {name}", name, name, "text/plain", len(text), 1, None, None, "")
            for name, text in self.texts.items()
        ]
        return len(infos), infos[offset:][:limit]

    def text(self, document_id: str, span: Span) -> str:
        name = document_id.removeprefix("id of ")
        if name not in self.texts:
            raise DocumentNotFound(f"no document has the id {document_id!r}")
        return self.texts[name][span.start : span.end]

    def passage_spans(self, document_id: str) -> list[Span]:
        text = self.texts[document_id.removeprefix("id of ")]
        spans, start = [], 0
        for part in text.split("\n\n"):
            end = min(len(text), start + len(part) + 2)
            spans.append(Span(start, end))
            start = end
        return spans

    def weigh(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer:
        self.asked.append(question)
        self.scopes.add(tuple(scope))
        self.meanwhile(question)
        answer = Answer(
            question,
            "not_found",
            "Not found.",
            0.0,
            generation=self.generation,
            timings_ms={"retrieve": 1.0, "read": 2.0, "total": 3.0 + len(question)},
        )
        if question not in self.script:
            return answer
        name, quote, confidence = self.script[question]
        start = self.texts[name].index(quote)
        return replace(
            answer,
            status="answered",
            text=quote,
            short_answer=quote,
            confidence=confidence,
            statements=(Statement(quote, (1,)),),
            citations=(self.citation(name, start, quote),),
            passages=self.passages(name, start, limit),
        )

    def citation(self, name: str, start: int, quote: str) -> Citation:
        return Citation(
            1, f"id of {name}", name, name, None, None, start, start + len(quote), quote
        )

    def passages(self, name: str, start: int, limit: int) -> tuple[AnswerPassage, ...]:
        """Return the passage that holds a place, then the others of its document."""
        spans = self.passage_spans(f"id of {name}")
        spans.sort(key=lambda span: not span.start <= start < span.end)
        return tuple(
            AnswerPassage(
                f"id of {name}", name, s.start, s.end, self.texts[name][s.start : s.end], 1.0
            )
            for s in spans[:limit]
        )

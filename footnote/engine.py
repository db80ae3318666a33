"""Ask questions of an index: the one object that every interface holds."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from footnote import __version__
from footnote.answering import compose
from footnote.answering.followup import meanings
from footnote.answering.inquiry import Inquiry, fused
from footnote.answering.load_reader import load_reader
from footnote.answering.reader import Reader
from footnote.asks import MAX_PASSAGES, MAX_QUESTION, EngineState, Step
from footnote.documents import Documents
from footnote.embedding import Embedder, load_embedder
from footnote.errors import QuestionError, UsageError
from footnote.indexing.update import identity_of
from footnote.records import Answer, Hit, Turn
from footnote.settings import Settings
from footnote.store.index import IndexReader, View

if TYPE_CHECKING:
    from footnote.generation.writer import Writer


class Engine(Documents):
    """Answers from an index. Safe to use from many threads; keeps nothing of a question.

    An answer depends on the question, the scope and the index's generation alone, and not on
    what was asked before or beside it.
    """

    def __init__(
        self,
        index: IndexReader,
        embedder: Embedder,
        reader: Reader,
        settings: Settings,
        writer: "Writer | None" = None,
    ) -> None:
        super().__init__(index)
        self._embedder = embedder
        self._reader = reader
        self._settings = settings
        self._writer = writer

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer:
        """Answer a question from the documents whose names match ``scope``, all if empty.

        Raises QuestionError, UsageError where the scope matches nothing, IndexUnavailable.
        """
        *_, answer = self.steps(question, history, scope, limit)
        assert isinstance(answer, Answer)
        return answer

    def steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Iterator[Step]:
        """Give the passages as they were retrieved, then the answer.

        Where a language model writes it, its parts come between them, as they are checked.
        """
        for step in self._weighed(question, history, scope, limit):
            yield compose.gated(step, self.threshold) if isinstance(step, Answer) else step

    def weigh(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer:
        """Return the best answer however unsure it is; `gated` makes of it what ``ask`` says."""
        *_, answer = self._weighed(question, history, scope, limit)
        assert isinstance(answer, Answer)
        return answer

    def _weighed(
        self, question: str, history: Sequence[Turn], scope: Sequence[str], limit: int
    ) -> Iterator[Step]:
        started = time.perf_counter()
        asked = check_question(question)
        if not 1 <= limit <= MAX_PASSAGES:
            raise UsageError(f"limit is {limit}; give 1 to {MAX_PASSAGES} passages")
        with self._index.view() as view:
            meant = meanings(asked, history)
            inquiry = self._inquiry(view, scope, limit)
            found = [inquiry.retrieve(each) for each in meant]
            retrieved = time.perf_counter()
            yield inquiry.draft.shown(fused(found))
            understood, answer = inquiry.best(meant, found)
            ended = time.perf_counter()
            if self._writer is not None and self._is_given(answer):
                answer = yield from self._writer.write(understood, inquiry.draft, answer)
        yield replace(
            answer,
            question=question,
            asked_as=understood if understood != asked else None,
            generation=view.generation,
            timings_ms={
                "retrieve": _milliseconds(started, retrieved),
                "read": _milliseconds(retrieved, ended),
                **answer.timings_ms,
                "total": _milliseconds(started, time.perf_counter()),
            },
        )

    def search(self, question: str, scope: Sequence[str] = (), limit: int = 10) -> list[Hit]:
        """Return the passages that retrieval finds, fused, best first."""
        with self._index.view() as view:
            return self._inquiry(view, scope, limit).retrieve(check_question(question))[:limit]

    def state(self) -> EngineState:
        """Tell what the answers come from; two engines in the same state answer alike."""
        with self._index.view() as view:
            return EngineState(
                generation=view.generation,
                corpus_sha256=view.corpus_sha256(),
                settings={
                    "version": __version__,
                    "embedder": self._embedder.name,
                    "reader": self._reader.name,
                    "candidates": self._settings.candidates,
                    "read": self._settings.read,
                    "threshold": self.threshold,
                    **({} if self._writer is None else self._writer.state),
                },
            )

    @property
    def embedder(self) -> Embedder:
        """The embedder, with which the index can be brought up to date."""
        return self._embedder

    @property
    def threshold(self) -> float:
        """The confidence below which the engine says that the documents do not answer."""
        given = self._settings.threshold
        return self._reader.threshold if given is None else given

    def _inquiry(self, view: View, scope: Sequence[str], limit: int) -> Inquiry:
        return Inquiry(view, self._embedder, self._reader, self._settings, scope, limit)

    def _is_given(self, answer: Answer) -> bool:
        """Tell whether `gated` lets an answer pass; where it does not, no model is asked."""
        return answer.status == "answered" and answer.confidence >= self.threshold


def open_engine(settings: Settings, embedder: Embedder | None = None) -> Engine:
    """Make the engine that the settings describe; opens the index and checks that it fits.

    ``embedder`` is that of the settings, where it is loaded already. Raises ModelError,
    IndexUnavailable.
    """
    embedder = embedder or load_embedder(settings)
    index = IndexReader(settings.place, identity_of(embedder))
    with index.view():
        pass
    return Engine(index, embedder, load_reader(settings), settings, _writer_of(settings))


def _writer_of(settings: Settings) -> "Writer | None":
    if settings.llm_model is None:
        return None
    # Here, so that nothing of it is imported where no language model is set.
    from footnote.generation.writer import load_writer

    return load_writer(settings)


def check_question(question: str) -> str:
    """Return the question as it is asked. Raises QuestionError."""
    asked = " ".join(question.split())
    if not asked:
        raise QuestionError("the question is empty; ask something about the documents")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(question)} characters; at most {MAX_QUESTION} are read. "
            "Shorten it"
        )
    return asked


def _milliseconds(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)

"""Ask questions of an index: the one object that every interface holds."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from footnote import __version__
from footnote.answering import compose
from footnote.answering.clarify import ask_back, ask_back_for_more
from footnote.answering.draft import Draft, final_order
from footnote.answering.duplicates import distinct
from footnote.answering.followup import meanings
from footnote.answering.intent import intent_of
from footnote.answering.load_reader import load_reader
from footnote.answering.reader import Reader, Reading
from footnote.answering.weighing import weighed
from footnote.asks import MAX_PASSAGES, MAX_QUESTION, EngineState, Step
from footnote.embedding import Embedder, load_embedder
from footnote.errors import QuestionError, UsageError
from footnote.indexing.update import identity_of
from footnote.ingest.folder import Skipped
from footnote.records import (
    Answer,
    DocumentInfo,
    DocumentSource,
    Hit,
    Span,
    Turn,
    Unit,
)
from footnote.settings import Settings
from footnote.store.index import IndexReader, View
from footnote.store.listing import ALL, Coverage, Wanted
from footnote.store.search import reciprocal_rank_fusion
from footnote.store.snapshot import Origin

if TYPE_CHECKING:
    from footnote.generation.writer import Writer


class Engine:
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
        self._index = index
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
            found = [self._retrieve(view, each, scope) for each in meant]
            retrieved = time.perf_counter()
            draft = Draft(view.catalogue, limit, scope)
            yield draft.shown(_fused(found))
            at, readings = self._surest(draft, meant, found)
            # After what was read comes what any of the meanings found.
            hits = _joined(found[at][: self._settings.read], _fused(found))
            answer = self._answer(draft, meant[at], hits, readings)
            ended = time.perf_counter()
            if self._writer is not None and self._is_given(answer):
                answer = yield from self._writer.write(meant[at], draft, answer)
        yield replace(
            answer,
            question=question,
            asked_as=meant[at] if meant[at] != asked else None,
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
            return self._retrieve(view, check_question(question), scope)[:limit]

    def origin(self) -> Origin:
        """Tell which generation answers come from, without loading it; costs under 1 ms.

        While it stays the same, the same question has the same answer.
        """
        return self._index.origin()

    def documents(
        self, offset: int = 0, limit: int | None = 100, wanted: Wanted = ALL
    ) -> tuple[int, list[DocumentInfo]]:
        """Return how many documents are wanted, and some of them."""
        with self._index.view() as view:
            return view.catalogue.documents(offset, limit, wanted)

    def coverage(self) -> Coverage:
        """Tell what there is to answer from."""
        with self._index.view() as view:
            return view.catalogue.coverage()

    def document(self, document_id: str) -> DocumentInfo:
        """Return what is known of a document. Raises DocumentNotFound."""
        with self._index.view() as view:
            return view.catalogue.document(document_id)

    def text(self, document_id: str, span: Span) -> str:
        """Return a part of a document's canonical text. Raises DocumentNotFound."""
        with self._index.view() as view:
            view.catalogue.document(document_id)
            return view.catalogue.text(document_id, span)

    def units(self, document_id: str, span: Span) -> list[Unit]:
        """Return the units of the passages that a span touches, in order."""
        with self._index.view() as view:
            passages = view.catalogue.passages_within(document_id, span)
            return [unit for passage in passages for unit in passage.units]

    def source(self, document_id: str) -> DocumentSource:
        """Return where a document was read. Raises DocumentNotFound."""
        with self._index.view() as view:
            return view.catalogue.source(document_id)

    def passage_spans(self, document_id: str) -> list[Span]:
        """Return the spans of a document's passages, in order; they tile its text."""
        with self._index.view() as view:
            return [each.span for each in view.catalogue.passages_of(document_id)]

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

    def skipped(self) -> list[Skipped]:
        """Return the files that were looked at and not read, and why."""
        with self._index.view() as view:
            files = view.catalogue.known_files()
        return [Skipped(*each) for _, file in sorted(files.items()) for each in file.skipped]

    @property
    def embedder(self) -> Embedder:
        """The embedder, with which the index can be brought up to date."""
        return self._embedder

    @property
    def threshold(self) -> float:
        """The confidence below which the engine says that the documents do not answer."""
        given = self._settings.threshold
        return self._reader.threshold if given is None else given

    def _retrieve(self, view: View, question: str, scope: Sequence[str]) -> list[Hit]:
        vector = self._embedder.embed_question(question)
        return distinct(view.search(vector, question, self._settings.candidates, scope))

    def _is_given(self, answer: Answer) -> bool:
        """Tell whether `gated` lets an answer pass; where it does not, no model is asked."""
        return answer.status == "answered" and answer.confidence >= self.threshold

    def _surest(
        self, draft: Draft, meant: Sequence[str], found: Sequence[list[Hit]]
    ) -> tuple[int, list[Reading] | None]:
        """Return which meaning the documents answer most surely, with its readings.

        None where there is one meaning, which may need no reading.
        """
        if len(meant) == 1:
            return 0, None
        readings = [self._read(draft, *each) for each in zip(meant, found, strict=True)]
        sure = [each[0].confidence if each else 0.0 for each in readings]
        at = sure.index(max(sure))
        return at, readings[at]

    def _read(self, draft: Draft, question: str, hits: list[Hit]) -> list[Reading]:
        readings = self._reader.read(question, hits[: self._settings.read])
        return weighed(question, draft.catalogue, hits, readings, self._embedder)

    def _answer(
        self,
        draft: Draft,
        question: str,
        hits: list[Hit],
        readings: list[Reading] | None = None,
    ) -> Answer:
        intent = intent_of(question)
        if intent in ("greeting", "thanks", "about", "count"):
            return compose.about(question, draft, intent)
        if intent == "overview":
            found = compose.overview(question, draft, hits, self._embedder)
            return found or compose.not_found(question, draft, hits, 0.0)
        if back := ask_back_for_more(question, draft):
            return back
        readings = self._read(draft, question, hits) if readings is None else readings
        if not readings:
            return compose.not_found(question, draft, hits, 0.0)
        draft.kept = tuple(dict.fromkeys(reading.passage for reading in readings))
        if back := ask_back(question, draft, final_order(hits, readings), readings):
            return back
        return compose.from_readings(question, draft, hits, readings, intent)


def open_engine(settings: Settings, embedder: Embedder | None = None) -> Engine:
    """Make the engine that the settings describe; opens the index and checks that it fits.

    ``embedder`` is that of the settings, where it is loaded already. Raises ModelError,
    IndexUnavailable.
    """
    embedder = embedder or load_embedder(settings)
    index = IndexReader(settings.index, identity_of(embedder))
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


def _fused(found: Sequence[Sequence[Hit]]) -> list[Hit]:
    if len(found) == 1:
        return list(found[0])
    hits = {hit.passage.id: hit for each in reversed(found) for hit in each}
    ranked = reciprocal_rank_fusion([[hit.passage.id for hit in each] for each in found])
    return [replace(hits[id_], score=score) for id_, score in ranked]


def _joined(first: Sequence[Hit], then: Sequence[Hit]) -> list[Hit]:
    known = {hit.passage.id for hit in first}
    return [*first, *(hit for hit in then if hit.passage.id not in known)]


def _milliseconds(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)

"""One question, from what is retrieved for each of its meanings to the best answer to it."""

from collections.abc import Sequence
from dataclasses import replace

from footnote.answering import compose
from footnote.answering.clarify import ask_back, ask_back_for_more
from footnote.answering.draft import Draft, final_order
from footnote.answering.duplicates import distinct, spread
from footnote.answering.intent import intent_of
from footnote.answering.reader import Reader, Reading
from footnote.answering.weighing import weighed
from footnote.embedding import Embedder
from footnote.records import Answer, Hit
from footnote.settings import Settings
from footnote.store.index import View
from footnote.store.search import reciprocal_rank_fusion


class Inquiry:
    """Looks for the answer to a question in one view of an index.

    ``draft`` becomes the answer, from documents whose names match ``scope``, all if empty.
    """

    def __init__(
        self,
        view: View,
        embedder: Embedder,
        reader: Reader,
        settings: Settings,
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> None:
        self.draft = Draft(view.catalogue, limit, scope)
        self._view = view
        self._embedder = embedder
        self._reader = reader
        self._settings = settings
        self._scope = scope

    def retrieve(self, question: str) -> list[Hit]:
        """Return the passages found, fused, best first; of those of the same words one.

        Of those that are nearly the same few stand among those that are read.
        """
        vector = self._embedder.embed_question(question)
        found = self._view.search(vector, question, self._settings.candidates, self._scope)
        return spread(distinct(found), self._settings.read)

    def best(self, meant: Sequence[str], found: Sequence[list[Hit]]) -> tuple[str, Answer]:
        """Return the meaning of a question that the documents speak for most, and its answer.

        ``found`` is what was retrieved for each meaning, the likeliest first.
        """
        at, readings = 0, None
        if len(meant) > 1:
            read = [self._read(*each) for each in zip(meant, found, strict=True)]
            at, readings = most_agreed(read)
        # After what was read comes what any of the meanings found.
        hits = _joined(found[at][: self._settings.read], fused(found))
        return meant[at], self._answer(meant[at], hits, readings)

    def _read(self, question: str, hits: list[Hit]) -> list[Reading]:
        readings = self._reader.read(question, hits[: self._settings.read])
        return weighed(question, self.draft.catalogue, hits, readings, self._embedder)

    def _answer(self, question: str, hits: list[Hit], readings: list[Reading] | None) -> Answer:
        draft, intent = self.draft, intent_of(question)
        if intent in ("greeting", "thanks", "about", "count"):
            return compose.about(question, draft, intent)
        if intent == "overview":
            found = compose.overview(question, draft, hits, self._embedder)
            return found or compose.not_found(question, draft, hits, 0.0)
        if back := ask_back_for_more(question, draft):
            return back
        readings = self._read(question, hits) if readings is None else readings
        if not readings:
            return compose.not_found(question, draft, hits, 0.0)
        draft.kept = tuple(dict.fromkeys(reading.passage for reading in readings))
        if back := ask_back(question, draft, final_order(hits, readings), readings):
            return back
        return compose.from_readings(question, draft, hits, readings, intent)


def most_agreed(read: Sequence[list[Reading]]) -> tuple[int, list[Reading]]:
    """Return which meaning to answer, and its readings, those of the answering passage first.

    ``read`` is the readings of each meaning. The passage is the one that all of them together are
    surest of, by the sum of its best confidence in each: what answers a question whoever "he" is
    taken for is likelier meant than what answers it of one alone (docs/decisions/0015). The
    meaning is the one that is surest of this passage.
    """
    sure: list[dict[int, float]] = []
    for readings in read:
        best: dict[int, float] = {}
        for each in readings:
            best[each.passage.id] = max(each.confidence, best.get(each.passage.id, 0.0))
        sure.append(best)
    passages = dict.fromkeys(id_ for best in sure for id_ in best)
    if not passages:
        return 0, []
    agreed = max(passages, key=lambda id_: sum(best.get(id_, 0.0) for best in sure))
    at = max(range(len(sure)), key=lambda n: sure[n].get(agreed, 0.0))
    return at, sorted(read[at], key=lambda each: each.passage.id != agreed)


def fused(found: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Return what several searches found as one, by reciprocal ranks."""
    if len(found) == 1:
        return list(found[0])
    hits = {hit.passage.id: hit for each in reversed(found) for hit in each}
    ranked = reciprocal_rank_fusion([[hit.passage.id for hit in each] for each in found])
    return [replace(hits[id_], score=score) for id_, score in ranked]


def _joined(first: Sequence[Hit], then: Sequence[Hit]) -> list[Hit]:
    known = {hit.passage.id for hit in first}
    return [*first, *(hit for hit in then if hit.passage.id not in known)]

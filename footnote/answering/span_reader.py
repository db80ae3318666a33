"""The reader: a cross-encoder's spans over the passages found, ranked and calibrated."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from footnote.answering.calibration import Calibration, Certainty, Features
from footnote.answering.reader import Reading
from footnote.answering.span_model import SpanModel
from footnote.answering.spans import best_of_windows
from footnote.records import Hit, Passage, Span, Unit
from footnote.settings import Preset

# Headings are what a passage is under, and go in with its path; code answers when a person
# reads it, not by a span of it, but what stands around it may need it, as a definition needs
# its term: "If set, it is ...".
_GIVEN = ("term", "sentence", "item", "row", "code")
_READ = ("sentence", "item", "row")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a passage with its best span, in the document's offsets."""

    passage: Passage
    unit: Unit
    answer: Span
    probability: float
    features: Features
    # The answer folded, by which candidates agree: each is compared with all others.
    text: str = field(init=False)

    def __post_init__(self) -> None:
        folded = " ".join(self.passage.quote(self.answer).casefold().split())
        object.__setattr__(self, "text", folded.strip(".,;:\"'()"))


class SpanReader:
    """Reads each passage by itself, in as many threads as there are cores.

    The threads take passages in the order of arrival, whatever question they are of: questions
    that are read at once come one after the other, without a core being idle between them.
    """

    def __init__(
        self,
        model: SpanModel,
        calibration: Calibration,
        preset: Preset = "balanced",
        threads: int = 1,
    ) -> None:
        self._model = model
        self._calibration = calibration
        self._preset: Preset = preset
        self._pool = ThreadPoolExecutor(threads, "footnote-reader")

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def threshold(self) -> float:
        return self._calibration.thresholds[self._preset]

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        # The model was never shown a question without a word, and would answer "***" with "*".
        if not any(map(str.isalnum, question)):
            return []
        found = self.candidates(question, hits)
        scores, order = ranked(found, self._calibration)
        first: dict[int, Candidate] = {}
        out = []
        for at in order:
            one = found[at]
            # The verdict is the passage's: its other sentences have the share of it that their
            # spans have.
            best = first.setdefault(one.passage.id, one)
            share = min(1.0, one.probability / best.probability) if best.probability else 1.0
            sure = self._calibration.probability(certainty_of(found, at)) * share
            out.append(Reading(one.passage, one.unit, one.answer, scores[at], sure))
        return out

    def candidates(self, question: str, hits: Sequence[Hit]) -> list[Candidate]:
        """Return every unit of the passages that holds a span, with its features."""
        read = self._pool.map(lambda each: self._of_hit(question, *each), enumerate(hits))
        return [candidate for each in read for candidate in each]

    def _of_hit(self, question: str, rank: int, hit: Hit) -> list[Candidate]:
        passage = hit.passage
        units = [unit for unit in passage.units if unit.kind in _GIVEN]
        pieces = [passage.quote(unit.span) for unit in units]
        windows = self._model.score(question, passage.path, pieces)
        if not windows:
            return []
        answers = max(window.answers for window in windows)
        relevant = max(window.relevant for window in windows)
        return [
            Candidate(
                passage,
                units[found.piece],
                found.span.shift(units[found.piece].span.start),
                found.probability,
                Features(found.margin, answers, relevant, 1 / (1 + rank)),
            )
            for found in best_of_windows(windows)
            if units[found.piece].kind in _READ
        ]


def ranked(found: Sequence[Candidate], by: Calibration) -> tuple[list[float], list[int]]:
    """Return each candidate's score, and their order, best first."""
    scores = [by.score(each.features) for each in found]
    # Equal scores go by retrieval's order, which the candidates stand in.
    return scores, sorted(range(len(found)), key=lambda at: -scores[at])


def certainty_of(found: Sequence[Candidate], at: int) -> Certainty:
    """Return what confidence in a candidate goes by."""
    one = found[at]
    same = (
        each.probability
        for each in found
        if each.text == one.text and each.passage.id != one.passage.id
    )
    return Certainty(one.features.answers, one.probability, sum(same))

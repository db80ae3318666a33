"""The reader over a model that is a double: ranking, confidence, exact places."""

import math
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.answering.calibration import CERTAINTIES, FEATURES, Calibration
from footnote.answering.span_model import Scored
from footnote.answering.span_reader import SpanReader
from footnote.answering.windows import Token
from footnote.records import Hit, Passage, Span, Unit, UnitKind, assert_exact


@dataclass
class WordModel:
    """Finds given words: the logits of a word are its value, all others are -5."""

    values: dict[str, float]
    relevant: float = 0.0
    name: str = "words"
    asked: list[tuple[str, str]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    def score(self, question: str, headings: str, pieces: Sequence[str]) -> list[Scored]:
        self.asked.append((question, headings))
        self.given += pieces
        tokens, values = [], []
        for at, piece in enumerate(pieces):
            end = 0
            for word in piece.split():
                start = piece.index(word, end)
                end = start + len(word)
                tokens.append(Token(at, Span(start, end)))
                values.append(self.values.get(word.strip("."), -5.0) / 2)
        logits = np.array(values, dtype=np.float32)
        best = 2 * float(logits.max()) if values else 0.0
        return [Scored(tokens, logits, logits, 0.0, best, self.relevant)] if tokens else []


def passage(
    text: str, id_: int, kinds: Sequence[UnitKind] = (), document: str = "d", at: int = 0
) -> Passage:
    """A passage whose units are its lines, which begins at ``at`` in its document."""
    units, start = [], 0
    for n, line in enumerate(text.split("\n")):
        kind = kinds[n] if kinds else "sentence"
        units.append(Unit(kind, Span(start, start + len(line)).shift(at)))
        start += len(line) + 1
    span = Span(at, at + len(text))
    return Passage(document, id_, span, text, ("Title", "Part"), tuple(units), id_)


def hits(*passages: Passage) -> list[Hit]:
    return [Hit(each, 1 / (60 + n), 0.5) for n, each in enumerate(passages)]


MARGIN = Calibration.none()


def test_the_surest_span_comes_first_with_its_sentence() -> None:
    read = SpanReader(WordModel({"Ann": 4.0, "Bo": 2.0}), MARGIN).read(
        "Who?",
        hits(passage("Nobody.", 1), passage("It rained.\nThen Ann came.\nBo left.", 2, at=7)),
    )
    best = read[0]
    assert best.passage.id == 2
    assert best.passage.quote(best.answer) == "Ann"
    assert best.passage.quote(best.unit.span) == "Then Ann came."
    assert [each.score for each in read] == sorted((each.score for each in read), reverse=True)
    assert best.confidence == pytest.approx(1 / (1 + math.exp(-4)))


def test_headings_are_given_and_never_an_answer() -> None:
    model = WordModel({"Ann": 9.0, "Bo": 1.0})
    read = SpanReader(model, MARGIN).read(
        "Who?", hits(passage("Ann\nBo came.", 1, ("heading", "sentence")))
    )
    assert [each.passage.quote(each.answer) for each in read] == ["Bo"]
    assert model.asked == [("Who?", "Title > Part")]


def test_terms_are_read_with_their_definitions_and_are_no_answer() -> None:
    model = WordModel({"color": 9.0, "always": 1.0})
    kinds: tuple[UnitKind, ...] = ("term", "sentence")
    read = SpanReader(model, MARGIN).read(
        "When?", hits(passage("color.ui\nIf set, always.", 1, kinds))
    )
    assert [each.passage.quote(each.answer) for each in read] == ["always."]
    assert model.given == ["color.ui", "If set, always."]


def test_code_is_read_about_but_is_no_answer() -> None:
    read = SpanReader(WordModel({"run": 9.0}), MARGIN).read(
        "How?", hits(passage("run it\nThen wait.", 1, ("code", "sentence")))
    )
    assert [each.passage.quote(each.unit.span) for each in read] == ["Then wait."]


@pytest.mark.parametrize("texts", [[], [""], ["", "\n"]])
def test_nothing_to_read_gives_no_reading(texts: list[str]) -> None:
    passages = [passage(text, n) for n, text in enumerate(texts)]
    assert SpanReader(WordModel({}), MARGIN).read("Who?", hits(*passages)) == []


@pytest.mark.parametrize("question", ["***", "?!?", "§§§ —", ""])
def test_a_question_without_a_word_is_not_read(question: str) -> None:
    reader = SpanReader(WordModel({"Ann": 5.0}), MARGIN)
    assert reader.read("Ann?", hits(passage("Ann came.", 0)))
    assert reader.read(question, hits(passage("Ann came.", 0))) == []


def test_threads_do_not_alter_what_is_read() -> None:
    found = hits(*(passage(f"Ann {n} came.\nBo {n} left.", n) for n in range(20)))
    model = WordModel({"Ann": 1.0})
    one, four = (SpanReader(model, MARGIN, threads=n).read("Who?", found) for n in (1, 4))
    assert one == four


class GatedModel(WordModel):
    """Scores passages one at a time, the first once it is let."""

    def __init__(self) -> None:
        super().__init__({"Ann": 1.0})
        self.let = threading.Event()

    def score(self, question: str, headings: str, pieces: Sequence[str]) -> list[Scored]:
        assert self.let.wait(10)
        return super().score(question, headings, pieces)


def test_passages_are_read_in_the_order_of_arrival_whoever_asked() -> None:
    model = GatedModel()
    reader = SpanReader(model, MARGIN, threads=1)
    found = hits(*(passage(f"Ann {n} came.", n) for n in range(3)))
    with ThreadPoolExecutor(2) as pool:
        jobs = []
        for question, queued in (("Who came?", 2), ("Who left?", 5)):
            jobs.append(pool.submit(reader.read, question, found))
            while reader._pool._work_queue.qsize() < queued:
                time.sleep(0.001)
        model.let.set()
        assert all(len(job.result()) == 3 for job in jobs)
    assert [question for question, _ in model.asked] == ["Who came?"] * 3 + ["Who left?"] * 3


def weighted(**weights: float) -> Calibration:
    """A calibration whose confidence goes by some certainties alone."""
    confidence = tuple(weights.get(name, 0.0) for name in CERTAINTIES)
    return replace(MARGIN, confidence=confidence)


def test_sentences_of_a_passage_share_what_it_is_worth() -> None:
    both = passage("Ann came.\nBo left.", 0)
    first, second = SpanReader(WordModel({"Ann": 3.0, "Bo": 1.0}), weighted(answers=1.0)).read(
        "Who?", hits(both)
    )
    assert 0 < second.confidence < first.confidence / 3


def test_a_span_too_improbable_for_a_float_is_no_error() -> None:
    model = WordModel({"Ann": -4000.0, "came": -4000.0})
    (only,) = SpanReader(model, MARGIN).read("Who?", hits(passage("Ann came.", 0)))
    assert only.confidence == pytest.approx(0.0, abs=1e-9)


def test_agreement_of_other_passages_raises_confidence() -> None:
    reader = SpanReader(WordModel({"Ann": 2.0, "ANN": 2.0}), weighted(agreement=1.0))
    alone = reader.read("Who?", hits(passage("Ann came.", 1), passage("Nobody.", 2)))
    agreed = reader.read("Who?", hits(passage("Ann came.", 1), passage("So ANN came.", 2)))
    twice = reader.read("Who?", hits(passage("Ann came.\nAnn left.", 1)))
    assert agreed[0].confidence > alone[0].confidence == twice[0].confidence == 0.5


def test_ranking_weighs_retrieval_too() -> None:
    by_rank = replace(MARGIN, ranking=tuple(float(name == "rank") for name in FEATURES))
    read = SpanReader(WordModel({"Ann": 9.0}), by_rank).read(
        "Who?", hits(passage("Nobody.", 1), passage("Ann.", 2))
    )
    assert [each.passage.id for each in read] == [1, 2]


@given(st.lists(st.text("aA nB.😀é\n", min_size=1, max_size=60), max_size=4))
def test_each_place_is_exact(texts: list[str]) -> None:
    start = 3
    passages = []
    for n, text in enumerate(texts):
        passages.append(passage(text, n, at=start))
        start += len(text)
    document = "xyz" + "".join(texts)
    for each in SpanReader(WordModel({"A": 2.0}), MARGIN).read("Who?", hits(*passages)):
        assert each.answer in each.unit.span
        assert_exact(document, [(each.answer, each.passage.quote(each.answer))])


def test_presets_are_thresholds() -> None:
    thresholds = [
        SpanReader(WordModel({}), MARGIN, preset).threshold
        for preset in ("strict", "balanced", "eager")
    ]
    assert thresholds == sorted(thresholds, reverse=True) == [0.8, 0.5, 0.2]

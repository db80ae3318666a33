"""Compare a run with another on the questions that both asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.errors import UsageError
from footnote.evaluation.intervals import paired_p_value
from footnote.evaluation.metrics import METRICS, TIMED, Metric, mean
from footnote.evaluation.questions import Question
from footnote.evaluation.run_files import RunFolder
from footnote.evaluation.scoring import GOOD, Outcome
from footnote.evaluation.table import Columns, Table, rows_of, tabulate


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric in both runs, each over the questions to which it applies there.

    ``n`` is how many these are in this run, ``baseline_n`` in the other: which answers have
    citations, say, differs. ``p`` is the paired permutation test's, None for what a machine's
    load changes.
    """

    baseline: float
    value: float
    difference: float
    p: float | None
    n: int
    baseline_n: int

    def worse_by(self, metric: Metric) -> float:
        """Return how much worse it got, 0 or less where it did not."""
        return -self.difference if metric.higher_is_better else self.difference


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that ended otherwise than in the baseline, or with another F1."""

    id: str
    question: str
    before: Outcome
    after: Outcome
    f1_before: float | None
    f1_after: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between a run and its baseline.

    ``added`` and ``missing`` are the ids of questions that only this run, or only the baseline,
    has; ``altered`` of those whose wording or gold is another. None of them is compared.
    """

    baseline: str
    n: int
    metrics: dict[str, Difference]
    won: tuple[Changed, ...]
    lost: tuple[Changed, ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]
    altered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A run that is scored, as a comparison takes it."""

    questions: Sequence[Question]
    table: Table


def read_scored(run: RunFolder) -> Scored:
    """Score a run from its files. Raises UsageError where it did not end."""
    questions, predictions = run.read_finished()
    return Scored(questions, tabulate(questions, predictions))


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which questions two runs share: ``pairs`` of their numbers in ours and theirs."""

    pairs: tuple[tuple[int, int], ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]
    altered: tuple[str, ...]


def pair(name: str, ours: Sequence[Question], theirs: Sequence[Question]) -> Pairing:
    """Find the questions that two runs share. Raises UsageError where there are none."""
    here = {question.id: at for at, question in enumerate(ours)}
    there = {question.id: at for at, question in enumerate(theirs)}
    both = [id_ for id_ in here if id_ in there]
    same = {
        id_ for id_ in both if ours[here[id_]].asks_the_same == theirs[there[id_]].asks_the_same
    }
    if not same:
        raise UsageError(
            f"the baseline {name!r} has no question in common with this run: none of the same id "
            "with the same wording and gold"
        )
    return Pairing(
        pairs=tuple((here[id_], there[id_]) for id_ in both if id_ in same),
        added=tuple(id_ for id_ in here if id_ not in there),
        missing=tuple(id_ for id_ in there if id_ not in here),
        altered=tuple(id_ for id_ in both if id_ not in same),
    )


def compare(name: str, ours: Scored, theirs: Scored) -> Comparison:
    """Compare two runs, ours with theirs. Raises UsageError where they share no question."""
    pairing = pair(name, ours.questions, theirs.questions)
    changes = list(_changes(ours, theirs, pairing.pairs))
    return Comparison(
        baseline=name,
        n=len(pairing.pairs),
        metrics=_differences(
            rows_of(ours.table.columns, [at for at, _ in pairing.pairs]),
            rows_of(theirs.table.columns, [at for _, at in pairing.pairs]),
        ),
        won=tuple(each for each, gain in changes if gain > 0),
        lost=tuple(each for each, gain in changes if gain < 0),
        added=pairing.added,
        missing=pairing.missing,
        altered=pairing.altered,
    )


def _differences(ours: Columns, theirs: Columns) -> dict[str, Difference]:
    differences = {}
    for metric in METRICS.values():
        one, other = metric.of(ours), metric.of(theirs)
        if not len(one[0]) or not len(other[0]):
            continue
        value, baseline = float(metric.statistic(*one)), float(metric.statistic(*other))
        differences[metric.name] = Difference(
            baseline=baseline,
            value=value,
            difference=value - baseline,
            p=_p(metric, ours, theirs),
            n=len(one[0]),
            baseline_n=len(other[0]),
        )
    return differences


def _p(metric: Metric, ours: Columns, theirs: Columns) -> float | None:
    if metric.name in TIMED:
        return None
    one = [ours[name] for name in metric.columns]
    other = [theirs[name] for name in metric.columns]
    here, there = (~np.isnan(np.stack(columns)).any(axis=0) for columns in (one, other))
    # Which answers have citations, say, differs between runs; a mean passes over those without.
    rows = here | there if metric.statistic is mean else here & there
    if not rows.any():
        return None
    return paired_p_value(
        metric.statistic, [column[rows] for column in one], [column[rows] for column in other]
    )


def _changes(
    ours: Scored, theirs: Scored, pairs: Sequence[tuple[int, int]]
) -> Iterator[tuple[Changed, float]]:
    """Give the questions that ended otherwise, with a gain above 0 where they ended better."""
    for here, there in pairs:
        question = ours.questions[here]
        after, before = ours.table.outcomes[here], theirs.table.outcomes[there]
        f1_after, f1_before = _f1(ours.table, here), _f1(theirs.table, there)
        gain = float((after in GOOD) - (before in GOOD))
        if not gain and f1_after is not None and f1_before is not None:
            gain = f1_after - f1_before
        if gain:
            yield (
                Changed(question.id, question.text, before, after, f1_before, f1_after),
                gain,
            )


def _f1(table: Table, at: int) -> float | None:
    value = float(table.columns["f1"][at])
    return None if value != value else value

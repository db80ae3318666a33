import itertools
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from footnote.errors import UsageError
from footnote.evaluation import selective
from footnote.evaluation.comparison import (
    Changed,
    Comparison,
    Difference,
    Scored,
    compare,
    pair,
    read_scored,
)
from footnote.evaluation.metrics import METRICS, TIMED
from footnote.evaluation.questions import Question
from footnote.evaluation.run import Silence, run_questions
from footnote.evaluation.run_files import RunFolder
from footnote.evaluation.table import tabulate
from footnote.records import Answer, Span, Turn
from tests.evaluation.double import ScriptedEngine
from tests.evaluation.theory import (
    DOCUMENT,
    TEXT,
    answerable,
    gold_span,
    predicted,
    right,
    silent,
    unanswerable,
    values,
    wrong,
)

Array = NDArray[np.float64]
QUESTIONS = [*map(answerable, range(6)), *map(unanswerable, range(6, 8))]


def scored(answers: Sequence[Answer], questions: Sequence[Question] = QUESTIONS) -> Scored:
    pairs = zip(questions, answers, strict=True)
    return Scored(questions, tabulate(questions, [predicted(*each) for each in pairs]))


def compared(ours: Scored, theirs: Scored) -> Comparison:
    return compare("runs/old", ours, theirs)


def some(right_ones: str) -> list[Answer]:
    """Return an answer to each of QUESTIONS: r right, w wrong, x withheld wrong, s silent."""
    kinds: dict[str, Callable[[int], Answer]] = {
        "r": lambda at: right(at, 0.5 + at / 20),
        "w": lambda at: wrong(at, 0.6 + at / 25),
        "x": lambda at: wrong(at, 0.1 + at / 30),
        "s": lambda _: silent(),
    }
    return [kinds[kind](at) for at, kind in enumerate(right_ones)]


def p_over_all_swaps(
    statistic: Callable[..., float], ours: Sequence[Array], theirs: Sequence[Array]
) -> float:
    """Return twice the smaller tail over every way of swapping the questions' results."""
    null = []
    for swap in itertools.product([False, True], repeat=len(ours[0])):
        one = [np.where(swap, b, a) for a, b in zip(ours, theirs, strict=True)]
        other = [np.where(swap, a, b) for a, b in zip(ours, theirs, strict=True)]
        null.append(float(statistic(*one)) - float(statistic(*other)))
    # Nothing is swapped in the first.
    tails = (
        sum(d >= null[0] - 1e-12 for d in null),
        sum(d <= null[0] + 1e-12 for d in null),
    )
    return min(1.0, 2 * min(tails) / len(null))


def test_a_run_does_not_differ_from_itself() -> None:
    run = scored(some("rwrsrwsw"))
    comparison = compared(run, run)
    assert (comparison.baseline, comparison.n) == ("runs/old", len(QUESTIONS))
    assert set(comparison.metrics) == set(values(run.table.columns))
    for name, each in comparison.metrics.items():
        assert each.difference == 0
        assert each.p == (None if name in TIMED else 1), name
    assert not comparison.won + comparison.lost
    assert not comparison.added + comparison.missing + comparison.altered


def test_values_are_each_runs_own_over_the_shared_questions() -> None:
    ours, theirs = scored(some("rrrrwrsw")), scored(some("rwwsrwsw"))
    mine, other = values(ours.table.columns), values(theirs.table.columns)
    for name, each in compared(ours, theirs).metrics.items():
        assert (each.value, each.baseline) == (mine[name], other[name])
        assert each.difference == pytest.approx(mine[name] - other[name])


def test_questions_that_ended_better_are_won_and_worse_are_lost() -> None:
    ours, theirs = scored(some("rwrswwsw")), scored(some("wrsrwxws"))
    comparison = compared(ours, theirs)
    won, lost = (
        {each.id: (each.before, each.after) for each in changed}
        for changed in (comparison.won, comparison.lost)
    )
    assert won == {
        "0": ("wrong answer", "right answer"),
        "2": ("over-refusal", "right answer"),
        "6": ("false answer", "right silence"),
    }
    # Of 4 and 5 one stayed wrong, and one went from a silence to a wrong answer.
    assert lost == {
        "1": ("right answer", "wrong answer"),
        "3": ("right answer", "over-refusal"),
        "7": ("right silence", "false answer"),
    }
    back = compared(theirs, ours)
    assert {each.id for each in back.won} == set(lost)
    assert {each.id for each in back.lost} == set(won)


def test_a_change_holds_what_a_reader_needs_of_it() -> None:
    comparison = compared(scored(some("rrrrrrss")), scored(some("wrrrrrss")))
    assert comparison.won == (
        Changed("0", "What is 0?", "wrong answer", "right answer", f1_before=0.0, f1_after=1.0),
    )


def test_among_equal_ends_the_better_f1_wins() -> None:
    answers = some("rrrrrrss")
    longer = [replace(answers[0], text="it is gold 0"), *answers[1:]]
    comparison = compared(scored(answers), scored(longer))
    (change,) = comparison.won
    assert (change.before, change.after) == ("right answer", "right answer")
    assert change.f1_before == pytest.approx(2 * 2 / (4 + 2))
    assert [each.id for each in compared(scored(longer), scored(answers)).lost] == ["0"]


def test_without_gold_answers_there_is_no_f1_and_the_end_decides() -> None:
    questions = [replace(answerable(at), answers=()) for at in range(3)]
    ours, theirs = scored(some("rwr"), questions), scored(some("wwr"), questions)
    (change,) = compared(ours, theirs).won
    assert (change.id, change.f1_before, change.f1_after) == ("0", None, None)


def test_only_questions_that_both_runs_asked_alike_are_compared() -> None:
    reworded = replace(QUESTIONS[2], text="What, then, is 2?")
    ours_asked = [QUESTIONS[4], QUESTIONS[0], QUESTIONS[1], reworded, answerable(30)]
    theirs_asked = [*QUESTIONS[:3], answerable(31), QUESTIONS[4]]
    ours = scored([right(4), right(0), wrong(1), right(2), wrong(30)], ours_asked)
    theirs = scored([wrong(0), wrong(1), wrong(2), right(31), wrong(4)], theirs_asked)
    comparison = compared(ours, theirs)
    assert comparison.n == 3
    assert comparison.added == ("30",)
    assert comparison.missing == ("31",)
    assert comparison.altered == ("2",)
    accuracy = comparison.metrics["accuracy"]
    assert (accuracy.n, accuracy.value, accuracy.baseline) == (3, 2 / 3, 0)
    assert {each.id for each in comparison.won} == {"0", "4"}


def test_the_order_of_the_questions_does_not_matter() -> None:
    answers = some("rwrswwsw")
    ours, theirs = scored(answers), scored(some("wrsrwxws"))
    turned = scored(answers[::-1], QUESTIONS[::-1])
    one, other = compared(ours, theirs), compared(turned, theirs)
    assert {each.id for each in one.won} == {each.id for each in other.won}
    for name, each in one.metrics.items():
        same = other.metrics[name]
        assert (same.value, same.baseline) == pytest.approx((each.value, each.baseline)), name
        assert same.p == pytest.approx(each.p), name


QUOTED = replace(
    answerable(3),
    evidence=(replace(answerable(3).evidence[0], quote="0" * 19 + "3"),),
)


@pytest.mark.parametrize(
    ("before", "after", "altered"),
    [
        (QUOTED, replace(QUOTED, evidence=(replace(QUOTED.evidence[0], spans=()),)), False),
        (
            QUOTED,
            replace(QUOTED, evidence=(replace(QUOTED.evidence[0], spans=(Span(7, 27),)),)),
            False,
        ),
        (QUOTED, replace(QUOTED, evidence=(replace(QUOTED.evidence[0], quote="3"),)), True),
        (QUOTED, replace(QUOTED, evidence=(replace(QUOTED.evidence[0], document="e"),)), True),
        (QUOTED, replace(QUOTED, evidence=()), True),
        (answerable(3), replace(answerable(3), evidence=answerable(4).evidence), True),
        (QUOTED, replace(QUOTED, text="What is 3"), True),
        (QUOTED, replace(QUOTED, answers=("gold 3", "3")), True),
        (QUOTED, replace(QUOTED, history=(Turn("What?", "That."),)), True),
        (unanswerable(3), replace(unanswerable(3), answerable=None), True),
        (QUOTED, replace(QUOTED, tags=("new",), gains=(9,), line=4), False),
    ],
)
def test_a_question_is_altered_where_its_wording_or_gold_is_another(
    before: Question, after: Question, altered: bool
) -> None:
    shared = answerable(0)
    pairing = pair("runs/old", [shared, after], [shared, before])
    assert pairing.altered == (("3",) if altered else ())
    assert pairing.pairs == (((0, 0),) if altered else ((0, 0), (1, 1)))


def test_runs_without_a_common_question_are_not_compared() -> None:
    theirs = scored(some("rr"), [replace(each, text="Else?") for each in QUESTIONS[:2]])
    with pytest.raises(UsageError, match="'runs/old' has no question in common"):
        compared(scored(some("rr"), QUESTIONS[:2]), theirs)


@pytest.mark.parametrize("name", ["accuracy", "f1", "citation_recall", "mrr", "over_refusal"])
def test_p_is_that_of_every_swap_of_the_questions_that_have_the_metric(name: str) -> None:
    ours, theirs = scored(some("rrrrwrsw")), scored(some("rwwssxww"))
    one, other = ours.table.columns[name], theirs.table.columns[name]
    applies = ~np.isnan(one)
    expected = p_over_all_swaps(lambda v: float(v.mean()), [one[applies]], [other[applies]])
    assert expected < 1
    found = compared(ours, theirs).metrics[name]
    assert found.p == pytest.approx(expected)
    assert found.n == applies.sum()


@pytest.mark.parametrize("name", ["citation_precision", "abstention_precision"])
def test_p_of_what_depends_on_having_answered_swaps_also_that(name: str) -> None:
    ours, theirs = scored(some("rrrsrrss")), scored(some("rwwwssws"))
    one, other = ours.table.columns[name], theirs.table.columns[name]
    either = ~(np.isnan(one) & np.isnan(other))
    assert np.isnan(one[either]).any()
    assert np.isnan(other[either]).any()
    expected = p_over_all_swaps(lambda v: float(np.nanmean(v)), [one[either]], [other[either]])
    found = compared(ours, theirs).metrics[name]
    assert found.p == pytest.approx(expected)
    assert found.value == pytest.approx(np.nanmean(one))
    assert found.baseline == pytest.approx(np.nanmean(other))


def test_p_of_aurc_is_over_the_questions_with_a_best_answer_in_both_runs() -> None:
    ours, theirs = scored(some("rrxrwrsw")), scored(some("rwxsrwxw"))
    names = ("confidence", "wrong")
    one, other = ([run.table.columns[name] for name in names] for run in (ours, theirs))
    both = ~np.isnan(np.stack([*one, *other])).any(axis=0)
    assert both.sum() == 6
    expected = p_over_all_swaps(
        lambda c, w: float(selective.aurc(c, w)), [c[both] for c in one], [c[both] for c in other]
    )
    assert compared(ours, theirs).metrics["aurc"].p == pytest.approx(expected)


def test_a_steady_gain_is_significant_and_a_single_one_is_not() -> None:
    questions = [answerable(at) for at in range(30)]
    all_right = [right(at) for at in range(30)]
    ours = scored(all_right, questions)
    worse = scored([wrong(at) if at % 3 else right(at) for at in range(30)], questions)
    once = scored([wrong(0), *all_right[1:]], questions)
    p = compared(ours, worse).metrics["accuracy"].p
    assert p is not None
    assert p < 0.01
    # One question differs: whichever way it is swapped is as far from 0; swaps are drawn.
    assert compared(ours, once).metrics["accuracy"].p == pytest.approx(1, abs=0.1)


def test_a_metric_that_one_run_has_not_is_left_out() -> None:
    quiet = scored(some("ssssssss"))
    comparison = compared(scored(some("rrrrrrrr")), quiet)
    assert "citation_precision" not in comparison.metrics
    assert "abstention_precision" not in comparison.metrics
    assert comparison.metrics["over_refusal"].difference == -1


@pytest.mark.parametrize(("name", "sign"), [("f1", -1), ("over_refusal", 1), ("aurc", 1)])
def test_worse_is_lower_or_higher_as_the_metric_has_it(name: str, sign: int) -> None:
    difference = Difference(0.5, 0.5 + sign * 0.1, sign * 0.1, 0.2, 9, 9)
    assert difference.worse_by(METRICS[name]) == pytest.approx(0.1)
    better = replace(difference, difference=-sign * 0.1)
    assert better.worse_by(METRICS[name]) == pytest.approx(-0.1)


def test_runs_with_one_question_in_common_are_compared() -> None:
    ours, theirs = scored(some("r"), QUESTIONS[:1]), scored(some("w"), QUESTIONS[:1])
    assert compared(ours, theirs).metrics["accuracy"].difference == 1


def test_a_metric_that_applies_to_one_question_is_compared() -> None:
    # There is one unanswerable question, as in a file with few of them.
    ours, theirs = scored(some("rrrrrrs"), QUESTIONS[:7]), scored(some("rrrrrrw"), QUESTIONS[:7])
    assert compared(ours, theirs).metrics["false_answers"].difference == -1


def test_a_finished_run_is_scored_from_its_files() -> None:
    script = {f"What is {at}?": (DOCUMENT, gold_span(at).quote(TEXT), 0.9) for at in (1, 2)}
    engine = ScriptedEngine({DOCUMENT: TEXT}, script)
    questions = [
        *(replace(answerable(at), answers=()) for at in (1, 2)),
        *(unanswerable(at) for at in (3, 4)),
    ]
    run = RunFolder(Path("run"))
    with run.held(engine.state(), questions) as file:
        run_questions(engine, engine.state(), questions, file, 0, Silence())
    with pytest.raises(UsageError, match=r"report\.json is missing"):
        read_scored(run)
    Path("run/report.json").write_text("{}")
    read = read_scored(run)
    assert read.questions == questions
    lines = [json.loads(each) for each in Path("run/predictions.jsonl").read_text().splitlines()]
    expected = tabulate(questions, lines)
    assert read.table.outcomes == expected.outcomes
    assert expected.outcomes == ["right answer"] * 2 + ["right silence"] * 2
    for name, column in expected.columns.items():
        np.testing.assert_array_equal(read.table.columns[name], column)
    assert math.isnan(read.table.columns["f1"][0])
    assert compared(read, read).metrics["accuracy"].value == 1

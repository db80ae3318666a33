import math

import pytest

from footnote.errors import UsageError
from footnote.evaluation.comparison import Comparison, Difference
from footnote.evaluation.gates import Gates, parse_gates
from footnote.evaluation.metrics import Measured

METRICS = {
    "f1": Measured(0.6, 0.5, 0.7, 40),
    "over_refusal": Measured(0.2, 0.1, 0.3, 30),
    "citation_exactness": Measured(1.0, 1.0, 1.0, 30),
}


def compared(difference: float, p: float | None = 0.2) -> Comparison:
    metrics = {
        "f1": Difference(0.6 - difference, 0.6, difference, p, 40, 40),
        "over_refusal": Difference(0.2 - difference, 0.2, difference, p, 30, 30),
    }
    return Comparison("runs/old", 40, metrics, (), (), (), (), ())


def gates(under: str = "", over: str = "", worse: str = "", significance: float = 1.0) -> Gates:
    return parse_gates([under], [over], [worse], significance, has_baseline=True)


def failures(gates: Gates, comparison: Comparison | None = None) -> list[str]:
    return [gate.failure for gate in gates.check(METRICS, comparison) if gate.failure is not None]


def test_a_bar_that_is_reached_passes_and_one_that_is_not_fails_with_the_figures() -> None:
    assert failures(gates("f1=0.6", "over_refusal=0.2")) == []
    assert failures(gates("f1=0.61")) == ["f1 is 0.6, n = 40; >= 0.61 is asked"]
    assert failures(gates(over="over_refusal=0.19")) == [
        "over_refusal is 0.2, n = 30; <= 0.19 is asked"
    ]


def test_a_bar_on_what_was_not_measured_fails() -> None:
    assert "mrr was not measured" in failures(gates("mrr=0.1"))[0]


def test_citations_must_be_exact_though_nobody_asks() -> None:
    metrics = METRICS | {"citation_exactness": Measured(0.99, 0.9, 1.0, 30)}
    checked = gates("citation_exactness=0.5").check(metrics, None)
    assert [gate.failure is None for gate in checked] == [False]
    assert gates().check({}, None) == ()


@pytest.mark.parametrize(("metric", "sign"), [("f1", -1), ("over_refusal", 1)])
def test_worse_is_lower_or_higher_as_the_metric_has_it(metric: str, sign: int) -> None:
    assert failures(gates(worse=metric), compared(sign * 0.01)) != []
    assert failures(gates(worse=metric), compared(-sign * 0.01)) == []
    assert failures(gates(worse=metric), compared(0.0)) == []
    assert failures(gates(worse=metric), compared(sign * 1e-15)) == []


def test_a_difference_that_chance_explains_fails_unless_significance_is_asked_for() -> None:
    told = failures(gates(worse="f1"), compared(-0.1))[0]
    assert told == "f1 is 0.6 and was 0.7 in runs/old, worse by 0.1, p = 0.2, n = 40"
    assert failures(gates(worse="f1", significance=0.05), compared(-0.1)) == []
    assert failures(gates(worse="f1", significance=0.05), compared(-0.1, 0.01)) != []
    assert failures(gates(worse="f1", significance=0.05), compared(-0.1, None)) != []


def test_what_could_not_be_compared_fails() -> None:
    assert "could not be compared" in failures(gates(worse="mrr"), compared(0.0))[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"under": "f2=1"}, "--fail-under 'f2': there is no such metric; there are accuracy"),
        ({"under": "f1"}, "'f1' cannot be used; give f1=NUMBER"),
        ({"under": "f1=high"}, "'f1=high' cannot be used"),
        ({"under": "f1=nan"}, "'f1=nan' cannot be used"),
        ({"under": "f1=inf"}, "'f1=inf' cannot be used"),
        ({"under": "ece=0.1"}, "lower is better for it; use --fail-over ece="),
        ({"over": "f1=0.1"}, "higher is better for it; use --fail-under f1="),
        ({"worse": "f1,f3"}, "--fail-if-worse 'f3'"),
        ({"under": "accuracy=80"}, "accuracy is a share, from 0 to 1"),
        ({"worse": "f1", "significance": 0.0}, "--significance is 0.0"),
        ({"worse": "f1", "significance": math.nan}, "--significance is nan"),
        ({"significance": 0.05}, "--significance needs --fail-if-worse"),
    ],
)
def test_a_gate_that_cannot_be_is_refused(arguments: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        gates(**arguments)  # type: ignore[arg-type]
    assert told in str(caught.value)


def test_worse_needs_a_baseline() -> None:
    with pytest.raises(UsageError, match="needs --baseline"):
        parse_gates([], [], ["f1"], 1.0, has_baseline=False)


def test_several_gates_come_in_one_flag_or_many() -> None:
    parsed = parse_gates(["f1=0.5, mrr=0.2", "accuracy=0.1"], [], ["f1,mrr"], 1.0, True)
    assert parsed.least == {"f1": 0.5, "mrr": 0.2, "accuracy": 0.1}
    assert parsed.not_worse == ("f1", "mrr")

"""What makes an evaluation fail: figures below or above a bar, or worse than a baseline's."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from footnote.errors import UsageError
from footnote.evaluation.comparison import Comparison
from footnote.evaluation.metrics import METRICS, TIMED, Measured

# Sums of the same numbers in another order differ by less than this.
_NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition, as it was given, and the reason that it is not held, None if it is."""

    name: str
    failure: str | None


@dataclass(frozen=True, slots=True)
class Gates:
    """The conditions of an evaluation.

    ``significance``: a metric counts as worse only where the paired test's p is below it; 1
    counts every difference.
    """

    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    not_worse: tuple[str, ...] = ()
    significance: float = 1.0

    def check(
        self, metrics: Mapping[str, Measured], comparison: Comparison | None
    ) -> tuple[Gate, ...]:
        """Check all of them; citations must be exact whatever else is asked for."""
        exact = {"citation_exactness": 1.0} if "citation_exactness" in metrics else {}
        return (
            *_bars({**self.least, **exact}, metrics, least=True),
            *_bars(self.most, metrics, least=False),
            *(self._not_worse(name, comparison) for name in self.not_worse),
        )

    def _not_worse(self, name: str, comparison: Comparison | None) -> Gate:
        gate = f"{name} no worse than the baseline"
        difference = comparison.metrics.get(name) if comparison else None
        if comparison is None or difference is None:
            return Gate(gate, f"{name} could not be compared: it applies to no question of a run")
        worse_by = difference.worse_by(METRICS[name])
        p = difference.p
        chance = p is not None and self.significance < 1 and p >= self.significance
        if worse_by <= _NOISE or chance:
            return Gate(gate, None)
        told = "" if p is None else f", p = {p:.3g}"
        return Gate(
            gate,
            f"{name} is {difference.value:.4g} and was {difference.baseline:.4g} in "
            f"{comparison.baseline}, worse by {worse_by:.4g}{told}, n = {difference.n}",
        )


def parse_gates(
    fail_under: Sequence[str],
    fail_over: Sequence[str],
    fail_if_worse: Sequence[str],
    significance: float,
    has_baseline: bool,
) -> Gates:
    """Make gates of what the command line gives. Raises UsageError naming what cannot be."""
    least, most = _limits("--fail-under", fail_under), _limits("--fail-over", fail_over)
    for name in least:
        if not METRICS[name].higher_is_better:
            raise UsageError(
                f"--fail-under {name}: lower is better for it; use --fail-over {name}=…"
            )
    for name in most:
        if METRICS[name].higher_is_better:
            raise UsageError(
                f"--fail-over {name}: higher is better for it; use --fail-under {name}=…"
            )
    not_worse = tuple(_split(fail_if_worse))
    for name in not_worse:
        _check_name("--fail-if-worse", name)
    if not_worse and not has_baseline:
        raise UsageError("--fail-if-worse needs --baseline: the folder of the run to compare with")
    if significance != 1 and not not_worse:
        raise UsageError("--significance needs --fail-if-worse: it tells when worse counts")
    if not 0 < significance <= 1:
        raise UsageError(f"--significance is {significance}; give a p above 0, at most 1")
    return Gates(least, most, not_worse, significance)


def _bars(
    limits: Mapping[str, float], metrics: Mapping[str, Measured], least: bool
) -> Iterator[Gate]:
    for name, limit in limits.items():
        sign = ">=" if least else "<="
        measured = metrics.get(name)
        failure = None
        if measured is None:
            failure = f"{name} was not measured: it applies to none of the questions"
        elif (limit - measured.value if least else measured.value - limit) > _NOISE:
            failure = f"{name} is {measured.value:.4g}, n = {measured.n}; {sign} {limit:g} is asked"
        yield Gate(f"{name} {sign} {limit:g}", failure)


def _limits(flag: str, given: Sequence[str]) -> dict[str, float]:
    limits = {}
    for item in _split(given):
        name, _, value = (part.strip() for part in item.partition("="))
        _check_name(flag, name)
        try:
            limits[name] = float(value)
        except ValueError:
            limits[name] = math.nan
        if not math.isfinite(limits[name]):
            raise UsageError(f"{flag} {item!r} cannot be used; give {name}=NUMBER")
        if name not in TIMED and not 0 <= limits[name] <= 1:
            raise UsageError(f"{flag} {item!r} cannot be used; {name} is a share, from 0 to 1")
    return limits


def _check_name(flag: str, name: str) -> None:
    if name not in METRICS:
        raise UsageError(
            f"{flag} {name!r}: there is no such metric; there are {', '.join(METRICS)}"
        )


def _split(given: Sequence[str]) -> list[str]:
    return [part.strip() for each in given for part in each.split(",") if part.strip()]

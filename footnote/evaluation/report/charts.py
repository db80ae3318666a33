"""The pictures of a run, each a matplotlib Figure with what it shows in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from footnote.evaluation.report import captions
from footnote.evaluation.report.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SOFT,
    label,
    legend,
    panels,
    shares,
    to_svg,
)
from footnote.evaluation.report.results import Results
from footnote.evaluation.scoring import DEPTHS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STAGES = (("total", BLUE, "-"), ("read", ORANGE, "--"), ("retrieve", GREEN, "-."))
_SWEPT = {
    "accuracy": (BLUE, "-"),
    "f1": (GREEN, "--"),
    "over_refusal": (PURPLE, "-."),
    "false_answers": (ORANGE, (0, (4, 1.5, 1, 1.5, 1, 1.5))),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, drawn when it is asked for, with what it shows in words."""

    name: str
    title: str
    caption: str
    draw: Callable[[Results], "Figure"]

    def svg(self, results: Results) -> Markup:
        """Draw it as an element to stand in a page."""
        return to_svg(lambda: self.draw(results), self.name, self.title)


def pictures(results: Results) -> list[Picture]:
    """Return the pictures for which a run has the gold."""
    found = []
    if "aurc" in results.metrics:
        told = captions.risk(results)
        found.append(Picture("risk", "Risk and coverage", told, risk_coverage_figure))
        told = captions.reliability(results)
        found.append(
            Picture("reliability", "Reliability of the confidence", told, reliability_figure)
        )
    if any(f"recall@{k}" in results.metrics for k in DEPTHS):
        told = captions.recall(results)
        found.append(Picture("recall", "Recall of gold evidence", told, recall_figure))
    if "latency_p50_ms" in results.metrics:
        told = captions.latency(results)
        found.append(Picture("latency", "Time to answer", told, latency_figure))
    if results.sweep:
        told = captions.sweep(results)
        found.append(Picture("sweep", "What each threshold would give", told, sweep_figure))
    return found


def risk_coverage_figure(results: Results) -> "Figure":
    """Draw the share of wrong answers against the share of questions answered."""
    figure, (axes,) = panels("share of the surest best answers given", "share of them wrong")
    points = results.risk_coverage()
    coverage, risk = [p.coverage for p in points], [p.risk for p in points]
    axes.plot(coverage, risk, color=BLUE, linewidth=1.8)
    axes.axhline(risk[-1], color=SOFT, linewidth=1, linestyle=":")
    now, wrong = results.given_now()
    if wrong is not None:
        axes.plot([now], [wrong], "o", color=ORANGE, markersize=7)
        # Beside the curve, which rises from the left to the point.
        offset = (-8 if now > 0.6 else 8, -34 if wrong > 0.2 else 16)
        told = f"now: {now:.0%} given, {wrong:.0%} wrong"
        label(axes, told, (now, wrong), offset, "right" if now > 0.6 else "left")
    shares(axes, "xy")
    return figure


def reliability_figure(results: Results) -> "Figure":
    """Draw how often answers are right against how sure they are, and how many are so sure."""
    figure, (axes, counts) = panels("confidence", "share right", heights=(3, 1))
    bins = results.reliability()
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=":")
    sure, right = [b.confidence for b in bins], [b.right for b in bins]
    axes.plot(sure, right, "o-", color=BLUE, linewidth=1.5, markersize=5)
    shares(axes, "xy")
    middles, width = [(b.low + b.high) / 2 for b in bins], bins[0].high - bins[0].low
    counts.bar(middles, [b.n for b in bins], width * 0.86, color=BLUE, alpha=0.55)
    for middle, each in zip(middles, bins, strict=True):
        label(counts, str(each.n), (middle, each.n), (0, 1), "center")
    counts.set_ylabel("answers")
    counts.set_yticks([])
    counts.margins(y=0.35)
    shares(counts, "x")
    axes.tick_params(labelbottom=False)
    return figure


def recall_figure(results: Results) -> "Figure":
    """Draw the share of gold evidence within the first k passages, with its interval."""
    figure, (axes,) = panels("first k passages", "share of the gold evidence held")
    depths = [k for k in DEPTHS if f"recall@{k}" in results.metrics]
    for at, k in enumerate(depths):
        each = results.metrics[f"recall@{k}"]
        axes.bar([at], [each.value], 0.5, color=BLUE, alpha=0.55)
        if each.low is not None and each.high is not None:
            axes.plot([at, at], [each.low, each.high], "_-", color=INK, markersize=8)
        label(axes, f"{each.value:.3f}", (at, 0), (0, 6), "center")
    axes.set_xticks(range(len(depths)), [str(k) for k in depths])
    shares(axes, "y")
    return figure


def latency_figure(results: Results) -> "Figure":
    """Draw the share of questions done within a time, for each stage and the whole."""
    figure, (axes,) = panels("milliseconds, logarithmic", "share of questions done")
    share = np.linspace(0, 1, 201)
    for stage, colour, line in STAGES:
        column = results.table.columns[f"{stage}_ms"]
        ms = column[~np.isnan(column)]
        if len(ms):
            times = np.maximum(np.quantile(ms, share), 0.1)
            axes.plot(times, share, color=colour, linestyle=line, linewidth=1.8, label=stage)
    for percent in (50, 95):
        ms_now = max(results.metrics[f"latency_p{percent}_ms"].value, 0.1)
        axes.plot([ms_now], [percent / 100], "o", color=BLUE, markersize=6)
        told = f"p{percent} {ms_now:.0f} ms"
        label(axes, told, (ms_now, percent / 100), (8, -4))
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.margins(x=0.14)
    shares(axes, "y")
    legend(axes, len(STAGES))
    return figure


def sweep_figure(results: Results) -> "Figure":
    """Draw what each threshold would give."""
    figure, (axes,) = panels("threshold", "share", width=7.2)
    at = [each.threshold for each in results.sweep]
    axes.plot(at, [each.answered for each in results.sweep], ":", color=SOFT, label="answered")
    for name, (colour, line) in _SWEPT.items():
        if all(name in each.metrics for each in results.sweep):
            values = [each.metrics[name] for each in results.sweep]
            axes.plot(at, values, color=colour, linestyle=line, linewidth=1.8, label=name)
    threshold = results.threshold
    if threshold is not None:
        axes.axvline(threshold, color=INK, linewidth=1)
        label(axes, f"now: {threshold:g}", (threshold, 0.98), (4, -8))
    shares(axes, "y")
    axes.set_xlim(-0.02, 1.02)
    legend(axes, 5)
    return figure

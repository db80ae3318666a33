"""The pictures of a run, each a matplotlib Figure, and a Figure as SVG to stand inside a page.

matplotlib is imported where something is drawn, so that nothing else waits for it.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from markupsafe import Markup, escape

from footnote.evaluation.metrics import METRICS
from footnote.evaluation.report import captions
from footnote.evaluation.report.results import Results
from footnote.evaluation.scoring import DEPTHS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# What each colour is called in the page's style, which has others for the dark. The hues are
# Okabe and Ito's, told apart by the colour-blind, darkened until they stand out on white.
COLOURS = {
    "ink": "#22252b",
    "soft": "#656a76",
    "line": "#dddad2",
    "blue": "#0072b2",
    "orange": "#c4500a",
    "green": "#007a5a",
    "purple": "#9c4f83",
}
INK, SOFT, LINE, BLUE, ORANGE, GREEN, PURPLE = COLOURS.values()
STAGES = (("total", BLUE, "-"), ("read", ORANGE, "--"), ("retrieve", GREEN, "-."))
_STYLE = {
    "font.family": "sans-serif",
    "font.size": 8.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "savefig.facecolor": "auto",
    "svg.fonttype": "none",
    "svg.hashsalt": "footnote",
}
_SWEPT = {
    "accuracy": (BLUE, "-"),
    "f1": (GREEN, "--"),
    "over_refusal": (PURPLE, "-."),
    "false_answers": (ORANGE, (0, (4, 1.5, 1, 1.5, 1, 1.5))),
}


# What matplotlib writes around a picture and a page has no use for.
_DROPPED = re.compile("<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, drawn when it is asked for, with what it shows in words."""

    name: str
    title: str
    caption: str
    draw: Callable[[Results], "Figure"]


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


def svg(picture: Picture, results: Results) -> Markup:
    """Draw a picture as an SVG element: no fixed colours or size, and no ids but its own."""
    file = io.StringIO()
    with _style():
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        picture.draw(results).savefig(file, format="svg", metadata=nothing)
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = _DROPPED.sub("", text)
    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', text))
    for found in set(re.findall(r' id="([^"]+)"', text)):
        new = f' id="{picture.name}-{found}"' if found in used else ""
        text = text.replace(f' id="{found}"', new)
    text = re.sub(r'(url\(|href=")#', rf"\1#{picture.name}-", text)
    for name, colour in COLOURS.items():
        text = text.replace(colour, f"var(--chart-{name})")
    box = re.search(r'viewBox="[^"]+"', text)
    assert box is not None
    head = f'<svg class="chart" role="img" aria-label="{escape(picture.title)}" {box[0]}>'
    # All of it is matplotlib's and ours: no text of a question or a document is drawn.
    return Markup(head + text[text.index(">") + 1 :])  # noqa: S704


def risk_coverage_figure(results: Results) -> "Figure":
    """Draw the share of wrong answers against the share of questions answered."""
    figure, (axes,) = _panels("share of the surest best answers given", "share of them wrong")
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
        _label(axes, told, (now, wrong), offset, "right" if now > 0.6 else "left")
    _shares(axes, "xy")
    return figure


def reliability_figure(results: Results) -> "Figure":
    """Draw how often answers are right against how sure they are, and how many are so sure."""
    figure, (axes, counts) = _panels("confidence", "share right", heights=(3, 1))
    bins = results.reliability()
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=":")
    sure, right = [b.confidence for b in bins], [b.right for b in bins]
    axes.plot(sure, right, "o-", color=BLUE, linewidth=1.5, markersize=5)
    _shares(axes, "xy")
    middles, width = [(b.low + b.high) / 2 for b in bins], bins[0].high - bins[0].low
    counts.bar(middles, [b.n for b in bins], width * 0.86, color=BLUE, alpha=0.55)
    for middle, each in zip(middles, bins, strict=True):
        _label(counts, str(each.n), (middle, each.n), (0, 1), "center")
    counts.set_ylabel("answers")
    counts.set_yticks([])
    counts.margins(y=0.35)
    _shares(counts, "x")
    axes.tick_params(labelbottom=False)
    return figure


def recall_figure(results: Results) -> "Figure":
    """Draw the share of gold evidence within the first k passages, with its interval."""
    figure, (axes,) = _panels("first k passages", "share of the gold evidence held")
    depths = [k for k in DEPTHS if f"recall@{k}" in results.metrics]
    for at, k in enumerate(depths):
        each = results.metrics[f"recall@{k}"]
        axes.bar([at], [each.value], 0.5, color=BLUE, alpha=0.55)
        if each.low is not None and each.high is not None:
            axes.plot([at, at], [each.low, each.high], "_-", color=INK, markersize=8)
        _label(axes, f"{each.value:.3f}", (at, 0), (0, 6), "center")
    axes.set_xticks(range(len(depths)), [str(k) for k in depths])
    _shares(axes, "y")
    return figure


def latency_figure(results: Results) -> "Figure":
    """Draw the share of questions done within a time, for each stage and the whole."""
    figure, (axes,) = _panels("milliseconds, logarithmic", "share of questions done")
    share = np.linspace(0, 1, 201)
    for stage, colour, line in STAGES:
        (ms,) = METRICS["questions_per_second"].of(
            {"total_ms": results.table.columns[f"{stage}_ms"]}
        )
        if len(ms):
            times = np.maximum(np.quantile(ms, share), 0.1)
            axes.plot(times, share, color=colour, linestyle=line, linewidth=1.8, label=stage)
    for percent in (50, 95):
        ms_now = max(results.metrics[f"latency_p{percent}_ms"].value, 0.1)
        axes.plot([ms_now], [percent / 100], "o", color=BLUE, markersize=6)
        told = f"p{percent} {ms_now:.0f} ms"
        _label(axes, told, (ms_now, percent / 100), (8, -4))
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.margins(x=0.14)
    _shares(axes, "y")
    _legend(axes, len(STAGES))
    return figure


def sweep_figure(results: Results) -> "Figure":
    """Draw what each threshold would give."""
    figure, (axes,) = _panels("threshold", "share", width=7.2)
    at = [each.threshold for each in results.sweep]
    axes.plot(at, [each.answered for each in results.sweep], ":", color=SOFT, label="answered")
    for name, (colour, line) in _SWEPT.items():
        if all(name in each.metrics for each in results.sweep):
            values = [each.metrics[name] for each in results.sweep]
            axes.plot(at, values, color=colour, linestyle=line, linewidth=1.8, label=name)
    threshold = results.threshold
    if threshold is not None:
        axes.axvline(threshold, color=INK, linewidth=1)
        _label(axes, f"now: {threshold:g}", (threshold, 0.98), (4, -8))
    _shares(axes, "xy")
    _legend(axes, 5)
    return figure


def _panels(
    x: str, y: str, heights: Sequence[float] = (1,), width: float = 4.8
) -> "tuple[Figure, list[Axes]]":
    """Make a figure of panels, one above the other, with the axes' names outside them."""
    with _style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(width, 3.1), layout="constrained")
        grid = figure.subplots(len(heights), 1, squeeze=False, height_ratios=list(heights))
        panels: list[Axes] = list(grid[:, 0])
        for axes in panels:
            axes.grid(color=LINE, linewidth=0.6)
            axes.tick_params(which="both", color=LINE, labelcolor=INK, labelsize=8, length=3)
        panels[0].set_ylabel(y)
        panels[-1].set_xlabel(x)
    return figure, panels


@contextmanager
def _style() -> Iterator[None]:
    # Where it cannot keep its list of fonts, or makes it anew, it says so; we need none.
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        import matplotlib

        with matplotlib.rc_context(_STYLE):  # type: ignore[arg-type]
            yield
    finally:
        log.setLevel(level)


def _shares(axes: "Axes", which: str) -> None:
    """Make axes go from 0 to 100 %."""
    if "x" in which:
        axes.set_xlim(-0.02, 1.02)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    if "y" in which:
        axes.set_ylim(-0.02, 1.05)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _label(
    axes: "Axes",
    text: str,
    place: tuple[float, float],
    offset: tuple[int, int],
    side: Literal["left", "center", "right"] = "left",
) -> None:
    """Write beside a place, so many points from it."""
    axes.annotate(text, place, offset, textcoords="offset points", ha=side)


def _legend(axes: "Axes", columns: int) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        frameon=False,
        fontsize=8,
        labelcolor=INK,
        borderpad=0,
        handlelength=2.6,
    )

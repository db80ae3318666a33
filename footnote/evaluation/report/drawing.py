"""How the pictures of a run are drawn: one style, and SVG that takes the colours of its page.

matplotlib is imported where something is drawn, so that nothing else waits for it.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup, escape

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
# What matplotlib writes around a picture and a page has no use for.
_DROPPED = re.compile("<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", re.DOTALL)


def to_svg(draw: "Callable[[], Figure]", name: str, label: str) -> Markup:
    """Draw a figure as an SVG element: no fixed colours or size, and ids that begin with a name."""
    file = io.StringIO()
    with style():
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        draw().savefig(file, format="svg", metadata=nothing)
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = _DROPPED.sub("", text)
    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', text))
    for found in set(re.findall(r' id="([^"]+)"', text)):
        new = f' id="{name}-{found}"' if found in used else ""
        text = text.replace(f' id="{found}"', new)
    text = re.sub(r'(url\(|href=")#', rf"\1#{name}-", text)
    for name, colour in COLOURS.items():
        text = text.replace(colour, f"var(--chart-{name})")
    box = re.search(r'viewBox="[^"]+"', text)
    assert box is not None
    head = f'<svg class="chart" role="img" aria-label="{escape(label)}" {box[0]}>'
    # All of it is matplotlib's and ours: no text of a question or a document is drawn.
    return Markup(head + text[text.index(">") + 1 :])  # noqa: S704


def panels(
    x: str, y: str, heights: Sequence[float] = (1,), width: float = 4.8
) -> "tuple[Figure, list[Axes]]":
    """Make a figure of panels, one above the other, with the axes' names outside them."""
    with style():
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
def style() -> Iterator[None]:
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


def shares(axes: "Axes", which: str) -> None:
    """Make axes go from 0 to 100 %."""
    if "x" in which:
        axes.set_xlim(-0.02, 1.02)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    if "y" in which:
        axes.set_ylim(-0.02, 1.05)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")


def label(
    axes: "Axes",
    text: str,
    place: tuple[float, float],
    offset: tuple[int, int],
    side: Literal["left", "center", "right"] = "left",
) -> None:
    """Write beside a place, so many points from it."""
    axes.annotate(text, place, offset, textcoords="offset points", ha=side, fontsize=8.5)


def legend(axes: "Axes", columns: int) -> None:
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

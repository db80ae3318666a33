"""A run as Markdown for a pull request: report.md."""

import re
from collections.abc import Iterator, Sequence

from footnote.evaluation.comparison import Changed, Comparison, Difference
from footnote.evaluation.metrics import METRICS, Measured
from footnote.evaluation.report.results import Results
from footnote.evaluation.report.texts import cut, number

# Lists longer than this belong to report.html.
_LISTED = 10
_LONGEST = 160
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~@&$-])")


def markdown_bytes(results: Results) -> bytes:
    """Return the Markdown. Texts of questions and documents stand in it as plain text."""
    return ("\n".join(_lines(results)) + "\n").encode()


def plain(text: str) -> str:
    r"""Return text on one line that Markdown shows as it is.

    >>> plain("a | <b>\n@x")
    'a \\| \\<b\\> \\@x'
    """
    line = cut(" ".join(text.split()), _LONGEST)
    # An address that stands alone becomes a link; with this between its parts it does not.
    return _SPECIAL.sub(r"\\\1", line).replace("://", ":&#8203;//").replace("www.", "www&#8203;.")


def _lines(results: Results) -> Iterator[str]:
    yield f"## Footnote evaluation: {_verdict(results)}"
    yield ""
    counts = ", ".join(f"{n} {name}" for name, n in results.outcomes.items() if n)
    yield f"{len(results.questions)} questions, generation {results.state.generation}: {counts}."
    if results.failures:
        yield ""
        yield from (f"- **failed**: {plain(failure)}" for failure in results.failures)
    yield ""
    yield from _metrics(results.metrics, results.comparison)
    if results.comparison is not None:
        yield from _comparison(results.comparison)


def _verdict(results: Results) -> str:
    if not results.gates:
        return "done"
    return "failed" if results.failures else "passed"


def _metrics(metrics: dict[str, Measured], comparison: Comparison | None) -> Iterator[str]:
    compared = "" if comparison is None else " baseline | difference | p |"
    yield f"| metric | value | 95 % interval | n |{compared}"
    yield "|---|---|---|---|" + ("" if comparison is None else "---|---|---|")
    for name, each in metrics.items():
        arrow = "" if METRICS[name].higher_is_better else " (lower is better)"
        between = "" if each.low is None else f"{number(each.low)} to {number(each.high)}"
        row = f"| {name}{arrow} | {number(each.value)} | {between} | {each.n} |"
        yield row + ("" if comparison is None else _difference(comparison.metrics.get(name)))


def _difference(difference: Difference | None) -> str:
    if difference is None:
        return " | | |"
    p = "" if difference.p is None else f"{difference.p:.3g}"
    return f" {number(difference.baseline)} | {number(difference.difference, '+')} | {p} |"


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield ""
    yield (
        f"Compared with `{plain(comparison.baseline)}` on {comparison.n} questions; p by a paired "
        "permutation test."
    )
    yield from _changed("Lost", comparison.lost)
    yield from _changed("Won", comparison.won)
    for told, ids in (
        ("Only in this run", comparison.added),
        ("Only in the baseline", comparison.missing),
        ("Other wording or gold, not compared", comparison.altered),
    ):
        if ids:
            more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
            yield f"\n{told} ({len(ids)}): {', '.join(map(plain, ids[:_LISTED]))}{more}"


def _changed(title: str, changed: Sequence[Changed]) -> Iterator[str]:
    if not changed:
        return
    yield f"\n**{title}: {len(changed)}**\n"
    for each in changed[:_LISTED]:
        if each.before != each.after:
            how = f"{each.before} → {each.after}"
        else:
            how = f"F1 {number(each.f1_before)} → {number(each.f1_after)}"
        yield f"- {plain(each.id)}: {plain(each.question)} ({how})"
    if len(changed) > _LISTED:
        yield f"- and {len(changed) - _LISTED} more in report.html"

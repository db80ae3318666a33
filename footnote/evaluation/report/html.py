"""report.html: one file that holds all it needs, asks nothing of any network, and can be printed.

All text of questions and documents passes Jinja's escaping, in the one template; nothing of it
reaches a script.
"""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from footnote.evaluation.metrics import METRICS
from footnote.evaluation.report import details
from footnote.evaluation.report.charts import pictures
from footnote.evaluation.report.results import Results
from footnote.evaluation.report.texts import number
from footnote.evaluation.scoring import OUTCOMES
from footnote.evaluation.sweep import SWEPT

_ASSETS = Path(__file__).parent / "assets"
# What a reader looks at first; the table below them has the rest.
_HEADLINES = (
    "accuracy",
    "f1",
    "citation_recall",
    "citation_exactness",
    "over_refusal",
    "false_answers",
)
_BY = (
    "accuracy", "exact_match", "f1", "recall@1", "citation_precision", "citation_recall",
    "over_refusal", "false_answers",
)  # fmt: skip
# Values of a field, and questions of a list, beyond which report.json is the place to look.
_MOST_VALUES = 200
# Every fifth hundredth is enough for a table beside the picture.
_SWEEP_STEP = 5

# Lets the style hide all but the first questions until the script has counted them: a browser
# lays ten thousand out in many seconds.
_EARLY = 'document.documentElement.className = "early";'


def write_html(results: Results, file: BinaryIO) -> None:
    """Write the report, piece by piece: its size does not grow in memory with the questions."""
    script, style = (_asset(name) for name in ("report.js", "report.css"))
    drawn = [(picture, picture.svg(results)) for picture in pictures(results)]
    pieces = (
        _environment()
        .get_template("report.html")
        .generate(
            results=results,
            rows=details.rows(results),
            shown=min(len(results.questions), details.MOST_QUESTIONS),
            tags=_numbered_tags(results),
            outcomes=OUTCOMES,
            pictures=drawn,
            metrics=METRICS,
            headlines=[name for name in _HEADLINES if name in results.metrics],
            by_metrics=[name for name in _BY if name in results.metrics],
            most=_MOST_VALUES,
            swept=[name for name in SWEPT if results.sweep and name in results.sweep[0].metrics],
            sweep=results.sweep[::_SWEEP_STEP],
            number=number,
            held=[gate.name for gate in results.gates if gate.failure is None],
            # Ours, and named by their hashes: no other script runs.
            early=Markup(_EARLY),  # noqa: S704
            script=Markup(script),  # noqa: S704
            style=Markup(style),  # noqa: S704
            policy=policy(),
        )
    )
    file.writelines(piece.encode(errors="replace") for piece in _printable(pieces))


def policy() -> str:
    """Return the content security policy that a report states, for whoever serves one."""
    hashes = " ".join(f"'{_hash(each)}'" for each in (_EARLY, _asset("report.js")))
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {hashes}; base-uri 'none'; "
        "form-action 'none'"
    )


def _hash(script: str) -> str:
    """Return a script's name in a content security policy (CSP level 3)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _numbered_tags(results: Results) -> dict[str, int]:
    """Number the tags: the page filters by number, so that no text of theirs is compared."""
    tags = sorted({tag for question in results.questions for tag in question.tags})
    return {tag: at for at, tag in enumerate(tags)}


def _printable(pieces: Iterator[str]) -> Iterator[str]:
    """Replace what HTML cannot hold: a parser would drop NUL and stumble over its kin."""
    return (piece.translate(_CONTROLS) for piece in pieces)


_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "\ufffd")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")

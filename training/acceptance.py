"""The acceptance questions: real questions over four texts, with the quotes that answer them.

``sample`` and ``tune`` may be tuned on; ``held_out`` is for reporting alone.
"""

from pathlib import Path

from footnote.evaluation.question_files import read_questions
from footnote.evaluation.questions import Question

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "acceptance"
SAMPLE_CORPUS = Path(__file__).parent.parent / "corpus"
CORPORA = {
    "sample": SAMPLE_CORPUS,
    "tune": FOLDER / "corpus",
    "held_out": FOLDER / "corpus",
}


def questions_of(part: str) -> Path:
    """Return the question file of a part: ``sample``, ``tune`` or ``held_out``."""
    return FOLDER / f"{part}.jsonl"


def read_acceptance(part: str) -> list[Question]:
    """Read the questions of a part."""
    return read_questions(questions_of(part))


def is_answered_by(question: Question, document: str, quote: str) -> bool:
    """Tell whether a quote of a document is, holds or is a good part of a right one."""
    found = " ".join(quote.split())
    return any(
        document == each.document and (right in found or _good_part(found, right))
        for each in question.evidence
        for right in [" ".join((each.quote or "").split())]
    )


def _good_part(found: str, right: str) -> bool:
    return found in right and len(found) > len(right) / 3

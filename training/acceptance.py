"""The acceptance questions: real questions over four texts, with the quotes that answer them.

``sample`` and ``tune`` may be tuned on; ``held_out`` is for reporting alone.
"""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "acceptance"
SAMPLE_CORPUS = Path(__file__).parent.parent / "corpus"
CORPORA = {
    "sample": SAMPLE_CORPUS,
    "tune": FOLDER / "corpus",
    "held_out": FOLDER / "corpus",
}


@dataclass(frozen=True, slots=True)
class AcceptanceQuestion:
    """A question and the quotes any of which answers it; none for one without an answer."""

    id: str
    text: str
    document: str
    quotes: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.quotes)

    def is_answered_by(self, document: str, quote: str) -> bool:
        """Tell whether a quote of a document is, holds or is a good part of a right one."""
        found = " ".join(quote.split())
        return document == self.document and any(
            right in found or (found in right and len(found) > len(right) / 3)
            for right in (" ".join(each.split()) for each in self.quotes)
        )


def read_acceptance(part: str) -> list[AcceptanceQuestion]:
    """Read a part: ``sample``, ``tune`` or ``held_out``."""
    rows = map(json.loads, (FOLDER / f"{part}.jsonl").read_text(encoding="utf-8").splitlines())
    return [
        AcceptanceQuestion(
            row["id"],
            row["question"],
            row.get("document", ""),
            tuple(row["quotes"] if "quotes" in row else [row["quote"]] if "quote" in row else ()),
            tuple(row["tags"]),
        )
        for row in rows
    ]

"""Example questions, a row of each kind, to be changed to one's own."""

import csv
import io
import json
from typing import Any

from footnote.evaluation.rows import FIELDS

# Over the sample article that Footnote ships, so that they can be asked as they are.
_DOCUMENT = "french-authorities-raid-x-paris-headquarters.txt"
_ROWS: tuple[dict[str, Any], ...] = (
    {
        "id": "date",
        "question": "When did the raid take place?",
        "answers": ["February 3, 2026"],
        "document": _DOCUMENT,
        "quote": "carried out on February 3, 2026",
        "tags": ["fact", "date"],
    },
    {
        "id": "former-name",
        "question": "What was X formerly called?",
        "answers": ["Twitter", "formerly known as Twitter"],
        "tags": ["fact"],
    },
    {
        "id": "not-there",
        "question": "How many people were arrested?",
        "answerable": False,
        "tags": ["not in the documents"],
    },
    {
        "id": "open",
        "question": "What are investigators seeking?",
        "answerable": True,
        "tags": ["list"],
    },
    {
        "id": "follow-up",
        "question": "When did it happen?",
        "history": [{"question": "What was raided?", "answer": "X's Paris headquarters."}],
        "tags": ["conversation"],
    },
)


def template(form: str) -> str:
    """Return the examples as ``jsonl`` or ``csv``."""
    if form == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _ROWS)
    out = io.StringIO()
    columns = [name for name in FIELDS if name != "evidence"]
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in _ROWS)
    return out.getvalue()


def _cell(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case [str(), *_]:
            return "|".join(map(str, value))
        case list():
            return json.dumps(value, ensure_ascii=False)
    return str(value)

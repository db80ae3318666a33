"""Feedback to rows of a question file: what people rated becomes what is measured."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from footnote.feedback import Feedback


def rows_of(feedback: Sequence[Feedback]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return a row a question, and what to say of those that were rated good and bad.

    ``feedback`` is given oldest first; of a question that was rated more than once the latest
    counts. Questions are the same but for case, white space and marks at their end.
    """
    asked: dict[str, list[Feedback]] = {}
    for each in feedback:
        asked.setdefault(_folded(each.question), []).append(each)
    conflicts = [
        f"{rated[-1].question!r} was rated good and bad; the latest counts: {rated[-1].rating}"
        for rated in asked.values()
        if len({each.rating for each in rated}) > 1
    ]
    return [_row(rated[-1]) for rated in asked.values()], conflicts


def jsonl(rows: Sequence[dict[str, Any]]) -> str:
    """Write rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _folded(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip(" ?!.")


def _row(feedback: Feedback) -> dict[str, Any]:
    tags = ["feedback", feedback.rating]
    if feedback.reason is not None:
        tags.append(feedback.reason)
    row = {"id": feedback.id, "question": feedback.question, "tags": tags}
    return row | _gold(feedback)


def _gold(feedback: Feedback) -> dict[str, Any]:
    """Return what is known of the right answer; nothing leaves the question an open one."""
    match feedback.rating, feedback.reason, feedback.status:
        case "good", _, "answered":
            return _as_answered(feedback)
        case ("good", _, "not_found") | ("bad", "not_in_documents", _):
            return {"answerable": False}
        case "bad", "should_have_answered" | "incomplete", _:
            return {"answerable": True}
    return {}


def _as_answered(feedback: Feedback) -> dict[str, Any]:
    """Return the quotes as evidence, and as no gold answer: a short answer says no sentence."""
    return {"answerable": True, "evidence": [asdict(cited) for cited in feedback.citations]}

"""Rows of question files: the one way that a row of any format becomes a question, and back.

Does not read files (see question_files), nor look at the documents (see gold).
"""

import difflib
from collections.abc import Mapping
from typing import Any

from footnote.asks import MAX_QUESTION
from footnote.evaluation.questions import Evidence, Question
from footnote.records import Span, Turn

FIELDS = (
    "id", "question", "answers", "answerable", "document", "quote", "start", "end", "tags",
    "history", "evidence",
)  # fmt: skip
# What a run adds to its own copy of the questions; see gold.
_GAINS = "gains"
# Beyond these a row is a mistake, and would be carried through every file of a run.
MAX_GOLD = 20_000
MAX_NAME = 1_000
_CLOSE = 0.75


def question_of(row: Mapping[str, Any], line: int = 0) -> Question:
    """Make a question of a row, whose line is its id if it has none.

    Raises ValueError with the reason it cannot be.
    """
    _check_names(row)
    _check_encodable(row)
    evidence = _evidence(row)
    answers = _texts(row, "answers")
    answerable = row.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        raise ValueError(f"answerable is {answerable!r}; true or false is needed")
    if answerable is False and (answers or evidence):
        held = "answers" if answers else "evidence"
        raise ValueError(f"answerable is false, but {held} is given; leave one of them out")
    if answerable is None and (answers or evidence):
        answerable = True
    return Question(
        id=_id(row, str(line)),
        text=_question_text(row),
        answers=answers,
        answerable=answerable,
        evidence=evidence,
        document=_document(row),
        tags=_texts(row, "tags"),
        history=_history(row.get("history")),
        gains=_gains(row.get(_GAINS)),
        line=line,
    )


def to_row(question: Question) -> dict[str, Any]:
    """Return the row that `question_of` makes the same question of."""
    return {
        "id": question.id,
        "question": question.text,
        "answers": list(question.answers),
        "answerable": question.answerable,
        "document": question.document,
        "evidence": [
            {
                "document": each.document,
                "quote": each.quote,
                "spans": [[span.start, span.end] for span in each.spans],
            }
            for each in question.evidence
        ],
        "tags": list(question.tags),
        "history": [{"question": t.question, "answer": t.answer} for t in question.history],
        _GAINS: list(question.gains),
    }


def _check_names(row: Mapping[str, Any]) -> None:
    """Refuse a name that is nearly a known one; others are the file's own, and passed over."""
    for name in row:
        if name not in (*FIELDS, _GAINS):
            meant = difflib.get_close_matches(str(name).strip().lower(), FIELDS, 1, _CLOSE)
            if meant:
                raise ValueError(f"there is no field {name!r}; did you mean {meant[0]!r}?")


def _check_encodable(value: object) -> None:
    """Refuse half a surrogate pair, which JSON can spell and no file can hold."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"it holds {value[error.start]!r}, which is no character; half of a pair was lost"
            ) from None
    elif isinstance(value, Mapping):
        for key, each in value.items():
            _check_encodable(key)
            _check_encodable(each)
    elif isinstance(value, list):
        for each in value:
            _check_encodable(each)


def _question_text(row: Mapping[str, Any]) -> str:
    text = row.get("question")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"question is {text!r}; a text is needed")
    if len(text) > MAX_QUESTION:
        raise ValueError(f"question has {len(text)} characters; at most {MAX_QUESTION} are read")
    return text


def _id(row: Mapping[str, Any], default: str) -> str:
    id_ = row.get("id")
    if id_ is None:
        return default
    if isinstance(id_, bool) or not isinstance(id_, str | int) or id_ == "":
        raise ValueError(f"id is {id_!r}; a text or a whole number is needed")
    if len(str(id_)) > MAX_NAME:
        raise ValueError(f"id has {len(str(id_))} characters; at most {MAX_NAME} are read")
    return str(id_)


def _document(row: Mapping[str, Any]) -> str | None:
    document = row.get("document")
    if document is not None and (not isinstance(document, str) or not document):
        raise ValueError(f"document is {_cut(document)}; the name of a document is needed")
    return document


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        raise ValueError(f"{name} is the text {value[:80]!r}; a list of texts is needed")
    if not isinstance(value, list) or not all(isinstance(e, str) and e.strip() for e in value):
        raise ValueError(f"{name} is {_cut(value)}; a list of texts, none empty, is needed")
    longest = max(map(len, value), default=0)
    if longest > MAX_GOLD:
        raise ValueError(f"{name} holds {longest} characters; at most {MAX_GOLD} are read")
    return tuple(dict.fromkeys(value))


def _evidence(row: Mapping[str, Any]) -> tuple[Evidence, ...]:
    given = row.get("evidence")
    if given is not None and not isinstance(given, list):
        raise ValueError(f"evidence is {_cut(given)}; a list is needed")
    items: list[Any] = list(given or ())
    own = {name: row[name] for name in ("document", "quote", "start", "end") if name in row}
    if any(own.get(name) is not None for name in ("quote", "start", "end")):
        items.insert(0, own)
    return tuple(dict.fromkeys(_one_evidence(each) for each in items))


def _one_evidence(item: object) -> Evidence:
    if not isinstance(item, dict):
        raise ValueError(f'evidence holds {_cut(item)}; {{"document", "quote"}} is needed')
    document, quote = item.get("document"), item.get("quote")
    if not isinstance(document, str) or not document:
        raise ValueError(f"document is {document!r}; evidence needs the name of its document")
    if quote is not None and (not isinstance(quote, str) or not quote.strip()):
        raise ValueError(f"quote is {_cut(quote)}; a text is needed")
    if quote is not None and len(quote) > MAX_GOLD:
        raise ValueError(f"quote has {len(quote)} characters; at most {MAX_GOLD} are read")
    pairs = item.get("spans")
    if pairs is None:
        start, end = item.get("start"), item.get("end")
        pairs = [[start, end]] if start is not None or end is not None else []
    if not isinstance(pairs, list):
        raise ValueError(f"spans is {_cut(pairs)}; a list of [start, end] is needed")
    spans = tuple(_span(pair) for pair in pairs)
    if quote is None and not spans:
        raise ValueError("evidence needs a quote, or start and end")
    return Evidence(document, quote, spans)


def _span(pair: object) -> Span:
    match pair:
        case [int(start), int(end)] if 0 <= start < end and bool not in map(type, pair):
            return Span(start, end)
    raise ValueError(f"start and end are {_cut(pair)}; whole numbers, 0 <= start < end, are needed")


def _gains(value: object) -> tuple[int, ...]:
    """Return what a run wrote; of another file's field of that name, nothing."""
    counts = value if isinstance(value, list) else []
    return tuple(each for each in counts if isinstance(each, int))


def _history(value: object) -> tuple[Turn, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError(f"history is {_cut(value)}; a list is needed")
    turns = []
    for turn in value:
        fields = (turn.get("question"), turn.get("answer")) if isinstance(turn, dict) else ()
        if len(fields) != 2 or not all(isinstance(each, str) for each in fields):
            raise ValueError(f'history holds {_cut(turn)}; {{"question", "answer"}} is needed')
        turns.append(Turn(str(fields[0]), str(fields[1])))
    return tuple(turns)


def _cut(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"

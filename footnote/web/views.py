"""Lay an answer out for the page: plain data, so that the browser handles text alone."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from footnote.engine import Asks
from footnote.records import Answer, AnswerPassage, Citation, DocumentInfo, Statement
from footnote.web.errors import ErrorDetail

View = dict[str, Any]

_LISTED = 100
_SNIPPET = 600
_STRONG = 0.6


def welcome_view(engine: Asks) -> View:
    """Lay out the first screen: what documents there are, and what to ask."""
    total, infos = engine.documents(0, _LISTED)
    return {
        "total": total,
        "documents": [_document_view(info) for info in infos],
        "questions": _questions(total, infos),
    }


def answer_view(answer: Answer) -> View:
    """Lay out an answer: paragraphs of pieces, each a text or the number of a citation."""
    citations = [_citation_view(citation) for citation in answer.citations]
    return {
        "status": answer.status,
        "asked_as": answer.asked_as,
        "paragraphs": paragraphs(answer),
        "leads": bool(answer.statements) and answer.statements[0].text.endswith(":"),
        "citations": citations,
        "passages": (
            [_passage_view(passage) for passage in answer.passages]
            if answer.status == "not_found"
            else []
        ),
        "conflicts": [list(pair) for pair in answer.conflicts],
        "confidence": round(answer.confidence * 100) if answer.status == "answered" else None,
    }


def error_view(error: ErrorDetail) -> View:
    """Lay out what may be told of an error."""
    message = error.message[:1].upper() + error.message[1:]
    return {"message": message.removesuffix(".") + ".", "id": error.id}


def fingerprint(quote: str) -> str:
    """Return what tells whether a place still says what was quoted from it."""
    return hashlib.sha256(quote.encode()).hexdigest()[:16]


def paragraphs(answer: Answer) -> list[list[View]]:
    """Cut an answer's text into paragraphs, with the citations after what they support.

    The pieces' texts, with a line break between paragraphs, are the text, but for white space
    at the ends of lines.
    """
    laid: list[list[View]] = [[]]
    for piece in _pieces(answer):
        if "break" in piece:
            laid.append([])
        else:
            laid[-1].append(piece)
    return [paragraph for paragraph in laid if paragraph]


def _pieces(answer: Answer) -> Iterator[View]:
    at = 0
    short = answer.short_answer
    known = {citation.number for citation in answer.citations}
    for statement in answer.statements:
        found = answer.text.find(statement.text, at)
        if found < 0:
            continue
        yield from _between(answer.text[at:found])
        yield from _said(statement, short)
        yield from ({"cite": number} for number in statement.citations if number in known)
        at = found + len(statement.text)
        # The shortest answer stands out once.
        short = None if short and short in statement.text else short
    yield from _between(answer.text[at:])


def _between(text: str) -> Iterator[View]:
    for number, line in enumerate(re.split(r"\s*\n\s*", text)):
        if number:
            yield {"break": True}
        if line:
            yield {"text": line, "strong": False}


def _said(statement: Statement, short: str | None) -> Iterator[View]:
    before, found, after = statement.text.partition(short) if short else (statement.text, "", "")
    if len(found) > _STRONG * len(statement.text):
        # Where nearly all stands out, nothing does.
        before, found, after = statement.text, "", ""
    for text, strong in ((before, False), (found, True), (after, False)):
        if text:
            yield {"text": text, "strong": strong}


def _citation_view(citation: Citation) -> View:
    return {
        "number": citation.number,
        "title": citation.title,
        "place": _place(citation),
        "quote": citation.quote,
        "opens": _opens(citation.document_id, citation.start, citation.end, citation.quote),
    }


def _passage_view(passage: AnswerPassage) -> View:
    text = " ".join(passage.text.split())
    return {
        "title": passage.document,
        "snippet": text if len(text) <= _SNIPPET else f"{text[:_SNIPPET]}…",
        "opens": _opens(passage.document_id, passage.start, passage.end, passage.text),
    }


def _opens(document_id: str, start: int, end: int, quote: str) -> View:
    return {
        "document_id": document_id,
        "start": start,
        "end": end,
        "fingerprint": fingerprint(quote),
    }


def _place(citation: Citation) -> str:
    page = f"page {citation.page}" if citation.page is not None else None
    return " · ".join(part for part in (citation.section, page) if part)


def _document_view(info: DocumentInfo) -> View:
    pages = f"{info.pages} pages" if info.pages is not None else None
    return {
        "id": info.id,
        "title": info.title,
        "name": info.name,
        "size": pages or f"{info.length:,} characters",
    }


def _questions(total: int, infos: list[DocumentInfo]) -> list[str]:
    """Propose questions that every set of documents answers."""
    if not total:
        return []
    if total == 1:
        return ["What is the document about?", "What are the main points?"]
    titled = [info.title for info in infos if len(info.title) <= 60][:2]
    return [
        "What are the documents about?",
        *(f"Give me an overview of {title}" for title in titled),
    ]

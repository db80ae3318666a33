import random

import pytest
from pydantic import ValidationError

from footnote.errors import DocumentNotFound, UsageError
from footnote.records import Span, assert_exact
from footnote.web.source import WHOLE, Opening, Place, source_view
from footnote.web.views import View, fingerprint
from tests.web.double import DOCUMENTS, LONG, Stored, WordEngine


def place(text: str, start: int, end: int) -> Place:
    return Place(start=start, end=end, fingerprint=fingerprint(text[start:end]))


def text_of(view: View, mark: str | None = None) -> str:
    parts = [part for line in view["lines"] for part in line["parts"]]
    return "".join(part["text"] for part in parts if mark is None or part["mark"] == mark)


@pytest.mark.parametrize("stored", DOCUMENTS, ids=lambda stored: stored.info.name)
def test_what_is_marked_is_the_quote_and_all_else_is_the_text(stored: Stored) -> None:
    engine = WordEngine()
    draw = random.Random(1)
    for _ in range(60):
        start, end = sorted(draw.choices(range(len(stored.text) + 1), k=2))
        end = min(end, start + 300)
        other = draw.randrange(len(stored.text) - 20)
        opening = Opening(
            document_id=stored.info.id,
            current=place(stored.text, start, end),
            others=[place(stored.text, other, other + 20)],
        )
        view = source_view(engine, opening)
        first = view["before"] or 0
        shown = text_of(view)
        assert_exact(stored.text, [(Span(first, first + len(shown)), shown)])
        assert_exact(stored.text, [(Span(start, end), text_of(view, "current"))])
        assert not view["changed"]


def test_every_line_is_one_line_and_headings_are_known() -> None:
    view = source_view(WordEngine(), Opening(document_id="d-lighthouse"))
    lines = ["".join(part["text"] for part in line["parts"]) for line in view["lines"]]
    assert all("\n" not in line[:-1] for line in lines)
    headings = [
        line.strip() for line, laid in zip(lines, view["lines"], strict=True) if laid["level"]
    ]
    assert headings == [
        "The Lighthouse of Skerry Point",
        "The keepers",
        "What the keepers needed",
        "The end of the watch",
    ]
    assert (view["before"], view["after"], view["target"]) == (None, None, None)


def test_the_section_of_a_quote_is_told() -> None:
    text = DOCUMENTS[3].text
    start = text.index("Anna Reid")
    current = place(text, start, start + 9)
    assert (
        source_view(WordEngine(), Opening(document_id="d-lighthouse", current=current))["section"]
        == "The keepers"
    )


def test_marks_of_other_citations_yield_to_the_current_one() -> None:
    text = DOCUMENTS[3].text
    opening = Opening(
        document_id="d-lighthouse", current=place(text, 10, 20), others=[place(text, 5, 15)]
    )
    view = source_view(WordEngine(), opening)
    assert text_of(view, "current") == text[10:20]
    assert text_of(view, "other") == text[5:10]


def test_a_long_document_is_shown_around_the_quote_and_on_from_there() -> None:
    assert len(LONG) > WHOLE
    engine = WordEngine()
    start = LONG.index("Entry 2000:")
    opening = Opening(document_id="d-ledger", current=place(LONG, start, start + 11))
    view = source_view(engine, opening)
    assert text_of(view, "current") == "Entry 2000:"
    assert 0 < view["before"] < start < view["after"] < len(LONG)
    later = source_view(engine, Opening(document_id="d-ledger", around=view["after"]))
    target = "".join(part["text"] for part in later["lines"][later["target"]]["parts"])
    assert LONG.rindex("\n", 0, view["after"]) + 1 == LONG.index(target)
    assert not later["changed"]
    end = source_view(engine, Opening(document_id="d-ledger", around=2**31 - 1))
    assert LONG.endswith(text_of(end))
    assert end["after"] is None


def test_a_document_that_has_changed_marks_nothing_and_says_so() -> None:
    changed = Place(start=3, end=9, fingerprint=fingerprint("what it said"))
    view = source_view(WordEngine(), Opening(document_id="d-cafe", current=changed))
    assert view["changed"]
    assert text_of(view, "current") == ""
    beyond = Place(start=3, end=9_999, fingerprint=fingerprint("what it said"))
    assert source_view(WordEngine(), Opening(document_id="d-cafe", current=beyond))["changed"]


@pytest.mark.parametrize(("start", "end"), [(0, 200_000), (200_000, 200_001), (9, 8), (0, 70_000)])
def test_a_place_that_cannot_be_shown_is_refused(start: int, end: int) -> None:
    current = Place(start=start, end=end, fingerprint="")
    with pytest.raises(UsageError, match="cannot be shown"):
        source_view(WordEngine(), Opening(document_id="d-ledger", current=current))


def test_a_document_that_is_not_there_is_told() -> None:
    with pytest.raises(DocumentNotFound):
        source_view(WordEngine(), Opening(document_id="nothing"))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"document_id": 1},
        {"document_id": "x" * 201},
        {"document_id": "x", "current": {"start": -1, "end": 1, "fingerprint": ""}},
        {"document_id": "x", "around": 2**31},
        {"document_id": "x", "others": [{"start": 0, "end": 1, "fingerprint": ""}] * 201},
        {"document_id": "x", "more": 1},
    ],
)
def test_what_the_page_would_not_send_is_refused(sent: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Opening.model_validate(sent)

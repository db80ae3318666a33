import random

import pytest

from footnote.errors import DocumentNotFound, UsageError
from footnote.records import Span, assert_exact
from footnote.web.source import WHOLE, Opening, Source, source_of
from tests.web.double import DOCUMENTS, LONG, Stored, WordEngine


def text_of(source: Source, mark: str | None = None) -> str:
    parts = [part for block in source.blocks for part in block.parts]
    return "".join(part.text for part in parts if mark is None or part.mark == mark)


@pytest.mark.parametrize("stored", DOCUMENTS, ids=lambda stored: stored.info.name)
def test_what_is_marked_is_the_quote_and_all_else_is_the_text(stored: Stored) -> None:
    draw = random.Random(1)
    for _ in range(60):
        start, end = sorted(draw.choices(range(len(stored.text) + 1), k=2))
        quote = Span(start, min(end, start + 300))
        other = draw.randrange(len(stored.text) - 20)
        opening = Opening(quote, [Span(other, other + 20)])
        source = source_of(WordEngine(), stored.info.id, opening)
        assert_exact(stored.text, [(Span(source.start, source.end), text_of(source))])
        assert_exact(stored.text, [(quote, text_of(source, "current"))])


def test_headings_and_items_are_told() -> None:
    source = source_of(WordEngine(), "d-lighthouse", Opening())
    kinds = {
        kind: [
            "".join(part.text for part in block.parts if part.role is None)
            for block in source.blocks
            if block.kind == kind
        ]
        for kind in ("heading", "item")
    }
    assert kinds["heading"] == [
        "The Lighthouse of Skerry Point",
        "The keepers",
        "What the keepers needed",
        "The end of the watch",
    ]
    assert kinds["item"] == [
        "two tonnes of coal a month\n",
        "300 litres of paraffin\n",
        "flour, tea and tinned fish\n",
    ]


def test_the_section_of_a_quote_is_told() -> None:
    start = DOCUMENTS[3].text.index("Anna Reid")
    source = source_of(WordEngine(), "d-lighthouse", Opening(Span(start, start + 9)))
    assert source.section == "The keepers"


def test_marks_of_other_citations_yield_to_the_current_one() -> None:
    text = DOCUMENTS[3].text
    source = source_of(WordEngine(), "d-lighthouse", Opening(Span(10, 20), [Span(5, 15)]))
    assert text_of(source, "current") == text[10:20]
    assert text_of(source, "other") == text[5:10]


def test_a_long_document_is_shown_around_the_quote_and_on_from_there() -> None:
    assert len(LONG) > WHOLE
    start = LONG.index("Entry 2000:")
    source = source_of(WordEngine(), "d-ledger", Opening(Span(start, start + 11)))
    assert text_of(source, "current") == "Entry 2000:"
    assert 0 < source.start < start < source.end < len(LONG)
    later = source_of(WordEngine(), "d-ledger", Opening(around=source.end))
    assert later.start < source.end < later.end
    end = source_of(WordEngine(), "d-ledger", Opening(around=2**31 - 1))
    assert LONG.endswith(text_of(end))
    assert end.end == len(LONG)


@pytest.mark.parametrize(("start", "end"), [(0, 200_000), (200_000, 200_001), (0, 70_000)])
def test_a_place_that_cannot_be_shown_is_refused(start: int, end: int) -> None:
    with pytest.raises(UsageError, match="cannot be shown"):
        source_of(WordEngine(), "d-ledger", Opening(Span(start, end)))


def test_a_document_that_is_not_there_is_told() -> None:
    with pytest.raises(DocumentNotFound):
        source_of(WordEngine(), "nothing", Opening())

"""Spans, the quotes that they give, and the one check of exactness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.records import Block, Passage, Span, Unit, UnitKind, assert_exact

TEXT = "  A 😀 café.\n"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (-2, -1)])
def test_a_span_that_ends_before_it_starts_or_starts_below_zero_is_refused(
    start: int, end: int
) -> None:
    with pytest.raises(ValueError, match=f"got {start}:{end}"):
        Span(start, end)


def test_an_empty_span_is_legal_and_quotes_nothing() -> None:
    assert Span(4, 4).quote(TEXT) == ""
    assert len(Span(4, 4)) == 0


def test_a_span_counts_code_points_not_bytes_or_utf_16_units() -> None:
    assert Span(4, 5).quote(TEXT) == "😀"
    assert Span(6, 10).quote(TEXT) == "café"


def test_a_span_past_the_end_of_a_text_is_refused_with_both_numbers() -> None:
    with pytest.raises(ValueError, match=f"0:{len(TEXT) + 1} .* {len(TEXT)}"):
        Span(0, len(TEXT) + 1).quote(TEXT)


def test_a_span_holds_another_that_is_within_its_ends() -> None:
    assert Span(2, 4) in Span(2, 4)
    assert Span(3, 3) in Span(2, 4)
    assert Span(1, 3) not in Span(2, 4)
    assert Span(3, 5) not in Span(2, 4)


def test_a_shifted_span_may_not_leave_the_text_at_its_start() -> None:
    assert Span(2, 5).shift(10) == Span(12, 15)
    with pytest.raises(ValueError, match="got -1:2"):
        Span(2, 5).shift(-3)


@given(st.text(alphabet=" \t\n\u2003ab😀\u0301"), st.data())
def test_a_trimmed_span_quotes_the_stripped_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    trimmed = span.trimmed(text)
    assert trimmed in span
    assert trimmed.quote(text) == span.quote(text).strip()


def test_what_is_exact_passes() -> None:
    assert_exact(TEXT, [(Span(2, 5), "A 😀"), (Span(0, 0), "")])


@pytest.mark.parametrize("by", [-1, 1])
def test_a_span_off_by_one_is_not_exact(by: int) -> None:
    with pytest.raises(AssertionError, match="is 'caf"):
        assert_exact(TEXT, [(Span(2, 5), "A 😀"), (Span(6, 10 + by), "café")])


def test_a_quote_in_another_normal_form_is_not_exact() -> None:
    with pytest.raises(AssertionError):
        assert_exact(TEXT, [(Span(6, 10), "cafe\u0301")])


def passage() -> Passage:
    """A passage that begins ten code points into its document."""
    units = (
        Unit("heading", Span(10, 15)),
        Unit("sentence", Span(16, 20)),
        Unit("item", Span(23, 26)),
    )
    return Passage("d", 0, Span(10, 26), "Tools\nSaw.\n- 🔨 x", ("Shed", "Tools"), units)


@pytest.mark.parametrize("kind", ["heading", "term"])
def test_what_heads_a_passage_is_no_answer(kind: UnitKind) -> None:
    units = (Unit(kind, Span(0, 3)), Unit("sentence", Span(4, 8)))
    headed = Passage("d", 0, Span(0, 8), "Saw\nCut.", ("Tools", "Saw"), units)
    assert [unit.kind for unit in headed.quotable] == ["sentence"]
    assert headed.searchable == "Tools > Saw\nCut."


def test_a_passage_quotes_by_offsets_of_its_document() -> None:
    assert [passage().quote(unit.span) for unit in passage().units] == ["Tools", "Saw.", "🔨 x"]


def test_a_passage_does_not_quote_what_is_outside_it() -> None:
    with pytest.raises(ValueError, match="needs 0 <= start"):
        passage().quote(Span(9, 12))
    with pytest.raises(ValueError, match="passes the text's end"):
        passage().quote(Span(20, 27))


def test_headings_of_a_passage_are_searched_with_it_but_are_no_answer() -> None:
    assert [unit.kind for unit in passage().quotable] == ["sentence", "item"]
    assert passage().searchable == "Shed > Tools\nSaw. 🔨 x"
    assert passage().section == "Tools"


def test_records_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Block("title", Span(0, 1)).level = 2  # type: ignore[misc]

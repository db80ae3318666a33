"""Where the cells of a row stand, to the character."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.answering.cells import bar_cells, cells_of, named_cells, said_by
from footnote.embedding import OnnxEmbedder
from footnote.records import Passage, Span, Unit, assert_exact
from tests.helpers import indexed


@given(st.text("ab:; |\\\\é😀", max_size=40), st.integers(0, 9))
def test_the_place_of_a_cell_is_its_value(row: str, start: int) -> None:
    text = " " * start + row
    assert_exact(text, [(cell.span, cell.value) for cell in named_cells(row, start)])
    assert_exact(text, [(span, value) for value, span in bar_cells(row, start)])


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("| a | b |", ["a", "b"]),
        ("| a |  | c |", ["a", "", "c"]),
        (r"| a \| b | c |", [r"a \| b", "c"]),
        ("|a|b", ["a", "b"]),
    ],
)
def test_bars_part_the_cells_of_markdown(row: str, values: list[str]) -> None:
    assert [value for value, _ in bar_cells(row)] == values


def test_the_columns_of_markdown_are_named_above_it(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    rows = "".join(f"| {1900 + n} | {n} people came to see it |\n" for n in range(60))
    page = f"# The Mill\n\n| Year | Visitors |\n|---|:-:|\n{rows}"
    engine = indexed(tmp_path, {"mill.md": page, "bare.md": "| 1 | 2 |\n"}, embedder)
    with engine._index.view() as view:
        info = next(each for each in engine.documents()[1] if each.name == "mill.md")
        passages = view.catalogue.passages_of(info.id)
        found = [
            [(cell.header, cell.value) for cell in cells_of(view.catalogue, passage, unit)]
            for passage in passages
            for unit in passage.units
            if unit.kind == "row"
        ]
    assert len(passages) > 2
    assert found == [
        [("Year", f"{1900 + n}"), ("Visitors", f"{n} people came to see it")] for n in range(60)
    ]


def test_of_a_row_of_markdown_only_the_cell_is_said() -> None:
    row = "| 1912 | 449 |"
    unit = Unit("row", Span(5, 5 + len(row)))
    passage = Passage("a", 0, Span(5, 5 + len(row)), row, (), (unit,))
    assert said_by(passage, unit, Span(12, 17)) == (Span(14, 17), Span(14, 17))
    named = "Year: 1912; Visitors: 449"
    plain = Unit("row", Span(0, len(named)))
    whole = Passage("a", 0, Span(0, len(named)), named, (), (plain,))
    assert said_by(whole, plain, Span(22, 25)) == (plain.span, Span(22, 25))

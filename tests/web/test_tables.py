from hypothesis import given
from hypothesis import strategies as st

from footnote.ingest.tables import row_text
from footnote.web.tables import Cut, cells_of, columns_of, header_cells

CELL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12)
ROW = st.text(st.sampled_from("ab |;:\\😀 -"), max_size=40)


def parts(row: str, cuts: list[Cut], role: str) -> list[str]:
    return [row[start:end] for start, end, kind in cuts if kind == role]


@given(ROW, st.lists(CELL, max_size=4), st.booleans())
def test_the_cuts_are_the_row(row: str, columns: list[str], piped: bool) -> None:
    for cuts in (cells_of(row, columns, piped), header_cells(row, piped)):
        assert "".join(row[start:end] for start, end, _ in cuts) == row


@given(st.lists(CELL.map(lambda cell: " ".join(cell.split())), min_size=1, max_size=5))
def test_the_cells_of_a_row_are_found_again_by_the_names_of_its_columns(cells: list[str]) -> None:
    columns = [f"Column {n}" for n in range(len(cells))]
    row = row_text(columns, cells)
    kept = [cell for cell in cells if cell]
    if any("; Column" in cell for cell in kept) or not kept:
        return
    assert parts(row, cells_of(row, columns), "cell") == kept


def test_a_cell_may_hold_what_parts_cells() -> None:
    row = "Building: Mill; Old; Keeper: A: B"
    cuts = cells_of(row, ["Building", "Year", "Keeper"])
    assert parts(row, cuts, "cell") == ["Mill; Old", "A: B"]
    assert parts(row, cuts, "name") == ["Building: ", "Keeper: "]


def test_names_are_seen_without_a_header() -> None:
    row = "building: Mill; year: 1863"
    assert parts(row, cells_of(row), "cell") == ["Mill", "1863"]


def test_a_row_without_names_is_a_cell() -> None:
    assert cells_of("a plain row") == [(0, 11, "cell")]


def test_bars_part_the_cells_of_markdown() -> None:
    row = r"| a | | b \| c |"
    assert parts(row, cells_of(row, piped=True), "cell") == ["a", "", r"b \| c"]
    assert parts("a | b", cells_of("a | b", piped=True), "cell") == ["a", "b"]
    assert columns_of("| Year | Visitors |", piped=True) == ["Year", "Visitors"]

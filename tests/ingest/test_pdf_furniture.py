"""Contents and indexes are left out of a PDF; tables and prose that look like them stay."""

import pytest

from footnote.ingest.pdf import read_pdf
from footnote.ingest.pdf_furniture import furniture
from footnote.ingest.pdf_layout import Box, Line
from tests.ingest.test_pdf_layout import at, body, written

CHAPTERS = ("Introduction", "The builders", "The lamp", "Storms", "The keepers", "Stores")
LED = [f"{n}. {name} {'. ' * 20}{3 * n}" for n, name in enumerate(CHAPTERS, 1)]
INDEX = [
    *("anchor, 12", "barge, 3, 45", "boat, 7", "coal, 11, 31–33", "crane, 8", "dock, 2"),
    *("flour, 14", "granite, 5", "helicopter, 40", "keeper, 9, 10", "lamp, 22", "lens, 23"),
]


def left_out(texts: list[str]) -> list[str]:
    lines = [Line(text, 0, 0, Box(0, 1, -n, 1)) for n, text in enumerate(texts)]
    found = furniture(lines)
    return [line.text for line in lines if line in found]


@pytest.mark.parametrize(
    "entries",
    [
        LED,
        [each.replace(". ", ".") for each in LED],
        [
            f"{name} {'.' * 30} {page}"
            for name, page in zip(CHAPTERS, "iii iv vi x 1 8".split(), strict=True)
        ],
        [f"{name} {page}" for name, page in zip(CHAPTERS, (1, 1, 2, 9, 30, 101), strict=True)],
        [*LED[:3], "7.1 A chapter with a name so long that it runs over", *LED[3:]],
        ["The Clarendon Report 1", *LED, "Index 97"],
    ],
    ids=["spaced leaders", "leaders", "Roman", "no leaders", "over two lines", "some without"],
)
def test_contents_are_left_out_with_their_title(entries: list[str]) -> None:
    page = ["Table of Contents", *entries]
    assert left_out(page) == page
    prose = "The lighthouse was lit after nine years of work."
    assert left_out([*page, prose, "It stands on a rock."]) == page


def test_contents_that_go_on_from_another_page_are_known_by_their_order() -> None:
    assert left_out(["Bakery 2", *LED, "iv"]) == ["Bakery 2", *LED, "iv"]
    assert left_out(["12 A report CONTENTS", "Ale 1", "Oil 2", "Tea 2", "Coal 3", "Rope 9"])[0] == (
        "Ale 1"
    )


def test_an_index_is_left_out() -> None:
    page = ["Index", "A", *INDEX[:1], "B", *INDEX[1:]]
    assert left_out(page) == page
    led = [
        "Concept Index",
        "C",
        *(f"{word} . . . . . . . {n}" for n, word in enumerate("ab cd ef".split())),
    ]
    assert left_out(led) == led


@pytest.mark.parametrize(
    "lines",
    [
        [
            "Tea ........ 4",
            "Coffee ........ 3",
            "Ale ........ 5",
            "Bread ........ 2",
            "Eggs ........ 4",
        ],
        [
            "Tea ........ 3.50",
            "Ale ........ 4.20",
            "Rum ........ 5.00",
            "Gin ........ 5.50",
            "Port .... 6.00",
        ],
        ["January 101", "February 102", "March 103", "April 104", "May 105", "June 106"],
        [
            "Consumer Price Index",
            "January 101",
            "February 102",
            "March 103",
            "April 104",
            "May 105",
        ],
        [f"{town}, {year}" for town, year in zip("abcdefghij", range(1900, 1910), strict=True)],
        ["He waited ... until 5", "and then ... at 6", "the boat came in 1907"],
        ["The contents of the hold were counted in 1911", "and again in 1912", "and in 1913"],
        ["Contents", "The hold held coal.", "It was counted in 1911", "and in 1913"],
        [],
    ],
    ids=["counts", "prices", "table", "named index", "years", "dots", "word", "title", "empty"],
)
def test_tables_lists_and_prose_stay(lines: list[str]) -> None:
    assert left_out(lines) == []


def test_a_table_of_contents_is_not_read_and_told() -> None:
    contents = "\n".join(at(72, 700 - 12 * n, each) for n, each in enumerate(["Contents", *LED]))
    read = read_pdf(written(contents, *(body(n) for n in range(3))))
    assert "Introduction" not in read.text
    assert len(read.starts) == 4
    assert "page 1: left out contents or an index" in read.notes


def test_a_file_that_is_nothing_but_contents_is_read() -> None:
    contents = "\n".join(at(72, 700 - 12 * n, each) for n, each in enumerate(["Contents", *LED]))
    assert "The keepers" in read_pdf(written(contents)).text


def test_long_lines_of_dots_are_looked_at_in_little_time() -> None:
    assert left_out([". " * 100_000 + "1"] * 20) == []

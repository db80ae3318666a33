"""Reading text and its blocks, built side by side."""

from footnote.ingest.reading import ReadingText, with_title
from footnote.records import Block, Span
from tests.ingest.samples import shape


def test_blocks_are_apart_by_a_blank_line_and_rows_by_a_line_end() -> None:
    out = ReadingText()
    out.add("heading", "Prices", level=2)
    out.add("row", "S; 3")
    out.add("row", "L; 5")
    out.add("item", "tea", marker="- ")
    out.add("item", " \n")
    out.add("code", "a\r\n  b\0")
    assert out.text == "Prices\n\nS; 3\nL; 5\n\n- tea\n\na\n  b"
    assert shape(out.text, out.blocks) == [
        ("heading 2", "Prices"),
        ("row", "S; 3"),
        ("row", "L; 5"),
        ("item", "tea"),
        ("code", "a\n  b"),
    ]


def test_a_header_is_text_above_its_rows_and_in_no_block() -> None:
    out = ReadingText()
    out.add_header(["", ""])
    out.add_header(["Size", "", "Price"])
    out.add("row", "Size: S; Price: 3")
    out.add_header(["Size", "Price"])
    out.add("paragraph", "No rows.")
    assert out.text == "Size; Price\nSize: S; Price: 3\n\nSize; Price\n\nNo rows."
    assert shape(out.text, out.blocks) == [
        ("row", "Size: S; Price: 3"),
        ("paragraph", "No rows."),
    ]


def heading(level: int) -> Block:
    return Block("heading", Span(level, level), level)


def test_the_only_highest_heading_becomes_the_title() -> None:
    blocks = with_title((Block("paragraph", Span(0, 0)), heading(2), heading(3)))
    assert [(block.kind, block.level) for block in blocks] == [
        ("paragraph", 0),
        ("title", 1),
        ("heading", 3),
    ]


def test_a_heading_with_its_equal_below_is_no_title() -> None:
    blocks = (heading(2), heading(3), heading(2))
    assert with_title(blocks) == blocks


def test_without_headings_there_is_no_title() -> None:
    assert with_title((Block("paragraph", Span(0, 0)),)) == (Block("paragraph", Span(0, 0)),)

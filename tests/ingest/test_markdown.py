"""The structure of Markdown, whose text stays as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.ingest.decoding import canonical
from footnote.ingest.markdown import markdown_blocks
from tests.ingest.samples import examples, shape


def found(text: str) -> list[tuple[str, str]]:
    return shape(text, markdown_blocks(text))


def test_front_matter_is_in_no_block() -> None:
    text = "---\ntitle: Notes\ntags: [a, b]\n---\n# Notes\n\nThe text begins here.\n"
    assert found(text) == [("title 1", "Notes"), ("paragraph", "The text begins here.")]


def test_front_matter_alone_leaves_no_block() -> None:
    assert found("---\ntitle: Notes\n---") == []


def test_a_rule_at_the_top_opens_no_front_matter() -> None:
    assert found("---\n\nA rule stands above.\n\n---\n\nAnd one between.\n") == [
        ("paragraph", "A rule stands above."),
        ("paragraph", "And one between."),
    ]


def test_headings_of_both_styles_have_their_level_and_no_marks() -> None:
    text = "# Book #\n\n## Part ##\n\nChapter 😀\n----------\n\n###### Note\n\nText.\n"
    assert found(text) == [
        ("title 1", "Book"),
        ("heading 2", "Part"),
        ("heading 2", "Chapter 😀"),
        ("heading 6", "Note"),
        ("paragraph", "Text."),
    ]


def test_of_several_top_headings_none_is_the_title() -> None:
    assert found("# One\n\na\n\n# Two\n\nb\n")[0] == ("heading 1", "One")


def test_items_of_nested_lists_stand_one_by_one() -> None:
    text = "- one\n  - two\n    1. three\n\n       more of three\n- four\n  goes on\n"
    assert found(text) == [
        ("item", "one"),
        ("item", "two"),
        ("item", "three"),
        ("paragraph", "more of three"),
        ("item", "four\n  goes on"),
    ]


def test_a_marker_that_equals_its_item_is_left_out() -> None:
    text = "1. 1\n2. 2\n"
    assert [block.span.start for block in markdown_blocks(text)] == [3, 8]


def test_a_row_of_a_table_is_quoted_with_its_marks() -> None:
    text = "| size | price |\n|------|-------|\n| S | 3 |\n| L \\| XL | 5 |\n\nPrices in francs.\n"
    assert found(text) == [
        ("row", "| S | 3 |"),
        ("row", "| L \\| XL | 5 |"),
        ("paragraph", "Prices in francs."),
    ]


def test_a_block_quote_is_read_without_its_first_mark() -> None:
    assert found("> quoted text\n> over lines\n>\n> - an item in it\n") == [
        ("paragraph", "quoted text\n> over lines"),
        ("item", "an item in it"),
    ]


@pytest.mark.parametrize(
    "code", ["```python\n# no heading\n- no item\n```", "~~~\nnever closed\n\n# no heading"]
)
def test_a_fence_is_one_block_of_code(code: str) -> None:
    assert found(f"Before.\n\n{code}\n") == [("paragraph", "Before."), ("code", code)]


def test_indented_code_is_one_block() -> None:
    assert found("Run:\n\n    make\n    make test\n") == [
        ("paragraph", "Run:"),
        ("code", "make\n    make test"),
    ]


def test_a_comment_between_blocks_is_in_none() -> None:
    assert found("Seen.\n\n<!-- not\nseen -->\n\nSeen as well.") == [
        ("paragraph", "Seen."),
        ("paragraph", "Seen as well."),
    ]


def test_a_text_without_a_final_newline_keeps_its_last_character() -> None:
    assert found("# Menu 👩‍👩‍👧\n\n- tea 🍵\n- cake 🍰") == [
        ("title 1", "Menu 👩‍👩‍👧"),
        ("item", "tea 🍵"),
        ("item", "cake 🍰"),
    ]


def test_what_markdown_would_replace_is_quoted_as_it_was_written() -> None:
    text = "Salt &amp; vinegar, a\\*b, [shop](http://x.example/ 'Shop'), **3 ~~4~~**."
    assert found(text) == [("paragraph", text)]


def test_a_list_forty_levels_deep_is_read_whole() -> None:
    text = "".join(f"{'  ' * level}- level {level}\n" for level in range(40))
    assert found(text) == [("item", f"level {level}") for level in range(40)]


@pytest.mark.parametrize("mark", [">", "- ", "[", "**a ", "`"])
def test_nesting_without_end_does_no_harm(mark: str) -> None:
    assert found(f"Before.\n\n{mark * 5000} deep\n\nAfter.")[0] == ("paragraph", "Before.")


MARKS = (
    "# ",
    "## ",
    "- ",
    "  - ",
    "1. ",
    "> ",
    "    ",
    "\t",
    "```",
    "|a|b|\n|-|-|\n|",
    "---",
    "==",
)
WORDS = ("1", "a", "-", "#", "é😀", "`b`", "<!--", "<b>", "\\", "\u200b", "\u2028", "[r]: x")


@given(st.lists(st.tuples(st.sampled_from(MARKS), st.sampled_from(WORDS))))
@examples
def test_blocks_stand_in_order_and_do_not_overlap(lines: list[tuple[str, str]]) -> None:
    text = canonical("\n".join(mark + word for mark, word in lines))
    blocks = markdown_blocks(text)
    at = 0
    for block in blocks:
        assert block.span.start >= at
        assert block.span.trimmed(text) == block.span
        at = block.span.end
    assert at <= len(text)

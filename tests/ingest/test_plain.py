"""The structure of plain text, found by shape."""

from pathlib import Path

import pytest

from footnote.ingest.plain import plain_blocks
from tests.ingest.samples import ARTICLE, ROOT, TEXTS, kinds, shape


def found(text: str) -> list[tuple[str, str]]:
    return shape(text, plain_blocks(text))


def test_the_sample_article_has_a_title_three_headings_and_four_items() -> None:
    text = ARTICLE.read_text()
    blocks = plain_blocks(text)
    assert shape(text, [b for b in blocks if b.kind in ("title", "heading", "item")]) == [
        ("title 1", "French Authorities Execute Coordinated Raid on X's Paris Headquarters"),
        ("heading 2", "Investigative Focus on Digital Harm and Platform Accountability"),
        ("heading 2", "Broader Context of Platform Regulation and User Safety"),
        ("heading 2", "Potential Implications for Tech Governance and Cross-Border Enforcement"),
        (
            "item",
            "Increased willingness by national authorities to take physical enforcement "
            "actions against global tech giants",
        ),
        (
            "item",
            "Growing focus on specific harmful content categories, particularly those "
            "affecting children",
        ),
        ("item", "Challenges of cross-border investigations involving multinational corporations"),
        (
            "item",
            "Potential conflicts between national enforcement actions and international "
            "digital governance frameworks",
        ),
    ]
    assert len(kinds(blocks, "paragraph")) == 7


@pytest.mark.parametrize(
    "path", [ROOT / "LICENSE", TEXTS / "apache-license-2.0.txt"], ids=["upstream", "Debian"]
)
def test_paragraphs_wrapped_by_hand_are_whole(path: Path) -> None:
    text = path.read_text()
    blocks = plain_blocks(text)
    assert shape(text, blocks[:1]) == [("title 1", "Apache License")]
    assert ("heading 2", "END OF TERMS AND CONDITIONS") in shape(text, blocks)
    items = [block.span.quote(text) for block in kinds(blocks, "item")]
    trademarks = next(item for item in items if item.startswith("Trademarks."))
    assert trademarks.endswith("reproducing the content of the NOTICE file.")
    assert sum(item.startswith("You must") for item in items) == 3
    assert all("\n\n" not in block.span.quote(text) for block in blocks)


def test_an_underlined_line_is_a_heading_and_its_underline_is_in_no_block() -> None:
    text = (
        "My Manual\n=========\n\nIntroduction\n------------\nWhat there is to explain.\n\n"
        "Use\n~~~\nPress the button, and wait for the lamp.\n"
    )
    assert found(text) == [
        ("title 1", "My Manual"),
        ("heading 2", "Introduction"),
        ("paragraph", "What there is to explain."),
        ("heading 2", "Use"),
        ("paragraph", "Press the button, and wait for the lamp."),
    ]


RULES = """Safety Rules

1. Scope

These rules hold for all who work in the hall, on the yard and in the office.

2. Duties

2.1 Of the foreman

The foreman sees that everybody wears a helmet, and that the gates are shut at night.
"""


def test_numbered_headings_stand_under_each_other() -> None:
    assert [each for each in found(RULES) if each[0] != "paragraph"] == [
        ("title 1", "Safety Rules"),
        ("heading 2", "1. Scope"),
        ("heading 2", "2. Duties"),
        ("heading 3", "2.1 Of the foreman"),
    ]


def test_numbered_lines_beside_each_other_are_a_list() -> None:
    text = "Steps\n\nDo these things in order, please.\n\n1. Open it\n\n2. Look\n\n3. Close it\n"
    assert [words for kind, words in found(text) if kind == "item"] == [
        "Open it",
        "Look",
        "Close it",
    ]


def test_bullets_and_numbers_of_all_kinds_are_left_out_of_their_items() -> None:
    text = (
        "Packing list\n\nWhat to bring along for a week in the mountains:\n"
        "- a tent\n* a stove\n• a map\n– a rope\n— tape\n◦ a cup\n‣ a knife\n"
        "1. boots\n2) socks\n(3) gloves\na) a hat\niv. glasses\no tea\n"
    )
    assert [words for kind, words in found(text) if kind == "item"] == [
        *("a tent", "a stove", "a map", "a rope", "tape", "a cup", "a knife"),
        *("boots", "socks", "gloves", "a hat", "glasses", "tea"),
    ]


def test_an_item_wrapped_by_hand_is_one_item() -> None:
    text = (
        "What follows is a list of things that this house has always asked of its\n"
        "guests, and that the guests have mostly done without being told of it:\n\n"
        "  * that they leave their boots at the door, where a rack is waiting for\n"
        "    them, however late they come;\n"
        "  * that they shut the gate behind them, because of the sheep and also of\n"
        "    the dog.\n"
    )
    assert [" ".join(words.split()) for kind, words in found(text) if kind == "item"] == [
        "that they leave their boots at the door, where a rack is waiting for them, however "
        "late they come;",
        "that they shut the gate behind them, because of the sheep and also of the dog.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Milk\nEggs\nFlour\nButter\nSugar\nSalt\nYeast\n",
        "Milk\n\nEggs\n\nFlour\n\nButter\n\nSugar",
        "The Tyger\n\nTyger Tyger, burning bright,\nIn the forests of the night;\n"
        "What immortal hand or eye,\nCould frame thy fearful symmetry?\n\n"
        "In what distant deeps or skies\nBurnt the fire of thine eyes?\n"
        "On what wings dare he aspire?\nWhat the hand, dare seize the fire?\n",
    ],
    ids=["lines", "lines set apart", "poem"],
)
def test_short_lines_are_not_all_headings(text: str) -> None:
    blocks = plain_blocks(text)
    assert kinds(blocks, "heading") == []
    assert len(kinds(blocks, "title")) <= 1
    assert len(kinds(blocks, "paragraph")) >= 4


def test_a_text_of_one_line_has_no_title() -> None:
    assert found("Just one line without an end") == [("paragraph", "Just one line without an end")]


def test_a_sentence_at_the_top_is_no_title() -> None:
    assert found("Nothing came of it. \n\nIt was late.\n")[0] == (
        "paragraph",
        "Nothing came of it.",
    )


def test_a_text_of_white_space_has_no_blocks() -> None:
    assert plain_blocks(" \n\t\n\u2003\n") == ()


def test_every_word_of_a_text_is_in_one_block_or_is_a_marker() -> None:
    text = ARTICLE.read_text()
    outside = list(text)
    for block in plain_blocks(text):
        outside[block.span.start : block.span.end] = " " * len(block.span)
    assert "".join(outside).split() == ["-"] * 4

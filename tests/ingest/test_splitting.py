"""Passages tile a document exactly, whatever it holds."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.embedding import OnnxEmbedder
from footnote.errors import UnreadableFile
from footnote.ingest.splitting import FULL, LIMIT, SMALL, CountTokens, sentences, split
from footnote.records import Block, Document, Passage, Span, assert_exact
from tests.ingest.samples import ARTICLE, REAL, ROOT, TEXTS, examples, read


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len("".join(text.split())) for text in texts]


def check(document: Document, passages: Sequence[Passage], count_tokens: CountTokens) -> None:
    """Hold everything that is promised of the passages of a document."""
    assert "".join(passage.text for passage in passages) == document.text
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    assert passages[0].span.start == 0
    assert passages[-1].span.end == len(document.text)
    for above, below in pairwise(passages):
        assert above.span.end == below.span.start
    assert_exact(document.text, ((passage.span, passage.text) for passage in passages))
    for passage in passages:
        check_units(document, passage)
        check_length(passage, count_tokens)
        assert passage.headings == path_above(document, passage)


def check_units(document: Document, passage: Passage) -> None:
    at = passage.span.start
    for unit in passage.units:
        assert at <= unit.span.start <= unit.span.end <= passage.span.end
        quote = document.text[unit.span.start : unit.span.end]
        assert quote == passage.quote(unit.span)
        assert quote == quote.strip()
        at = unit.span.end
    heads = [unit.heads for unit in passage.units]
    assert not any(heads[heads.count(True) :])


def check_length(passage: Passage, count_tokens: CountTokens) -> None:
    quotes = [passage.quote(unit.span) for unit in passage.quotable]
    assert sum(count_tokens(quotes)) <= LIMIT + SMALL


def path_above(document: Document, passage: Passage) -> tuple[str, ...]:
    """The headings under which a passage's last unit stands, read from the blocks alone."""
    path, terms = [(0, document.title)], [(0, "")]
    last = passage.units[-1].span.start
    above = "title"
    for block in (block for block in document.blocks if block.span.start <= last):
        words = " ".join(block.span.quote(document.text).split())
        if block.kind == "heading":
            path = [each for each in path if each[0] < block.level]
            path.append((block.level, words))
            terms = [(0, "")]
        elif block.kind == "term" and above == "term" and terms[-1][0] == block.level:
            terms[-1] = (block.level, f"{terms[-1][1]}, {words}")
        elif block.kind == "term":
            terms = [each for each in terms if each[0] < block.level] + [(block.level, words)]
        else:
            terms = [each for each in terms if each[0] <= block.level]
        above = block.kind
    return tuple(words for _, words in path + terms[1:])


WORDS = st.one_of(
    st.sampled_from(
        (
            *(
                "word",
                "Dr.",
                "e.g.",
                "3.14",
                "“So!”",
                "it's",
                "A.",
                "end.",
                "Why?",
                "(see",
                "p. 3)",
            ),
            *("😀", "👩‍👩‍👧", "🇫🇷", "e\u0301", "n\u0303o.", "\u0301", "ﷺ", "각,", "中文。", "ﬁn"),
            *(
                "שלום.",
                "مرحبا",
                "\u202eright\u202c",
                "zero\u200bwidth",
                "\u200d",
                "\ufeff",
                "\u00ad",
            ),
            *("http://x.example/a?b=c", "x" * 300, "a,b;" * 60, "각," * 150, "𝒳" * 200, "\x1c"),
        )
    ),
    st.text(max_size=8),
)
SPACES = st.sampled_from((" ", " ", " ", "  ", "\t", "\u00a0", "\u2003", "\u2028", "\x0b", "\x85"))
LINE_ENDS = st.sampled_from(("\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\n \n\n"))


@st.composite
def prose(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.tuples(WORDS, SPACES), max_size=30))
    return "".join(word + space for word, space in words) * draw(st.sampled_from((1, 1, 1, 12)))


def lines(marks: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts whose lines begin with such marks, with or without an end and a byte order mark."""
    line = st.tuples(st.sampled_from(("", *marks)), prose(), LINE_ENDS).map("".join)
    body = st.lists(line, max_size=12).map("".join)
    return st.tuples(st.sampled_from(("", "\ufeff")), body, prose()).map("".join)


PLAIN = lines(("- ", "• ", "1. ", "a) ", "2.1 Scope", "  ", "=====\n"))
MARKDOWN = lines(
    (
        "# ",
        "## ",
        "### ",
        "- ",
        "  - ",
        "1. ",
        "> ",
        "    ",
        "```\n",
        "|a|b|\n|-|-|\n|",
        "---\n",
        "<!--",
    )
)
RESTRUCTURED = lines(
    ("- ", "  ", "    ", "Word\n====\n", "\nterm\n  it is ", "\n.. option:: -a\n\n  ", ".. note:: ")
)
HTML = lines(
    (
        *("<dl>", "<dt>", "<dd>", "</dl>", "<dl><dt>", "<dt>-a<dd>"),
        *("<p>", "<h1>", "<h2>", "</h2>", "<h3>", "<ul><li>", "<li>", "</ul>", "<pre>", "</pre>"),
        *("<table><tr><th>a<th>b<tr><td>", "<td>", "<tr>", "</table>", "<div>", "</div>", "<br>"),
    )
)


@pytest.mark.parametrize(
    ("name", "contents"),
    [("a.txt", PLAIN), ("a.md", MARKDOWN), ("a.rst", RESTRUCTURED), ("a.html", HTML)],
)
@pytest.mark.parametrize("count_tokens", [count_words, count_characters, None])
def test_passages_tile_any_document(
    name: str,
    contents: st.SearchStrategy[str],
    count_tokens: CountTokens | None,
    embedder: OnnxEmbedder,
) -> None:
    count = count_tokens or embedder.count_tokens

    @given(contents)
    @examples
    def hold(content: str) -> None:
        try:
            document = read(name, content.encode(errors="replace"))
        except UnreadableFile:
            return
        check(document, split(document, count), count)

    hold()


@pytest.mark.parametrize("path", REAL, ids=lambda path: str(path.name))
def test_passages_tile_real_texts(path: Path, embedder: OnnxEmbedder) -> None:
    document = read(path.name, path.read_bytes())
    passages = split(document, embedder.count_tokens)
    check(document, passages, embedder.count_tokens)
    assert sum(len(passage.quotable) for passage in passages) >= len(passages)


def test_the_license_of_this_project_is_split_as_others(embedder: OnnxEmbedder) -> None:
    document = read("LICENSE.txt", (ROOT / "LICENSE").read_bytes())
    check(document, split(document, embedder.count_tokens), embedder.count_tokens)


@pytest.mark.parametrize(
    "word", ["x", "ab,", "😀", "각,", "中", "\u0301", "שלום", "a\u200b", "http://x.example/"]
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_word_of_20000_characters_is_split(word: str, name: str, embedder: OnnxEmbedder) -> None:
    long = (word * 20_000)[:20_000]
    document = read(name, f"Before.\n\n{long}\n\nAfter it, as before it, there is a sentence.")
    passages = split(document, embedder.count_tokens)
    check(document, passages, embedder.count_tokens)
    assert max(len(passage.text) for passage in passages) < 5_000


def test_code_with_wide_gaps_has_no_unit_of_white_space(embedder: OnnxEmbedder) -> None:
    content = "```\n" + ("word" + " " * 700 + "\n" + "token " * 100) * 3 + "\n```"
    document = read("a.md", content)
    passages = split(document, embedder.count_tokens)
    check(document, passages, embedder.count_tokens)
    assert all(len(unit.span) for passage in passages for unit in passage.units)


def test_a_text_without_any_block_is_one_passage_without_an_answer() -> None:
    document = read("a.md", "---\ntitle: Notes\n---\n")
    assert document.blocks == ()
    (passage,) = split(document, count_words)
    assert passage.text == document.text
    assert passage.quotable == ()


def sections(*lengths: int) -> Document:
    """A document of one section a length, in words, in sentences of ten words."""
    body = "".join(
        f"## Part {n}\n\n"
        + "One two three four five six seven eight nine ten. " * (length // 10)
        + "\n\n"
        for n, length in enumerate(lengths)
    )
    return read("a.md", f"# Book\n\n{body}")


def test_a_section_begins_a_passage_with_its_heading() -> None:
    document = sections(50, 50)
    passages = split(document, count_words)
    assert [passage.headings for passage in passages] == [("Book", "Part 0"), ("Book", "Part 1")]
    assert passages[0].text.startswith("# Book\n\n## Part 0\n")
    assert passages[1].text.startswith("## Part 1\n")


def test_a_long_section_is_cut_between_sentences_when_it_is_full() -> None:
    document = sections(500)
    passages = split(document, count_words)
    assert all(passage.text.rstrip().endswith("ten.") for passage in passages)
    assert all(FULL < sum(count_words([passage.text])) <= LIMIT + SMALL for passage in passages)


def test_a_passage_closes_at_the_end_of_a_paragraph_once_it_is_full() -> None:
    paragraph = "One two three four five six seven eight nine ten. " * 13
    passages = split(read("a.md", f"{paragraph}\n\n{paragraph}\n\n"), count_words)
    assert [passage.text.strip() for passage in passages] == [paragraph.strip()] * 2


def test_a_small_rest_joins_the_passage_above_it() -> None:
    passages = split(sections(190), count_words)
    assert len(passages) == 1
    assert len(passages[0].quotable) == 19


def test_a_small_section_does_not_join_the_one_above_it() -> None:
    assert len(split(sections(100, 10, 100), count_words)) == 3


def test_what_defines_a_term_stands_under_it_however_long_and_nothing_else_does() -> None:
    long = "One two three four five six seven eight nine ten. " * 30
    page = f"<h1>Book</h1><dl><dt>-q<dt>--quiet<dd><p>{long}<dt>-v<dd>Speaks.</dl><p>The end."
    page = page.replace("<dt>--", "</dt><dt>--")
    passages = split(read("a.html", page.encode()), count_words)
    quiet = ("Book", "-q, --quiet")
    assert [passage.headings for passage in passages] == [quiet, quiet, ("Book", "-v"), ("Book",)]
    assert [passage.units[-1].kind for passage in passages] == ["sentence"] * 4
    assert [unit.kind for unit in passages[2].units] == ["term", "sentence"]


def test_a_list_marker_belongs_to_the_passage_of_its_item_and_not_to_the_quote() -> None:
    content = "".join(f"- {'word ' * 50}{n}\n" for n in range(8))
    passages = split(read("a.md", content), count_words)
    assert len(passages) > 1
    for passage in passages:
        assert passage.text.startswith("- ")
        assert all(not passage.quote(unit.span).startswith("-") for unit in passage.units)
        assert {unit.kind for unit in passage.units} == {"item"}


def test_two_blocks_on_one_line_are_cut_between_them() -> None:
    words = "word " * 100
    text = f"{words}| {words}"
    second = len(words) + 2
    blocks = (
        Block("row", Span(0, len(words) - 1)),
        Block("row", Span(second, len(text) - 1)),
    )
    document = replace(read("a.txt", "x"), text=text, blocks=blocks)
    passages = split(document, count_words)
    check(document, passages, count_words)
    assert [passage.span for passage in passages] == [Span(0, second), Span(second, len(text))]


def test_the_sample_article_is_cut_at_its_headings(embedder: OnnxEmbedder) -> None:
    passages = split(read(ARTICLE.name, ARTICLE.read_bytes()), embedder.count_tokens)
    assert [passage.section for passage in passages] == [
        None,
        "Investigative Focus on Digital Harm and Platform Accountability",
        "Broader Context of Platform Regulation and User Safety",
        "Potential Implications for Tech Governance and Cross-Border Enforcement",
    ]
    assert [unit.kind for unit in passages[3].quotable].count("item") == 4


def test_rows_of_a_table_are_units_of_their_own(embedder: OnnxEmbedder) -> None:
    rows = "".join(f"<tr><td>Size {n}. Small.<td>{n} francs</tr>" for n in range(40))
    document = read("a.html", f"<table><tr><th>Size<th>Price</tr>{rows}</table>")
    passages = split(document, embedder.count_tokens)
    check(document, passages, embedder.count_tokens)
    units = [passage.quote(unit.span) for passage in passages for unit in passage.units]
    assert units[:2] == [
        "Size: Size 0. Small.; Price: 0 francs",
        "Size: Size 1. Small.; Price: 1 francs",
    ]


def test_sentences_are_quoted_without_the_space_between_them() -> None:
    text = "..  Dr. Réa 😀 lives here.  Does she?\nNo 3.5 m! “Yes.” \u05d0\u05d1.  ."
    found = sentences(text, Span(4, len(text) - 3))
    assert [span.quote(text) for span in found] == [
        "Dr. Réa 😀 lives here.",
        "Does she?",
        "No 3.5 m!",
        "“Yes.”",
        "\u05d0\u05d1.",
    ]


def test_no_text_has_no_sentences() -> None:
    assert sentences(" \n\n ", Span(0, 4)) == []
    assert sentences("text", Span(2, 2)) == []


def test_the_manual_and_the_licence_keep_their_sentences_whole(embedder: OnnxEmbedder) -> None:
    document = read("licence.txt", (TEXTS / "apache-license-2.0.txt").read_bytes())
    quotes = {
        " ".join(passage.quote(unit.span).split())
        for passage in split(document, embedder.count_tokens)
        for unit in passage.quotable
    }
    assert (
        "You must cause any modified files to carry prominent notices stating that You changed "
        "the files; and"
    ) in quotes

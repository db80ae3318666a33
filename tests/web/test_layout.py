from hypothesis import given
from hypothesis import strategies as st

from footnote.records import Block, Span, Unit
from footnote.web.layout import Laid, Layout
from tests.store.samples import parts

MARKDOWN = """# The mill

It was built
in 1849. It stands by the sea.

## Stores

1. coal
   for the stove
2. oil
  - of whales

```
lamp = on

oil = off
```

| Year | Visitors |
|------|----------|
| 1911 | 349 |

The end.
"""
CSV = "Building,Year\nThe mill,1849\nThe forge,\n"


def laid(text: str, name: str = "a.md") -> tuple[str, list[Laid]]:
    """Lay a text out as it is read and split."""
    document, passages, _ = parts(name, text)
    headings = [block for block in document.blocks if block.kind in ("title", "heading")]
    units = [unit for passage in passages for unit in passage.units]
    return document.text, Layout(document.text, 0, headings, units, name.endswith(".md")).blocks()


def shown(text: str, block: Laid, *roles: str | None) -> list[str]:
    return [text[start:end] for start, end, role in block.cuts if role in roles]


def test_a_text_is_laid_out_as_what_it_is() -> None:
    text, blocks = laid(MARKDOWN)
    assert [block.kind for block in blocks] == [
        *("heading", "paragraph", "heading", "item", "item", "item", "code"),
        *("columns", "rule", "row", "paragraph"),
    ]
    assert [block.level for block in blocks if block.kind == "heading"] == [1, 2]
    assert [shown(text, block, None) for block in blocks if block.kind == "heading"] == [
        ["The mill"],
        ["Stores"],
    ]


def test_markup_is_told_from_words() -> None:
    text, blocks = laid(MARKDOWN)
    items = [block for block in blocks if block.kind == "item"]
    assert [shown(text, item, "markup")[0] for item in items] == ["1. ", "2. ", "  - "]
    assert "".join(shown(text, items[0], None)) == "coal\n   for the stove\n"
    row = next(block for block in blocks if block.kind == "row")
    assert shown(text, row, "cell") == ["1911", "349"]


def test_a_paragraph_flows_where_sentences_run_over_its_lines() -> None:
    _, blocks = laid(MARKDOWN)
    assert blocks[1].flows
    _, poem = laid("A line ends here.\nAnother ends here.\n", "poem.txt")
    assert not any(block.flows for block in poem)


def test_a_rows_names_are_told_from_its_cells() -> None:
    text, blocks = laid(CSV, "a.csv")
    assert [block.kind for block in blocks] == ["columns", "row", "row"]
    assert shown(text, blocks[0], "cell") == ["Building", "Year"]
    assert shown(text, blocks[1], "name") == ["Building: ", "Year: "]
    assert [shown(text, block, "cell") for block in blocks[1:]] == [
        ["The mill", "1849"],
        ["The forge"],
    ]


LINE = st.sampled_from(
    [*MARKDOWN.split("\n"), "", " ", "- 😀 item", "> quoted", "a | b", "    code", "Café é."]
)


@given(st.lists(LINE, max_size=25).map("\n".join), st.sampled_from(["a.md", "a.txt"]))
def test_the_parts_are_the_text(text: str, name: str) -> None:
    if not text.strip():
        return
    read, blocks = laid(text, name)
    cuts = [cut for block in blocks for cut in block.cuts]
    assert "".join(read[start:end] for start, end, _ in cuts) == read
    assert all(block.cuts[0][0] == block.start for block in blocks)
    assert all(block.cuts[-1][1] == block.end for block in blocks)


SPANS = st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda at: Span(at[0], sum(at)))


@given(
    st.text(st.sampled_from("ab\n |;:"), max_size=60),
    st.lists(SPANS, max_size=4),
    st.lists(st.tuples(st.sampled_from(["sentence", "item", "row", "code"]), SPANS), max_size=6),
    st.booleans(),
)
def test_the_parts_are_the_text_whatever_its_units_are(
    text: str, headings: list[Span], units: list[tuple[str, Span]], piped: bool
) -> None:
    """A window may begin within a unit, and a damaged structure must not lose a word."""
    blocks = Layout(
        text,
        7,
        [Block("heading", span, 2) for span in sorted(headings)],
        [Unit(kind, span) for kind, span in sorted(units, key=lambda unit: unit[1])],  # type: ignore[arg-type]
        piped,
    ).blocks()
    cuts = [cut for block in blocks for cut in block.cuts]
    assert "".join(text[start - 7 : end - 7] for start, end, _ in cuts) == text


def test_a_dump_of_bytes_keeps_its_lines_as_code_does() -> None:
    dump = "00000000 4d 49 4d 45 2d 4d 61 67 69 63\n00000010 74 65 78 74 2f 78 2d 64 69 66\n"
    text, blocks = laid(f"The bytes of it are these, one after another.\n\n{dump}", "a.txt")
    assert [block.kind for block in blocks] == ["paragraph", "code"]
    assert text[blocks[1].start : blocks[1].end] == dump

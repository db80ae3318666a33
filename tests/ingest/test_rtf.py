"""Rich text: what a reader sees, in any of the encodings that it is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.errors import UnreadableFile
from footnote.ingest.loaders import load
from tests.ingest.samples import examples, shape

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}"
    r"{\f2\fcharset128 Gothic;}{\f3\fcharset2 Symbol;}}{\colortbl;\red255\green0\blue0;}"
    r"{\stylesheet{\fs24 Normal;}{\s1\outlinelevel0\b heading 1;}{\s2 heading 2;}{\s9 Title;}}"
    r"{\info{\title The  Lamp}{\author Ann}{\creatim\yr1911\mo5\dy1\hr3}{\revtim\yr1912\mo6\dy2}}"
)


def rtf(body: str) -> bytes:
    return f"{HEAD}{body}}}".encode("latin-1")


def blocks(body: str) -> list[tuple[str, str]]:
    loaded = load("a.rtf", rtf(body))
    return shape(loaded.text, loaded.blocks)


def test_headings_items_and_rows_are_kept() -> None:
    body = (
        r"{\header Page \chpgn\par}\pard\s9 The Lighthouse\par\pard\s1 Keepers\par"
        r"\pard\plain Three lived\line on the\tab rock.\par"
        r"\pard\s2 Stores\par{\listtext\pard\plain\f3\'b7\tab}\pard\ls1 coal\par"
        r"{\listtext 2.\tab}oil\par\pard {\pntext\'B7\tab}peat\par"
        r"\pard\bullet\tab flour\par"
        r"\trowd\trhdr\cellx1\cellx2\intbl Year\cell Visitors\cell\row"
        r"\trowd\cellx1\cellx2\intbl 1911\cell {\b 4}0\cell\row\pard The end."
    )
    assert blocks(body) == [
        ("title 1", "The Lighthouse"),
        ("heading 2", "Keepers"),
        ("paragraph", "Three lived on the rock."),
        ("heading 3", "Stores"),
        ("item", "coal"),
        ("item", "oil"),
        ("item", "peat"),
        ("item", "flour"),
        ("row", "Year: 1911; Visitors: 40"),
        ("paragraph", "The end."),
    ]
    assert "\n\n2. oil" in load("a.rtf", rtf(body)).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Gr\'f6\'dfe", "Größe"),
        (r"\f1\'cf\'f0\'e8\'e2\'e5\'f2\f0  x", "Привет x"),
        (r"\f2\'93\'fa\'96\'7b", "日本"),
        (r"\u8220?x\u8221\'94 and \u-10179?\u-8704?", "“x” and 😀"),
        (r"{\uc2\u8364\'80\'80}\uc0\u8364 x", "€€x"),
        (r"\lquote x\rquote\emdash y\~z\_w\-v", "‘x’—y z\u2011wv"),
        (r"a\{b\}\\c", r"a{b}\c"),
        ("one\r\ntwo", "onetwo"),
        ("one\\\ntwo", "one\n\ntwo"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt a link}} here", "a link here"),
        (r"a{\*\unknown hidden {\b deep}} b", "a b"),
        (r"a{\pict\bin6 }{\\}'x} b", "a b"),
        (r"a{\pict 0102ff} b", "a b"),
        (r"a{\header x\par{\title y}{\listtext z}} b", "a b"),
        (r"a \deleted gone \deleted0 b", "a b"),
    ],
)
def test_signs_of_every_kind_are_read(body: str, text: str) -> None:
    assert load("a.rtf", rtf(body)).text == text


def test_hidden_text_is_left_out_and_noted() -> None:
    loaded = load("a.rtf", rtf(r"A {\v secret \b one }lamp \v hush \v0 burns\v hush\plain  oil."))
    assert loaded.text == "A lamp burns oil."
    assert loaded.notes == ("3 hidden texts left out",)


def test_a_footnote_comes_after_its_paragraph() -> None:
    body = r"A lamp{\super\chftn{\footnote\pard\plain\chftn  Of oil.\par}} burns.\par More.\par"
    assert blocks(body) == [
        ("paragraph", "A lamp burns."),
        ("paragraph", "Of oil."),
        ("paragraph", "More."),
    ]


def test_title_and_date_come_from_its_information() -> None:
    loaded = load("a.rtf", rtf("It burns."))
    assert (loaded.title, loaded.date) == ("The Lamp", "1912-06-02")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (rtf("One.")[:-1], "cut short"),
        (HEAD.encode(), "cut short"),
        (b"{\\rtf1 {\\b", "cut short"),
        (b"{\\rtf1\\", "cut short"),
        (rtf(""), "the document holds no text"),
        (b"no such thing", "not RTF"),
    ],
)
def test_a_broken_document_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        load("a.rtf", data)


@pytest.mark.parametrize("after", [b"\0\0", b"{", b"}", b"\r\n"])
def test_what_stands_after_the_end_is_not_read(after: bytes) -> None:
    assert load("a.rtf", rtf("One.") + after).text == "One."


@given(
    st.lists(
        st.sampled_from(
            ["{", "}", "\\par ", "\\cell ", "\\row ", "\\v ", "\\u-1 ", "\\uc9 ", "\\bin99999 ",
             "\\*", "\\'f", "\\'81", "\\f2 ", "\\s1 ", "\\footnote ", "\\ansicpg0 ", "\\listtext ",
             "\\", "x"]
        )
    )
)  # fmt: skip
@examples
def test_any_words_are_read_or_refused(words: list[str]) -> None:
    try:
        loaded = load("a.rtf", rtf("".join(words)))
    except UnreadableFile as error:
        assert "loader failed" not in str(error)  # noqa: PT017
    else:
        assert all(block.span.quote(loaded.text).strip() for block in loaded.blocks)

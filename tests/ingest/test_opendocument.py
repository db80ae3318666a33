"""OpenDocument texts: structure kept, hidden text and remarks left out."""

import pytest

from footnote.errors import UnreadableFile
from footnote.ingest.loaders import load
from tests.ingest.packages import zipped
from tests.ingest.samples import shape

_NAMES = ("office", "text", "table", "style", "drawing", "meta", "manifest")
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _NAMES
)
STYLES = """<office:automatic-styles>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/>
</style:style>
<style:style style:name="T2" style:family="text" style:parent-style-name="T1"/>
<style:style style:name="T3" style:family="text" style:parent-style-name="T1">
<style:text-properties text:display="true"/></style:style>
</office:automatic-styles>"""
MANIFEST = (
    f"<manifest:manifest {SPACES}><manifest:file-entry>{{}}</manifest:file-entry>"
    "</manifest:manifest>"
)


def odt(body: str, **parts: str) -> bytes:
    content = (
        f'<?xml version="1.0"?><office:document-content {SPACES}>{STYLES}'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    mimetype = {"mimetype": "application/vnd.oasis.opendocument.text"}
    return zipped(mimetype | {"content.xml": content} | parts)


def blocks(body: str) -> list[tuple[str, str]]:
    loaded = load("a.odt", odt(body))
    return shape(loaded.text, loaded.blocks)


def p(words: str) -> str:
    return f"<text:p>{words}</text:p>"


def test_title_headings_items_and_rows_are_kept() -> None:
    item = "<text:list-item>{}</text:list-item>"
    cell = f"<table:table-cell>{p('{}')}</table:table-cell>"
    body = (
        '<text:p text:style-name="P1">The Lighthouse</text:p>'
        '<text:h text:outline-level="1">Keepers</text:h>'
        + p("Three<text:s text:c='3'/>lived<text:tab/>on<text:line-break/>the\n rock. 😀")
        + '<text:h text:outline-level="2">Stores</text:h><text:list>'
        + item.format(p("coal") + "<text:list>" + item.format(p("black")) + "</text:list>")
        + item.format(p("oil") + p("in tins"))
        + "</text:list><table:table><table:table-header-rows><table:table-row>"
        + cell.format("Year") + cell.format("Visitors")
        + "</table:table-row></table:table-header-rows><table:table-row>"
        + cell.format("1911") + cell.format("40")
        + "</table:table-row></table:table>"
    )  # fmt: skip
    assert blocks(body) == [
        ("title 1", "The Lighthouse"),
        ("heading 2", "Keepers"),
        ("paragraph", "Three lived on the rock. 😀"),
        ("heading 3", "Stores"),
        ("item", "coal"),
        ("item", "black"),
        ("item", "oil"),
        ("paragraph", "in tins"),
        ("row", "Year: 1911; Visitors: 40"),
    ]


LISTS = """<office:automatic-styles><text:list-style style:name="N">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/>
<text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="3"/>
</text:list-style><text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/>
</text:list-style></office:automatic-styles>"""


def numbered(body: str) -> str:
    """The text of a document of lists in the styles N, numbered, and B, with bullets."""
    data = f"<office:document-styles {SPACES}>{LISTS}</office:document-styles>"
    return load("a.odt", odt(body, **{"styles.xml": data})).text


def listed(*items: str, style: str = 'text:style-name="N"') -> str:
    rows = "".join(f"<text:list-item>{each}</text:list-item>" for each in items)
    return f"<text:list {style}>{rows}</text:list>"


def test_items_have_the_numbers_and_the_depth_that_they_show() -> None:
    inner = listed(p("wick" + "</text:p>" + listed(p("long"), style="") + "<text:p>"), style="")
    body = listed(
        p("Lamp") + listed(p("glass") + listed(p("thick"), p("thin"), style=""), style="")
    )
    assert numbered(body) == "1. Lamp\n\n  a) glass\n\n    1.a.1. thick\n\n    1.a.2. thin"
    assert numbered(listed(p("Oil"), inner, p("Rope"))) == (
        "1. Oil\n\n  a) wick\n\n    1.a.1. long\n\n2. Rope"
    )


def test_numbers_go_on_and_begin_where_the_document_says() -> None:
    first = listed(p("one"), p("two"))
    again = listed(p("three"), style='text:style-name="N" text:continue-numbering="true"')
    begun = '<text:list text:style-name="N"><text:list-item text:start-value="7">{}{}'
    seven = begun.format(p("seven"), "</text:list-item></text:list>")
    assert numbered(first + p("Then.") + again + p("And.") + first + seven) == (
        "1. one\n\n2. two\n\nThen.\n\n3. three\n\nAnd.\n\n1. one\n\n2. two\n\n7. seven"
    )


def test_bullets_and_unknown_styles_are_bullets() -> None:
    body = listed(p("coal"), style='text:style-name="B"') + listed(p("oil"), style="")
    assert numbered(body) == "- coal\n\n- oil"


def test_numbers_that_cannot_be_are_not_counted_from() -> None:
    item = f'<text:list-item text:start-value="{"9" * 5000}">{p("one")}</text:list-item>'
    assert numbered(f'<text:list text:style-name="N">{item}</text:list>') == "1. one"


HIDDEN = [
    p('A <text:span text:style-name="T1">secret </text:span>lamp.'),
    p('A <text:span text:style-name="T2">secret </text:span>lamp.'),
    p("A <text:hidden-text>secret </text:hidden-text>lamp."),
    p("A lamp.") + '<text:p text:style-name="T1">secret</text:p>',
    p("A lamp.") + f'<text:section text:display="none">{p("secret")}</text:section>',
    p("A lamp.") + '<table:table><table:table-row table:visibility="collapse"><table:table-cell>'
    + p("secret") + "</table:table-cell></table:table-row></table:table>",
]  # fmt: skip


@pytest.mark.parametrize("body", HIDDEN)
def test_hidden_text_is_left_out_and_noted(body: str) -> None:
    loaded = load("a.odt", odt(body))
    assert loaded.text == "A lamp."
    assert loaded.notes == ("1 hidden text left out",)


def test_a_style_that_shows_again_is_shown() -> None:
    assert blocks(p('A <text:span text:style-name="T3">bright </text:span>lamp.')) == [
        ("paragraph", "A bright lamp.")
    ]


def test_changes_remarks_and_contents_are_passed_over() -> None:
    body = (
        f"<text:tracked-changes>{p('deleted')}</text:tracked-changes>"
        f"<text:table-of-content>{p('Contents')}</text:table-of-content>"
        + p(f"A lamp<office:annotation>{p('remark')}</office:annotation>.")
    )
    assert blocks(body) == [("paragraph", "A lamp.")]


def test_footnotes_and_text_boxes_come_after_their_paragraph() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation>"
        f"<text:note-body>{p('Of oil.')}</text:note-body></text:note>"
    )
    box = f"<drawing:frame><drawing:text-box>{p('In a box.')}</drawing:text-box></drawing:frame>"
    assert blocks(p(f"A lamp{note} burns.{box}") + p("More.")) == [
        ("paragraph", "A lamp burns."),
        ("paragraph", "Of oil."),
        ("paragraph", "In a box."),
        ("paragraph", "More."),
    ]


def test_cells_repeated_a_million_times_are_cut() -> None:
    cell = '<table:table-cell table:number-columns-repeated="1048576">{}</table:table-cell>'
    row = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    assert blocks(p("A lamp.") + row.format("")) == [("paragraph", "A lamp.")]
    assert len(blocks(row.format(p("x")))[0][1]) < 1000


def test_title_and_date_come_from_the_metadata() -> None:
    meta = (
        '<x xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Lamp</dc:title>'
        "<dc:date>2024-05-06T07:08:09</dc:date></x>"
    )
    loaded = load("a.odt", odt(p("It burns."), **{"meta.xml": meta}))
    assert (loaded.title, loaded.date) == ("The Lamp", "2024-05-06")


def test_an_encrypted_document_is_named() -> None:
    manifest = MANIFEST.format("<manifest:encryption-data/>")
    with pytest.raises(UnreadableFile, match="encrypted; save it without a password"):
        load("a.odt", odt("", **{"META-INF/manifest.xml": manifest}))
    assert load("a.odt", odt(p("x"), **{"META-INF/manifest.xml": MANIFEST.format("")})).text == "x"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (odt(""), "the document holds no text"),
        (odt(p("x"), **{"content.xml": "<x"}), "'content.xml' is not XML"),
        (odt(p("x"), **{"content.xml": "<x/>"}), "it holds no text document"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "no part 'content.xml'"),
    ],
)
def test_a_broken_document_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        load("a.odt", data)

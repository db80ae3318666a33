"""PDFs made here by reportlab, read by pdfium."""

import io
from collections.abc import Sequence

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    ListFlowable,
    ListItem,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
)

from footnote.errors import UnreadableFile
from footnote.ingest.pdf import read_pdf
from footnote.records import Span
from tests.ingest.samples import kinds, shape

STYLES = getSampleStyleSheet()
WORK = (
    "The lighthouse was lit after nine years of work, in which two boats and a crane were lost "
    "to the winter storms. It stands on a rock that the highest tides cover, and its lowest "
    "courses are of granite blocks that are dovetailed into each other. Nobody has ever counted "
    "them, although a report of the builder speaks of two thousand."
)
KEEPERS = (
    "Three keepers lived on the rock at a time, each of them for six weeks. Their stores came by "
    "boat from the nearest harbour, when the sea allowed it. They brought along what they could:"
)
END = (
    "The light was made automatic in 1986 – a “sad day”, said the keeper who locked the door. "
    "Since then a helicopter brings somebody every three months, who cleans the lamp and leaves."
)
STORES = ("two tonnes of coal", "300 litres of paraffin", "flour, tea and tinned fish")


def heading(text: str, style: str = "Heading1") -> Flowable:
    return Paragraph(text, STYLES[style])


def body(text: str) -> Flowable:
    return Paragraph(text, STYLES["BodyText"])


def bullets(items: Sequence[str]) -> Flowable:
    return ListFlowable([ListItem(body(item)) for item in items], bulletType="bullet", start="•")


def pdf(story: Sequence[Flowable], title: str | None = None) -> bytes:
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, title=title, invariant=1).build(list(story))
    return buffer.getvalue()


def lighthouse() -> bytes:
    return pdf(
        [
            *(heading("The Lighthouse", "Title"), body(WORK)),
            *(heading("The keepers"), body(KEEPERS), bullets(STORES)),
            PageBreak(),
            *(heading("The end"), body(END)),
            PageBreak(),
            body("Printed in Ardle."),
        ],
        title="Skerry Point",
    )


def drawn(*pages: str, encryption: StandardEncryption | None = None, title: str = "") -> bytes:
    """Draw pages with a rectangle and a line of words on each; "" is a page without words."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=encryption, invariant=1)
    canvas.setTitle(title)
    for words in pages:
        canvas.rect(10, 10, 100, 100, fill=1)
        canvas.drawString(100, 700, words)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_headings_paragraphs_and_items_are_found() -> None:
    read = read_pdf(lighthouse())
    assert read.title == "Skerry Point"
    folded = [(kind, " ".join(words.split())) for kind, words in shape(read.text, read.blocks)]
    assert folded == [
        ("title 1", "The Lighthouse"),
        ("paragraph", WORK),
        ("heading 2", "The keepers"),
        ("paragraph", KEEPERS),
        *(("item", store) for store in STORES),
        ("heading 2", "The end"),
        ("paragraph", END),
        ("paragraph", "Printed in Ardle."),
    ]


def test_pages_start_where_their_text_does() -> None:
    read = read_pdf(lighthouse())
    ends = [*read.starts[1:], len(read.text)]
    pages = [
        Span(start, end).quote(read.text).strip()
        for start, end in zip(read.starts, ends, strict=True)
    ]
    assert read.starts[0] == 0
    assert [page.split("\n")[0] for page in pages] == [
        *("The Lighthouse", "The end", "Printed in Ardle.")
    ]
    assert "keepers" not in pages[1]


def test_a_page_without_text_is_still_a_page() -> None:
    read = read_pdf(drawn("", "Two.", "", "Four."))
    assert len(read.starts) == 4
    assert Span(read.starts[1], read.starts[2]).quote(read.text).strip() == "Two."
    assert Span(read.starts[3], len(read.text)).quote(read.text) == "Four."


@pytest.mark.parametrize(("given", "title"), [("", None), (" Tea ", "Tea")])
def test_the_title_is_what_the_file_says_it_is(given: str, title: str | None) -> None:
    assert read_pdf(drawn("Words on a page.", title=given)).title == title


def test_line_ends_are_canonical() -> None:
    assert "\r" not in read_pdf(lighthouse()).text


def test_an_encrypted_pdf_is_refused() -> None:
    data = drawn("hidden", encryption=StandardEncryption("secret", ownerPassword="owner"))
    with pytest.raises(UnreadableFile, match=r"^encrypted; save it without a password$"):
        read_pdf(data)


def test_a_pdf_that_opens_without_a_password_is_read() -> None:
    data = drawn("not hidden", encryption=StandardEncryption("", ownerPassword="owner"))
    assert read_pdf(data).text == "not hidden"


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.98])
def test_a_truncated_pdf_is_refused(share: float) -> None:
    data = lighthouse()
    with pytest.raises(UnreadableFile, match="not a PDF that can be read"):
        read_pdf(data[: int(len(data) * share)])


def test_pictures_without_text_look_scanned() -> None:
    with pytest.raises(UnreadableFile, match="none of its 3 pages holds text; it looks scanned"):
        read_pdf(drawn("", "", ""))


def test_a_file_that_is_no_pdf_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="not a PDF that can be read"):
        read_pdf(b"<html>not found</html>")


def test_each_page_that_opens_with_a_heading_starts_at_it() -> None:
    story = [part for n in range(12) for part in (heading(f"Part {n}"), body(WORK), PageBreak())]
    read = read_pdf(pdf(story))
    assert len(read.starts) == 12
    headings = [*kinds(read.blocks, "title"), *kinds(read.blocks, "heading")]
    assert [block.span.start for block in headings] == list(read.starts)


def test_pages_have_the_numbers_that_they_show_where_these_are_others() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.addPageLabel(0, "ROMAN_LOWER")
    canvas.addPageLabel(2, "ARABIC", start=1, prefix="")
    canvas.addPageLabel(4, "ARABIC", start=5)
    for n in range(5):
        canvas.drawString(100, 700, f"Page {'abcde'[n]} of it.")
        canvas.showPage()
    canvas.save()
    read = read_pdf(buffer.getvalue())
    assert read.labels == ("i", "ii", "1", "2", "")
    assert read_pdf(lighthouse()).labels == ()

"""Headings of PDFs: by the outline where there is one, else by type, and never an address."""

import io
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from footnote.ingest.pdf import Pages, read_pdf
from footnote.ingest.pdf_headings import _key
from tests.ingest.samples import kinds

PROSE = "The lighthouse was lit after nine years of work in which two boats were lost."


def drawn(draw: Callable[[Canvas], None]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800), invariant=True)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def headings(read: Pages) -> list[tuple[int, str]]:
    return [(each.level, each.span.quote(read.text)) for each in kinds(read.blocks, "heading")]


def say(canvas: Canvas, y: float, words: str, size: float = 10) -> float:
    canvas.setFont("Helvetica", size)
    canvas.drawString(60, y, words)
    return y


def prose(canvas: Canvas, y: float, count: int = 5) -> None:
    for n in range(count):
        say(canvas, y - 12 * n, PROSE)


def outlined(canvas: Canvas) -> None:
    say(canvas, 760, "A Report", 24)
    prose(canvas, 720)
    for number, (name, level, y) in enumerate(
        [("The builders", 0, 620), ("Their names and", 1, 520), ("Storms", 0, 400)]
    ):
        canvas.bookmarkHorizontalAbsolute(f"k{number}", y + 12)
        title = name if level == 0 else "Their names and trades"
        canvas.addOutlineEntry(title, f"k{number}", level)
        say(canvas, y, f"{number + 2}. {name}" if level == 0 else name)
        if level:
            say(canvas, y - 12, "trades")
        prose(canvas, y - 40)
    # What looks like a heading and is none.
    say(canvas, 280, "J")
    say(canvas, 240, "An Aside")
    prose(canvas, 200)


def test_the_outline_tells_headings_and_their_levels() -> None:
    assert headings(read_pdf(drawn(outlined))) == [
        (2, "2. The builders"),
        (3, "Their names and\ntrades"),
        (2, "4. Storms"),
    ]


def test_an_outline_that_says_something_else_is_not_believed() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(4):
            canvas.bookmarkPage(f"k{number}")
            # One of four is what the page says.
            name = "Part B" if number == 1 else f"Sheet {number}"
            canvas.addOutlineEntry(name, f"k{number}", 0)
            say(canvas, 700, f"Part {'ABCD'[number]}", 20)
            prose(canvas, 660)
            canvas.showPage()

    assert headings(read_pdf(drawn(draw))) == [(2, f"Part {letter}") for letter in "BCD"]


def test_an_outline_that_leads_nowhere_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with pdfium.PdfDocument(drawn(outlined)) as document:
        marks = list(document.get_toc())
        assert len(marks) == 3
    monkeypatch.setattr(pdfium.PdfBookmark, "get_dest", lambda self: None)
    assert read_pdf(drawn(outlined)).text.startswith("A Report")


def test_larger_type_makes_headings_of_one_or_two_lines_and_no_address() -> None:
    def draw(canvas: Canvas) -> None:
        say(canvas, 760, "A Report", 24)
        say(canvas, 730, "someone@example.org", 14)
        prose(canvas, 700)
        say(canvas, 600, "2.6. Recovering data from damaged", 16)
        say(canvas, 581, "files", 16)
        prose(canvas, 550)
        say(canvas, 470, "Notes", 16)
        prose(canvas, 440)
        # Short, alone and not larger.
        say(canvas, 360, "BZ STREAM END")
        prose(canvas, 330)
        say(canvas, 250, "K", 16)
        prose(canvas, 220)

    read = read_pdf(drawn(draw))
    assert [words for _, words in headings(read)] == [
        "2.6. Recovering data from damaged\nfiles",
        "Notes",
    ]
    assert headings(read)[0][0] == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2.1. Directory layout", "Directory\xa0layout"),
        ("Chapter 3 Storms", "Storms"),
        ("Appendix A Copying Information", "Copying Information"),
        ("asn1_dup_node", "asn1 dup node"),
        ("IV. The lamp", "The Lamp"),
    ],
)
def test_a_heading_is_the_same_with_or_without_its_number(one: str, other: str) -> None:
    assert _key(one) == _key(other)


def test_headings_that_differ_in_a_word_are_not_the_same() -> None:
    assert _key("Recommended hash functions") != _key("hash functions")

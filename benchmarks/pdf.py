"""How fast PDFs are read, beside pdfium's text of their pages alone.

Usage: python -m benchmarks.pdf [PDF...]

Without a file, one of 200 pages of prose is made, half of them in two columns.
"""

import argparse
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pypdfium2 as pdfium
from reportlab.pdfgen.canvas import Canvas

from benchmarks.timing import paired_ratio
from footnote.ingest.pdf import read_pdf

PAGES = 200
LINES = 52
WORDS = (
    "the of a in was by boat rock keeper harbour granite paraffin lighthouse winter storm which "
    "had been under above lamp and nine years to its builder report said tide course stores"
).split()


def main() -> None:
    """Read by both in turn, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdf", type=Path, nargs="*")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    files = {path.name: path.read_bytes() for path in given.pdf}
    for name, data in (files or {"prose of this benchmark": _made()}).items():
        with pdfium.PdfDocument(data) as document:
            pages = len(document)
        ratio, ours, bare = paired_ratio(
            partial(read_pdf, data), partial(_bare, data), given.rounds
        )
        print(
            f"{name}: {pages} pages, read_pdf {pages / min(ours):.0f} a second, "
            f"pypdfium2 alone {pages / min(bare):.0f}; {ratio:.2f} of its speed"
        )


def _bare(data: bytes) -> list[str]:
    with pdfium.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _made() -> bytes:
    buffer, random = io.BytesIO(), Random(0)
    canvas = Canvas(buffer, invariant=1)
    for number in range(PAGES):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 810, f"A report of the lighthouse, page {number + 1}")
        # Line by line across the columns, as the hardest files have them.
        columns = ((72, 210), (305, 210)) if number % 2 else ((72, 450),)
        lines = [_lines(canvas, random, width) for _, width in columns]
        for line in range(LINES):
            for (left, _), texts in zip(columns, lines, strict=True):
                canvas.drawString(left, 770 - 13 * line, next(texts))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _lines(canvas: Canvas, random: Random, width: float) -> Iterator[str]:
    """Yield lines of prose, each as full as it can be."""
    line = ""
    while True:
        word = random.choice(WORDS) + ("." if random.random() < 0.1 else "")
        if canvas.stringWidth(f"{line} {word}", "Helvetica", 10) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()


if __name__ == "__main__":
    main()

"""A page of a PDF as a picture, with places of its text marked."""

import ctypes
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil, sqrt
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw
from pypdfium2 import raw

from footnote.errors import UnreadableFile
from footnote.ingest.pdf_places import Places, Rectangle
from footnote.records import Span

# Twice what a point is on a screen, unless that makes more pixels than these.
_SCALE = 2.0
_PIXELS = 2_000_000
_LONGEST = 4_000
_FINE = 1_000_000
_MARK, _LIGHTER = (255, 222, 89), (255, 246, 205)
_EDGE = (176, 110, 0)
# What compresses pages of text well enough in a third of the time that the default takes.
_COMPRESSION = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle on a page, in shares (0 to 1) of its width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is asked of a page, which counts from 0.

    ``text`` is what the index has of it, ``span`` and ``others`` are places in that. Without
    ``drawn`` only the marks are found.
    """

    page: int
    text: str
    span: Span | None = None
    others: tuple[Span, ...] = ()
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG, empty where it was not drawn, its size in pixels, and the span's marks."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    png: bytes = b""


def picture_of(data: bytes, sheet: Sheet) -> Picture:
    """Draw a page. Raises UnreadableFile where there is none, or it cannot be drawn."""
    try:
        with pdfium.PdfDocument(data) as pdf:
            if not 0 <= sheet.page < len(pdf):
                raise UnreadableFile(f"there is no page {sheet.page + 1}; it has {len(pdf)}")
            return _picture(pdf, sheet)
    except pdfium.PdfiumError as error:
        raise UnreadableFile(f"not a PDF that can be read: {error}") from error


def scale_of(width: float, height: float) -> float:
    """Return how many pixels a point has, so that a picture has no more than two million.

    >>> scale_of(595, 842) * 842 < 1700, scale_of(1e9, 1e9) * 1e9 < 1500, scale_of(100, 100)
    (True, True, 2.0)
    """
    fits = sqrt(_PIXELS / max(1, width * height))
    return min(_SCALE, fits, _LONGEST / max(1, width, height))


def _picture(pdf: pdfium.PdfDocument, sheet: Sheet) -> Picture:
    page = pdf[sheet.page]
    scale = scale_of(*page.get_size())
    width, height = (max(1, ceil(scale * side)) for side in page.get_size())
    marks, others = _marks(pdf, page, sheet)
    if not sheet.drawn:
        return Picture(width, height, marks)
    drawn = page.render(scale=scale).to_pil().convert("RGB")
    for mark in others:
        _draw(drawn, mark, _LIGHTER)
    for mark in marks:
        _draw(drawn, mark, _MARK)
    out = io.BytesIO()
    drawn.save(out, "PNG", compress_level=_COMPRESSION)
    return Picture(drawn.width, drawn.height, marks, out.getvalue())


def _marks(
    pdf: pdfium.PdfDocument, page: pdfium.PdfPage, sheet: Sheet
) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    if sheet.span is None and not sheet.others:
        return (), ()
    places = Places(pdf, sheet.page, sheet.text)

    def marks(spans: Iterable[Span]) -> tuple[Mark, ...]:
        found = (_mark(page, each) for span in spans for each in places.rectangles(span))
        return tuple(mark for mark in found if mark.width > 0 and mark.height > 0)

    return marks([] if sheet.span is None else [sheet.span]), marks(sheet.others)


def _mark(page: pdfium.PdfPage, box: Rectangle) -> Mark:
    """Return a rectangle as it stands on the page that is shown: turned, and cut to its size."""
    (x, y), (z, w) = (_shown(page, *corner) for corner in (box[:2], box[2:]))
    left, top = max(0.0, min(x, z)), max(0.0, min(y, w))
    right, bottom = min(1.0, max(x, z)), min(1.0, max(y, w))
    return Mark(left, top, round(right - left, 6), round(bottom - top, 6))


def _shown(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    right, down = ctypes.c_int(), ctypes.c_int()
    to = ctypes.byref(right), ctypes.byref(down)
    raw.FPDF_PageToDevice(page.raw, 0, 0, _FINE, _FINE, 0, x, y, *to)
    return right.value / _FINE, down.value / _FINE


def _draw(picture: Image.Image, mark: Mark, colour: tuple[int, int, int]) -> None:
    """Lay a colour over a part of a picture as a marker pen does, with an edge on dark pages."""
    left, top = int(mark.left * picture.width), int(mark.top * picture.height)
    right = min(picture.width, int((mark.left + mark.width) * picture.width) + 2)
    bottom = min(picture.height, int((mark.top + mark.height) * picture.height) + 2)
    part = picture.crop((left, top, right, bottom))
    picture.paste(ImageChops.multiply(part, Image.new("RGB", part.size, colour)), (left, top))
    edge = _EDGE if colour == _MARK else colour
    ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), outline=edge)


def sheet_of(row: Mapping[str, Any]) -> Sheet:
    """Make what is asked of a page of its JSON."""
    span = None if row["span"] is None else Span(**row["span"])
    others = tuple(Span(**each) for each in row["others"])
    return Sheet(row["page"], row["text"], span, others, row["drawn"])


def reply_of(picture: Picture) -> Sequence[bytes]:
    """Return a line of JSON, and the PNG."""
    told = {
        "width": picture.width,
        "height": picture.height,
        "marks": [asdict(mark) for mark in picture.marks],
    }
    return json.dumps(told).encode() + b"\n", picture.png

"""Presentations (.pptx) by python-pptx: a slide is a page, its title a heading."""

import io
from collections.abc import Iterable, Iterator

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.shapes.base import BaseShape
from pptx.shapes.group import GroupShape
from pptx.slide import Slide
from pptx.table import Table
from pptx.text.text import TextFrame

from footnote.errors import UnreadableFile
from footnote.ingest.loaded import Loaded, left_out
from footnote.ingest.package import Package, core_properties
from footnote.ingest.reading import ReadingText, with_title
from footnote.ingest.tables import names_columns, row_text

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BULLETS = (f"{_A}buChar", f"{_A}buAutoNum", f"{_A}buBlip")
# Placeholders whose paragraphs are a list where nothing says otherwise.
_LISTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT)
_AROUND = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


def read_slides(data: bytes) -> Loaded:
    """Read a presentation's text in reading order, notes too; hidden slides are left out.

    Raises UnreadableFile.
    """
    package = Package(data, "a PowerPoint presentation")
    package.check()
    out = ReadingText()
    with package.parsing():
        firsts, hidden = _add_slides(out, data)
    if not out.blocks:
        raise UnreadableFile(f"none of its {len(firsts)} slides holds text")
    # A slide without text begins where the next one does.
    starts = [block.span.start for block in out.blocks] + [len(out.text)]
    about = core_properties(Package(data, "a PowerPoint presentation"))
    return Loaded(
        _MEDIA_TYPE,
        out.text,
        with_title(out.blocks),
        about.title,
        tuple(starts[first] for first in firsts),
        about.date,
        about.language,
        left_out(hidden, "hidden slide"),
    )


def _add_slides(out: ReadingText, data: bytes) -> tuple[list[int], int]:
    """Read the slides that are shown; return each one's first block, and how many are not."""
    firsts = []
    hidden = 0
    for slide in pptx.Presentation(io.BytesIO(data)).slides:
        firsts.append(len(out.blocks))
        if slide._element.get("show") in ("0", "false"):
            hidden += 1
        else:
            _add_slide(out, slide)
    return firsts, hidden


def _add_slide(out: ReadingText, slide: Slide) -> None:
    title = slide.shapes.title
    if title is not None:
        is_first = title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
        out.add("heading", _line(title.text_frame.text), 1 if is_first else 2)
    for shape in _shapes(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.has_text_frame:
            _add_text(out, shape)
        elif shape.has_table:
            _add_table(out, shape.table)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = [_line(p.text) for p in slide.notes_slide.notes_text_frame.paragraphs]
        if any(notes):
            out.add("heading", "Notes", 3)
            for note in notes:
                out.add("paragraph", note)


def _shapes(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """Return shapes in the order in which a screen reader reads them, groups opened."""
    for shape in shapes:
        if _is_left_out(shape):
            continue
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _is_left_out(shape: BaseShape) -> bool:
    around = shape.is_placeholder and shape.placeholder_format.type in _AROUND
    return around or shape._element._nvXxPr.cNvPr.get("hidden") in ("1", "true")


def _add_text(out: ReadingText, shape: BaseShape) -> None:
    frame: TextFrame = shape.text_frame
    is_list = shape.is_placeholder and shape.placeholder_format.type in _LISTS
    for paragraph in frame.paragraphs:
        properties = paragraph._p.pPr
        marks = set() if properties is None else {child.tag for child in properties}
        if marks.intersection(_BULLETS) or (is_list and f"{_A}buNone" not in marks):
            out.add("item", _line(paragraph.text), marker="- ")
        else:
            out.add("paragraph", _line(paragraph.text))


def _add_table(out: ReadingText, table: Table) -> None:
    header: list[str] = []
    for number, row in enumerate(table.rows):
        cells = [_line(cell.text) for cell in row.cells]
        if number == 0 and table.first_row and names_columns(cells):
            header = cells
            out.add_header(cells)
        else:
            out.add("row", row_text(header, cells))


def _line(text: str) -> str:
    return " ".join(text.split())

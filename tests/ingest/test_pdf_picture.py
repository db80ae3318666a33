"""What is marked on a page is the quote: read back from under the marks, and seen in pixels."""

import io
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from footnote.errors import UnreadableFile
from footnote.ingest.fork_server import Limits
from footnote.ingest.isolation import Parsers
from footnote.ingest.pdf import Pages, read_pdf
from footnote.ingest.pdf_picture import Mark, Sheet, picture_of, scale_of
from footnote.ingest.pdf_places import Places
from footnote.records import Span
from tests.helpers import ROOT
from tests.ingest import test_pdf_hostile as hostile
from tests.ingest.test_pdf_layout import PROSE, lines

FORMATS = ROOT / "tests" / "data" / "formats" / "corpus"
REAL = [FORMATS / f"{maker}.pdf" for maker in ("writer", "chromium", "ghostscript")]


def drawn(draw: Callable[[Canvas], None], size: tuple[int, int] = (600, 800)) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=True)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def pages_of(read: Pages) -> list[str]:
    ends = [*(start - 2 for start in read.starts[1:]), len(read.text)]
    return [read.text[start:end] for start, end in zip(read.starts, ends, strict=True)]


def marks_of(data: bytes, page: int, text: str, quote: str) -> tuple[Mark, ...]:
    at = text.index(quote)
    return picture_of(data, Sheet(page, text, Span(at, at + len(quote)), drawn=False)).marks


def under(data: bytes, number: int, marks: tuple[Mark, ...]) -> str:
    """Read what stands under marks, by their places alone."""
    with pdfium.PdfDocument(data) as pdf:
        page = pdf[number]
        width, height = page.get_size()
        text = page.get_textpage()
        found = [
            text.get_text_bounded(
                mark.left * width - 0.01,
                height - (mark.top + mark.height) * height - 0.01,
                (mark.left + mark.width) * width + 0.01,
                height - mark.top * height + 0.01,
            )
            for mark in marks
        ]
    return folded("".join(found))


def folded(text: str) -> str:
    return "".join(text.replace("\ufffe", "-").replace("\x02", "-").split())


def words_of(text: str, count: int = 6) -> Iterator[str]:
    """Give runs of whole words of a text."""
    edges = [match.start() for match in re.finditer(r"(?<!\S)\S", text)]
    for start, end in zip(edges, [*edges[count:], *[len(text)] * count], strict=False):
        yield text[start:end].rstrip()


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_under_the_marks_stands_the_quote(path: Path) -> None:
    data = path.read_bytes()
    text = read_pdf(data).text
    for quote in words_of(text):
        assert under(data, 0, marks_of(data, 0, text, quote)) == folded(quote)


def two_columns(canvas: Canvas) -> None:
    Random(3).shuffle(words := PROSE * 2)
    canvas.setFont("Helvetica", 10)
    columns = lines(words[: len(words) // 2], 45), lines(words[len(words) // 2 :], 45)
    # Drawn line by line across both, as some programs do.
    for n, row in enumerate(zip(*columns, strict=False)):
        for left, line in zip((60, 320), row, strict=True):
            canvas.drawString(left, 700 - 12 * n, line)


def test_columns_are_marked_in_their_order_of_reading() -> None:
    data = drawn(two_columns)
    text = read_pdf(data).text
    half = len(text) // 2
    for quote in words_of(text, 12):
        marks = marks_of(data, 0, text, quote)
        assert under(data, 0, marks) == folded(quote)
        at = text.index(quote)
        if at + len(quote) < half - 60:
            assert all(mark.left + mark.width < 0.52 for mark in marks)
        if at > half + 60:
            assert all(mark.left > 0.5 for mark in marks)


def with_heads(canvas: Canvas) -> None:
    for page in range(6):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 760, "The Annual Report")
        canvas.drawString(300, 40, f"{page + 1}")
        for n, line in enumerate(lines(Random(page).sample(PROSE, len(PROSE)), 80)):
            canvas.drawString(60, 700 - 12 * n, line)
        if page == 3:
            # What the head says, in the body: a line of that wording is read all the same.
            canvas.drawString(60, 400, "The Annual Report")
        canvas.showPage()


def test_a_page_is_read_without_its_running_heads_though_it_is_read_alone() -> None:
    data = drawn(with_heads)
    read = read_pdf(data)
    assert read.text.count("The Annual Report") == 1
    for number, text in enumerate(pages_of(read)):
        for quote in words_of(text, 20):
            assert under(data, number, marks_of(data, number, text, quote)) == folded(quote)
    (mark,) = marks_of(data, 3, pages_of(read)[3], "The Annual Report")
    assert mark.top == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("box", [None, (100, 200, 500, 700)])
def test_marks_are_where_the_words_are_seen_on_a_turned_or_cropped_page(
    turned: int, box: tuple[int, int, int, int] | None
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 14)
        canvas.drawString(150, 600, "The lamp burnt paraffin.")
        canvas.setPageRotation(turned)
        if box:
            canvas.setCropBox(box)

    data = drawn(draw)
    (mark,) = marks_of(data, 0, "The lamp burnt paraffin.", "The lamp burnt paraffin.")
    plain = picture_of(data, Sheet(0, ""))
    image = Image.open(io.BytesIO(plain.png))
    seen = ImageChops.invert(image.convert("L")).getbbox()
    assert seen is not None
    left, top = mark.left * plain.width, mark.top * plain.height
    right, bottom = left + mark.width * plain.width, top + mark.height * plain.height
    near = 12
    assert left - 2 <= seen[0] < left + near
    assert top - 2 <= seen[1] < top + near
    assert right - near < seen[2] <= right + 2
    assert bottom - near < seen[3] <= bottom + 2


def test_text_that_runs_down_the_page_is_marked() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.setFont("Helvetica", 12)
        canvas.drawString(100, -300, "The lamp burnt paraffin.")

    data = drawn(draw)
    (mark,) = marks_of(data, 0, "The lamp burnt paraffin.", "lamp burnt")
    assert mark.height * 800 > 3 * mark.width * 600


def test_a_hyphen_at_a_lines_end_is_marked_with_its_word() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for n, line in enumerate(
            ("the keeper of the light-", "house came from a family of masons")
        ):
            canvas.drawString(60, 700 - 12 * n, line)

    data = drawn(draw)
    text = read_pdf(data).text
    marks = marks_of(data, 0, text, text[text.index("light") : text.index("came")].rstrip())
    assert len(marks) == 2
    assert marks[0].left > 0.2
    assert marks[1].left == pytest.approx(0.1, abs=0.01)


def test_a_compound_that_a_lines_end_parts_is_marked_in_both_lines() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for n, line in enumerate(("a well-known keeper of a well-", "known house on the coast")):
            canvas.drawString(60, 700 - 12 * n, line)

    data = drawn(draw)
    text = read_pdf(data).text
    assert len(marks_of(data, 0, text, "well-known house")) == 2


def test_marks_are_painted_and_others_lighter() -> None:
    data = REAL[0].read_bytes()
    text = read_pdf(data).text
    spans = [Span(*match.span()) for match in re.finditer("Chapel|Keepers", text)]
    one, *others = spans
    plain = Image.open(io.BytesIO(picture_of(data, Sheet(0, text)).png))
    marked = Image.open(io.BytesIO(picture_of(data, Sheet(0, text, one, tuple(others))).png))
    painted = ImageChops.difference(plain, marked).convert("L").point(lambda v: 255 * (v > 0))
    (mark,) = marks_of(data, 0, text, "Chapel")
    inside = (
        round(mark.left * plain.width) + 3,
        round(mark.top * plain.height) + 3,
        round((mark.left + mark.width) * plain.width) - 3,
        round((mark.top + mark.height) * plain.height) - 3,
    )
    background = marked.crop(inside).getcolors(100_000)
    assert isinstance(background, list)
    assert max(background)[1] == (255, 222, 89)
    counts = marked.getcolors(1_000_000)
    assert isinstance(counts, list)
    assert (255, 246, 205) in {colour for _, colour in counts}
    assert painted.getbbox() is not None


@pytest.mark.parametrize("other", ["Another text.", "", "The Jarrow Chapel"])
def test_nothing_is_marked_where_the_page_reads_otherwise_than_the_index_has_it(other: str) -> None:
    data = REAL[0].read_bytes()
    found = picture_of(data, Sheet(0, other, Span(0, len(other))))
    assert found.marks == ()
    assert found.png == picture_of(data, Sheet(0, other)).png


def test_nothing_is_marked_where_other_words_stand_under_the_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = REAL[0].read_bytes()
    text = read_pdf(data).text
    assert marks_of(data, 0, text, "first keeper")
    exact = Places._characters
    monkeypatch.setattr(
        Places, "_characters", lambda self, *line: [at + 1 for at in exact(self, *line)]
    )
    assert marks_of(data, 0, text, "first keeper") == ()


def test_pages_that_are_not_there_are_refused() -> None:
    for page in (-1, 1, 10**9):
        with pytest.raises(UnreadableFile, match="there is no page"):
            picture_of(REAL[0].read_bytes(), Sheet(page, ""))


@pytest.mark.parametrize(
    "size", [(600, 800), (8, 8), (14_000, 10), (10, 14_000), (14_400, 14_400), (1200, 900)]
)
def test_a_picture_has_about_two_million_pixels_at_most(size: tuple[int, int]) -> None:
    data = drawn(lambda canvas: canvas.drawString(1, 1, "x"), size)
    found = picture_of(data, Sheet(0, ""))
    assert found.width * found.height <= 2_010_000
    image = Image.open(io.BytesIO(found.png))
    assert image.size == (found.width, found.height)
    told = picture_of(data, Sheet(0, "", drawn=False))
    assert (told.width, told.height, told.png) == (*image.size, b"")


def test_a_page_as_large_as_a_country_has_a_small_picture() -> None:
    assert all(scale_of(side, side) * side <= 1415 for side in (1e3, 1e6, 1e9))


def hostile_files() -> dict[str, bytes]:
    picture = hostile.stream(
        b"\xff\xd8\xff\xd9",
        b"/Type/XObject/Subtype/Image/Width 65500/Height 65500/ColorSpace/DeviceRGB"
        b"/BitsPerComponent 8/Filter/DCTDecode",
    )
    shown = hostile.stream(hostile.WORDS + b" q 500 0 0 500 0 0 cm /P Do Q")
    form = hostile.stream(
        hostile.WORDS + b" /X Do",
        b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]"
        b"/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>",
    )
    pages, page, written = hostile.PAGES, hostile.page, hostile.written
    return {
        "a vast picture": written(pages, page(more=b"/XObject<</P 6 0 R>>"), shown, picture),
        "a form in itself": written(
            pages, page(more=b"/XObject<</X 6 0 R>>"), hostile.stream(b"/X Do"), form
        ),
        "a vast page": written(pages, page(b"0 0 1e9 1e9")),
        "a page turned inside out": written(pages, page(b"612 792 0 0")),
        "a loop": written(b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        "no page": written(b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>"),
        "endless states": written(pages, page(), hostile.stream(b"q " * 200_000)),
        "not a PDF": b"%PDF-1.7 and no more",
    }


@pytest.mark.parametrize("name", hostile_files())
def test_a_hostile_file_is_drawn_or_refused_with_a_reason(name: str) -> None:
    text = hostile.SHOWN
    with Parsers(Limits(cpu=10, wall=15)) as parsers:
        try:
            found = parsers.picture("a.pdf", hostile_files()[name], Sheet(0, text, Span(0, 8)))
            assert found.width * found.height <= 2_010_000
        except UnreadableFile as error:
            refused = str(error)
            assert re.match(r"not a PDF|there is no page|reading it|drawing it", refused)
        # And the next is served.
        next_ = parsers.picture("b.pdf", hostile.written(), Sheet(0, text, Span(0, 8)))
        assert len(next_.marks) == 1


def test_drawing_is_limited_like_reading() -> None:
    circles = b" ".join(b"%d %d 500 500 re f" % (n % 97, n % 89) for n in range(400_000))
    content = hostile.stream(b"/Pattern cs " + circles)
    data = hostile.written(hostile.PAGES, hostile.page(), content)
    with Parsers(Limits(cpu=10, wall=0.05)) as parsers, pytest.raises(UnreadableFile) as told:
        parsers.picture("a.pdf", data, Sheet(0, ""))
    assert str(told.value) == "reading it took longer than 0.05 s"


def test_a_picture_is_the_same_from_another_process() -> None:
    data = REAL[1].read_bytes()
    text = read_pdf(data).text
    spans = [Span(a, b) for a, b in pairwise(range(0, 90, 30))]
    sheet = Sheet(0, text, spans[0], tuple(spans[1:]))
    with Parsers() as parsers:
        assert parsers.picture("a.pdf", data, sheet) == picture_of(data, sheet)

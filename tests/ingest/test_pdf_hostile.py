"""PDFs that lie, loop or swell: each is read or refused with a reason, and none hangs."""

import pytest

from footnote.errors import UnreadableFile
from footnote.ingest.pdf import read_pdf

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
WORDS = b"BT /F1 12 Tf 72 700 Td (The lamp burnt paraffin.) Tj ET"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), more, content)


def page(box: bytes = b"0 0 612 792", parent: bytes = b"2 0 R", more: bytes = b"") -> bytes:
    return (
        b"<</Type/Page/Parent %s/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>>>"
        % (parent, box, more)
    )


def written(
    pages: bytes = PAGES, first: bytes = page(), content: bytes | None = None, *more: bytes
) -> bytes:
    """Write a PDF of one page: the catalog, the page tree, the page, its words, the font."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        *(pages, first, stream(WORDS) if content is None else content, FONT, *more),
    ]
    out = bytearray(b"%PDF-1.7\n")
    at = []
    for number, each in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in at)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


SHOWN = "The lamp burnt paraffin."


def test_what_is_written_here_is_a_pdf() -> None:
    assert read_pdf(written()).text == SHOWN


@pytest.mark.parametrize(
    "pages",
    [
        b"<</Type/Pages/Kids[2 0 R]/Count 1>>",
        b"<</Type/Pages/Kids[6 0 R 3 0 R]/Count 2>>",
    ],
    ids=["itself", "its own parent"],
)
def test_a_page_tree_that_loops_is_refused(pages: bytes) -> None:
    looping = b"<</Type/Pages/Kids[2 0 R]/Count 1>>"
    with pytest.raises(UnreadableFile, match="not a PDF that can be read"):
        read_pdf(written(pages, page(), None, looping))


def test_a_page_that_cannot_be_loaded_is_told_and_the_others_are_read() -> None:
    read = read_pdf(written(b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"))
    assert read.text.strip() == SHOWN
    assert len(read.starts) == 2
    (note,) = read.notes
    assert note.endswith("cannot be loaded, and is left out")


@pytest.mark.parametrize("count", [b"0", b"-1", b"2147483647", b"99999999999"])
def test_a_count_of_pages_that_cannot_be_is_not_believed(count: bytes) -> None:
    read = read_pdf(written(b"<</Type/Pages/Kids[3 0 R]/Count %s>>" % count))
    assert (read.text, read.starts) == (SHOWN, (0,))


def test_a_million_pages_that_are_not_there_are_not_waited_for() -> None:
    with pytest.raises(UnreadableFile, match="not a PDF that can be read"):
        read_pdf(written(b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>"))


def test_a_file_of_a_hundred_thousand_objects_is_read() -> None:
    data = written(PAGES, page(), None, *[b"<</A 1>>"] * 100_000)
    assert read_pdf(data).text == SHOWN


def test_a_picture_of_four_thousand_million_points_is_not_drawn() -> None:
    picture = stream(
        b"\xff\xd8\xff\xd9",
        b"/Type/XObject/Subtype/Image/Width 65500/Height 65500/ColorSpace/DeviceRGB"
        b"/BitsPerComponent 8/Filter/DCTDecode",
    )
    content = stream(WORDS + b" q 500 0 0 500 0 0 cm /P Do Q")
    data = written(PAGES, page(more=b"/XObject<</P 6 0 R>>"), content, picture)
    assert read_pdf(data).text == SHOWN


def test_a_form_that_draws_itself_ends() -> None:
    form = stream(
        WORDS + b" /X Do",
        b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]"
        b"/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>",
    )
    data = written(PAGES, page(more=b"/XObject<</X 6 0 R>>"), stream(b"/X Do"), form)
    assert SHOWN in read_pdf(data).text


@pytest.mark.parametrize("box", [b"0 0 0 0", b"612 792 0 0", b"0 0 1e9 1e9", b"a b c d", b""])
def test_a_page_of_an_odd_size_is_read(box: bytes) -> None:
    assert read_pdf(written(PAGES, page(box))).text == SHOWN


@pytest.mark.parametrize("content", [b"", b"BT " * 20_000, b"q " * 100_000, b"(((" * 50_000])
def test_a_page_whose_content_is_broken_has_no_text(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="holds text"):
        read_pdf(written(PAGES, page(), stream(content)))

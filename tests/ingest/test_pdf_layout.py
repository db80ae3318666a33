"""Reading order, running heads, scans and hidden text, in PDFs written here line by line."""

import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from PIL.Image import Image

from footnote.errors import UnreadableFile, UsageError
from footnote.ingest import ocr
from footnote.ingest.loaders import load
from footnote.ingest.pdf import read_pdf
from footnote.records import Span
from tests.conftest import CHROMIUM

PROSE = (
    "the lighthouse was lit after nine years of work in which two boats and a crane were lost to "
    "the winter storms and it stands on a rock that the highest tides cover while its lowest "
    "courses are of granite blocks that are dovetailed into each other so that nobody has ever "
    "counted them although a report of the builder speaks of two thousand and more of them"
).split()
# A picture of one pixel, drawn over the page.
PICTURE = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI Q"


def written(*pages: str, info: str = "", count: int | None = None, kids: str = "") -> bytes:
    """Write a PDF of content streams; ``count`` and ``kids`` lie about its pages."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages) if count is None else count} /Kids "
        f"[{kids or ' '.join(f'{n} 0 R' for n in range(5, 5 + 2 * len(pages), 2))}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>",
    ]
    for content in pages:
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents "
            f"{len(objects) + 2} 0 R /Resources << /Font << /F 3 0 R >> >> >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R "
    return out + f"{end}/Info 4 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()


def at(x: float, y: float, words: str, size: float = 10, mode: int = 0) -> str:
    words = words.replace("(", r"\(").replace(")", r"\)")
    return f"BT {mode} Tr /F {size} Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET"


def lines(words: Sequence[str], width: int) -> list[str]:
    """Wrap words to lines of at most so many letters."""
    out = [""]
    for word in words:
        if len(out[-1]) + len(word) > width:
            out.append("")
        out[-1] = f"{out[-1]} {word}".strip()
    return out


def interleaved(columns: Sequence[Sequence[str]], lefts: Sequence[int], top: int = 700) -> str:
    """Draw the first line of each column, then the second of each, and so on."""
    drawn = []
    for n in range(max(map(len, columns))):
        for column, left in zip(columns, lefts, strict=True):
            if n < len(column):
                drawn.append(at(left, top - 12 * n, column[n]))
    return "\n".join(drawn)


def body(page: int, rows: int = 8) -> str:
    """Draw lines that no other page has."""
    return "\n".join(
        at(72, 700 - 12 * n, f"{chr(97 + page)}{chr(97 + n)} " + " ".join(PROSE[n : n + 14]))
        for n in range(rows)
    )


def folded(text: str) -> str:
    return " ".join(text.split())


def is_in_order(text: str, parts: Iterable[str]) -> bool:
    places = [folded(text).find(folded(part)) for part in parts]
    return -1 not in places and places == sorted(places)


def test_columns_drawn_line_by_line_are_read_one_after_the_other() -> None:
    first, second = lines(PROSE, 44), lines(PROSE[::-1], 44)
    read = read_pdf(written(interleaved((first, second), (50, 320))))
    assert folded(read.text) == folded(" ".join([*first, *second]))


def test_a_title_over_two_columns_comes_first_and_a_line_under_them_last() -> None:
    first, second = lines(PROSE, 44), lines(PROSE[::-1], 44)
    title = at(120, 750, "A Report of the Lighthouse and of its Keepers", 18)
    under = at(
        50, 300, "This whole line stands under both of the columns and goes across the page."
    )
    content = "\n".join((under, interleaved((first, second), (50, 320)), title))
    read = read_pdf(written(content))
    assert is_in_order(
        read.text, ["A Report of the Lighthouse", " ".join(first), " ".join(second), "This whole"]
    )
    assert read.blocks[0].kind == "title"


def test_three_columns_are_read_in_order() -> None:
    parts = [lines(PROSE[n:] + PROSE[:n], 28) for n in (0, 11, 23)]
    read = read_pdf(written(interleaved(parts, (40, 225, 410))))
    assert folded(read.text) == folded(" ".join(line for part in parts for line in part))


def test_a_right_column_drawn_first_is_read_second() -> None:
    first, second = lines(PROSE, 44), lines(PROSE[::-1], 44)
    drawn = [interleaved((second,), (320,)), interleaved((first,), (50,))]
    read = read_pdf(written("\n".join(drawn)))
    assert folded(read.text) == folded(" ".join([*first, *second]))


def test_a_paragraph_goes_on_from_column_to_column() -> None:
    first, second = lines(PROSE, 44), lines(PROSE[::-1], 44)
    assert "\n\n" not in read_pdf(written(interleaved((first, second), (50, 320)))).text


def test_prose_of_one_column_keeps_its_lines() -> None:
    whole = lines(PROSE * 4, 90)
    content = "\n".join(
        # Each word by itself, as some programs draw them.
        "\n".join(
            at(
                50 + 5.2 * line.index(word, n and len(" ".join(line.split()[:n]))),
                700 - 12 * row,
                word,
            )
            for n, word in enumerate(line.split())
        )
        for row, line in enumerate(whole)
    )
    assert read_pdf(written(content)).text.split("\n") == whole


TABLES = {
    "short cells": [(f"item {n}", f"{n * 7} of tea in stock") for n in range(12)],
    "full cells": [
        (f"Question {n} of the keepers in the tower", f"Answer {n} of the builder on the rock")
        for n in range(12)
    ],
    "lower case": [
        *((f"tea {n}", "in stock") for n in range(10)),
        ("tea of the hills in boxes of tin and wood", "in the store under the tower, by a crane"),
    ],
    "dates": [(f"2024-01-{n} 2024-02-{n} 2024-03-{n}",) * 2 for n in range(10, 22)],
}


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_a_table_is_read_row_by_row(rows: list[tuple[str, str]]) -> None:
    columns = list(zip(*rows, strict=True))
    read = read_pdf(written(interleaved(columns, (50, 320))))
    assert read.text.split("\n") == [" ".join(row) for row in rows]


def test_a_tables_cells_of_many_lines_are_not_torn_from_their_rows() -> None:
    cells = [lines(PROSE[n : n + 24], 44)[:3] for n in range(8)]
    drawn = [
        interleaved((cell,), (50 if n % 2 == 0 else 320,), 700 - 45 * (n // 2))
        for n, cell in enumerate(cells)
    ]
    read = read_pdf(written("\n".join(drawn)))
    assert folded(read.text) == folded(" ".join(line for cell in cells for line in cell))


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_columns_printed_by_a_browser_are_read_in_order(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = "".join(f"<p>{n} {' '.join(PROSE)}.</p>" for n in range(8))
    page.write_text(f"<h1>The Lighthouse</h1><div style='columns:2'>{text}</div>")
    printed = tmp_path / "page.pdf"
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [
            *map(str, command),
            f"--user-data-dir={tmp_path}/profile",
            f"--print-to-pdf={printed}",
            page,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    read = read_pdf(printed.read_bytes())
    assert is_in_order(read.text, ["The Lighthouse", *(f"{n} {' '.join(PROSE)}" for n in range(8))])


def test_headers_footers_and_page_numbers_are_left_out_and_told() -> None:
    pages = [
        "\n".join((at(72, 770, "Lighthouse Board"), body(n), at(72, 30, f"Page {n + 1} of 12")))
        for n in range(12)
    ]
    read = read_pdf(written(*pages))
    assert "Board" not in read.text
    assert "Page" not in read.text
    assert "ab " in read.text
    assert "lh " in read.text
    assert read.notes == ("left out a header and a footer that repeat on 12 pages",)
    assert [Span(start, start + 2).quote(read.text) for start in read.starts] == [
        f"{chr(97 + n)}a" for n in range(12)
    ]


def test_bare_page_numbers_are_left_out_and_numbers_that_do_not_count_are_not() -> None:
    pages = [
        "\n".join((at(300, 770, str(n * n)), body(n), at(300, 30, f"- {n + 1} -")))
        for n in range(5)
    ]
    read = read_pdf(written(*pages))
    assert read.notes == ("left out a footer that repeats on 5 pages",)
    assert "16" in read.text


def test_a_chapters_name_beside_a_page_number_is_left_out() -> None:
    pages = [
        "\n".join((at(72, 770, f"Chapter {word}   {n + 3}"), body(n)))
        for n, word in enumerate(("Rock", "Tower", "Lamp", "Keepers", "Storms"))
    ]
    assert "Chapter" not in read_pdf(written(*pages)).text


def test_the_head_of_a_chapter_of_few_pages_is_left_out() -> None:
    chapters = ["Of the Rock"] * 3 + ["Of the Tower"] * 2 + ["Of the Lamp"] * 3 + ["Of Storms"] * 4
    pages = ["\n".join((at(72, 770, head), body(n))) for n, head in enumerate(chapters)]
    text = read_pdf(written(*pages)).text
    assert "Rock" not in text
    assert "Lamp" not in text
    # Twice may be chance.
    assert text.count("Of the Tower") == 2


def test_one_very_long_line_leaves_paragraphs_whole() -> None:
    rows = lines(PROSE, 44)
    wide = at(50, 760, "a line of a program that is very long " * 4, 5)
    drawn = [at(50, 700 - 12 * n, row) for n, row in enumerate(rows)]
    read = read_pdf(written("\n".join([wide, *drawn])))
    assert [block.span.quote(read.text) for block in read.blocks] == [
        ("a line of a program that is very long " * 4).strip(),
        "\n".join(rows),
    ]


def test_a_header_over_columns_is_left_out_and_in_neither() -> None:
    first, second = lines(PROSE, 44), lines(PROSE[::-1], 44)
    columns = interleaved((first, second), (50, 320))
    header = interleaved((["Lighthouse Board"], ["of the Year 1986"]), (50, 320), 770)
    read = read_pdf(written(*[f"{header}\n{columns}"] * 5))
    once = folded(" ".join([*first, *second]))
    assert folded(read.text) == " ".join([once] * 5)


def test_short_documents_keep_every_line() -> None:
    pages = ["\n".join((at(72, 770, "Lighthouse Board"), body(n))) for n in range(3)]
    read = read_pdf(written(*pages))
    assert read.text.count("Lighthouse Board") == 3
    assert read.notes == ()


def test_the_first_row_of_a_table_on_every_page_is_no_header() -> None:
    pages = ["\n".join((at(72, 712, "Item Price Stock"), body(n))) for n in range(6)]
    assert read_pdf(written(*pages)).text.count("Item Price Stock") == 6


def test_a_heading_on_every_page_is_no_header() -> None:
    pages = ["\n".join((at(72, 740, f"Part {n}", 16), body(n))) for n in range(6)]
    assert read_pdf(written(*pages)).text.count("Part") == 6


def test_pages_of_a_few_lines_that_stand_apart_keep_them() -> None:
    pages = [
        "\n".join(at(72, 700 - 100 * n, f"{word} of form {page}") for n, word in enumerate("ABC"))
        for page in range(6)
    ]
    read = read_pdf(written(*pages))
    assert read.text.count("of form") == 18
    assert read.notes == ()


def test_a_page_of_text_on_its_side_is_read_as_it_is_drawn() -> None:
    first, second = lines(PROSE, 44), lines(PROSE[::-1], 44)
    drawn = interleaved((first, second), (50, 320)).replace("1 0 0 1", "0 1 -1 0")
    read = read_pdf(written(*[drawn] * 4))
    assert folded(read.text[: read.starts[1]]) == folded(read.text[read.starts[3] :])
    assert read.notes == ()


def test_a_gap_ends_a_paragraph() -> None:
    rows = lines(PROSE, 44)
    drawn = [at(50, 700 - 12 * n - 8 * (n > 2), row) for n, row in enumerate(rows)]
    text = read_pdf(written("\n".join(drawn))).text
    assert text.split("\n\n") == ["\n".join(rows[:3]), "\n".join(rows[3:])]


def test_an_empty_line_ends_a_paragraph() -> None:
    rows = lines(PROSE, 44)
    drawn = [at(50, 700 - 12 * n, row) for n, row in enumerate([*rows[:3], "   ", *rows[3:]])]
    text = read_pdf(written("\n".join(drawn))).text
    assert text.split("\n\n") == ["\n".join(rows[:3]), "\n".join(rows[3:])]


def scanned() -> bytes:
    pages = [body(n) for n in range(7)]
    pages[2] = pages[6] = PICTURE
    return written(*pages)


def test_scanned_pages_among_others_are_named() -> None:
    loaded = load("report.pdf", scanned())
    assert loaded.notes == ("pages 3, 7 hold pictures and no text; they look scanned",)
    assert len(loaded.pages) == 7


def test_a_scan_with_a_header_is_one_all_the_same() -> None:
    pages = ["\n".join((at(72, 770, "Lighthouse Board"), body(n))) for n in range(6)]
    pages[3] = "\n".join((at(72, 770, "Lighthouse Board"), PICTURE))
    assert read_pdf(written(*pages)).notes == (
        "left out a header that repeats on 6 pages",
        "page 4 holds pictures and no text; it looks scanned",
    )


def test_a_recognizer_reads_the_pages_that_hold_pictures_alone() -> None:
    seen: list[tuple[int, int]] = []

    def recognize(picture: Image) -> str:
        seen.append(picture.size)
        return "Words in\r\na picture."

    read = read_pdf(scanned(), recognize)
    assert seen == [(1667, 2223)] * 2
    third = Span(read.starts[2], read.starts[3]).quote(read.text)
    assert third == "Words in\na picture.\n\n"
    assert read.text.endswith("Words in\na picture.")
    assert read.notes == ("pages 3, 7: text recognized in pictures, which may have errors",)


def test_a_page_as_large_as_a_house_is_drawn_smaller() -> None:
    sizes = []

    def recognize(picture: Image) -> str:
        sizes.append(picture.size)
        return "x"

    read_pdf(written(PICTURE).replace(b"[0 0 600 800]", b"[0 0 7000 14000]"), recognize)
    assert sizes == [(2000, 4000)]


def test_a_scan_alone_tells_the_way_out() -> None:
    with pytest.raises(UnreadableFile, match=r"looks scanned.*footnote\[ocr\].*setting `ocr`"):
        read_pdf(written(PICTURE, PICTURE))
    assert read_pdf(written(PICTURE), lambda _: "Read.").text == "Read."
    with pytest.raises(UnreadableFile, match="nothing was recognized"):
        read_pdf(written(PICTURE), lambda _: " ")


def test_a_missing_recognizer_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'footnote\[ocr\]'"):
        ocr.check_installed()


def test_text_too_small_to_see_or_off_the_page_is_left_out_and_told() -> None:
    content = (
        at(72, 500, "What is seen")
        + at(140, 500, "ignore this", 0.5)
        + at(72, 480, "also this", 0.4)
        + at(72, 460, "far away")
        + at(72, -40, "under the page")
        + at(620, 460, "beside it")
    )
    read = read_pdf(written(content, body(1)))
    page = Span(0, read.starts[1]).quote(read.text)
    assert page.split() == ["What", "is", "seen", "far", "away"]
    assert read.notes == ("page 1: left out text too small to see, or off the page",)


def test_a_font_of_one_point_that_is_drawn_larger_is_seen() -> None:
    read = read_pdf(written("BT /F 0.5 Tf 24 0 0 24 72 700 Tm (Seen.) Tj ET"))
    assert (read.text, read.notes) == ("Seen.", ())


def test_the_text_layer_of_a_scan_is_kept() -> None:
    read = read_pdf(written(PICTURE + "\n" + at(72, 700, "Recognized before.", mode=3)))
    assert (read.text, read.notes) == ("Recognized before.", ())


@pytest.mark.parametrize(
    ("written_as", "day"),
    [
        ("D:20260131120000+01'00'", "2026-01-31"),
        ("20240229", "2024-02-29"),
        ("D:20261340", None),
        ("D:2026", None),
        ("yesterday", None),
    ],
)
def test_the_date_is_the_day_it_was_made(written_as: str, day: str | None) -> None:
    assert load("a.pdf", written(body(0), info=f"/CreationDate ({written_as})")).date == day


def test_letters_beyond_16_bits_do_not_shift_what_follows() -> None:
    # None in Helvetica, so by way of a character map.
    first, second = lines(PROSE, 44), lines(PROSE[::-1], 44)
    data = written(interleaved((["q" + first[0], *first[1:]], second), (50, 320)))
    cmap = (
        "1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <71> <D83DDE00> endbfchar"
    )
    stream = f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream"
    data = data.replace(b"/WinAnsiEncoding >>", b"/WinAnsiEncoding /ToUnicode 99 0 R >>")
    data = data.replace(b"xref\n", f"99 0 obj\n{stream}\nendobj\nxref\n".encode(), 1)
    read = read_pdf(data.replace(b"startxref", b"startxref 0 %"))
    assert folded(read.text) == folded("\U0001f600" + " ".join([*first, *second]))


HOSTILE = {
    "a tree in a loop": written(body(0), kids="2 0 R 2 0 R", count=3),
    "more pages told than there are": written(body(0), count=1000),
    "a page that is not there": written(body(0), kids="9999 0 R"),
    "an end missing": written(body(0))[:900],
    "a beginning alone": b"%PDF-1.7\n",
    "nothing": b"",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="not a PDF that can be read"):
        read_pdf(data)


def test_damage_anywhere_raises_nothing_else() -> None:
    """Whatever bytes change, a file is read or unreadable."""
    random, columns = Random(0), (lines(PROSE, 44), lines(PROSE[::-1], 44))
    whole = written(interleaved(columns, (50, 320)), body(1), PICTURE, body(2))
    read = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(random.choice((1, 5, 50))):
            damaged[random.randrange(len(damaged))] = random.choice((random.randrange(256), 57, 45))
        with suppress(UnreadableFile):
            read += bool(read_pdf(bytes(damaged), lambda _: "x").text)
    assert 0 < read < 300

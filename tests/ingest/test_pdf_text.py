"""Words broken at a line's end are whole in a PDF's text, and compounds keep their hyphen."""

from collections.abc import Sequence

import pytest

from footnote.ingest.pdf import read_pdf
from tests.ingest.test_pdf_layout import at, written


def page(lines: Sequence[str], size: float = 10) -> str:
    return "\n".join(at(72, 700 - 1.2 * size * n, line, size) for n, line in enumerate(lines))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["nine years of con-", "struction by boat"], "nine years of construction by boat"),
        (["it is well-known that a well-", "known man"], "it is well-known that a well-known man"),
        (["wellknown, well-known and well-", "known"], "wellknown, well-known and wellknown"),
        (["built by the Fc-", "Parse library"], "built by the Fc-Parse library"),
        (["read in UTF-", "8 alone"], "read in UTF-8 alone"),
        (["put side-by-", "side there"], "put side-by-side there"),
        (["seen by X-", "ray light"], "seen by X-ray light"),
        (["from here -", "there it ends"], "from here -\nthere it ends"),
    ],
)
def test_a_hyphen_at_a_lines_end_goes_where_it_only_breaks_the_word(
    lines: list[str], said: str
) -> None:
    filler = ["and then another line of the same length", "is here so that nothing is a heading"]
    text = read_pdf(written(page([*lines, *filler]))).text
    assert text.startswith(said)


def test_where_only_compounds_are_broken_those_not_known_are_compounds_too() -> None:
    known = ["a user-defined name, a user-", "defined one, a floating-point one, a floating-"]
    read = read_pdf(written(page([*known, "point one and a single-", "stage one at the end"])))
    assert "single-stage" in read.text
    assert "user-defined one" in read.text


def test_a_paragraph_goes_on_after_a_broken_word() -> None:
    lines = [
        "The lighthouse was lit after nine years of con-",
        "struction in which two boats and a",
    ]
    lines += ["crane were lost to the winter storms of which", "a report of its builder speaks."]
    assert "\n\n" not in read_pdf(written(page(lines))).text


def test_a_heading_over_two_lines_is_one() -> None:
    prose = ["The lighthouse was lit after nine years of construction in which two boats and a"] * 9
    heading = ["Recovering data from damaged", "Files of the Lighthouse"]
    high = "\n".join(at(72, 740 - 24 * n, line, 20) for n, line in enumerate(heading))
    low = "\n".join(at(72, 680 - 12 * n, line) for n, line in enumerate(prose))
    text = read_pdf(written(f"{high}\n{low}")).text
    assert text.split("\n\n")[0] == "\n".join(heading)

"""Dumps of bytes are data: shown, never quoted; tables of numbers are tables."""

import pytest

from footnote.ingest.dumps import dumped_lines
from footnote.ingest.splitting import split
from footnote.testing import HashEmbedder
from tests.ingest.samples import read

HEXDUMP = [
    "00000000 4d 49 4d 45 2d 4d 61 67 69 63 00 0a 5b 35 30 3a |MIME-Magic..[50:|",
    "00000010 74 65 78 74 2f 78 2d 64 69 66 66 5d 0a 3e 30 3d |text/x-diff].>0=|",
]
XXD = [
    "00000000: 4d49 4d45 2d4d 6167 6963 000a 5b35 303a  MIME-Magic..[50:",
    "00000010: 7465 7874 2f78 2d64 6966 665d 0a3e 303d  text/x-diff].>0=",
]
BARE = ["c7 45 ec 01 00 00 00 4f", "ff ee 00 10 20 30 4a 5b"]


@pytest.mark.parametrize("dump", [HEXDUMP, XXD, BARE], ids=["hexdump", "xxd", "bare"])
def test_a_dump_is_found(dump: list[str]) -> None:
    assert dumped_lines(["Bytes:", *dump, "", "The end."]) == {1, 2}


@pytest.mark.parametrize(
    "lines",
    [
        ["1990 12 15 18 20 22 24 26 28", "1991 13 16 19 21 23 25 27 29"],
        ["the bytes", HEXDUMP[0], "are an example"],
        ["add a bed", "dead beef is a face"],
        ["0000 1111 2222 3333 4444", "5555 6666 7777 8888 9999"],
    ],
    ids=["table", "one line", "words", "numbers"],
)
def test_what_is_no_dump_is_none(lines: list[str]) -> None:
    assert dumped_lines(lines) == frozenset()


def test_a_dump_is_in_the_text_and_neither_quoted_nor_embedded() -> None:
    prose = "The magic file holds rules by which the type of a file is told, as in this example:"
    document = read(
        "magic.txt", f"Magic files\n\n{prose}\n\n" + "\n".join(HEXDUMP) + "\n\nThe end.\n"
    )
    assert [block.kind for block in document.blocks] == ["title", "paragraph", "data", "paragraph"]
    passages = split(document, HashEmbedder().count_tokens)
    assert "".join(passage.text for passage in passages) == document.text
    quotable = [p.quote(unit.span) for p in passages for unit in p.quotable]
    assert quotable == [prose, "The end."]
    assert not any("4d 49" in passage.searchable for passage in passages)

"""Bytes of text files, in any encoding that occurs, to canonical text."""

import codecs
import hashlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.errors import UnreadableFile
from footnote.ingest.decoding import canonical, declared_charset, decode

GREEK = "Ἐν ἀρχῇ 😀 e\u0301 עִבְרִית"
FRENCH = (
    "Les préfets ont été reçus à l’hôtel de ville. « Ça va coûter très cher », a "
    "déclaré le maire – 200 € par élève. Où irons-nous ? L’été prochain, peut-être.\n"
) * 3


def test_utf_8_is_read_as_it_is() -> None:
    assert decode(GREEK.encode()) == GREEK


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_the_encoding_and_is_dropped(mark: bytes, encoding: str) -> None:
    assert decode(mark + GREEK.encode(encoding)) == GREEK


def test_only_a_mark_at_the_start_is_dropped() -> None:
    assert decode("\ufeffa\ufeffb".encode()) == "a\ufeffb"


def test_a_half_character_at_the_end_of_utf_16_does_not_lose_the_rest() -> None:
    assert decode(codecs.BOM_UTF16_LE + "long enough".encode("utf-16-le") + b"x") == "long enough�"


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman"])
def test_an_old_western_encoding_is_detected(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding)) == FRENCH


def test_an_old_cyrillic_encoding_is_detected() -> None:
    russian = "Собака бежит по улице, а кошка сидит на окне и смотрит на прохожих.\n" * 5
    assert decode(russian.encode("koi8-r")) == russian


def test_every_kind_of_line_end_becomes_one() -> None:
    assert decode(b"dos\r\nold mac\runix\nmixed\r\r\nend\n\r") == (
        "dos\nold mac\nunix\nmixed\n\nend\n\n"
    )


def test_a_text_without_a_final_newline_gets_none() -> None:
    assert decode(b"one\r\ntwo") == "one\ntwo"


def test_nothing_else_is_normalised() -> None:
    text = "\tcafe\u0301 ﬁ \u00a0 ½ \u2028 \u200b trailing  \n\n\n"
    assert decode(text.encode()) == text


def test_a_few_nuls_are_dropped() -> None:
    assert decode(b"a line of text, padded" * 10 + b"\0\0") == "a line of text, padded" * 10


@given(st.text())
def test_canonical_text_stays_as_it_is(text: str) -> None:
    once = canonical(text.replace("\ufeff", ""))
    assert canonical(once) == once
    assert not {"\r", "\0"} & set(once)


NOISE = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(128))


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a.txt", "some text, stored as it is " * 40)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\x02\0\0\0", id="png"),
        pytest.param(archive(), id="zip"),
        pytest.param(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0\x3e\0", id="elf"),
        pytest.param(NOISE, id="noise"),
        pytest.param(NOISE.replace(b"\0", b""), id="noise without NUL"),
        pytest.param(NOISE.replace(b"\0", b"")[:60], id="a little noise"),
        pytest.param(FRENCH.encode("cp1252") + b"\0", id="NUL beside an old encoding"),
        pytest.param(bytes(100), id="NULs"),
        pytest.param(b"\1\2\3\4 valid as UTF-8", id="control characters"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="looks binary"):
        decode(data)


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (b'<meta charset="windows-1251">', "windows-1251"),
        (b"<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=Shift_JIS'>", "shift_jis"),
        (b'<?xml version="1.0" encoding="ISO-8859-2"?>', "iso-8859-2"),
        (b"<meta charset=latin1>", "windows-1252"),
        (b"<meta charset=utf-8>", None),
        (b"<meta charset=utf-16>", None),
        (codecs.BOM_UTF8 + b"<meta charset=windows-1251>", None),
        (b"<p>charset=windows-1251", None),
        (b" " * 5000 + b"<meta charset=windows-1251>", None),
    ],
)
def test_what_a_page_says_of_its_encoding(head: bytes, charset: str | None) -> None:
    assert declared_charset(head) == charset

"""Bytes to canonical text, for the formats that are text.

Does not undo markup, normalise Unicode or trim: what a text file says is what is quoted.
"""

import codecs
import re

from charset_normalizer import from_bytes

from footnote.errors import UnreadableFile

# UTF-32 before UTF-16: the little-endian mark of the one starts with that of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The share of control characters above which a file is data that happens to decode.
_BINARY_SHARE = 0.02
_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]*\bcharset|\?xml\b[^>]*\bencoding)\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE
)
_CHARSET_WITHIN = 4096
# What pages call Windows-1252 (WHATWG Encoding Standard).
_LATIN_1 = frozenset(("iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii"))


def canonical(text: str) -> str:
    r"""Drop a byte order mark and NULs, and make CRLF and CR one LF; alter nothing else.

    >>> canonical("\ufeffone\r\ntwo\rthree\x00")
    'one\ntwo\nthree'
    """
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def decode(data: bytes) -> str:
    """Return the canonical text of a text file's bytes.

    A byte order mark decides the encoding, then UTF-8 is tried, then it is detected.
    Raises UnreadableFile for bytes that are no text.
    """
    text = _decoded(data)
    controls = sum(character < " " and character not in "\t\n\r\f\v\x1b" for character in text)
    if controls > _BINARY_SHARE * len(text):
        raise UnreadableFile(
            f"looks binary: {controls} of {len(text)} characters are control characters"
        )
    return canonical(text)


def declared_charset(page: bytes) -> str | None:
    """Return the encoding that an HTML page declares, if it is to be believed.

    None where it declares none, begins with a byte order mark, or says UTF of any width: a
    declaration that can be read as ASCII is not in UTF-16. ``decode`` finds what these are in.

    >>> declared_charset(b"<meta charset=ISO-8859-1>")
    'windows-1252'
    """
    declared = _CHARSET.search(page[:_CHARSET_WITHIN])
    if declared is None or page.startswith(codecs.BOM_UTF8):
        return None
    label = declared[1].decode("ascii").lower()
    if label.startswith("utf"):
        return None
    return "windows-1252" if label in _LATIN_1 else label


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # A NUL in bytes without a mark and not UTF-8 is an archive or a picture, not text.
        match = None if b"\0" in data else from_bytes(data).best()
        if match is None:
            raise UnreadableFile("looks binary: no text encoding fits its bytes") from None
        return str(match)

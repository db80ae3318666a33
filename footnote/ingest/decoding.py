"""Bytes to canonical text, for the formats that are text.

Does not undo markup, normalise Unicode or trim: what a text file says is what is quoted.
"""

import codecs

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

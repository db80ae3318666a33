"""What the header of rich text (RTF 1.9) says of the text: encodings, styles, title and times.

Holds the control words too that mean something to a reader of text.
"""

import codecs
import re
from dataclasses import dataclass

# Where the text of a group goes that is not the document's own; other such groups go nowhere.
SINKS = {
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "listtext": "marker",
    "pntext": "marker",
    "footnote": "note",
    "title": "title",
    "creatim": "created",
    "revtim": "revised",
}
NOWHERE = frozenset(
    "colortbl pict header headerl headerr headerf footer footerl footerr footerf object "
    "nonshppict author subject keywords doccomm comment operator company manager category "
    "printim buptim xe tc rxe txe bkmkstart bkmkend falt panose listtable template".split()
)
SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "emspace": " ", "enspace": " ", "qmspace": " ", "nestcell": " ",
}  # fmt: skip
ESCAPED = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\xa0", b"_": "\u2011", b"-": ""}
ENDS_PARAGRAPH = frozenset(("par", "sect", "page"))
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
# The outline level of what is no heading.
_BODY_TEXT = 9
_WESTERN = "cp1252"


@dataclass(slots=True)
class _Style:
    name: str = ""
    outline: int = -1


class Header:
    """What is known of fonts, styles and times, as their control words come."""

    def __init__(self) -> None:
        self.code_page = _WESTERN
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, _Style] = {}
        self._font = 0
        self._style = 0
        self._times: dict[tuple[str, str], int] = {}

    def begin_style(self) -> None:
        """Begin a style: one without a number is number 0."""
        self._style = 0

    def name_style(self, part: str) -> None:
        """Add to the name of the style that is described."""
        self._styles.setdefault(self._style, _Style()).name += part

    def describe(self, sink: str, word: str, number: int) -> None:
        """Take down what a control word says of a font, a style or a time."""
        if sink in ("created", "revised"):
            self._times[sink, word] = number
        elif word == "f":
            self._font = number
        elif word == "fcharset" and number in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[number]
        elif word == "s":
            self._style = number
        elif word == "outlinelevel":
            self._styles.setdefault(self._style, _Style()).outline = number

    def set_code_page(self, number: int | None) -> None:
        """Take a code page of Windows by its number, where there is one."""
        try:
            self.code_page = codecs.lookup(f"cp{number}").name
        except LookupError:
            self.code_page = _WESTERN

    def encoding(self, font: int) -> str:
        """Return the encoding of text in a font."""
        return self._fonts.get(font, self.code_page)

    def date(self) -> str | None:
        """Return the day of the last change, or else of the making, as ISO 8601."""
        for kind in ("revised", "created"):
            year, month, day = (self._times.get((kind, unit), 0) for unit in ("yr", "mo", "dy"))
            if year and month and day:
                return f"{year:04}-{month:02}-{day:02}"
        return None

    def level(self, number: int, outline: int) -> int | None:
        """Return the level of a paragraph in a style: 1 for a title, more for a heading."""
        style = self._styles.get(number, _Style())
        name = style.name.split(";")[0].strip()
        if name.lower() == "title":
            return 1
        named = _HEADING.match(name)
        if named is not None:
            return int(named[1]) + 1
        outline = style.outline if outline < 0 else outline
        return outline + 2 if 0 <= outline < _BODY_TEXT else None

"""Rich Text Format (RTF 1.9): paragraphs, headings by style, lists, tables; no hidden text."""

import re
from dataclasses import dataclass, field, replace

from footnote.errors import UnreadableFile
from footnote.ingest.loaded import Loaded, left_out
from footnote.ingest.reading import ReadingText, with_title
from footnote.ingest.rtf_header import ENDS_PARAGRAPH, ESCAPED, NOWHERE, SIGNS, SINKS, Header
from footnote.ingest.tables import row_text

_MEDIA_TYPE = "application/rtf"
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|[^\\{}\r\n]+",
    re.DOTALL,
)
_MARKED = re.compile(r"\s*([•◦▪·–-]|\d{1,3}[.)]|[a-zA-Z][.)])\t")


@dataclass(slots=True)
class _State:
    """What holds within a group, and ends with it."""

    sink: str = "body"
    starred: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int = -1
    unicode_skip: int = 1
    style: int = 0
    outline: int = -1
    in_table: bool = False


@dataclass(slots=True)
class _Table:
    cells: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    is_header: bool = False


def read_rtf(data: bytes) -> Loaded:
    """Read rich text. Raises UnreadableFile."""
    reader = _Reader()
    reader.read(data)
    if not reader.out.blocks:
        raise UnreadableFile("the document holds no text")
    return Loaded(
        _MEDIA_TYPE,
        reader.out.text,
        with_title(reader.out.blocks),
        title=reader.title,
        date=reader.header.date(),
        notes=left_out(reader.hidden, "hidden text"),
    )


class _Reader:
    def __init__(self) -> None:
        self.out = ReadingText()
        self.header = Header()
        self.hidden = 0
        self._parts: dict[str, list[str]] = {sink: [] for sink in (*SINKS.values(), "body")}
        self._state = _State()
        self._stack: list[_State] = []
        self._bytes = bytearray()
        self._skip = 0
        self._notes: list[str] = []
        self._table = _Table()
        self._was_hidden = False

    @property
    def title(self) -> str | None:
        return " ".join("".join(self._parts["title"]).split()) or None

    def read(self, data: bytes) -> None:
        at = data.find(b"{\\rtf")
        if at < 0:
            raise UnreadableFile("not RTF: it does not begin with {\\rtf")
        while at < len(data):
            token = _TOKEN.match(data, at)
            # A backslash at the end is all that is no token.
            if token is None:
                break
            at = token.end()
            if token[1] == b"bin":
                at += max(0, int(token[2] or 0))
            self._take(token)
            if not self._stack:
                break
        if self._stack:
            raise UnreadableFile("cut short: it ends within a group")
        self._flush()
        self._end_paragraph()

    def _take(self, token: re.Match[bytes]) -> None:
        word, number, code, escaped, brace = token.groups()
        if word is not None:
            self._flush()
            if self._skip:
                self._skip -= 1
            else:
                self._control(word.decode("ascii"), None if number is None else int(number))
        elif code is not None:
            self._add_bytes(bytes([int(code, 16)]))
        elif escaped is not None:
            self._flush()
            self._escape(escaped)
        elif brace is not None:
            self._flush()
            self._skip = 0
            self._open() if brace == b"{" else self._close()
        elif not token[0].startswith((b"\r", b"\n")):
            self._add_bytes(token[0])

    def _open(self) -> None:
        self._stack.append(self._state)
        self._state = replace(self._state, starred=False)
        self.header.begin_style()

    def _close(self) -> None:
        ended = self._state
        self._state = self._stack.pop()
        if ended.sink == "note" != self._state.sink:
            self._notes.append(self._taken("note"))

    def _escape(self, sign: bytes) -> None:
        if sign == b"*":
            self._state.starred = True
        elif sign in b"\r\n":
            self._control("par", None)
        elif sign in ESCAPED:
            self._add(ESCAPED[sign])

    def _add_bytes(self, part: bytes) -> None:
        if self._skip:
            skipped = min(self._skip, len(part))
            self._skip -= skipped
            part = part[skipped:]
        self._bytes += part

    def _flush(self) -> None:
        """Decode the bytes that came in a row: a sign may take more than one of them."""
        if self._bytes:
            encoding = self.header.encoding(self._state.font)
            self._add(self._bytes.decode(encoding, errors="replace"))
            self._bytes.clear()

    def _add(self, part: str) -> None:
        state = self._state
        if state.sink == "nowhere" or not part:
            return
        if state.sink == "styles":
            self.header.name_style(part)
        elif state.sink in ("body", "note") and (state.hidden or state.deleted):
            self.hidden += state.hidden and not self._was_hidden
            self._was_hidden = state.hidden
        else:
            self._was_hidden = False
            self._parts[state.sink].append(part)

    def _taken(self, sink: str) -> str:
        """Return what went into a sink, and empty it; signs beyond 16 bits come in two halves."""
        text = "".join(self._parts[sink])
        self._parts[sink].clear()
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _control(self, word: str, number: int | None) -> None:
        state = self._state
        if state.sink == "nowhere":
            return
        starred, state.starred = state.starred, False
        if word in SINKS:
            state.sink = SINKS[word]
        elif starred or word in NOWHERE:
            state.sink = "nowhere"
        elif word in SIGNS:
            self._add(SIGNS[word])
        elif word == "u" and number is not None:
            self._add(chr(number % 0x10000))
            self._skip = state.unicode_skip
        elif word in ENDS_PARAGRAPH:
            self._end_paragraph()
        elif word in ("cell", "row", "trowd", "trhdr"):
            self._table_word(word)
        elif state.sink in ("fonts", "styles", "created", "revised"):
            if number is not None:
                self.header.describe(state.sink, word, number)
        else:
            self._format(word, number)

    def _format(self, word: str, number: int | None) -> None:
        state = self._state
        if word == "pard":
            state.style, state.outline, state.in_table = 0, -1, False
        elif word == "plain":
            state.hidden = state.deleted = False
        elif word == "v":
            state.hidden = number != 0
        elif word == "deleted":
            state.deleted = number != 0
        elif word == "intbl":
            state.in_table = True
        elif word == "ansicpg":
            self.header.set_code_page(number)
        elif word == "mac":
            self.header.code_page = "mac_roman"
        elif number is None:
            return
        elif word == "f":
            state.font = number
        elif word == "s":
            state.style = number
        elif word == "outlinelevel":
            state.outline = number
        elif word == "uc":
            state.unicode_skip = max(0, number)

    def _table_word(self, word: str) -> None:
        table = self._table
        if word == "trowd":
            table.is_header = False
        elif word == "trhdr":
            table.is_header = True
        elif word == "cell":
            table.cells.append(" ".join(self._taken("body").split()))
        else:
            if table.is_header and not table.header:
                table.header = table.cells
                self.out.add_header(table.cells)
            else:
                self.out.add("row", row_text(table.header, table.cells))
            table.cells = []
            self._add_notes()

    def _end_paragraph(self) -> None:
        state = self._state
        if state.sink == "note" or state.in_table:
            self._add(" ")
            return
        content, marker = self._taken("body"), self._taken("marker").strip()
        if not content.strip():
            return
        self._table = _Table()
        level = self.header.level(state.style, state.outline)
        # A title stands above the text once; a second one is a paragraph in its style.
        if level == 1 and any(block.kind == "title" for block in self.out.blocks):
            level = None
        marked = _MARKED.match(content)
        if marked is not None:
            marker, content = marked[1], content[marked.end() :]
        words = " ".join(content.split())
        if level is not None:
            self.out.add("heading" if level > 1 else "title", words, level)
        elif marker:
            self.out.add("item", words, marker=f"{marker} " if marker[0].isalnum() else "- ")
        else:
            self.out.add("paragraph", words)
        self._add_notes()

    def _add_notes(self) -> None:
        for note in self._notes:
            self.out.add("paragraph", " ".join(note.split()))
        self._notes.clear()

"""Elements of HTML to reading text: headings, paragraphs, lists with their numbers, tables, code.

Works on lxml's event stream, so that nesting costs no stack.
"""

import re
from dataclasses import dataclass, field

from lxml import etree, html

from footnote.ingest.html_hidden import Hidden
from footnote.ingest.reading import ReadingText
from footnote.ingest.tables import row_text
from footnote.records import BlockKind

_SKIPPED = frozenset(
    "script style noscript template head nav aside footer button select textarea label svg math "
    "iframe object embed audio video canvas dialog".split()
)
BLOCKS = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure form header hgroup h1 h2 h3 h4 h5 h6 hr html li main ol p pre section summary table "
    "tbody td tfoot th thead tr ul".split()
)
_SKIPPED_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
# A box beside the text, as DocBook and AsciiDoc mark it: its small heading ends with it, where
# a heading would have all that follows stand under "Note".
_NOTES = frozenset(("note", "tip", "warning", "caution", "important", "admonition"))
_NOTE_HEADINGS = frozenset(("h3", "h4", "h5", "h6"))
# What a link shows that only leads to the heading or the term that it stands in.
_PERMALINKS = frozenset("¶#§∞⚓🔗")
# A longer term of a definition list is a paragraph: no heading path has room for it.
_LONGEST_TERM = 120
# What a list counts from, or an item's own number.
_INTEGER = re.compile(r"-?\d{1,9}")


@dataclass(slots=True)
class _Table:
    header: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    is_header: bool = True


class Reader:
    """Reads elements into ``out``, block by block."""

    def __init__(self, hidden: Hidden) -> None:
        self.out = ReadingText()
        self.hidden = hidden
        self._words: list[str] = []
        self._open: list[str] = []
        # For each of these, whether it is a note.
        self._notes: list[bool] = []
        # Whether the open part of a definition list is a term that something defines.
        self._is_term = False
        self._tables: list[_Table] = []
        # A marker for each open list item, emptied once its first block has taken it.
        self._markers: list[str] = []
        # The last number of each open list, None in one of bullets.
        self._numbers: list[int | None] = []
        self._cell: list[str] = []

    def walk(self, root: html.HtmlElement, left_out: set[html.HtmlElement]) -> None:
        """Read what is within an element, without some of the parts of it."""
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped: html.HtmlElement | None = None
        for event, element in walker:
            if event == "start" and (
                _is_skipped(element) or element in left_out or self.hidden.hides(element)
            ):
                walker.skip_subtree()
                skipped = element
            elif event == "start":
                self._start(element)
                self._words.append(element.text or "")
            elif event == "end" and element is not skipped:
                self._end(element.tag)
            if event != "start" and element is not root:
                self._words.append(element.tail or "")
        self._flush()

    def _start(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._words.append("\n" if "pre" in self._open else " ")
        if tag not in BLOCKS:
            return
        self._flush()
        self._open.append(tag)
        self._notes.append(not _NOTES.isdisjoint((element.get("class") or "").lower().split()))
        if tag == "table":
            self._tables.append(_Table())
        elif tag in ("ol", "ul"):
            self._numbers.append(_first_number(element) - 1 if tag == "ol" else None)
        elif tag == "li":
            self._markers.append(self._next_marker(element))
        elif tag == "td" and self._tables:
            self._tables[-1].is_header = False
        elif tag in ("dt", "dd"):
            self._is_term = tag == "dt" and _is_defined(element)

    def _end(self, tag: str) -> None:
        if tag not in BLOCKS:
            return
        self._flush(ends_cell=tag in ("td", "th"))
        self._open.pop()
        self._notes.pop()
        if tag == "tr" and self._tables:
            self._end_row(self._tables[-1])
        elif tag == "table" and self._tables:
            self._tables.pop()
        elif tag in ("ol", "ul"):
            self._numbers.pop()
        elif tag == "li":
            self._markers.pop()

    def _next_marker(self, item: html.HtmlElement) -> str:
        last = self._numbers[-1] if self._numbers else None
        if last is None:
            return "- "
        self._numbers[-1] = number = _integer(item.get("value"), last + 1)
        return f"{number}. "

    def _end_row(self, table: _Table) -> None:
        if table.is_header and not table.header and any(table.cells):
            table.header = table.cells
            self.out.add_header(table.cells)
        elif table.cells:
            self.out.add("row", row_text(table.header, table.cells), self._depth)
        table.cells, table.is_header = [], True

    def _flush(self, ends_cell: bool = False) -> None:
        raw = "".join(self._words)
        self._words.clear()
        is_code = "pre" in self._open
        content = raw.strip("\n") if is_code else " ".join(raw.split())
        if self._tables and self._in_cell():
            self._add_to_cell(" ".join(raw.split()), ends_cell)
        elif is_code:
            self.out.add("code", content, self._depth)
        elif content:
            self._add_block(content)

    @property
    def _depth(self) -> int:
        """In how many definitions stands what is read."""
        return self._open.count("dd")

    def _in_cell(self) -> bool:
        return any(tag in ("td", "th") for tag in self._open)

    def _add_to_cell(self, content: str, ends_cell: bool) -> None:
        """Gather a cell from its blocks; a cell that holds many is still one cell."""
        self._cell.append(content)
        if ends_cell:
            self._tables[-1].cells.append(" ".join(filter(None, self._cell)))
            self._cell.clear()

    def _add_block(self, content: str) -> None:
        tag = self._open[-1] if self._open else "p"
        in_note = tag in _NOTE_HEADINGS and any(self._notes)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6") and not in_note:
            self.out.add("heading", content, level=int(tag[1]))
            return
        marker = self._markers[-1] if self._markers else ""
        kind: BlockKind = "item" if marker else "paragraph"
        depth = self._depth
        if self._is_term and not marker and len(content) <= _LONGEST_TERM:
            kind, depth = "term", depth + 1
        self.out.add(kind, content, depth, marker)
        if self._markers:
            self._markers[-1] = ""


def _is_skipped(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return True
    if element.tag == "a" and len(element) == 0 and (element.text or "").strip() in _PERMALINKS:
        return True
    return element.tag in _SKIPPED or element.get("role") in _SKIPPED_ROLES


def _is_defined(term: html.HtmlElement) -> bool:
    """Tell whether a definition follows a term: a list of contents may be terms alone."""
    return next(term.itersiblings("dd"), None) is not None


def _first_number(numbered: html.HtmlElement) -> int:
    return _integer(numbered.get("start"), 1)


def _integer(written: str | None, otherwise: int) -> int:
    found = _INTEGER.fullmatch((written or "").strip())
    return int(found[0]) if found else otherwise

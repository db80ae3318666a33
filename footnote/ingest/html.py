"""HTML to reading text: what a reader sees of a page, without the site around it.

Works on lxml's event stream, so that nesting costs no stack. Nothing is fetched.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from lxml import etree, html

from footnote.errors import UnreadableFile
from footnote.ingest.decoding import declared_charset, decode
from footnote.ingest.html_hidden import Hidden
from footnote.ingest.reading import ReadingText, with_title
from footnote.ingest.tables import row_text
from footnote.records import Block, BlockKind

_SKIPPED = frozenset(
    "script style noscript template head nav aside footer button select textarea label svg math "
    "iframe object embed audio video canvas dialog".split()
)
_BLOCKS = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure form header hgroup h1 h2 h3 h4 h5 h6 hr html li main ol p pre section summary table "
    "tbody td tfoot th thead tr ul".split()
)
_SKIPPED_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
_MENU_LINKS = 3
_MENU_SHARE = 0.9
_PUBLISHED = (
    "//meta[@property='article:published_time' or @name='date' or @name='dcterms.date' "
    "or @itemprop='datePublished']/@content"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of a page; ``title`` is its <title>, None where there is none.

    ``date`` is when it was published, as it says; ``language`` the tag that it gives itself;
    ``hidden`` the number of characters that it holds and does not show.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str | None
    date: str | None
    language: str | None
    hidden: int


def read_html(source: bytes | str) -> Page:
    """Return a page's reading text. Raises UnreadableFile where there is nothing to read."""
    try:
        root = _parsed(source)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"not HTML that can be read: {error}") from error
    title = " ".join((root.findtext(".//title") or "").split())
    # A page that says which part is its content is taken at its word.
    mains = root.xpath("//main | //*[@role='main']")
    content = mains[0] if len(mains) == 1 else root
    # A page that is all links is an index of something: then they are what it says.
    reader = _read(content, _link_lists(content), root) or _read(content, set(), root)
    if reader is None:
        raise UnreadableFile("the page holds no text")
    return Page(
        text=reader.out.text,
        blocks=with_title(reader.out.blocks),
        title=title or None,
        date=_published(root),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        hidden=reader.hidden.characters,
    )


def _published(root: html.HtmlElement) -> str | None:
    """Return when a page says that it was published, or else the first time that it marks."""
    found: list[str] = root.xpath(_PUBLISHED) or root.xpath("//time/@datetime")
    return found[0].strip() if found else None


def _parsed(source: bytes | str) -> html.HtmlElement:
    """Parse a page in the encoding that it declares, or else that its bytes show."""
    if isinstance(source, bytes):
        charset = declared_charset(source)
        if charset is not None:
            with suppress(LookupError):
                return _parsed_as(source, charset)
        source = decode(source)
    return _parsed_as(source.encode(), "utf-8")


def _parsed_as(source: bytes, encoding: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding=encoding, huge_tree=True)
    root = html.document_fromstring(source, parser=parser)
    # Where it stops for depth, libxml2 drops the rest of the page without a word.
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise UnreadableFile("its elements are nested too deep to be read: over 2,048 levels")
    return root


def _read(
    content: html.HtmlElement, left_out: set[html.HtmlElement], root: html.HtmlElement
) -> "_Reader | None":
    reader = _Reader(Hidden(root))
    reader.walk(content, left_out)
    return reader if reader.out.blocks else None


def _link_lists(content: html.HtmlElement) -> set[html.HtmlElement]:
    """Find menus and tables of contents: parts of a page that are links and little else.

    Link density marks boilerplate (Kohlschütter et al., 2010, Boilerplate Detection using
    Shallow Text Features).
    """
    totals: dict[html.HtmlElement, tuple[int, int, int]] = {}
    found = set()
    for element in content.iter("*"):
        totals[element] = (0, 0, 0)
    for element in reversed(list(totals)):
        own = len((element.text or "").strip())
        length, linked, links = totals[element]
        length += own
        if element.tag == "a":
            linked, links = length, 1
        if element.tag in _BLOCKS and links >= _MENU_LINKS and linked >= _MENU_SHARE * length:
            found.add(element)
        parent = element.getparent()
        if parent in totals:
            above = totals[parent]
            tail = len((element.tail or "").strip())
            totals[parent] = (above[0] + length + tail, above[1] + linked, above[2] + links)
    return found


@dataclass(slots=True)
class _Table:
    header: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    is_header: bool = True


class _Reader:
    def __init__(self, hidden: Hidden) -> None:
        self.out = ReadingText()
        self.hidden = hidden
        self._words: list[str] = []
        self._open: list[str] = []
        self._tables: list[_Table] = []
        # A marker for each open list item, emptied once its first block has taken it.
        self._markers: list[str] = []
        self._numbers: list[int] = []
        self._cell: list[str] = []

    def walk(self, root: html.HtmlElement, left_out: set[html.HtmlElement]) -> None:
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped: html.HtmlElement | None = None
        for event, element in walker:
            if event == "start" and (
                _is_skipped(element) or element in left_out or self.hidden.hides(element)
            ):
                walker.skip_subtree()
                skipped = element
            elif event == "start":
                self._start(element.tag)
                self._words.append(element.text or "")
            elif event == "end" and element is not skipped:
                self._end(element.tag)
            if event != "start" and element is not root:
                self._words.append(element.tail or "")
        self._flush()

    def _start(self, tag: str) -> None:
        if tag == "br":
            self._words.append("\n" if "pre" in self._open else " ")
        if tag not in _BLOCKS:
            return
        self._flush()
        self._open.append(tag)
        if tag == "table":
            self._tables.append(_Table())
        elif tag in ("ol", "ul"):
            self._numbers.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._markers.append(self._next_marker())
        elif tag == "td" and self._tables:
            self._tables[-1].is_header = False

    def _end(self, tag: str) -> None:
        if tag not in _BLOCKS:
            return
        self._flush(ends_cell=tag in ("td", "th"))
        self._open.pop()
        if tag == "tr" and self._tables:
            self._end_row(self._tables[-1])
        elif tag == "table" and self._tables:
            self._tables.pop()
        elif tag in ("ol", "ul"):
            self._numbers.pop()
        elif tag == "li":
            self._markers.pop()

    def _next_marker(self) -> str:
        if not self._numbers or self._numbers[-1] < 0:
            return "- "
        self._numbers[-1] += 1
        return f"{self._numbers[-1]}. "

    def _end_row(self, table: _Table) -> None:
        if table.is_header and not table.header and any(table.cells):
            table.header = table.cells
            self.out.add_header(table.cells)
        elif table.cells:
            self.out.add("row", row_text(table.header, table.cells))
        table.cells, table.is_header = [], True

    def _flush(self, ends_cell: bool = False) -> None:
        raw = "".join(self._words)
        self._words.clear()
        is_code = "pre" in self._open
        content = raw.strip("\n") if is_code else " ".join(raw.split())
        if self._tables and self._in_cell():
            self._add_to_cell(" ".join(raw.split()), ends_cell)
        elif is_code:
            self.out.add("code", content)
        elif content:
            self._add_block(content)

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
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.out.add("heading", content, level=int(tag[1]))
            return
        marker = self._markers[-1] if self._markers else ""
        kind: BlockKind = "item" if marker else "paragraph"
        self.out.add(kind, content, marker=marker)
        if self._markers:
            self._markers[-1] = ""


def _is_skipped(element: html.HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return True
    return element.tag in _SKIPPED or element.get("role") in _SKIPPED_ROLES

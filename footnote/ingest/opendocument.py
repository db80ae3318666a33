"""OpenDocument text (.odt): headings, paragraphs, lists and tables; hidden text is left out."""

from lxml import etree

from footnote.errors import UnreadableFile
from footnote.ingest.loaded import Loaded, left_out
from footnote.ingest.opendocument_lists import ListMarkers
from footnote.ingest.package import Package, Properties, dublin_core
from footnote.ingest.reading import ReadingText, with_title
from footnote.ingest.tables import row_text

_MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_SPACES = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_TEXT = f"{{{_SPACES.format('text')}}}"
_TABLE = f"{{{_SPACES.format('table')}}}"
_OFFICE = f"{{{_SPACES.format('office')}}}"
_STYLE = f"{{{_SPACES.format('style')}}}"
_DRAW = f"{{{_SPACES.format('drawing')}}}"
_ENCRYPTED = f"{{{_SPACES.format('manifest')}}}encryption-data"
_HIDDEN = (f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph")
# Neither text of the document nor hidden: changes that were made, remarks, generated lists.
_PASSED_OVER = frozenset(
    f"{_TEXT}{name}"
    for name in (
        *("tracked-changes", "note-citation", "table-of-content", "illustration-index"),
        *("table-index", "alphabetical-index", "bibliography-mark", "sequence-decls"),
    )
) | {f"{_OFFICE}annotation", f"{_OFFICE}forms"}
_SPACE = {f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"}
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
# What a table says of repeated cells may be a million that there are not.
_MOST_REPEATED = 256


def read_opendocument(data: bytes) -> Loaded:
    """Read a text document. Raises UnreadableFile."""
    package = Package(data, "an OpenDocument text")
    manifest = "META-INF/manifest.xml"
    if manifest in package and package.xml(manifest).find(f".//{_ENCRYPTED}") is not None:
        raise UnreadableFile("encrypted; save it without a password")
    content = package.xml("content.xml")
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise package.broken("it holds no text document")
    roots = [content, *(package.xml(name) for name in ("styles.xml",) if name in package)]
    reader = _Reader(_Styles(roots), ListMarkers(roots))
    reader.read(body)
    if not reader.out.blocks:
        raise UnreadableFile("the document holds no text")
    about = dublin_core(package.xml("meta.xml")) if "meta.xml" in package else Properties()
    return Loaded(
        _MEDIA_TYPE,
        reader.out.text,
        with_title(reader.out.blocks),
        about.title,
        (),
        about.date,
        about.language,
        left_out(reader.hidden, "hidden text"),
    )


class _Styles:
    """Which styles hide their text, and which are those of a title."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self._found: dict[str, etree._Element] = {}
        for root in roots:
            for style in root.iter(f"{_STYLE}style"):
                self._found.setdefault(style.get(f"{_STYLE}name", ""), style)

    def hide(self, name: str | None) -> bool:
        for style in self._line(name):
            properties = style.find(f"{_STYLE}text-properties")
            display = None if properties is None else properties.get(f"{_TEXT}display")
            if display is not None:
                return bool(display == "none")
        return False

    def is_title(self, name: str | None) -> bool:
        return name == "Title" or any(
            style.get(f"{_STYLE}parent-style-name") == "Title" for style in self._line(name)
        )

    def _line(self, name: str | None) -> list[etree._Element]:
        """Return a style and those it is based on, nearest first."""
        line: list[etree._Element] = []
        while name in self._found and self._found[name] not in line:
            line.append(self._found[name])
            name = line[-1].get(f"{_STYLE}parent-style-name")
        return line


class _Reader:
    def __init__(self, styles: _Styles, lists: ListMarkers) -> None:
        self.out = ReadingText()
        self.hidden = 0
        self._styles = styles
        self._lists = lists
        # Footnotes and text boxes stand within a paragraph, and are read after it.
        self._after: list[etree._Element] = []

    def read(self, element: etree._Element, marker: str = "") -> None:
        """Read what stands below an element that holds blocks."""
        for child in element:
            if not isinstance(child.tag, str) or child.tag in _PASSED_OVER:
                continue
            if child.get(f"{_TEXT}display") == "none":
                self.hidden += 1
            elif child.tag in _PARAGRAPHS:
                self._add(child, marker)
                marker = ""
            elif child.tag == f"{_TEXT}list":
                self._lists.open(child)
                for item in child.iterchildren(f"{_TEXT}list-item", f"{_TEXT}list-header"):
                    self.read(item, self._lists.next(item))
                self._lists.close()
            elif child.tag == f"{_TABLE}table":
                self._add_table(child)
                self._read_after()
            else:
                self.read(child, marker)

    def _add(self, paragraph: etree._Element, marker: str) -> None:
        content = self._content(paragraph)
        if self._styles.is_title(paragraph.get(f"{_TEXT}style-name")):
            has_title = any(block.kind == "title" for block in self.out.blocks)
            self.out.add("paragraph" if has_title else "title", content, 0 if has_title else 1)
        elif paragraph.tag == f"{_TEXT}h":
            # The title stands above the headings.
            level = paragraph.get(f"{_TEXT}outline-level", "1")
            self.out.add("heading", content, int(level) + 1)
        else:
            self.out.add("item" if marker else "paragraph", content, marker=marker)
        self._read_after()

    def _read_after(self) -> None:
        after, self._after = self._after, []
        for each in after:
            self.read(each)

    def _content(self, element: etree._Element) -> str:
        """Return the text of a paragraph or a part of one, without what is hidden in it."""
        if element.tag in _HIDDEN or self._styles.hide(element.get(f"{_TEXT}style-name")):
            self.hidden += 1
            return ""
        words = [element.text or ""]
        for child in element:
            if child.tag in _SPACE:
                words.append(" ")
            elif child.tag in (f"{_TEXT}note-body", f"{_DRAW}text-box"):
                self._after.append(child)
            elif isinstance(child.tag, str) and child.tag not in _PASSED_OVER:
                words.append(self._content(child))
            words.append(child.tail or "")
        content = "".join(words)
        return " ".join(content.split()) if element.tag in _PARAGRAPHS else content

    def _add_table(self, table: etree._Element) -> None:
        header: list[str] = []
        heads = table.find(f"{_TABLE}table-header-rows") is not None
        for row in table.iter(f"{_TABLE}table-row"):
            if next(row.iterancestors(f"{_TABLE}table"), None) is not table:
                continue
            if row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                self.hidden += 1
                continue
            cells = self._cells(row)
            if heads and not header:
                header = cells
                self.out.add_header(cells)
            else:
                self.out.add("row", row_text(header, cells))

    def _cells(self, row: etree._Element) -> list[str]:
        cells: list[str] = []
        for cell in row.iterchildren(*_CELLS):
            parts = [self._content(part) for part in cell.iter(*_PARAGRAPHS)]
            repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            content = " ".join(filter(None, parts))
            cells.extend([content] * min(repeated, _MOST_REPEATED))
        return cells

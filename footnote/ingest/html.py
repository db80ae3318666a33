"""HTML to reading text: what a reader sees of a page, without the site around it.

Here the page is parsed, and its menus are found; `footnote.ingest.html_reader` reads what is left.
Nothing is fetched.
"""

from contextlib import suppress
from dataclasses import dataclass

from lxml import etree, html

from footnote.errors import UnreadableFile
from footnote.ingest.decoding import declared_charset, decode
from footnote.ingest.html_hidden import Hidden
from footnote.ingest.html_reader import BLOCKS, Reader
from footnote.ingest.reading import with_title
from footnote.records import Block

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
) -> Reader | None:
    reader = Reader(Hidden(root))
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
        if element.tag in BLOCKS and links >= _MENU_LINKS and linked >= _MENU_SHARE * length:
            found.add(element)
        parent = element.getparent()
        if parent in totals:
            above = totals[parent]
            tail = len((element.tail or "").strip())
            totals[parent] = (above[0] + length + tail, above[1] + linked, above[2] + links)
    return found

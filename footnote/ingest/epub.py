"""Electronic books (EPUB 2 and 3): the pages of the spine in order, each read as HTML."""

import posixpath
from urllib.parse import unquote

from lxml import etree, html

from footnote.errors import UnreadableFile
from footnote.ingest.html import Page, read_html
from footnote.ingest.loaded import Loaded, iso_date
from footnote.ingest.package import Package, Properties, dublin_core, parser
from footnote.records import Block

_MEDIA_TYPE = "application/epub+zip"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
# Fonts are often garbled by these, which is no protection of the text.
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(data: bytes) -> Loaded:
    """Read a book. Raises UnreadableFile, for one with copy protection too."""
    package = Package(data, "an EPUB")
    _refuse_protected(package)
    path, root = _package_document(package)
    pages = []
    lost = 0
    for name in _spine(path, root):
        # Names in a manifest are URLs, but some books write them as they are.
        found = next((each for each in (name, unquote(name)) if each in package), None)
        if found is None:
            lost += 1
            continue
        try:
            pages.append(_page(package.read(found)))
        except UnreadableFile as error:
            # A cover is a picture alone.
            lost += "holds no text" not in str(error)
    if not pages:
        raise UnreadableFile("none of the book's pages holds text")
    about = _metadata(root)
    text, blocks = _joined(pages)
    notes = (f"{lost} pages of the book are missing or damaged",) if lost else ()
    return Loaded(_MEDIA_TYPE, text, blocks, about.title, (), about.date, about.language, notes)


def _refuse_protected(package: Package) -> None:
    if _ENCRYPTION not in package:
        return
    methods = package.xml(_ENCRYPTION).iter("{*}EncryptionMethod")
    if any(method.get("Algorithm") not in _FONTS_ONLY for method in methods):
        raise UnreadableFile("a book with copy protection (DRM), whose text is encrypted")


def _package_document(package: Package) -> tuple[str, etree._Element]:
    rootfile = package.xml(_CONTAINER).find(".//{*}rootfile")
    path = "" if rootfile is None else rootfile.get("full-path", "")
    if not path:
        raise package.broken("its container names no package document")
    return path, package.xml(path)


def _metadata(root: etree._Element) -> Properties:
    about = dublin_core(root)
    # What EPUB calls modified is when the file was made; the book has its own date.
    date = root.find(".//{http://purl.org/dc/elements/1.1/}date")
    if date is None or not date.text:
        return about
    return Properties(about.title, iso_date(date.text) or about.date, about.language)


def _spine(path: str, root: etree._Element) -> list[str]:
    """Return the names of the parts to read, in order, the table of contents left out."""
    items = {item.get("id"): item for item in root.iterfind(".//{*}manifest/{*}item")}
    folder = posixpath.dirname(path)
    names = []
    for reference in root.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES:
            continue
        if "nav" not in (item.get("properties") or "").split():
            names.append(posixpath.normpath(posixpath.join(folder, item.get("href", ""))))
    return names


def _page(part: bytes) -> Page:
    """Read XHTML as the XML that it is, where it is: in HTML, CDATA is a comment."""
    try:
        root = etree.fromstring(part, parser())
    except (etree.XMLSyntaxError, ValueError):
        return read_html(part)
    html.xhtml_to_html(root)
    return read_html(etree.tostring(root, method="html", encoding="unicode"))


def _joined(pages: list[Page]) -> tuple[str, tuple[Block, ...]]:
    """Put pages one after another; a page's title is a chapter's heading in its book."""
    blocks = []
    at = 0
    for page in pages:
        for block in page.blocks:
            kind = "heading" if block.kind == "title" else block.kind
            blocks.append(Block(kind, block.span.shift(at), block.level))
        at += len(page.text) + 2
    return "\n\n".join(page.text for page in pages), tuple(blocks)

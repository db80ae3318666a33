"""Books: the pages of the spine in order, and nothing that is not theirs."""

import pytest

from footnote.errors import UnreadableFile
from footnote.ingest.loaders import load
from tests.ingest.packages import LAUGHS, OUTSIDE, zipped
from tests.ingest.samples import read, shape

CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>The  Lighthouse</dc:title><dc:language>en-GB</dc:language>
<dc:date>1911-05-01T00:00:00Z</dc:date>
<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="lost" href="text/lost.xhtml" media-type="application/xhtml+xml"/>
<item id="lamp" href="lamp.png" media-type="image/png"/>
</manifest>
<spine><itemref idref="cover"/><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/>
<itemref idref="lamp"/><itemref idref="none"/></spine></package>"""
PAGE = (
    '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
    '<head><title/><script src="x.js"/></head><body>{}</body></html>'
)
ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
    '<enc:EncryptionMethod Algorithm="{}"/></enc:EncryptedData></encryption>'
)


def book(**changed: str) -> bytes:
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": PACKAGE,
        "OPS/nav.xhtml": PAGE.format("<p>Contents that are left out</p>"),
        "OPS/cover.xhtml": PAGE.format('<img src="lamp.png"/>'),
        "OPS/text/one.xhtml": PAGE.format(
            '<h1><a id="x"/>Keepers</h1><p>Three lived &amp; slept there.</p><ul><li>Ann</li></ul>'
        ),
        "OPS/text/two b.xhtml": PAGE.format("<h1>Stores</h1><p>Coal, 😀 &#8211; and more.</p>"),
    }
    return zipped(parts | changed)


BLOCKS = [
    ("heading 1", "Keepers"),
    ("paragraph", "Three lived & slept there."),
    ("item", "Ann"),
    ("heading 1", "Stores"),
    ("paragraph", "Coal, 😀 – and more."),
]


def with_opf(old: str, new: str) -> bytes:
    assert old in PACKAGE
    return book(**{"OPS/book.opf": PACKAGE.replace(old, new)})


def test_a_book_is_its_spine_in_order_without_contents() -> None:
    loaded = load("a.epub", book())
    assert shape(loaded.text, loaded.blocks) == BLOCKS
    assert (loaded.title, loaded.date, loaded.language) == ("The Lighthouse", "1911-05-01", "en")
    assert loaded.notes == ()
    assert read("a.epub", book()).title == "The Lighthouse"


def test_pages_that_are_missing_are_noted() -> None:
    data = with_opf('<itemref idref="none"/>', '<itemref idref="lost"/>')
    loaded = load("a.epub", data)
    assert shape(loaded.text, loaded.blocks) == BLOCKS
    assert loaded.notes == ("1 pages of the book are missing or damaged",)


def test_a_page_that_is_no_xml_is_read_as_html() -> None:
    page = "<title>x</title><h1>Keepers</h1><p>Three&nbsp;lived there.<br>And more."
    loaded = load("a.epub", book(**{"OPS/text/one.xhtml": page}))
    assert "Three lived there. And more." in loaded.text


def test_a_page_is_read_as_xml_where_it_is() -> None:
    page = PAGE.format("<p>It is <![CDATA[< 9 m]]> high.</p>")
    assert "It is < 9 m high." in load("a.epub", book(**{"OPS/text/one.xhtml": page})).text


def test_names_of_entities_that_pages_know_are_read() -> None:
    page = PAGE.format("<p>Caf&eacute;</p>").replace(
        "<!DOCTYPE html>",
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
        '"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">',
    )
    assert "Café" in load("a.epub", book(**{"OPS/text/one.xhtml": page})).text


@pytest.mark.parametrize(
    ("doctype", "entity"), [(LAUGHS, "&a9;"), (LAUGHS, "&a1;"), (OUTSIDE, "&secret;")]
)
def test_entities_of_a_page_s_own_are_not_expanded(doctype: str, entity: str) -> None:
    page = PAGE.format(f"<p>It says {entity}</p>").replace("<!DOCTYPE html>", doctype)
    text = load("a.epub", book(**{"OPS/text/one.xhtml": page})).text
    assert f"It says {entity}" in text
    assert "haha" not in text
    assert "root:" not in text


@pytest.mark.parametrize("part", ["META-INF/container.xml", "OPS/book.opf"])
def test_entities_of_a_book_s_own_are_refused(part: str) -> None:
    whole = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": PACKAGE}[part]
    with pytest.raises(UnreadableFile, match="declares entities"):
        load("a.epub", book(**{part: whole.replace("?>", f"?>{LAUGHS}", 1)}))


def test_a_protected_book_is_named_and_garbled_fonts_are_not_protection() -> None:
    aes = ENCRYPTION.format("http://www.w3.org/2001/04/xmlenc#aes256-cbc")
    with pytest.raises(UnreadableFile, match=r"copy protection \(DRM\)"):
        load("a.epub", book(**{"META-INF/encryption.xml": aes}))
    fonts = ENCRYPTION.format("http://www.idpf.org/2008/embedding")
    assert "Three lived" in load("a.epub", book(**{"META-INF/encryption.xml": fonts})).text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"META-INF/container.xml": "<x/>"}, "its container names no package document"),
        ({"META-INF/container.xml": "<x"}, "'META-INF/container.xml' is not XML"),
        ({"OPS/book.opf": "<package/>"}, "none of the book's pages holds text"),
        ({"META-INF/container.xml": CONTAINER.replace("book", "b")}, "has no part 'OPS/b.opf'"),
    ],
)
def test_a_broken_book_is_named(changed: dict[str, str], reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        load("a.epub", book(**changed))


def test_a_path_that_leads_out_finds_nothing() -> None:
    data = with_opf('href="text/one.xhtml"', 'href="../../../etc/passwd"')
    assert load("a.epub", data).text.startswith("Stores")

"""Word documents (.docx): mammoth makes HTML of one by its styles, hidden text taken out first."""

import io

import mammoth
from lxml import etree

from footnote.errors import UnreadableFile
from footnote.ingest.html import read_html
from footnote.ingest.loaded import Loaded, left_out
from footnote.ingest.package import Package, core_properties, rezipped

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# A document's title stands above its headings, so these begin one level lower than in HTML.
_STYLE_MAP = "\n".join(
    (
        "p[style-name='Title'] => h1:fresh",
        *(f"p[style-name='Heading {n}'] => h{n + 1}:fresh" for n in range(1, 6)),
    )
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = "word/styles.xml"
# The parts that hold text which is read.
_TEXTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_OFF = ("0", "false", "off")


def read_word(data: bytes) -> Loaded:
    """Read a Word document, pictures and hidden text left out. Raises UnreadableFile."""
    package = Package(data, "a Word document")
    package.check()
    shown, hidden = _without_hidden(data)
    with package.parsing():
        converted = mammoth.convert_to_html(
            io.BytesIO(shown),
            style_map=_STYLE_MAP,
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
        )
    if not converted.value:
        raise UnreadableFile("the document holds no text")
    page = read_html(converted.value)
    about = core_properties(Package(data, "a Word document"))
    return Loaded(
        _MEDIA_TYPE,
        page.text,
        page.blocks,
        about.title or page.title,
        date=about.date,
        language=about.language,
        notes=left_out(hidden, "hidden text"),
    )


def _without_hidden(data: bytes) -> tuple[bytes, int]:
    """Take out the runs that Word does not show, which mammoth would, and count them."""
    package = Package(data, "a Word document")
    styles = _hidden_styles(package)
    changed: dict[str, bytes] = {}
    count = 0
    for name in _TEXTS:
        if name not in package:
            continue
        root = package.xml(name)
        runs = [run for run in root.iter(f"{_W}r") if _is_hidden(run, styles)]
        for run in runs:
            run.getparent().remove(run)
        if runs:
            count += sum(any(run.itertext(f"{_W}t")) for run in runs)
            changed[name] = etree.tostring(root)
    return (rezipped(Package(data, "a Word document"), changed) if changed else data), count


def _is_hidden(run: etree._Element, styles: dict[str, bool]) -> bool:
    own = _vanish(run)
    if own is not None:
        return own
    named = run.find(f"{_W}rPr/{_W}rStyle")
    paragraph = next(run.iterancestors(f"{_W}p"), None)
    if named is None and paragraph is not None:
        named = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return named is not None and styles.get(named.get(f"{_W}val", ""), False)


def _vanish(element: etree._Element) -> bool | None:
    """Tell what an element's own run properties say of being hidden, None where nothing."""
    vanish = element.find(f"{_W}rPr/{_W}vanish")
    return None if vanish is None else vanish.get(f"{_W}val", "1") not in _OFF


def _hidden_styles(package: Package) -> dict[str, bool]:
    """Find the styles that hide text, by themselves or by what they are based on."""
    if _STYLES not in package:
        return {}
    own: dict[str, bool | None] = {}
    based: dict[str, str] = {}
    for style in package.xml(_STYLES).iter(f"{_W}style"):
        name = style.get(f"{_W}styleId", "")
        own[name] = _vanish(style)
        above = style.find(f"{_W}basedOn")
        based[name] = "" if above is None else above.get(f"{_W}val", "")
    hidden = {}
    for name in own:
        at, seen = name, set()
        while own.get(at) is None and at in based and at not in seen:
            seen.add(at)
            at = based[at]
        hidden[name] = bool(own.get(at))
    return hidden

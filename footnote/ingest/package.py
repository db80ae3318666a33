"""Documents that are a zip of XML parts (OOXML, ODF, EPUB), opened with care.

Nothing is fetched and no entity is expanded: a part that declares its own is refused.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

from footnote.errors import UnreadableFile
from footnote.ingest.archive import Inflater
from footnote.ingest.loaded import iso_date, language_code

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_CORE = "docProps/core.xml"


class _End(Exception):
    """All that was to be looked at has been."""


class Package:
    """The parts of a zip by name."""

    def __init__(self, data: bytes, what: str) -> None:
        """Open a package. Raises UnreadableFile, which says ``what`` it is not."""
        self._what = what
        try:
            self._inflater = Inflater(data)
        except UnreadableFile as error:
            raise self.broken(error) from error
        self._parts = {part.filename: part for part in self._inflater.parts}

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def broken(self, reason: object) -> UnreadableFile:
        """Return the error that says why the document cannot be read."""
        return UnreadableFile(f"not {self._what} that can be read: {reason}")

    @contextmanager
    def parsing(self) -> Iterator[None]:
        """Name whatever a library says of the document, and keep its warnings to itself.

        The libraries have no error of their own for all that can be wrong in a part.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except (UnreadableFile, MemoryError):
            raise
        except Exception as error:
            said = str(error.__cause__ or error) or type(error).__name__
            raise self.broken(" ".join(said.split())) from error

    def read(self, name: str) -> bytes:
        """Return a part's bytes. Raises UnreadableFile."""
        if name not in self._parts:
            raise self.broken(f"it has no part {name!r}")
        try:
            return self._inflater.read(self._parts[name])
        except UnreadableFile as error:
            raise self.broken(f"its part {name!r} is {error}") from error

    def xml(self, name: str) -> etree._Element:
        """Return the root of a part that is XML. Raises UnreadableFile."""
        part = self.read(name)
        self._refuse_entities(name, part)
        try:
            return etree.fromstring(part, parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.broken(f"its part {name!r} is not XML: {error}") from error

    def check(self) -> None:
        """Inflate every part, before a library that would take them as they come reads them."""
        for name in self:
            self._refuse_entities(name, self.read(name))

    def _refuse_entities(self, name: str, part: bytes) -> None:
        if declares_entities(part):
            raise self.broken(f"its part {name!r} declares entities, which documents never do")


def parser() -> etree.XMLParser:
    """Make a parser of XML that expands nothing and fetches nothing."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def declares_entities(part: bytes) -> bool:
    """Tell whether XML declares entities of its own, in whatever encoding it is."""
    found = []

    def declared(*_: object) -> None:
        found.append(True)
        raise _End

    def root(*_: object) -> None:
        raise _End

    reader = expat.ParserCreate()
    reader.EntityDeclHandler = declared
    # Declarations stand before the root.
    reader.StartElementHandler = root
    try:
        reader.Parse(part, True)
    except _End:
        pass
    # No XML: a picture, or what its own parser will name.
    except (expat.ExpatError, ValueError, LookupError):
        pass
    return bool(found)


@dataclass(frozen=True, slots=True)
class Properties:
    """What a document's metadata in Dublin Core says."""

    title: str | None = None
    date: str | None = None
    language: str | None = None


def dublin_core(root: etree._Element) -> Properties:
    """Read the Dublin Core elements below an element; the date is of the last change."""

    def text(*tags: str) -> str | None:
        found = (" ".join((e.text or "").split()) for tag in tags for e in root.iter(tag))
        return next(filter(None, found), None)

    date = text(f"{_TERMS}modified", f"{_DC}date", f"{_TERMS}created")
    return Properties(text(f"{_DC}title"), iso_date(date), language_code(text(f"{_DC}language")))


def core_properties(package: Package) -> Properties:
    """Read the core properties of an Office document, which may have none."""
    if _CORE not in package:
        return Properties()
    try:
        return dublin_core(package.xml(_CORE))
    except UnreadableFile:
        # The text is what counts.
        return Properties()


def rezipped(package: Package, changed: dict[str, bytes]) -> bytes:
    """Return a package with some parts changed, not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in package:
            file.writestr(name, changed[name] if name in changed else package.read(name))
    return buffer.getvalue()

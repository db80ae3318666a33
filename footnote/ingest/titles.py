"""What a document is called: by its text, its metadata, its first heading, or its file's name.

Programs fill in what nobody wrote: their own name, that of the file it was made from, or that
it has none. Nobody knows a document by that.
"""

import re
from pathlib import PurePosixPath

from footnote.ingest.loaded import Loaded

# What a title is without anybody giving one; "Microsoft Word - report.doc" tells the file.
_MADE_UP = re.compile(
    r"(?:untitled(?: \w+)?|unnamed|unknown|no title|title|none|null|default(?: title)?|"
    r"(?:new )?document|(?:new )?presentation|"
    r"(?:microsoft |libreoffice )?powerpoint[ -]pr[eäé]sentation|"
    r"libreoffice presentation|pr[eé]sentation powerpoint|(?:microsoft )?word document|"
    r"microsoft (?:word|excel|powerpoint)|slide|book|sheet|workbook|index|main|scan|"
    r"scanned document|pandoc|calibre|sigil|latex|pdflatex)[\s_-]*\d{0,4}$",
    re.IGNORECASE,
)
_FROM_FILE = re.compile(r"microsoft (?:word|excel|powerpoint) - ", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"[^\s/\\]+\.(?:docx?|dotx?|xlsx?|pptx?|odt|rtf|txt|pdf|indd|qxd|qxp|tex|dvi|ps|fm|pmd|html?|md)$",
    re.IGNORECASE,
)


def title_of(name: str, loaded: Loaded) -> str:
    """Return a document's title; ``name`` is its path in the corpus.

    What its text shows as the title comes first, then what its metadata says, unless no one
    wrote that, then the heading that it begins with, and last its file's name.
    """
    shown = next((b.span.quote(loaded.text) for b in loaded.blocks if b.kind == "title"), None)
    given = loaded.title if loaded.title and was_given(loaded.title) else None
    stem = PurePosixPath(name).stem.replace("_", " ").replace("-", " ").strip()
    return " ".join((shown or given or _first_heading(loaded) or stem or name).split())


def _first_heading(loaded: Loaded) -> str | None:
    """Return the heading that a text begins with, where it is no chapter's or sheet's."""
    first = loaded.blocks[0] if loaded.blocks else None
    if first is None or first.kind != "heading" or "spreadsheet" in loaded.media_type:
        return None
    words = first.span.quote(loaded.text)
    return words if was_given(words) and not words[0].isdigit() else None


def was_given(title: str) -> bool:
    """Tell whether somebody wrote a title, or a program that had none.

    >>> was_given("A history of Ardle"), was_given("Microsoft Word - ardle3.doc")
    (True, False)
    >>> was_given("untitled"), was_given("pandoc"), was_given("ardle_final.indd")
    (False, False, False)
    """
    folded = " ".join(title.split())
    return not (
        _MADE_UP.match(folded) or _FROM_FILE.match(folded) or _FILE_NAME.fullmatch(folded)
    ) and any(character.isalnum() for character in folded)

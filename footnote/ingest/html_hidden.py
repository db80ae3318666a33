"""Which elements of a page are not shown: by attribute, by style, or by a plain style rule."""

import re
from collections.abc import Iterable

from lxml import html

_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0(?:\.0*)?(?:px|pt|em|rem|%)?\s*(?:!important\s*)?(?:;|$)",
    re.IGNORECASE,
)
_SHOWS = re.compile(r"display\s*:\s*(?!\s|none)|visibility\s*:\s*visible", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Rules for print or for small screens stand in blocks of their own, and do not count alone.
_AT_BLOCK = re.compile(r"@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PLAIN = re.compile(r"[.#][\w-]+")


class Hidden:
    """What hides the elements of a page, and how many characters that has left out."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._selectors = _hiding(each.text or "" for each in root.iter("style"))
        self.characters = 0

    def hides(self, element: html.HtmlElement) -> bool:
        """Tell whether an element is not shown, and count its text if so."""
        if not self._is_hidden(element):
            return False
        self.characters += len(" ".join("".join(element.itertext()).split()))
        return True

    def _is_hidden(self, element: html.HtmlElement) -> bool:
        if element.get("hidden") is not None or _HIDES.search(element.get("style") or ""):
            return True
        names = {f".{name}" for name in (element.get("class") or "").split()}
        names.add(f"#{element.get('id')}")
        return not names.isdisjoint(self._selectors)


def _hiding(sheets: Iterable[str]) -> set[str]:
    """Return the classes and ids that are hidden, and that no other rule shows.

    A tab or a menu is hidden until it is opened, by a class more or on a wider screen: it can
    be seen, so that it is read.
    """
    sheet = _COMMENT.sub("", "\n".join(sheets))
    hidden = {
        selector.strip()
        for selectors, rule in _RULE.findall(_AT_BLOCK.sub("", sheet))
        if _HIDES.search(rule)
        for selector in selectors.split(",")
        if _PLAIN.fullmatch(selector.strip())
    }
    shown = {
        name
        for selectors, rule in _RULE.findall(sheet)
        if _SHOWS.search(rule)
        for name in _PLAIN.findall(selectors)
    }
    return hidden - shown

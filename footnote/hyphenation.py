"""Words that are broken at the end of a line: found whole, while the text stays as it is."""

import re

_BROKEN = re.compile(r"([^\W\d_]+)(?:-|\u00ad)[ \t]*\n[ \t]*([^\W\d_]+)")


def rejoined(text: str) -> str:
    """Return a text with broken words whole, and without soft hyphens: what is embedded.

    >>> rejoined("an exam-\\nple of X-\\nRay")
    'an example of X-\\nRay'
    """
    return _BROKEN.sub(_whole, text).replace("\u00ad", "")


def broken_words(text: str) -> list[str]:
    """Return the words that a line's end breaks, whole: what is searched beside the text.

    >>> broken_words("an exam-\\nple")
    ['example']
    """
    return [_whole(found) for found in _BROKEN.finditer(text) if _is_broken(found)]


def _whole(found: re.Match[str]) -> str:
    return found[1] + found[2] if _is_broken(found) else found[0]


def _is_broken(found: re.Match[str]) -> bool:
    # What goes on with a capital is a name of two parts.
    return found[2][0].islower()

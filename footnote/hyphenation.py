"""Words that are broken at the end of a line: found whole, while the text stays as it is."""

import re

# A letter is a word character that is no digit and no underscore. The word itself is only looked
# at beside the break: matching it whole takes time by the square in scripts without spaces.
_BREAK = re.compile(r"(?<=[^\W\d_])(-|\u00ad)[ \t]*\n[ \t]*(?=([^\W\d_]))")
_WITHIN_LINE = re.compile(r"\u00ad(?![ \t]*\n)")
_WORD = re.compile(r"[^\W\d_]+")


def rejoined(text: str) -> str:
    """Return a text with broken words whole, and without soft hyphens: what is embedded.

    >>> rejoined("an exam-\\nple of X-\\nRay")
    'an example of X-\\nRay'
    """
    if "\u00ad" in text:
        text = _WITHIN_LINE.sub("", text)
    return _BREAK.sub(_closed, text).replace("\u00ad", "")


def broken_words(text: str) -> list[str]:
    """Return the words that hyphens part in a text, whole: what is searched beside the text.

    >>> broken_words("an exam-\\nple")
    ['example']
    """
    whole = rejoined(text)
    if whole == text:
        return []
    known = set(_WORD.findall(text))
    return [word for word in dict.fromkeys(_WORD.findall(whole)) if word not in known]


def _closed(found: re.Match[str]) -> str:
    # What goes on with a capital is a name of two parts, unless its hyphen is only for breaking.
    return "" if found[2].islower() or found[1] == "\u00ad" else found[0]

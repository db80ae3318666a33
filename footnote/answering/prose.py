"""Tell sentences that people wrote to be read from prototypes, options and lines of code.

Manuals in PDF do not say which of their lines are code, so that these come as sentences.
"""

import re
import unicodedata

# What may stand before a sentence's first word.
_OPENING = "\"'“‘«„¿¡(["
_AROUND = _OPENING + "\"'”’»)],.;:!?…"
# What may stand within a word beside letters and their marks.
_WITHIN = frozenset("'’.&/-")
_NUMBER = re.compile(r"[#$€£(]?\d[\d.,:/%–-]*(?:st|nd|rd|th|s)?")
# A term and what it stands for ("Returns: the length of it") is part of a reference.
_LABEL = re.compile(r"\S+(?: \S+)?:\s")
# No line of prose ends so, and none begins so.
_CODE_LINE = re.compile(r"(?:^\s*(?://|/\*|\$ |#\w|<[\w?!/])|[;{}=\\]\s*$)", re.MULTILINE)
_TRAILING_OFF = ("...", "…", "...)")
# So many words make a sentence, and such a share of its parts must be words.
_LEAST_WORDS = 5
_WORDS_SHARE = 0.8


def is_prose(text: str) -> bool:
    """Tell whether a sentence reads as one, by itself: words, from a beginning to an end.

    In scripts that have no capitals every letter may begin a sentence.

    >>> is_prose("The shell reads its input from a file, and runs it.")
    True
    >>> is_prose("int tree_find (const char * name, int name_len) name: name of the node.")
    False
    >>> is_prose("-B The shell will perform brace expansion.")
    False
    """
    begun = text.lstrip(_OPENING)
    if not begun or not begun[0].isalnum() or begun[0].islower():
        return False
    if text.endswith(_TRAILING_OFF) or _LABEL.match(text) or _CODE_LINE.search(text):
        return False
    parts = [part for part in map(_stripped, text.split()) if part]
    parts = [part for part in parts if not _NUMBER.fullmatch(part)]
    words = [part for part in parts if all(map(_in_a_word, part))]
    return len(words) >= _LEAST_WORDS and len(words) >= _WORDS_SHARE * len(parts)


def _in_a_word(letter: str) -> bool:
    return letter in _WITHIN or unicodedata.category(letter)[0] in "LM"


def _stripped(part: str) -> str:
    """Return a part of a text without the marks around it; of a dash alone nothing is left."""
    return part.strip(_AROUND + "-–—&")

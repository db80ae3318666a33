"""The language of a text, by py3langid (Lui and Baldwin, 2012, langid.py)."""

import re
import threading
from functools import cache
from typing import Any

# Of a document its beginning tells; and the least that a few words in a known language give.
_READ = 2000
_SURE = 0.6
_FEWEST_LETTERS = 20
_LETTER = re.compile(r"[^\W\d_]")
_loading = threading.Lock()


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, None where too little tells.

    >>> language_of("Der Leuchtturm steht auf einem Felsen.")
    'de'
    """
    beginning = text[:_READ]
    if len(_LETTER.findall(beginning)) < _FEWEST_LETTERS:
        return None
    with _loading:
        identifier = _identifier()
    code, confidence = identifier.classify(beginning)
    return str(code) if confidence >= _SURE and len(code) == 2 else None


@cache
def _identifier() -> Any:  # noqa: ANN401 - the library has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # a second that asking has not

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

"""Text recognition for scanned pages, by RapidOCR where the extra `ocr` is installed.

Its models come within its package, so that nothing is fetched.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from footnote.errors import UsageError
from footnote.ingest.decoding import canonical

if TYPE_CHECKING:
    from PIL.Image import Image

Recognizer = Callable[["Image"], str]
_DPI = 200
# The most pixels on a page's longer side.
_PIXELS = 4000


def check_installed() -> None:
    """Raise UsageError where the extra is not installed."""
    if find_spec("rapidocr_onnxruntime") is None:
        raise UsageError(
            "the setting `ocr` is on, and text recognition is not installed; "
            "`pip install 'footnote[ocr]'` adds it"
        )


def recognize_lazily(picture: "Image") -> str:
    """Read a picture's text, a line each; the models are loaded with the first picture."""
    return _recognizer()(picture)


@cache
def _recognizer() -> Recognizer:
    from rapidocr_onnxruntime import RapidOCR

    engine = RapidOCR()

    def recognize(picture: "Image") -> str:
        found, _ = engine(picture.convert("RGB"))
        return "\n".join(words for _, words, _ in found or ())

    return recognize


def recognized(page: pdfium.PdfPage, recognize: Recognizer) -> str:
    """Return the text of a page drawn as a picture."""
    # A page may say that it is as large as a house.
    scale = min(_DPI / 72, _PIXELS / max(1, *page.get_size()))
    return canonical(recognize(page.render(scale=scale).to_pil())).strip()

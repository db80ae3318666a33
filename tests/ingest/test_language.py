"""The language of a text is told, and nothing where too little tells."""

import subprocess
import sys

import pytest

from footnote.ingest.language import language_of
from tests.ingest.samples import ARTICLE, read

SENTENCES = {
    "en": "The lighthouse was lit for the first time in 1868 and stands on a rock.",
    "fr": "Le phare fut allumé pour la première fois en 1868 et se dresse sur un rocher.",
    "de": "Der Leuchtturm wurde 1868 zum ersten Mal angezündet und steht auf einem Felsen.",
    "es": "El faro se encendió por primera vez en 1868 y se alza sobre una roca.",
    "it": "Il faro fu acceso per la prima volta nel 1868 e sorge su uno scoglio.",
    "nl": "De vuurtoren werd in 1868 voor het eerst ontstoken en staat op een rots.",
    "pl": "Latarnia morska została zapalona po raz pierwszy w 1868 roku i stoi na skale.",
    "ru": "Маяк был впервые зажжён в 1868 году и стоит на скале.",
    "ja": "灯台は1868年に初めて点灯され、岩の上に立っている。",
}


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_a_sentence_is_enough(code: str, sentence: str) -> None:
    assert language_of(sentence) == code


@pytest.mark.parametrize("text", ["", "1911; 40", "a b c", "x = y + 1", "48 m", "→ ✓ 😀" * 30])
def test_nothing_is_told_of_what_is_hardly_text(text: str) -> None:
    assert language_of(text) is None


def test_a_document_says_its_own_language_or_it_is_found() -> None:
    assert read("a.txt", ARTICLE.read_bytes()).language == "en"
    assert read("a.html", f"<html lang=fr><p>{SENTENCES['de']}").language == "fr"
    assert read("a.html", f"<p>{SENTENCES['de']}").language == "de"


def test_asking_loads_nothing_of_it() -> None:
    code = (
        "import sys, footnote.engine, footnote.indexing.update; print('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

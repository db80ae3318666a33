"""What a language model wrote, what of it nothing supports, and why none wrote."""

from functools import partial

import pytest
from playwright.sync_api import expect

from footnote.generation import texts
from tests.web.widget.answers import HIGH, LIT, answer_of, answer_to, citation, written
from tests.web.widget.conftest import Embed, answered, ask, opened
from tests.web.widget.stub import Reply, WidgetServer

pytestmark = pytest.mark.browser

WRITTEN = {
    "en": "Written by a language model. Each numbered sentence was checked against its source.",
    "fr": "Rédigé par un modèle de langage. Chaque phrase numérotée a été vérifiée d’après sa "
    "source.",
    "de": "Von einem Sprachmodell geschrieben. Jeder nummerierte Satz wurde an seiner Quelle "
    "geprüft.",
    "es": "Escrito por un modelo de lenguaje. Cada frase numerada se comprobó con su fuente.",
}
MARKED = {
    "en": "[not supported by the documents]",
    "fr": "[non confirmé par les documents]",
    "de": "[von den Dokumenten nicht gestützt]",
    "es": "[no respaldado por los documentos]",
}
SPENT = {
    "en": texts.SPENT,
    "fr": "La limite du modèle de langage pour aujourd’hui est atteinte ; voici donc les mots "
    "mêmes des documents.",
    "de": "Das Limit des Sprachmodells für heute ist erreicht, daher sind dies die eigenen Worte "
    "der Dokumente.",
    "es": "Se ha alcanzado el límite de hoy del modelo de lenguaje; por eso esto está en las "
    "propias palabras de los documentos.",
}


@pytest.mark.parametrize("lang", WRITTEN)
def test_what_a_language_model_wrote_is_said_to_be(embed: Embed, lang: str) -> None:
    page = opened(embed(f'data-lang="{lang}"'))
    expect(answered(page, "Is it haunted?").locator("[part=note]")).to_have_text(WRITTEN[lang])
    expect(answered(page, "When was it lit?").locator("[part=note]")).to_have_count(0)


@pytest.mark.parametrize("lang", MARKED)
def test_what_nothing_supports_is_told_apart_in_words_and_looks(embed: Embed, lang: str) -> None:
    turn = answered(opened(embed(f'data-lang="{lang}"')), "Is it haunted?")
    marked = turn.locator("[part=unsupported]")
    expect(marked).to_have_text(f"It is haunted. {MARKED[lang]}")
    expect(turn.locator(".said")).to_have_text(f"{HIGH}1 It is haunted. {MARKED[lang]}")
    line = "node => getComputedStyle(node).textDecoration"
    assert "underline dotted" in marked.evaluate(line)
    assert "underline" not in turn.locator(".said").evaluate(line)


def test_what_a_language_model_says_in_fixed_words_is_not_translated(
    embed: Embed, server: WidgetServer
) -> None:
    """Only the mark at its end is the program's."""
    model = "There is one document here."
    answer = written("Own?")
    answer["statements"][1] |= {"text": model}
    server.plans["Own?"] = lambda reply: reply.answer(answer | {"text": f"{HIGH} {model}"})
    turn = answered(opened(embed('data-lang="de"')), "Own?")
    expect(turn.locator("[part=unsupported]")).to_have_text(model)


@pytest.mark.parametrize("lang", SPENT)
def test_why_no_language_model_wrote_is_said(embed: Embed, server: WidgetServer, lang: str) -> None:
    answer = answer_to("x") | {"note": texts.SPENT}
    server.plans["Spent?"] = lambda reply: reply.answer(answer)
    turn = answered(opened(embed(f'data-lang="{lang}"')), "Spent?")
    expect(turn.locator("[part=note]")).to_have_text(SPENT[lang])
    # It is read out with the answer.
    expect(turn.locator(".reply [part=note]")).to_have_count(1)


def test_every_note_is_said_in_the_widgets_language(embed: Embed, server: WidgetServer) -> None:
    notes = (texts.FAILED, texts.SPENT, texts.UNSUPPORTED, texts.NONE)
    page = opened(embed('data-lang="de"'))
    for note in notes:
        server.plans[note] = partial(_answering, note)
        said = answered(page, note).locator("[part=note]")
        expect(said).to_contain_text("Sprachmodell" if note != texts.UNSUPPORTED else "stützen")
        expect(said).to_contain_text("die eigenen Worte der Dokumente")
    # One of a later version.
    server.plans["New?"] = partial(_answering, "Something new.")
    expect(answered(page, "New?").locator("[part=note]")).to_have_text("Something new.")


def _answering(note: str, reply: Reply) -> None:
    reply.answer(answer_to("x") | {"note": note})


def test_a_note_that_stands_in_the_answer_is_said_once(embed: Embed, server: WidgetServer) -> None:
    said = [(HIGH, [citation(1, HIGH)]), (texts.STOPPED, []), (LIT, [citation(2, LIT)])]
    answer = answer_of("Stopped?", said, mode="generated", note=texts.STOPPED)
    answer["text"] = "\n".join(text for text, _ in said)
    server.plans["Stopped?"] = lambda reply: reply.answer(answer)
    turn = answered(opened(embed('data-lang="de"')), "Stopped?")
    told = "Das Sprachmodell brach vorzeitig ab; was folgt, sind die eigenen Worte der Dokumente."
    assert turn.locator(".said").all_text_contents() == [f"{HIGH}1", told, f"{LIT}2"]
    expect(turn.locator("[part=note]")).to_have_text(WRITTEN["de"])


def test_what_is_written_shows_sentence_by_sentence(embed: Embed, server: WidgetServer) -> None:
    """While a model writes, what was checked comes in parts before the rest is known."""
    answer = written("Slowly?")

    def slowly(reply: Reply) -> None:
        reply.event("passages", {"passages": []})
        reply.heartbeat()
        reply.event("delta", {"text": HIGH})
        server.hold.wait(20)
        server.hold.clear()
        reply.event("delta", {"text": answer["text"][len(HIGH) :]})
        server.hold.wait(20)
        reply.event("answer", answer)
        reply.end()

    server.plans["Slowly?"] = slowly
    turn = ask(opened(embed()), "Slowly?")
    expect(turn.locator(".said")).to_have_text(HIGH)
    expect(turn.locator("[part=note]")).to_have_count(0)
    server.hold.set()
    expect(turn.locator(".said")).to_have_text(answer["text"])
    server.hold.set()
    expect(turn.locator(".thumbs")).to_be_visible()
    expect(turn.locator(".said")).to_have_text(f"{HIGH}1 It is haunted. {MARKED['en']}")
    expect(turn.locator("[part=note]")).to_have_text(WRITTEN["en"])

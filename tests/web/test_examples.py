from dataclasses import replace

from footnote.records import Answer
from footnote.web.examples import Examples
from tests.web.double import DOCUMENTS, WordEngine, store


def test_given_questions_are_given_and_nothing_is_asked() -> None:
    engine = WordEngine()
    assert Examples(engine, ["Why?"]).questions() == ["Why?"]
    assert not engine.asked


def test_headings_that_ask_come_first_and_only_what_is_answered_is_proposed() -> None:
    faq = store("faq.txt", "Questions", "Questions\nWho kept the keys of the tower?\nNobody.\n")
    heading = faq.info.headings[0]
    start = faq.text.index("Who")
    asks = replace(heading, span=type(heading.span)(start, faq.text.index("?") + 1))
    faq = replace(faq, info=replace(faq.info, headings=(heading, asks)))
    questions = Examples(WordEngine([*DOCUMENTS, faq])).questions()
    assert questions[1] == "Who kept the keys of the tower?"
    assert len(questions) <= 4


def test_what_was_made_is_kept_until_the_documents_change() -> None:
    engine = WordEngine()
    examples = Examples(engine)
    first = examples.questions()
    asked = len(engine.asked)
    assert asked
    assert examples.questions() == first
    assert len(engine.asked) == asked
    engine.generation += 1
    examples.questions()
    assert len(engine.asked) > asked


def test_without_documents_nothing_is_proposed() -> None:
    assert Examples(WordEngine(())).questions() == []


def test_a_single_document_is_asked_about_as_one() -> None:
    assert Examples(WordEngine(DOCUMENTS[:1])).questions()[0] == "What is the document about?"


def test_silence_is_not_proposed() -> None:
    class Silent(WordEngine):
        def ask(self, question: str, *_: object, **__: object) -> Answer:
            return replace(super().ask(question), status="not_found")

    assert Examples(Silent()).questions() == ["What are the documents about?"]

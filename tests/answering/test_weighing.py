"""Tables answer by row and column; what is about somebody else comes last."""

from dataclasses import replace
from pathlib import Path

import pytest

from footnote.answering import texts
from footnote.answering.reader import Reading
from footnote.answering.weighing import on_subject
from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from footnote.records import Span, Unit
from footnote.settings import Settings
from tests.helpers import indexed

GRANARIES = """Name,Capacity,Built,Builder,First keeper
Orford Granary,449,1812,Nora Crane,Seth Moor
Kelling Granary,351,1814,Ivo Marsh,Una Flint
Marston Granary,208,1790,Jess Quill,Abel Stone
"""
MILL = """# The Dunmore Mill

The Dunmore Mill stands in Tarnside. It was built in 1833 by Ruth Garrick.

## Visitors

| Year | Visitors |
|------|----------|
| 1911 | 349 |
| 1912 | 449 |
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Engine:
    corpus = {"granaries.csv": GRANARIES, "mill.md": MILL}
    return indexed(tmp_path_factory.mktemp("tables"), corpus, embedder)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the capacity of the Orford Granary?", "449"),
        ("Kelling Granary capacity", "351"),
        ("What is the first keeper of the Marston Granary?", "Abel Stone"),
        ("Who was the first keeper of the Kelling Granary?", "Una Flint"),
        ("How many visitors did the Dunmore Mill have in 1912?", "449"),
    ],
)
def test_a_cell_answers_to_the_character(engine: Engine, question: str, value: str) -> None:
    answer = engine.ask(question)
    assert (answer.status, answer.short_answer) == ("answered", value)
    (citation,) = answer.citations
    assert value in citation.quote
    assert "|" not in answer.text
    whole = engine.text(citation.document_id, Span(citation.start, citation.end))
    assert whole == citation.quote


@pytest.mark.parametrize(
    "question",
    [
        "What is the capacity of the Zennor Granary?",
        "Who built the Zennor Mill?",
        "What is the roof of the Orford Granary?",
        "Which granary has the highest capacity?",
        "How many visitors did the Kelby Mill have in 1912?",
        "How many visitors did the Dunmore Mill have in 1950?",
    ],
)
def test_another_row_or_subject_does_not_answer(engine: Engine, question: str) -> None:
    assert engine.ask(question).status == "not_found"


def test_what_is_about_another_is_less_sure(engine: Engine) -> None:
    right = engine.weigh("Who built the Dunmore Mill?")
    other = engine.weigh("Who built the Zennor Mill?")
    assert right.short_answer == "Ruth Garrick"
    assert right.confidence > 0.5
    assert other.confidence < 0.3


def test_one_row_said_twice_differently_is_not_answered_from_either(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    twice = "Name,Capacity\nOrford Granary,449\nOrford Granary,450\nKelling Granary,351\n"
    answer = indexed(tmp_path, {"a.csv": twice}, embedder).weigh("Orford Granary capacity")
    assert answer.confidence < 0.9


def test_tables_that_say_different_things_of_one_row_disagree(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    newer = GRANARIES.replace("449", "512")
    engine = indexed(tmp_path, {"a.csv": GRANARIES, "b.csv": newer}, embedder, Settings())
    answer = engine.weigh("What is the capacity of the Orford Granary?")
    assert answer.conflicts == ((1, 2),)
    assert answer.statements[1].text == texts.DISAGREE
    assert answer.confidence < 0.6


def test_readings_that_mention_the_names_come_first_the_others_lose_confidence(
    engine: Engine,
) -> None:
    by_name = {each.name: each.id for each in engine.documents()[1]}
    with engine._index.view() as view:
        passages = view.catalogue.passages_of(by_name["mill.md"])
        unit = next(each for each in passages[0].units if each.kind == "sentence")
        mill = Reading(passages[0], unit, unit.span, 1.0, 0.8)
        other = Reading(
            replace(passages[0], text="It stands there. ", headings=("The Lorne Market",), id=-1),
            Unit("sentence", Span(0, 16)),
            Span(0, 2),
            2.0,
            0.9,
        )
        other = replace(other, passage=replace(other.passage, span=Span(0, 17)))
        other = replace(other, passage=replace(other.passage, document_id=by_name["granaries.csv"]))
        found = on_subject("Where does the Dunmore Mill stand?", view.catalogue, [other, mill])
        unnamed = on_subject("where does it stand?", view.catalogue, [other, mill])
    assert [each.passage.id for each in found] == [mill.passage.id, -1]
    assert found[0].confidence == mill.confidence
    assert found[1].confidence < 0.35 < other.confidence
    assert unnamed == [other, mill]

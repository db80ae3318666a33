"""Lists that are asked for by the heading they stand under, and those that must not be taken."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import docx
import pytest

from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from tests.helpers import indexed

TART = """# Plum tart

An old recipe of the village of Marl.

## Ingredients

- 500 g plums
- 200 g flour
- 2 eggs

## 2. Method

1. Rub the butter into the flour.
2. Lay the plums on it.

## History

The tart was first made in 1890. It was sold at the fair.
"""
LOAF = """# Rye loaf

## Ingredients

For one loaf:

* rye flour
* salt

For the crust:

* seeds
* water

It was tried by:

* Anna
* Bo
"""
KILN = """<html><head><title>The Kiln server</title></head><body><h1>The Kiln server</h1>
<p>Kiln serves pictures of pots to those who ask for them.</p><h2>System requirements</h2>
<p>Before you begin you need the following.</p><ul><li>A 64-bit processor</li>
<li>4 GB of memory</li></ul><h2>Installing</h2><ol><li>Fetch the archive</li><li>Unpack it</li>
</ol><h2>Credits</h2><p>Kiln came to be in many years. Very many worked at it in their free
time.</p><p>It was drawn by:</p><ul><li>Anna Marsh</li><li>Bo Lind</li></ul>
<dl><dt>Formats</dt><dd><ul><li>PNG</li><li>JPEG</li></ul>
</dd><dt>Ports</dt><dd><ul><li>80</li><li>443</li></ul></dd></dl></body></html>"""
NOTES = (
    "Meeting of the club\n\nAnn, Bo and Cy came.\n\nTools:\n- a rake\n- a spade\n\nAll went home.\n"
)


def handbook() -> bytes:
    document = docx.Document()
    document.add_heading("Volunteer handbook", 0)
    document.add_heading("Duties", 1)
    document.add_paragraph("Volunteers look after these:")
    for item in ("Greeting visitors", "Watering the herbs", "Closing the shutters"):
        document.add_paragraph(item, style="List Bullet")
    document.add_heading("Benefits", 1)
    document.add_paragraph("There is free lunch for all who come. It is served at one.")
    data = BytesIO()
    document.save(data)
    return data.getvalue()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Engine:
    documents: Mapping[str, str | bytes] = {
        "tart.md": TART,
        "loaf.md": LOAF,
        "kiln.html": KILN,
        "notes.txt": NOTES,
        "hand.docx": handbook(),
    }
    return indexed(tmp_path_factory.mktemp("lists"), documents, embedder)


TART_ITEMS = ["500 g plums", "200 g flour", "2 eggs"]
KILN_NEEDS = ["Before you begin you need the following.", "A 64-bit processor", "4 GB of memory"]


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("What are the ingredients of the plum tart?", TART_ITEMS),
        ("Give me the ingredients of the plum tart", TART_ITEMS),
        (
            "What are the steps in the method of the plum tart?",
            ["Rub the butter into the flour.", "Lay the plums on it."],
        ),
        (
            "List the ingredients of the rye loaf",
            ["For one loaf:", "rye flour", "salt", "For the crust:", "seeds", "water"],
        ),
        ("List the system requirements of Kiln", KILN_NEEDS),
        ("List the requirements", KILN_NEEDS),
        ("List the formats of Kiln", ["PNG", "JPEG"]),
        ("Which steps are in section Installing?", ["Fetch the archive", "Unpack it"]),
        (
            "What are the duties of volunteers?",
            [
                "Volunteers look after these:",
                "Greeting visitors",
                "Watering the herbs",
                "Closing the shutters",
            ],
        ),
        ("List the tools of the club meeting", ["Tools:", "a rake", "a spade"]),
    ],
)
def test_a_list_is_found_by_the_name_it_stands_under(
    engine: Engine, question: str, quotes: list[str]
) -> None:
    answer = engine.ask(question)
    assert [citation.quote for citation in answer.citations] == quotes
    assert answer.passages[0].document_id == answer.citations[0].document_id


@pytest.mark.parametrize(
    "question",
    [
        "What are the ingredients of the apple cake?",
        "List the ingredients of the Kiln server",
        "What are the requirements of the plum tart?",
        "What are the duties of the chairman?",
        "Which steps are in section Uninstalling?",
        "List the benefits",
        "List the tools of the plum tart",
        "What are the ingredients of rye whisky?",
    ],
)
def test_a_list_about_something_else_is_left_alone(engine: Engine, question: str) -> None:
    assert engine.ask(question).status == "not_found"


def test_a_name_in_part_tells_nothing_where_several_have_it(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    documents = {
        f"{name}.md": f"# The {name}\n\n## {kind} requirements\n\n- a {name} key\n- a {name} card\n"
        for name, kind in (("Kiln", "System"), ("Oven", "Safety"))
    }
    engine = indexed(tmp_path, documents, embedder)
    assert engine.ask("List the requirements").status == "not_found"
    said = engine.ask("List the safety requirements").citations
    assert [citation.quote for citation in said] == ["a Oven key", "a Oven card"]

from pathlib import Path

import pytest

from footnote.answering.named_document import FAR, NEAR, TITLED
from footnote.embedding import OnnxEmbedder
from tests.helpers import indexed


def test_an_overview_takes_sentences_from_several_sections_in_order(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    sections = "\n\n".join(
        f"# Part {n}\n\nThe {thing} of the engine is described here in some detail. It is made of "
        f"iron and steel, and it lasts for {n + 20} years of use."
        for n, thing in enumerate(
            ("boiler", "piston", "valve", "wheel", "whistle", "chimney", "cab")
        )
    )
    engine = indexed(tmp_path, {"engine.md": sections}, embedder)
    answer = engine.ask("Give me an overview of the engine.")
    assert answer.status == "answered"
    assert answer.short_answer is None
    starts = [citation.start for citation in answer.citations]
    assert len(starts) == 5
    assert starts == sorted(starts)
    assert len({citation.section for citation in answer.citations} | {None}) >= 5
    assert answer.text == " ".join(statement.text for statement in answer.statements)


def test_an_overview_of_what_is_not_there_is_not_given(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    text = "The boiler of the engine is made of iron. It holds steam at a high pressure."
    answer = indexed(tmp_path, {"a.txt": text}, embedder).ask(
        "Give me an overview of ancient Rome."
    )
    assert answer.status == "not_found"
    assert answer.citations == ()


def test_an_overview_of_several_documents_cites_each(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    documents = {
        f"{thing}.txt": f"The {thing} is a part that every engine needs in order to do its work."
        for thing in ("boiler", "piston", "valve")
    }
    answer = indexed(tmp_path, documents, embedder).ask("What are these documents about?")
    assert {citation.document for citation in answer.citations} == set(documents)


def test_a_short_document_of_the_name_comes_before_a_long_one(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    long = "\n\n".join(
        f"# Part {n}\n\nAn overview of everything that an overview of the works of part {n} gives. "
        "It is an overview that was given to the workers at the end of each of the years."
        for n in range(30)
    )
    short = "# The Rushton Brewery\n\nThe Rushton Brewery stands in Cold Ashton. It was built late."
    engine = indexed(tmp_path, {"works.md": long, "brewery.md": short}, embedder)
    answer = engine.ask("Give me an overview of The Rushton Brewery")
    assert {citation.document for citation in answer.citations} == {"brewery.md"}


def test_an_overview_takes_no_prototypes_and_no_lines_of_code(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    """A PDF says of no line that it is code: prototypes come as sentences."""
    functions = "\n\n".join(
        f"# tree_{name}\n\nint tree_{name} (tree_node * node, const char * {name}_name, "
        f"int * {name}_len) node: a node of the tree to {name} it in.\n\n"
        f"The {name} of a tree looks at each of its nodes once, and says what was found."
        for name in ("find", "copy", "walk", "sort", "write")
    )
    text = f"# Trees\n\nThis manual describes the functions for trees of nodes.\n\n{functions}"
    answer = indexed(tmp_path, {"trees.md": text}, embedder).ask("Give me an overview of trees.")
    quotes = [citation.quote for citation in answer.citations]
    assert len(quotes) == 5
    assert not [quote for quote in quotes if "(" in quote or "_len" in quote]


def test_a_document_of_prototypes_alone_has_an_overview_all_the_same(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    text = (
        "int tree_find (tree_node * node, const char * name) node: a node of the tree to look in."
    )
    answer = indexed(tmp_path, {"trees.txt": text}, embedder).ask("Give me an overview of it.")
    assert [citation.quote for citation in answer.citations] == [text]


@pytest.mark.parametrize(
    ("titled", "told", "answered"), [(True, TITLED, True), (False, NEAR, True), (False, FAR, False)]
)
def test_an_overview_is_as_sure_as_its_document_is_the_one_asked_for(
    tmp_path: Path, embedder: OnnxEmbedder, titled: bool, told: float, answered: bool
) -> None:
    name = "orford-granary.txt" if titled else "17.txt"
    about = "The Orford Granary is a granary in Orford, where grain was kept for the winter."
    passing = "\n\n".join(
        "It is told by the sheep farmers of the valley that wool was dear in those years, and that "
        "whoever had a dog, a stick and a good pair of boots could earn a living. Shearing began "
        f"in June and went on for a month, {each}. Then the fleeces were washed and weighed, and "
        "the lambs were counted, marked with red paint, and driven up the hill again."
        for each in ("though one shearer came from Orford", "by night in a granary")
    )
    corpus = {name: about if answered else passing, "18.txt": "Whales sleep near the surface."}
    answer = indexed(tmp_path, corpus, embedder).ask("Give me an overview of the Orford Granary.")
    assert answer.confidence == told
    assert {each.document for each in answer.citations} == ({name} if answered else set())

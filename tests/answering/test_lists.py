from pathlib import Path

import pytest

from footnote.embedding import OnnxEmbedder
from tests.helpers import SAMPLE, indexed


def test_a_question_for_a_list_gets_its_items_each_cited(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    answer = indexed(tmp_path, SAMPLE, embedder).ask("Which trends does the raid highlight?")
    quotes = [citation.quote for citation in answer.citations]
    assert quotes[0].endswith("trends in technology regulation:")
    assert [quote.split()[0] for quote in quotes[1:]] == [
        "Increased",
        "Growing",
        "Challenges",
        "Potential",
    ]
    assert [statement.citations for statement in answer.statements] == [
        (n,) for n in range(1, len(quotes) + 1)
    ]
    assert answer.short_answer is None


@pytest.mark.parametrize("count", [3, 30])
def test_a_list_that_fills_several_passages_is_whole_up_to_its_limit(
    tmp_path: Path, embedder: OnnxEmbedder, count: int
) -> None:
    items = "".join(
        f"- The garden tool number {n} is kept in the wooden shed behind the old greenhouse.\n"
        for n in range(1, count + 1)
    )
    text = f"Garden tools\n\nThe garden tools in the shed are these:\n\n{items}\nThat is all.\n"
    answer = indexed(tmp_path, {"tools.txt": text}, embedder).ask("What are the garden tools?")
    quotes = [citation.quote for citation in answer.citations]
    assert quotes[0] == "The garden tools in the shed are these:"
    assert len(quotes) == 1 + min(count, 20)
    assert all(f"number {n} " in quote for n, quote in enumerate(quotes[1:], start=1))


def test_a_list_ends_where_another_begins(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    text = (
        "# Kitchen\n\nThe kitchen tools are:\n\n- a knife\n- a spoon\n\n"
        "The bathroom tools are:\n\n- a brush\n- a towel\n"
    )
    answer = indexed(tmp_path, {"tools.md": text}, embedder).ask("What are the kitchen tools?")
    assert [citation.quote for citation in answer.citations] == [
        "The kitchen tools are:",
        "a knife",
        "a spoon",
    ]

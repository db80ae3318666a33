"""What a sentence leads into is shown with it: without the command it says nothing."""

from pathlib import Path

import pytest

from footnote.embedding import OnnxEmbedder
from footnote.records import Answer
from tests.helpers import indexed

CODE = "brannock reset --hard\nbrannock start"


def asked(folder: Path, embedder: OnnxEmbedder, text: str, question: str) -> Answer:
    answer = indexed(folder, {"manual.md": text}, embedder).ask(question)
    for citation in answer.citations:
        assert citation.quote in text
    return answer


@pytest.mark.parametrize(
    "lead",
    [
        "You undo a failed import of the ledger with",
        "You undo a failed import of the ledger as follows:",
        'You undo a failed import of the ledger with the command "reset":',
    ],
)
def test_the_code_that_a_sentence_leads_into_follows_it(
    tmp_path: Path, embedder: OnnxEmbedder, lead: str
) -> None:
    text = f"# Ledgers\n\n{lead}\n\n```\n{CODE}\n```\n\nThe ledger is kept in the cellar.\n"
    answer = asked(tmp_path, embedder, text, "How do I undo a failed import of the ledger?")
    assert [each.quote for each in answer.citations][:2] == [lead, CODE]
    assert answer.text.startswith(f"{lead}\n{CODE}")
    assert answer.statements[1].citations == (2,)


def test_code_after_a_whole_sentence_is_left_to_its_source(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    lead = "You undo a failed import of the ledger by turning the key."
    text = f"# Ledgers\n\n{lead}\n\n```\n{CODE}\n```\n"
    answer = asked(tmp_path, embedder, text, "How do I undo a failed import of the ledger?")
    assert answer.citations[0].quote == lead
    assert CODE not in answer.text


def test_code_in_the_next_passage_is_found(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    lead = "You undo a failed import of the ledger with"
    filler = "The ledger has many pages, and every page has many lines of entries. " * 8
    long = "\n".join(f"brannock reset --line {n} --of-the-great-ledger" for n in range(12))
    text = f"# Ledgers\n\n{filler}{lead}\n\n```\n{long}\n```\n"
    answer = asked(tmp_path, embedder, text, "How do I undo a failed import of the ledger?")
    assert lead in answer.text
    assert "brannock reset --line 0" in answer.text

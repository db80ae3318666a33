"""From a file of each format to an answer, and back to the place that it cites."""

from pathlib import Path

import pytest

from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from footnote.records import Span
from tests.helpers import ROOT, indexed
from tests.ingest.test_real_files import TABLES, make

CORPUS = ROOT / "tests" / "data" / "formats" / "corpus"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Engine:
    return indexed(tmp_path_factory.mktemp("formats"), CORPUS, embedder)


@pytest.mark.parametrize("name", [name for name in make.SUBJECTS if Path(name).suffix != ".zip"])
def test_a_document_of_every_format_answers_and_its_citation_opens(
    engine: Engine, name: str
) -> None:
    subject = make.SUBJECTS[name]
    # A table's row is found by where a thing is; who built it, all other documents say as well.
    asks_where = Path(name).suffix in TABLES
    asked = "Where is the" if asks_where else "Who built the"
    answer = engine.ask(f"{asked} {subject.name}?")
    assert answer.status == "answered"
    citation = answer.citations[0]
    assert citation.document == name
    assert (subject.place if asks_where else subject.builder) in citation.quote.replace("\n", " ")
    text = engine.text(citation.document_id, Span(0, citation.end))
    assert text[citation.start : citation.end] == citation.quote
    assert citation.page == {".pdf": 1, ".pptx": 2}.get(Path(name).suffix)

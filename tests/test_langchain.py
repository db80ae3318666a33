from pathlib import Path

from langchain_core.runnables import RunnableLambda

from footnote.embedding import OnnxEmbedder
from footnote.langchain import FootnoteRetriever
from footnote.records import Span, assert_exact
from tests.helpers import SAMPLE, indexed


def test_documents_carry_their_source_and_exact_offsets(
    tmp_path: Path, embedder: OnnxEmbedder
) -> None:
    retriever = FootnoteRetriever(engine=indexed(tmp_path, SAMPLE, embedder), k=3)
    documents = retriever.invoke("When did the raid take place?")
    assert len(documents) == 3
    text = next(SAMPLE.glob("*.txt")).read_text()
    for document in documents:
        span = Span(document.metadata["start"], document.metadata["end"])
        assert_exact(text, [(span, document.page_content)])
        assert document.metadata["source"] == next(SAMPLE.glob("*.txt")).name


def test_the_retriever_serves_in_a_chain(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    indexed(tmp_path, SAMPLE, embedder)
    retriever = FootnoteRetriever.open(tmp_path / "index", k=1)
    chain = retriever | RunnableLambda(lambda found: found[0].page_content)
    assert "Twitter" in chain.invoke("What was X formerly called?")

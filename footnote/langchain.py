"""Footnote's index as a LangChain retriever: it serves in anyone's chain.

from footnote.langchain import FootnoteRetriever
documents = FootnoteRetriever.open("index").invoke("When was the raid?")
"""

from pathlib import Path

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from footnote.engine import Engine, open_engine
from footnote.settings import load_settings


class FootnoteRetriever(BaseRetriever):
    """Gives passages as LangChain documents; their metadata says where they stand.

    ``metadata`` holds source (the document's name), document_id, title, section, start and end;
    ``page_content`` is the source's text from start to end, to the character.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    engine: Engine
    k: int = 10
    documents: tuple[str, ...] = ()

    @classmethod
    def open(
        cls, index: str | Path = "index", k: int = 10, documents: tuple[str, ...] = ()
    ) -> "FootnoteRetriever":
        """Open an index; ``documents`` restricts to names by glob. Raises FootnoteError."""
        return cls(engine=open_engine(load_settings(index=Path(index))), k=k, documents=documents)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.engine.search(query, self.documents, self.k)
        infos = {id_: self.engine.document(id_) for id_ in {h.passage.document_id for h in hits}}
        return [
            Document(
                page_content=hit.passage.text,
                metadata={
                    "source": infos[hit.passage.document_id].name,
                    "document_id": hit.passage.document_id,
                    "title": infos[hit.passage.document_id].title,
                    "section": hit.passage.section,
                    "start": hit.passage.span.start,
                    "end": hit.passage.span.end,
                    "score": hit.score,
                },
            )
            for hit in hits
        ]

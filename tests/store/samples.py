"""Small indexes that several tests of this folder write and read."""

import threading
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path

from footnote.embedding import Vectors
from footnote.errors import FootnoteError
from footnote.ingest.folder import SourceFile
from footnote.ingest.parts import part_of
from footnote.ingest.splitting import split
from footnote.place import Place
from footnote.records import Document, Passage
from footnote.store.identity import Identity
from footnote.store.index import IndexReader
from footnote.store.snapshot import KnownFile
from footnote.store.transaction import Transaction
from footnote.store.writer import IndexWriter
from footnote.testing import HashEmbedder
from tests.ingest.samples import MODIFIED_NS

EMBEDDER = HashEmbedder()
IDENTITY = Identity(EMBEDDER.name, EMBEDDER.dimension)

KEEPERS = """# The keepers 😀

Three keepers lived on the rock at a time. Their stores came by boat from Ardle.

## Stores

- two tonnes of coal
- paraffin for the lamp

## End

The light was made automatic in 1986. The café opened in its place.
"""
LAMP = """# The lamp

The lamp burnt paraffin until 1931. It was then lit by electricity.
"""


@cache
def parts(name: str, content: str | bytes) -> tuple[Document, list[Passage], Vectors]:
    """Read, split and embed one document."""
    data = content.encode() if isinstance(content, str) else content
    file = SourceFile(name, Path(name), len(data), MODIFIED_NS)
    document, _ = part_of(file, name, data)
    passages = split(document, EMBEDDER.count_tokens)
    return document, passages, EMBEDDER.embed_documents([each.searchable for each in passages])


def add(change: Transaction, documents: Mapping[str, str]) -> None:
    """Add documents, each in place of the one of its name."""
    for name, content in documents.items():
        document, passages, vectors = parts(name, content)
        change.remove(document.id)
        change.add(document, passages, vectors)
        seen = KnownFile(document.size, MODIFIED_NS, document.sha256, {}, ())
        change.remember(name, seen)


def write(index: Path | Place, documents: Mapping[str, str], rebuild: bool = False) -> int:
    """Commit documents to an index, and return the generation."""
    with IndexWriter.open(index, IDENTITY, rebuild) as writer:
        return writer.commit(lambda change: add(change, documents))


Found = list[tuple[str, float, float | None]]


def ask(reader: IndexReader, question: str, *globs: str) -> Found:
    """Search an index; return text, score and cosine of each hit."""
    with reader.view() as view:
        hits = view.search(EMBEDDER.embed_question(question), question, 10, globs)
        return [(hit.passage.text, hit.score, hit.dense) for hit in hits]


def found(index: Path | Place, question: str = "When did the lamp burn paraffin?") -> Found:
    """Search an index with a reader of its own."""
    reader = IndexReader(index, IDENTITY)
    try:
        return ask(reader, question)
    finally:
        reader.close()


def names(index: Path | Place) -> set[str]:
    """Return the names of the documents in an index, none where there is no index."""
    reader = IndexReader(index, IDENTITY)
    try:
        with reader.view() as view:
            return set(view.catalogue.known())
    except FootnoteError as error:
        raise AssertionError(f"the index cannot be read: {error}") from error
    finally:
        reader.close()


def read_while_written(index: Path | Place, readers: int, last: int) -> list[BaseException]:
    """Commit generations 2 to ``last`` while readers ask; return what any of them met that was
    not of one generation."""
    errors: list[BaseException] = []
    done = threading.Event()

    def watch() -> None:
        try:
            with closing(IndexReader(index, IDENTITY)) as reader:
                while not done.is_set():
                    with reader.view() as view:
                        text = view.catalogue.text(view.catalogue.known()["count.md"].document_id)
                        assert text == f"Generation {view.generation}.\n"
                        hits = view.search(EMBEDDER.embed_question("generation"), "generation", 10)
                        told = {hit.passage.text for hit in hits}
                        assert {each for each in told if "Generation" in each} == {text}
        except BaseException as error:  # noqa: BLE001 - shown by the test itself
            errors.append(error)

    write(index, {"count.md": "Generation 2.\n"})
    threads = [threading.Thread(target=watch) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for generation in range(3, last + 1):
        write(index, {"count.md": f"Generation {generation}.\n"})
    done.set()
    for thread in threads:
        thread.join()
    return errors

"""A change of the catalogue, under way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, delete, insert, select

from footnote.embedding import Vectors
from footnote.records import Document, Passage
from footnote.store.rows import document_row, passage_row, with_digest
from footnote.store.schema import documents, facts, files, passages
from footnote.store.snapshot import KnownFile, Snapshot


@dataclass(slots=True)
class Changes:
    """What a transaction did to passages: what a search index must follow.

    ``all`` is set where it began by forgetting everything; then the rest is not gathered.
    """

    all: bool = False
    removed_documents: list[str] = field(default_factory=list)
    removed_passages: list[int] = field(default_factory=list)
    added: list[Passage] = field(default_factory=list)


class Transaction(Snapshot):
    """A change of the catalogue, under way; reading sees it already."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.changes = Changes()

    def clear(self) -> None:
        """Forget everything but the generation, and which ids were given."""
        self.changes = Changes(all=True)
        for table in (passages, documents, files):
            self.connection.execute(delete(table))

    def set_facts(self, values: Mapping[str, str]) -> None:
        """Record facts about the index."""
        self.connection.execute(delete(facts).where(facts.c.name.in_(list(values))))
        rows = [with_digest({"name": name, "value": value}) for name, value in values.items()]
        self.connection.execute(insert(facts), rows)

    def remove(self, document_id: str) -> None:
        """Remove a document and its passages."""
        ids = self.passage_ids([document_id])
        if len(ids):
            self.changes.removed_documents.append(document_id)
            self.changes.removed_passages.extend(ids.tolist())
        self.connection.execute(delete(passages).where(passages.c.document_id == document_id))
        self.connection.execute(delete(documents).where(documents.c.id == document_id))

    def add(self, document: Document, split: Sequence[Passage], vectors: Vectors) -> None:
        """Add a document with its passages; ``vectors`` is ``(len(split), dimension)``."""
        first = int(self.fact("next_passage") or 1)
        numbered = [replace(passage, id=first + at) for at, passage in enumerate(split)]
        rows = [passage_row(p, v) for p, v in zip(numbered, vectors, strict=True)]
        self.connection.execute(insert(documents).values(document_row(document, len(split))))
        self.connection.execute(insert(passages), rows)
        self.set_facts({"next_passage": str(first + len(split))})
        if not self.changes.all:
            self.changes.added.extend(numbered)

    def remember(self, name: str, file: KnownFile) -> None:
        """Record what was seen of a file."""
        self.forget(name)
        row = {
            "name": name,
            "size": file.size,
            "modified_ns": file.modified_ns,
            "sha256": file.sha256,
            "skipped": [list(each) for each in file.skipped],
        }
        self.connection.execute(insert(files).values(with_digest(row)))

    def forget(self, name: str) -> None:
        """Record that a file is gone, or that nothing is known of it."""
        self.connection.execute(delete(files).where(files.c.name == name))

    def forget_altered(self, keys: Iterable[str]) -> None:
        """Take out documents by id and files by name, so that what they are from is read again.

        Which file a document is from may itself have been altered: a file of which nothing is
        left, or that holds several documents, is forgotten too.
        """
        for key in keys:
            self.remove(key)
            self.forget(key)
        whole = select(documents.c.name).where(documents.c.name == documents.c.file)
        self.connection.execute(delete(files).where(files.c.name.not_in(whole)))

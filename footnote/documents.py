"""What an index tells of its documents: which there are, their texts, and what was left out."""

from footnote.ingest.folder import Skipped
from footnote.records import DocumentInfo, DocumentSource, Span, Unit
from footnote.store.index import IndexReader
from footnote.store.listing import ALL, Coverage, Wanted
from footnote.store.snapshot import Origin


class Documents:
    """The documents of an index, as they are at the time of each call."""

    def __init__(self, index: IndexReader) -> None:
        self._index = index

    def origin(self) -> Origin:
        """Tell which generation answers come from, without loading it; costs under 1 ms.

        While it stays the same, the same question has the same answer.
        """
        return self._index.origin()

    def check_ready(self) -> None:
        """Raise IndexUnavailable where no question could be answered just now."""
        with self._index.view() as view:
            view.catalogue.count()
            view.index.ping()

    def documents(
        self, offset: int = 0, limit: int | None = 100, wanted: Wanted = ALL
    ) -> tuple[int, list[DocumentInfo]]:
        """Return how many documents are wanted, and some of them."""
        with self._index.view() as view:
            return view.catalogue.documents(offset, limit, wanted)

    def coverage(self) -> Coverage:
        """Tell what there is to answer from."""
        with self._index.view() as view:
            return view.catalogue.coverage()

    def document(self, document_id: str) -> DocumentInfo:
        """Return what is known of a document. Raises DocumentNotFound."""
        with self._index.view() as view:
            return view.catalogue.document(document_id)

    def text(self, document_id: str, span: Span) -> str:
        """Return a part of a document's canonical text. Raises DocumentNotFound."""
        with self._index.view() as view:
            view.catalogue.document(document_id)
            return view.catalogue.text(document_id, span)

    def units(self, document_id: str, span: Span) -> list[Unit]:
        """Return the units of the passages that a span touches, in order."""
        with self._index.view() as view:
            passages = view.catalogue.passages_within(document_id, span)
            return [unit for passage in passages for unit in passage.units]

    def source(self, document_id: str) -> DocumentSource:
        """Return where a document was read. Raises DocumentNotFound."""
        with self._index.view() as view:
            return view.catalogue.source(document_id)

    def passage_spans(self, document_id: str) -> list[Span]:
        """Return the spans of a document's passages, in order; they tile its text."""
        with self._index.view() as view:
            return [each.span for each in view.catalogue.passages_of(document_id)]

    def skipped(self) -> list[Skipped]:
        """Return the files that were looked at and not read, and why."""
        with self._index.view() as view:
            files = view.catalogue.known_files()
        return [Skipped(*each) for _, file in sorted(files.items()) for each in file.skipped]

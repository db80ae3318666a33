"""Put an answer together: statements that are quotes, numbered citations, passages."""

from collections.abc import Sequence

from footnote.answering.reader import Reading
from footnote.records import (
    Answer,
    AnswerPassage,
    Citation,
    DocumentInfo,
    Hit,
    Passage,
    Span,
    Statement,
    Status,
    assert_exact,
)
from footnote.store.listing import Wanted
from footnote.store.search import RRF_K
from footnote.store.snapshot import Snapshot


class Draft:
    """An answer under way, from what was retrieved to what is said.

    Every quote is checked against the catalogue as it is added; at most ``limit`` passages
    are shown. ``scope`` is globs of the documents that may be spoken of, all if empty.
    """

    def __init__(self, catalogue: Snapshot, limit: int, scope: Sequence[str] = ()) -> None:
        self.catalogue = catalogue
        self._limit = limit
        self._scope = tuple(scope)
        self._documents: dict[str, DocumentInfo] = {}
        self._statements: list[Statement] = []
        self._citations: list[Citation] = []
        self._conflicts: list[tuple[int, int]] = []
        # The passages that the answer is chosen from, best first, for whoever goes on with it.
        self.kept: tuple[Passage, ...] = ()

    def covered(self, most: int) -> tuple[int, list[DocumentInfo]]:
        """Return how many documents may be spoken of, and the first of them by name."""
        return self.catalogue.documents(limit=most, wanted=Wanted(globs=self._scope))

    def say(self, text: str) -> None:
        """Add one of the program's own fixed texts."""
        self._statements.append(Statement(text))

    def quote(self, passage: Passage, span: Span) -> int:
        """Add a statement that is a quote, and return the number of its citation."""
        citation = self.cited(passage, span, len(self._citations) + 1)
        self._citations.append(citation)
        self._statements.append(Statement(citation.quote, (citation.number,)))
        return citation.number

    def cited(self, passage: Passage, span: Span, number: int) -> Citation:
        """Return the citation of a span, its quote checked against the catalogue."""
        document = self.document(passage.document_id)
        quote = passage.quote(span)
        assert_exact(quote, [(Span(0, len(quote)), self.catalogue.text(document.id, span))])
        source = self.catalogue.source(document.id)
        page = source.page_at(span.start)
        return Citation(
            number=number,
            document_id=document.id,
            document=document.name,
            title=document.title,
            section=passage.section,
            page=page,
            start=span.start,
            end=span.end,
            quote=quote,
            page_label=source.label_of(page),
        )

    def cover(self, document: DocumentInfo) -> None:
        """Add a document's title, with its citation if it stands in the document."""
        title = next((block.span for block in document.headings if block.kind == "title"), None)
        first = self.catalogue.passages_of(document.id, 0, 0)
        if title is not None and first and title in first[0].span:
            self.quote(first[0], title)
        else:
            self.say(document.title)

    def disagree(self, one: int, other: int) -> None:
        """Say that two citations, by their numbers, answer differently."""
        self._conflicts.append((one, other))

    def shown(self, hits: Sequence[Hit]) -> tuple[AnswerPassage, ...]:
        """Return the first passages as an answer shows them, in the order given."""
        return tuple(self._shown(hit) for hit in hits[: self._limit])

    def _shown(self, hit: Hit) -> AnswerPassage:
        passage = hit.passage
        document = self.document(passage.document_id)
        return AnswerPassage(
            document_id=document.id,
            document=document.name,
            start=passage.span.start,
            end=passage.span.end,
            text=passage.text,
            score=round(hit.score, 6),
            title=document.title,
        )

    def answer(
        self,
        question: str,
        status: Status,
        hits: Sequence[Hit],
        confidence: float,
        short_answer: str | None = None,
        separator: str = "\n",
        suggestions: tuple[str, ...] = (),
    ) -> Answer:
        """Return the answer; ``separator`` stands between the statements in its text."""
        return Answer(
            question=question,
            status=status,
            text=separator.join(statement.text for statement in self._statements),
            confidence=round(confidence, 4),
            statements=tuple(self._statements),
            citations=tuple(self._citations),
            passages=self.shown(hits),
            short_answer=short_answer,
            conflicts=tuple(self._conflicts),
            suggestions=suggestions,
        )

    def document(self, document_id: str) -> DocumentInfo:
        """Return what is known of a document."""
        if document_id not in self._documents:
            self._documents[document_id] = self.catalogue.document(document_id)
        return self._documents[document_id]


def final_order(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Hit]:
    """Order passages by their best reading, which weighs retrieval too; then the unread ones."""
    by_id = {hit.passage.id: hit for hit in hits}
    order = dict.fromkeys(reading.passage.id for reading in readings) | dict.fromkeys(by_id)
    return [
        Hit(by_id[id_].passage, 1 / (RRF_K + rank), by_id[id_].dense)
        for rank, id_ in enumerate(order, start=1)
    ]

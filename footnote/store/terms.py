"""Passages by their words, BM25, in tantivy."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import tantivy

from footnote.hyphenation import broken_words
from footnote.records import Passage

_ANALYZER = "footnote"
# A heading says what a passage is about in few words; a plain sum would drown it.
_HEADINGS_BOOST = 1.5
_WRITER_HEAP = 64_000_000
# A question has at most 2,000 characters; words past these only repeat or dilute.
MOST_TERMS = 64


class TermsIndex:
    """A tantivy index in a folder. The text itself is not kept in it."""

    def __init__(self, index: tantivy.Index) -> None:
        self._analyzer = _analyzer()
        index.register_tokenizer(_ANALYZER, self._analyzer)
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, passages: Iterable[Passage]) -> "TermsIndex":
        """Make an index of passages in an empty folder."""
        with _failure_named():
            index = tantivy.Index(_schema(), path=str(folder))
            return cls._changed(index, (), passages)

    @classmethod
    def extend(
        cls, folder: Path, removed_documents: Iterable[str], passages: Iterable[Passage]
    ) -> "TermsIndex":
        """Change the index in a folder. Files that are there already are not written to."""
        with _failure_named():
            index = tantivy.Index.open(str(folder))
            return cls._changed(index, removed_documents, passages)

    @classmethod
    def _changed(
        cls, index: tantivy.Index, removed: Iterable[str], passages: Iterable[Passage]
    ) -> "TermsIndex":
        index.register_tokenizer(_ANALYZER, _analyzer())
        # One thread: the order of equal scores then follows the order of the passages.
        writer = index.writer(_WRITER_HEAP, 1)
        for document_id in removed:
            writer.delete_documents_by_term("document", document_id)
        for passage in passages:
            fields = {
                "id": passage.id,
                "document": passage.document_id,
                "headings": " ".join(passage.headings),
                "body": " ".join([passage.text, *broken_words(passage.text)]),
            }
            writer.add_document(tantivy.Document.from_dict(fields, index.schema))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return cls(index)

    @classmethod
    def read(cls, folder: Path) -> "TermsIndex":
        """Open an index. Raises ValueError where there is none."""
        return cls(tantivy.Index.open(str(folder)))

    def search(
        self, question: str, limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return (passage id, BM25), best first, for passages that hold any of the words."""
        query = self._query(question)
        if query is None:
            return []
        if documents is not None:
            scope = tantivy.Query.term_set_query(self._schema, "document", list(documents))
            none = tantivy.Query.const_score_query(scope, 0.0)
            must = tantivy.Occur.Must
            query = tantivy.Query.boolean_query([(must, query), (must, none)])
        hits = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        found = [(id_, score) for id_, (score, _) in zip(ids, hits, strict=True)]
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def ids(self) -> list[int]:
        """Return the ids of all passages, ascending."""
        count = self._searcher.num_docs
        everything = tantivy.Query.all_query()
        hits = self._searcher.search(everything, max(1, count), count=False).hits
        found: list[int] = self._searcher.fast_field_values("id", [at for _, at in hits])
        return sorted(found)

    def _query(self, question: str) -> tantivy.Query | None:
        # Terms, not tantivy's query language: a question's quotes and colons are just text.
        terms = list(dict.fromkeys(self._analyzer.analyze(question)))[:MOST_TERMS]
        clauses = []
        for term in terms:
            body = tantivy.Query.term_query(self._schema, "body", term)
            headings = tantivy.Query.term_query(self._schema, "headings", term)
            clauses.append((tantivy.Occur.Should, body))
            boosted = tantivy.Query.boost_query(headings, _HEADINGS_BOOST)
            clauses.append((tantivy.Occur.Should, boosted))
        return tantivy.Query.boolean_query(clauses) if clauses else None


def analyze(text: str) -> list[str]:
    """Return a text's terms as the index holds them: folded, stemmed, without stop words.

    >>> analyze("The raids on X's offices")
    ['raid', 'x', 's', 'offic']
    """
    terms: list[str] = _shared_analyzer().analyze(text)
    return terms


@cache
def _shared_analyzer() -> tantivy.TextAnalyzer:
    return _analyzer()


@contextmanager
def _failure_named() -> Iterator[None]:
    """Raise as OSError what tantivy tells of a full or failing disk as ValueError."""
    try:
        yield
    except ValueError as error:
        raise OSError(f"the search for words cannot be written: {error}") from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    builder.add_text_field("document", stored=False, tokenizer_name="raw", index_option="basic")
    for name in ("headings", "body"):
        builder.add_text_field(name, stored=False, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(64),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()

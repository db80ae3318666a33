"""What a collection in Milvus holds: a row a passage, and a row that says what it is.

A passage's text is given to Milvus as terms that Footnote's own analysis made, so that a server,
Milvus Lite and the local search find the same words. Each term has a letter before it: body and
headings are told apart by it, and letters that are not ASCII are written as digits, since each
analyzer would cut them up in its own way.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from footnote.embedding import Vectors
from footnote.hyphenation import broken_words
from footnote.records import Passage
from footnote.store.identity import Identity
from footnote.store.schema import FORMAT
from footnote.store.terms import MOST_TERMS, analyze

FOREVER = 2**62
STATE_ID = 0
FIELDS = ("id", "since", "until", "document", "text", "words", "vector", "state")
# Milvus' own limit for a text, in bytes.
MOST_BYTES = 65_535
# What is inserted at once: a server takes 64 MB a message.
ROWS_AT_ONCE = 1_000
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}
_HNSW = {"M": 16, "efConstruction": 200}
# The letters before terms of the body and of headings; the second of each, before digits.
_BODY, _HEADINGS = ("b", "c"), ("h", "i")


@dataclass(frozen=True, slots=True)
class State:
    """What a collection is. ``generation`` is 0 while it is being made; ``made`` is its own."""

    format: str
    embedder: str
    dimension: int
    created: str
    made: str
    generation: int = 0
    committed: int = 0

    @classmethod
    def of(cls, identity: Identity, created: str, made: str) -> "State":
        return cls(str(FORMAT), identity.embedder, identity.dimension, created, made)

    def row(self) -> dict[str, Any]:
        """Return its row: no generation's reader sees it."""
        zeros = [0.0] * self.dimension
        state = json.dumps(asdict(self))
        return _row(STATE_ID, FOREVER, 0, "", zeros, state)

    @classmethod
    def read(cls, row: dict[str, Any]) -> "State":
        """Read a row. Raises ValueError, TypeError, KeyError where it is not one."""
        return cls(**json.loads(row["state"]))


def passage_row(passage: Passage, vector: Vectors, since: int) -> dict[str, Any]:
    """Make the row of a passage that is there from a generation on."""
    key = document_key(passage.document_id)
    return _row(passage.id, since, key, terms_of(passage), vector, "")


def document_key(document_id: str) -> int:
    """Return the number by which a filter names a document: 63 bits of a digest of its id."""
    digest = hashlib.blake2b(document_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def terms_of(passage: Passage) -> str:
    """Return a passage's terms, headings first; what is past Milvus' limit is left out."""
    body = analyze(" ".join([passage.text, *broken_words(passage.text)]))
    text = " ".join(
        [*_marked(analyze(" ".join(passage.headings)), _HEADINGS), *_marked(body, _BODY)]
    )
    return text if len(text) <= MOST_BYTES else text[: text.rindex(" ", 0, MOST_BYTES)]


def question_terms(question: str) -> str:
    """Return what finds a question's words in bodies and in headings.

    A word of a heading needs no boost here as it does locally: it is among many more terms
    than in a field of its own, and by BM25 counts as much less.
    """
    terms = list(dict.fromkeys(analyze(question)))[:MOST_TERMS]
    return " ".join([*_marked(terms, _BODY), *_marked(terms, _HEADINGS)])


def ids_filter(name: str, numbers: Iterable[int]) -> str:
    """Return the filter for rows whose field is one of some numbers."""
    return f"{name} in [{', '.join(str(int(number)) for number in numbers)}]"


def visible(generation: int) -> str:
    """Return the filter for what a reader of a generation sees."""
    return f"since <= {generation} and until > {generation}"


def schema(dimension: int) -> tuple[Any, Any]:
    """Return a new collection's schema and its indexes."""
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    made = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    made.add_field("id", DataType.INT64, is_primary=True)
    for name in ("since", "until", "document"):
        made.add_field(name, DataType.INT64)
    analyzer = {"tokenizer": "standard"}
    made.add_field(
        "text",
        DataType.VARCHAR,
        max_length=MOST_BYTES,
        enable_analyzer=True,
        analyzer_params=analyzer,
    )
    made.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    made.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    made.add_field("state", DataType.VARCHAR, max_length=MOST_BYTES)
    made.add_function(Function("bm25", FunctionType.BM25, ["text"], ["words"]))
    indexes = MilvusClient.prepare_index_params()
    # "params" twice: pymilvus takes one away, and Milvus Lite reads only what is in the other.
    indexes.add_index("vector", index_type="HNSW", metric_type="IP", params={"params": _HNSW})
    indexes.add_index(
        "words",
        index_type="SPARSE_INVERTED_INDEX",
        metric_type="BM25",
        params={"params": _BM25},
    )
    return made, indexes


def _row(
    id_: int, since: int, document: int, text: str, vector: Vectors | list[float], state: str
) -> dict[str, Any]:
    return {
        "id": id_,
        "since": since,
        "until": FOREVER,
        "document": document,
        "text": text,
        "vector": vector,
        "state": state,
    }


def _marked(terms: Sequence[str], letters: tuple[str, str]) -> list[str]:
    """Put a letter before each term: the first of two where it is ASCII, else the second."""
    plain, coded = letters
    return [plain + t if t.isascii() else coded + t.encode().hex() for t in terms]

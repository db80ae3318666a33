"""Large indexes of made-up documents: sentences of real articles shuffled, real vectors mixed.

A passage holds sentences of one article in a random order. Its vector is the normalized mixture
of two real passages' vectors and a little noise, so that vectors lie in clusters, as real ones
do, and no two are the same.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from footnote.embedding import Embedder, Vectors
from footnote.indexing.update import identity_of
from footnote.ingest.folder import sha256
from footnote.ingest.parts import document_id
from footnote.records import Document, Passage, Span, Unit
from footnote.store.snapshot import KnownFile
from footnote.store.transaction import Transaction
from footnote.store.writer import IndexWriter, renew_if_stale
from training.squad import read_paragraphs

REAL = 8_000
PASSAGES_A_DOCUMENT = 100
_DOCUMENTS_A_COMMIT = 500
_SENTENCES = 5
_SECOND, _NOISE = 0.6, 0.25


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences by article, vectors of real passages, and questions to ask."""

    sentences: list[list[str]]
    vectors: Vectors
    questions: list[str]


def material(squad: Path, embedder: Embedder) -> Material:
    """Read a SQuAD file, and embed a part of its paragraphs."""
    paragraphs = read_paragraphs(squad)
    by_article: dict[int, list[str]] = {}
    for each in paragraphs:
        found = [f"{part.rstrip('.')}." for part in each.text.split(". ") if part]
        by_article.setdefault(each.article, []).extend(found)
    spread = paragraphs[:: max(1, len(paragraphs) // REAL)]
    vectors = embedder.embed_documents([each.text for each in spread])
    questions = [each.asked[0].text for each in spread if each.asked]
    return Material(list(by_article.values()), vectors, _shuffled(questions))


def write_index(
    corpus: Path, index: Path, passages: int, made_of: Material, embedder: Embedder
) -> None:
    """Write documents, and the index of them that reading them would make."""
    chance = random.Random(1)
    mixing = np.random.default_rng(1)
    with IndexWriter.open(index, identity_of(embedder)) as writer:
        for first in range(0, passages // PASSAGES_A_DOCUMENT, _DOCUMENTS_A_COMMIT):
            numbers = range(
                first, min(first + _DOCUMENTS_A_COMMIT, passages // PASSAGES_A_DOCUMENT)
            )

            def change(transaction: Transaction, numbers: range = numbers) -> None:
                for number in numbers:
                    _add(transaction, corpus, number, made_of, chance, mixing)

            writer.commit(change)
    renew_if_stale(index, identity_of(embedder))


def _add(
    transaction: Transaction,
    corpus: Path,
    number: int,
    made_of: Material,
    chance: random.Random,
    mixing: np.random.Generator,
) -> None:
    name = f"{number // 1000:03}/{number:06}.txt"
    texts = [
        chance.sample(sentences, min(_SENTENCES, len(sentences)))
        for sentences in chance.choices(made_of.sentences, k=PASSAGES_A_DOCUMENT)
    ]
    data = "".join(f"{' '.join(each)}\n\n" for each in texts).encode()
    path = corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    document = Document(
        id=document_id(name),
        name=name,
        file=name,
        title=f"Document {number}",
        media_type="text/plain",
        text=data.decode(),
        blocks=(),
        sha256=sha256(data),
        size=len(data),
        modified="2026-01-01T00:00:00+00:00",
    )
    split = list(_passages(document, texts))
    transaction.add(document, split, _mixed(made_of.vectors, len(split), mixing))
    seen = KnownFile(len(data), path.stat().st_mtime_ns, document.sha256, {}, ())
    transaction.remember(name, seen)


def _passages(document: Document, texts: list[list[str]]) -> Iterator[Passage]:
    at = 0
    for ordinal, sentences in enumerate(texts):
        text = f"{' '.join(sentences)}\n\n"
        units, begin = [], at
        for sentence in sentences:
            units.append(Unit("sentence", Span(begin, begin + len(sentence))))
            begin += len(sentence) + 1
        yield Passage(
            document.id, ordinal, Span(at, at + len(text)), text, (document.title,), tuple(units)
        )
        at += len(text)


def _mixed(real: Vectors, count: int, mixing: np.random.Generator) -> Vectors:
    first, second = mixing.integers(0, len(real), (2, count))
    noise = mixing.normal(size=(count, real.shape[1])) / np.sqrt(real.shape[1])
    mixture = real[first] + _SECOND * real[second] + _NOISE * noise
    unit: Vectors = (mixture / np.linalg.norm(mixture, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _shuffled(questions: list[str]) -> list[str]:
    random.Random(2).shuffle(questions)
    return questions

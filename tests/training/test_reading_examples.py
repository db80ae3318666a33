"""What the reader learns from: the same epoch each time, with its answers in place."""

import gzip
import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from footnote.answering.windows import MAX_TOKENS, PairTokenizer
from footnote.models import models_folder
from footnote.records import Span
from training.batches import TOKENS, encode, micro_batches, padded
from training.neighbours import KEPT, neighbours
from training.qamr import SentenceQuestion, by_document, joined, read_qamr
from training.reading_examples import Example, Recipe, Sources
from training.squad import Asked, Paragraph, read_paragraphs

TOKENIZER = Tokenizer.from_file(str(models_folder() / "embedder" / "tokenizer.json"))
PAIRS = PairTokenizer(TOKENIZER)


def paragraph(n: int) -> Paragraph:
    text = (
        f"The bridge at Holm was opened in 18{n} by Anna Berg. It cost {n} crowns. It stood long."
    )
    year, cost = text.index(f"18{n}"), text.index(f"{n} crowns")
    asked = (
        Asked("When was the bridge at Holm opened?", (Span(year, year + 4),)),
        Asked("What did it cost?", (Span(cost, cost + 9), Span(cost, cost + 2))),
        Asked("Who burnt it?", ()),
    )
    return Paragraph(0, "Bridges", text, asked)


PARAGRAPHS = [paragraph(n) for n in range(10, 60)]


def sources(recipe: Recipe | None = None) -> Sources:
    near = np.full((len(PARAGRAPHS) * 3, KEPT), -1, dtype=np.int32)
    near[:, 0] = 3
    sentences = [SentenceQuestion("d", "Ann came.", "Who?", Span(0, 3))]
    sentences.append(SentenceQuestion("d", "It rained.", "What?", Span(0, 9)))
    return Sources(PARAGRAPHS, near, PARAGRAPHS[:5], near[:15], sentences, recipe or Recipe())


def test_an_epoch_is_the_same_for_the_same_number_and_another_for_another() -> None:
    assert sources().epoch(0) == sources().epoch(0)
    assert sources().epoch(0) != sources().epoch(1)


def test_each_answer_stands_at_its_place() -> None:
    answers = {f"18{n}" for n in range(10, 60)} | {f"{n} crowns" for n in range(10, 60)}
    answers |= {f"{n}" for n in range(10, 60)} | {"Ann", "It rained"}
    for example in sources().epoch(3):
        if example.answer is not None:
            assert example.answer.quote(example.passage) in answers
            assert example.relevant is True


def test_a_neighbour_is_a_passage_to_rank_low_and_a_change_is_neither() -> None:
    none = Recipe(cropped=0, renamed=0, neighbour=0, cut=0, swapped=0, contrary=0, negated=0)
    none = replace(none, foreign=0, sentences=0, people_times=0)
    recipes = {
        "neighbour": replace(none, neighbour=1),
        "cut": replace(none, cut=1),
        "negated": replace(none, negated=1),
    }
    kinds = {
        name: Counter(each.relevant for each in sources(recipe).epoch(0) if not each.answer)
        for name, recipe in recipes.items()
    }
    # Fifty questions were unanswerable to begin with: nobody can say where they belong.
    assert kinds["neighbour"] == {None: 50, False: 100}
    assert kinds["cut"] == {None: 50, False: 100}
    assert kinds["negated"] == {None: 50 + 100}


def test_a_token_window_holds_the_answer() -> None:
    for example in sources().epoch(1):
        encoded = encode(example, PAIRS)
        assert encoded is not None
        if example.answer is None:
            assert (encoded.start, encoded.end) == (0, 0)
        else:
            said = TOKENIZER.decode(encoded.ids[encoded.start : encoded.end + 1])
            assert said == example.answer.quote(example.passage).lower()


def test_an_answer_far_down_is_found_in_its_window() -> None:
    text = "word " * 500 + "Ann came."
    at = text.index("Ann")
    encoded = encode(Example("Who?", "Title", text, Span(at, at + 3), True), PAIRS)
    assert encoded is not None
    assert TOKENIZER.decode(encoded.ids[encoded.start : encoded.end + 1]) == "ann"
    assert len(encoded.ids) <= MAX_TOKENS
    assert encode(Example("Who?", "", "", None, None), PAIRS) is None


def test_micro_batches_hold_each_example_once_and_few_tokens() -> None:
    encoded = [each for each in (encode(e, PAIRS) for e in sources().epoch(0)) if each]
    batches = micro_batches(encoded, random.Random(0))
    assert sorted(map(id, encoded)) == sorted(id(each) for batch in batches for each in batch)
    for batch in batches:
        assert len(batch) * padded(max(len(each.ids) for each in batch)) <= TOKENS


def test_neighbours_are_near_and_do_not_hold_the_answer(tmp_path: Path) -> None:
    kept = [*PARAGRAPHS[:3], replace(PARAGRAPHS[0], text=PARAGRAPHS[0].text + " Then it burnt.")]
    kept += [Paragraph(1, "Tea", f"Tea is drunk in {n} countries.", ()) for n in range(200, 212)]
    found = neighbours(kept, tmp_path)
    assert found.shape == (12, KEPT)
    # The same bridge twice: both hold the answer of the other's question.
    assert 3 not in found[0]
    assert set(found[0][:2]) == {1, 2}


def test_squad_files_are_read(tmp_path: Path) -> None:
    qas = [
        {"question": " Who? ", "id": "1", "answers": [{"text": "Ann", "answer_start": 0}]},
        {"question": "Why?", "id": "2", "answers": [], "is_impossible": True},
    ]
    data = {"data": [{"title": "A_b", "paragraphs": [{"context": "Ann came.", "qas": qas}]}]}
    path = tmp_path / "squad.json.gz"
    path.write_bytes(gzip.compress(json.dumps(data).encode()))
    asked = (Asked("Who?", (Span(0, 3),)), Asked("Why?", ()))
    assert read_paragraphs(path) == [Paragraph(0, "A b", "Ann came.", asked)]


def test_qamr_is_read_where_annotators_agree(tmp_path: Path) -> None:
    def row(question: str, *answers: str) -> str:
        fields = ["Wiki1k:wikinews:7:0:1", "0", "5", "0", "0", question, *answers]
        return "\t".join(fields) + "\n"

    sentence = "Ann Berg -LRB- 40 -RRB- did n't come .\n"
    rows = [
        row("Who?", "0 1", "5:0 1", "6:0"),
        row("How?", "5", "5:6", "6:7"),
        row("What?", "0 2", "1:0 2", "2:0 2"),
    ]
    (tmp_path / "filtered-test.tsv.gz").write_bytes(gzip.compress("".join(rows).encode()))
    text = f"Wiki1k:wikinews:7:0:1\t{sentence}".encode()
    (tmp_path / "wiki-sentences.tsv.gz").write_bytes(gzip.compress(text))
    asked = read_qamr(tmp_path, "test")
    written = "Ann Berg (40) didn't come."
    assert asked == [SentenceQuestion("wikinews:7", written, "Who?", Span(0, 8))]
    assert by_document(asked) == {"wikinews:7": [written]}


@pytest.mark.parametrize(
    ("tokens", "written"),
    [("`` Yes , '' she said .", "“ Yes,” she said."), ("It cost $ 5 .", "It cost $5.")],
)
def test_tokens_are_joined_as_they_are_written(tokens: str, written: str) -> None:
    text, places = joined(tokens.split())
    assert text.replace("“ ", "“") == written.replace("“ ", "“")
    assert [each.quote(text) for each in places][-1] == "."

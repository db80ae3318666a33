"""A larger reader: any question answering model of transformers, by one setting."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertTokenizerFast,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForQuestionAnswering,
)

from footnote.answering.load_reader import load_reader
from footnote.answering.span_model import TransformersSpanModel
from footnote.answering.spans import best_of_windows
from footnote.errors import ModelError
from footnote.models import models_folder
from footnote.settings import Settings

WORDS = "who came ann bo left then it rained . ? 😀 köln".split()


TINY = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with the shipped tokenizer."""
    folder = tmp_path_factory.mktemp("bert")
    tokenizer = BertTokenizerFast(
        tokenizer_file=str(models_folder() / "embedder" / "tokenizer.json"), model_max_length=64
    )
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(tokenizer),
        **TINY,
        max_position_embeddings=64,
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny RoBERTa: another tokenizer, without token types, with another first token."""
    folder = tmp_path_factory.mktemp("roberta")
    inner = Tokenizer(models.BPE())
    inner.normalizer = normalizers.NFC()
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    inner.train_from_iterator(
        WORDS, trainers.BpeTrainer(special_tokens=special, initial_alphabet=alphabet)
    )
    inner.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner,
        **dict(zip(("cls_token", "pad_token", "sep_token", "unk_token"), special, strict=True)),
        model_max_length=64,
        model_input_names=["input_ids", "attention_mask"],
    )
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        **TINY,
        max_position_embeddings=80,
        pad_token_id=1,
    )
    RobertaForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_tokens_stand_where_they_say(kind: str, request: pytest.FixtureRequest) -> None:
    model = TransformersSpanModel(str(request.getfixturevalue(kind)))
    pieces = ["Ann came 😀.", "", "Then Bo left Köln."]
    (window,) = model.score("Who came?", "Feast", pieces)
    # Byte tokens of one character share its place, so that places may overlap.
    held = {
        (token.piece, at)
        for token in window.tokens
        for at in range(token.span.start, token.span.end)
    }
    written = {(n, at) for n, piece in enumerate(pieces) for at, c in enumerate(piece) if c != " "}
    assert written <= held
    assert "came" in [token.span.quote(pieces[token.piece]).strip() for token in window.tokens]
    assert len(window.start) == len(window.end) == len(window.tokens)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_a_long_passage_is_read_whole(kind: str, request: pytest.FixtureRequest) -> None:
    model = TransformersSpanModel(str(request.getfixturevalue(kind)))
    pieces = [f"it rained {n}." for n in range(40)]
    windows = model.score("Who came?", "", pieces)
    assert len(windows) > 1
    assert {token.piece for window in windows for token in window.tokens} == set(range(40))


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_a_long_question_and_title_leave_room(kind: str, request: pytest.FixtureRequest) -> None:
    model = TransformersSpanModel(str(request.getfixturevalue(kind)))
    windows = model.score("who came then? " * 200, "Feast " * 300, ["Ann came."])
    assert [best.piece for best in best_of_windows(windows)] == [0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=4), st.text(max_size=30))
def test_any_text_can_be_read(bert_model: TransformersSpanModel, pieces: list[str], q: str) -> None:
    for found in best_of_windows(bert_model.score(q, "", pieces)):
        assert found.span.end <= len(pieces[found.piece])


@pytest.fixture(scope="module")
def bert_model(bert: Path) -> TransformersSpanModel:
    return TransformersSpanModel(str(bert))


def test_one_setting_takes_another_reader(bert: Path) -> None:
    reader = load_reader(Settings(reader=str(bert)))
    assert reader.name == f"{bert} transformers"
    assert reader.threshold == 0.5
    assert load_reader(Settings(reader=str(bert), preset="eager")).threshold == 0.2


def test_a_reader_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"reader '.*nowhere' cannot be loaded.*FOOTNOTE_HUB=1"):
        load_reader(Settings(reader=str(tmp_path / "nowhere")))

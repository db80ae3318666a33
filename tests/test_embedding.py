"""Texts to unit vectors, by the shipped model, by others, and by the double."""

import hashlib
import json
import shutil
import subprocess
import sys
import types
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from footnote.embedding import (
    Embedder,
    EmbedderChoice,
    OnnxEmbedder,
    SentenceTransformersEmbedder,
    Vectors,
    load_embedder,
)
from footnote.errors import ModelError
from footnote.models import models_folder
from footnote.settings import DEFAULT_EMBEDDER, Settings
from footnote.testing import HashEmbedder

TEXTS = (
    "The keepers came by boat.",
    "",
    "😀 e\u0301 שלום \u200b",
    "Tea is drunk hot.",
    "word " * 5000,
    "x" * 20_000,
)


@pytest.fixture(params=["shipped", "double"])
def any_embedder(request: pytest.FixtureRequest, embedder: OnnxEmbedder) -> Embedder:
    return embedder if request.param == "shipped" else HashEmbedder()


def cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other)


def test_vectors_have_unit_length(any_embedder: Embedder) -> None:
    vectors = any_embedder.embed_documents(TEXTS)
    assert vectors.shape == (len(TEXTS), any_embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    question = any_embedder.embed_question("Who came by boat?")
    assert question.shape == (any_embedder.dimension,)
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-5)


def test_a_vector_depends_on_no_neighbour_and_no_order(any_embedder: Embedder) -> None:
    together = any_embedder.embed_documents(TEXTS)
    backwards = any_embedder.embed_documents(TEXTS[::-1])[::-1]
    alone = [any_embedder.embed_documents([text])[0] for text in TEXTS]
    assert np.array_equal(together, backwards)
    assert np.array_equal(together, np.stack(alone))
    assert np.array_equal(together[0], any_embedder.embed_question(TEXTS[0]))


def test_no_texts_make_no_vectors(any_embedder: Embedder) -> None:
    assert any_embedder.embed_documents([]).shape == (0, any_embedder.dimension)
    assert any_embedder.count_tokens([]) == []


def test_progress_counts_each_text(any_embedder: Embedder) -> None:
    done: list[int] = []
    any_embedder.embed_documents(TEXTS[:4], done.append)
    assert sum(done) == 4


def test_texts_that_share_words_are_nearer_than_others(any_embedder: Embedder) -> None:
    question = any_embedder.embed_question("When did the keepers come by boat?")
    near, far = any_embedder.embed_documents(["The keepers came by boat.", "Tea is drunk hot."])
    assert cosine(question, near) > cosine(question, far)


def test_meaning_counts_beyond_the_words(embedder: OnnxEmbedder) -> None:
    question = embedder.embed_question("How did the sailors arrive?")
    near, far = embedder.embed_documents(["The crew came by ship.", "How did the bread rise?"])
    assert cosine(question, near) > cosine(question, far)


def test_a_text_past_the_limit_of_the_model_is_read_to_the_limit(embedder: OnnxEmbedder) -> None:
    long, longer, other = embedder.embed_documents(
        ["boat " * 300, "boat " * 300 + "tea " * 2000, "tea " * 2000]
    )
    assert np.array_equal(long, longer)
    assert not np.array_equal(long, other)


def test_tokens_are_counted_without_those_at_the_ends(embedder: OnnxEmbedder) -> None:
    assert embedder.count_tokens(["boat", "", "The boats, 1931!", "x" * 500]) == [1, 0, 5, 1]
    assert embedder.count_tokens(["word " * 5000]) == [5000]


def test_one_thread_makes_the_same_vectors(embedder: OnnxEmbedder) -> None:
    single = OnnxEmbedder(models_folder() / "embedder", threads=1)
    assert np.array_equal(single.embed_documents(TEXTS[:4]), embedder.embed_documents(TEXTS[:4]))


def test_the_name_tells_the_model_and_its_weights(embedder: OnnxEmbedder) -> None:
    config = json.loads((models_folder() / "embedder" / "config.json").read_text())
    assert embedder.name.startswith(f"{DEFAULT_EMBEDDER} {config['sha256']['model.onnx'][:12]}")


def test_the_default_setting_is_the_shipped_model(embedder: OnnxEmbedder) -> None:
    assert load_embedder(Settings()).name == embedder.name


def test_the_double_makes_the_same_vectors_in_any_process() -> None:
    code = (
        "from footnote.testing import HashEmbedder\n"
        "print(HashEmbedder().embed_question('tea').tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == HashEmbedder().embed_question("tea").tobytes().hex()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the shipped model, to be altered."""
    return Path(shutil.copytree(models_folder() / "embedder", tmp_path / "model"))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_an_altered_file_of_the_model_is_named(model: Path, name: str) -> None:
    flip(model / name)
    with pytest.raises(ModelError, match=f"{name} is not the file .*git checkout models/"):
        OnnxEmbedder(model)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_of_the_model_is_named(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelError, match=rf"cannot be read: .*{name}.*git checkout models/"):
        OnnxEmbedder(model)


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", '{"sha256": {"model.onnx": "0"}}'])
def test_a_broken_description_of_the_model_is_an_error(model: Path, content: str) -> None:
    (model / "config.json").write_text(content)
    with pytest.raises(ModelError):
        OnnxEmbedder(model)


def test_weights_that_cannot_be_run_are_an_error(model: Path) -> None:
    (model / "model.onnx").write_bytes(b"no model")
    config = json.loads((model / "config.json").read_text())
    config["sha256"]["model.onnx"] = hashlib.sha256(b"no model").hexdigest()
    (model / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="cannot be run"):
        OnnxEmbedder(model)


def test_importing_and_using_the_shipped_model_loads_no_torch() -> None:
    code = (
        "import sys, footnote.embedding as e\n"
        "e.load_embedder(e.Settings()).embed_question('tea')\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


MAKE = """
from pathlib import Path
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, StaticEmbedding, Transformer
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertModel, BertTokenizerFast

torch.manual_seed(0)
words = "[PAD] [UNK] [CLS] [SEP] [MASK] tea coffee milk is drunk hot black .".split()
Path("vocab.txt").write_text("\\n".join(words))
sizes = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
config = BertConfig(vocab_size=len(words), max_position_embeddings=64, **sizes)
BertModel(config).save_pretrained("bert")
BertTokenizerFast(vocab_file="vocab.txt").save_pretrained("bert")
bert = Transformer("bert", max_seq_length=64)
SentenceTransformer(modules=[bert, Pooling(bert.get_embedding_dimension())]).save("small")
tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
tokenizer.pre_tokenizer = Whitespace()
SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)]).save("static")
"""


@pytest.fixture(scope="module")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two sentence-transformers models of random weights: small, static."""
    folder = tmp_path_factory.mktemp("models")
    subprocess.run([sys.executable, "-c", MAKE], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small", "static"])
@pytest.mark.filterwarnings("default")  # those of torch and transformers are not ours to mend
def test_any_sentence_transformers_model_can_be_set(small_models: Path, name: str) -> None:
    embedder = load_embedder(Settings(embedder=str(small_models / name)))
    assert isinstance(embedder, SentenceTransformersEmbedder)
    assert name in embedder.name
    texts = ["tea is drunk hot .", "coffee is drunk black .", "milk " * 5000, "tea"]
    vectors = embedder.embed_documents(texts)
    assert vectors.shape == (4, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    again = embedder.embed_question("coffee is drunk black .")
    assert cosine(again, vectors[1]) == pytest.approx(1, abs=1e-5)
    assert embedder.count_tokens(["tea is hot .", "", "milk"]) == [4, 0, 1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small", "static"])
@pytest.mark.filterwarnings("default")
def test_a_document_without_a_block_needs_no_tokens(small_models: Path, name: str) -> None:
    embedder = load_embedder(Settings(embedder=str(small_models / name)))
    assert embedder.count_tokens([]) == []
    assert embedder.embed_documents([]).shape == (0, embedder.dimension)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no-such-org/no-such-model", "./no/such/folder", "."])
@pytest.mark.filterwarnings("default")
def test_a_model_that_is_not_here_names_the_way_out(name: str) -> None:
    with pytest.raises(ModelError, match=r"Give a folder .* or set FOOTNOTE_HUB=1") as error:
        load_embedder(Settings(embedder=name))
    assert repr(name) in str(error.value)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_model_with_damaged_weights_is_named(small_models: Path, tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(small_models / "small", tmp_path / "damaged"))
    weights = damaged / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ModelError, match="damaged' cannot be loaded"):
        load_embedder(Settings(embedder=str(damaged)))


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What ONNX Runtime is asked to run on; a session that does it on nothing else."""
    asked: list[object] = []

    class Session:
        def __init__(self, path: str, options: object, providers: list[object]) -> None:
            asked.append(providers)

        def get_providers(self) -> list[str]:
            return self.started

        started: ClassVar[list[str]] = ["CUDAExecutionProvider", "CPUExecutionProvider"]

    cards = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.InferenceSession", Session)
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: cards)
    return asked


@pytest.mark.parametrize(
    ("device", "providers"),
    [(None, ["CPUExecutionProvider"]), ("cpu", ["CPUExecutionProvider"]),
     ("cuda", [("CUDAExecutionProvider", {"device_id": "0"}), "CPUExecutionProvider"]),
     ("cuda:1", [("CUDAExecutionProvider", {"device_id": "1"}), "CPUExecutionProvider"])],
)  # fmt: skip
def test_the_shipped_model_runs_on_the_device_of_the_settings(
    session: list[object], device: str | None, providers: list[object]
) -> None:
    load_embedder(Settings(device=device))
    assert session == [providers]


def test_a_device_that_cannot_be_had_is_named(
    session: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match=r"`device` is 'mps', and the shipped models run on 'cpu'"):
        load_embedder(Settings(device="mps"))
    started = ["CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.InferenceSession.started", started)
    with pytest.raises(ModelError, match="cannot start CUDA there"):
        load_embedder(Settings(device="cuda"))
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: started)
    with pytest.raises(ModelError, match="install onnxruntime-gpu in its place"):
        load_embedder(Settings(device="cuda"))


@pytest.mark.parametrize(("device", "given"), [(None, "cpu"), ("cuda:1", "cuda:1")])
def test_another_model_runs_on_the_device_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, device: str | None, given: str
) -> None:
    asked = {}

    class Transformer:
        def __init__(self, model: str, **options: object) -> None:
            asked.update(options)

        def get_embedding_dimension(self) -> int:
            return 3

    module = types.ModuleType("sentence_transformers")
    vars(module)["SentenceTransformer"] = Transformer
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    load_embedder(Settings(embedder="other", device=device))
    assert asked["device"] == given


def test_tokens_are_counted_without_the_model_as_with_it(embedder: OnnxEmbedder) -> None:
    assert EmbedderChoice().load_counter()(TEXTS) == embedder.count_tokens(TEXTS)
    assert EmbedderChoice.of(Settings(threads=3)) == EmbedderChoice(threads=3)

"""A training run of a tiny model: it goes on where it was stopped, and ships what it learnt."""

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertForQuestionAnswering

from footnote.answering.span_model import OnnxSpanModel
from footnote.answering.windows import PairTokenizer
from footnote.errors import ModelError
from footnote.models import models_folder
from tests.training.test_reading_examples import sources
from tests.training.tiny import tiny_bert
from training.export_reader import check, describe, export
from training.reader_model import ReaderModel
from training.train_reader import Run, train

PAIRS = PairTokenizer(Tokenizer.from_file(str(models_folder() / "embedder" / "tokenizer.json")))


def tiny() -> ReaderModel:
    return ReaderModel(tiny_bert())


def run(stable: int, decay: int) -> Run:
    model = tiny()
    return Run(model, torch.optim.AdamW(model.parameters()), "cpu", stable, decay)


def weights(one: Run) -> list[torch.Tensor]:
    return [each.detach().clone() for each in one.model.parameters()]


def test_a_run_that_was_stopped_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole = run(4, 3)
    train(whole, sources(), PAIRS, tmp_path)
    stopped = run(4, 3)
    stopped.load(tmp_path / "stable.pt")
    assert stopped.done == 4
    train(stopped, sources(), PAIRS, tmp_path)
    assert stopped.done == 7
    assert all(map(torch.equal, weights(whole), weights(stopped)))


def test_a_run_is_prolonged_from_where_its_rate_was_held(tmp_path: Path) -> None:
    train(run(2, 2), sources(), PAIRS, tmp_path)
    longer = run(4, 2)
    assert not longer.load(tmp_path / "checkpoint.pt")
    assert longer.done == 0
    assert longer.load(tmp_path / "stable.pt")
    assert longer.done == 2


def test_the_rate_rises_is_held_and_falls_to_nearly_nothing() -> None:
    one = run(1000, 100)
    rates = []
    for one.done in range(1100):
        rates.append(one.rate())
    assert rates[0] < rates[150] < rates[299] == rates[1000] == max(rates)
    assert rates[1000] > rates[1050] > rates[1099] > 0


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    model = tiny()
    model.write(folder / "weights")
    export(folder / "weights", folder / "reader")
    return folder / "reader"


def test_what_is_exported_answers_as_what_was_trained(exported: Path) -> None:
    check(exported)


def test_transformers_loads_the_weights(exported: Path) -> None:
    stock = BertForQuestionAnswering.from_pretrained(str(exported), dtype=torch.float32)
    ours = ReaderModel.read(exported)
    ids = torch.tensor([[101, 2040, 102, 5754, 2234, 102]])
    types = torch.tensor([[0, 0, 0, 1, 1, 1]])
    with torch.inference_mode():
        logits = stock.eval()(input_ids=ids, token_type_ids=types)
        start, end, _ = ours.eval()(ids, torch.ones_like(ids), types)
    assert torch.allclose(logits.start_logits, start, atol=1e-5)
    assert torch.allclose(logits.end_logits, end, atol=1e-5)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_an_altered_or_missing_file_is_named(exported: Path, name: str) -> None:
    content = (exported / name).read_bytes()
    try:
        (exported / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(ModelError, match=f"{name} is not the file .*git checkout models/"):
            OnnxSpanModel(exported)
        (exported / name).unlink()
        with pytest.raises(ModelError, match=rf"cannot be read: .*{name}.*git checkout models/"):
            OnnxSpanModel(exported)
    finally:
        (exported / name).write_bytes(content)


def test_the_name_tells_the_calibration_too(exported: Path) -> None:
    before = OnnxSpanModel(exported).name
    (exported / "calibration.json").write_text("{}")
    describe(exported)
    assert OnnxSpanModel(exported).name != before
    (exported / "calibration.json").unlink()
    describe(exported)
    assert OnnxSpanModel(exported).name == before


def test_a_reader_does_not_depend_on_its_batch(exported: Path) -> None:
    model = OnnxSpanModel(exported)
    alone = model.score("Who came?", "", ["Ann came."])
    model.score("Why?", "Title", ["word " * 3000])
    again = model.score("Who came?", "", ["Ann came."])
    assert alone[0].start.tolist() == again[0].start.tolist()

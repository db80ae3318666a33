"""A training run of a tiny support head: it goes on where it was stopped, and ships."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from footnote.generation.support_model import ClaimTokenizer, SupportModel
from footnote.models import models_folder
from tests.training.test_support_examples import sources
from tests.training.tiny import tiny_bert
from training.export_support import balanced_accuracy, check, choose, describe, export
from training.support_model import SupportHead
from training.train_support import SupportRun, start, train

TOKENIZER = ClaimTokenizer(
    Tokenizer.from_file(str(models_folder() / "embedder" / "tokenizer.json"))
)


def tiny() -> SupportHead:
    return SupportHead(tiny_bert())


def weights(run: SupportRun) -> list[torch.Tensor]:
    return [each.detach().clone() for each in run.model.parameters()]


def test_a_run_that_was_stopped_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole = start(tiny(), 6, 3)
    train(whole, sources(), TOKENIZER, tmp_path)
    begun = start(tiny(), 3, 0)
    train(begun, sources(), TOKENIZER, tmp_path)
    stopped = start(tiny(), 6, 3)
    stopped.load(tmp_path / "checkpoint.pt")
    assert stopped.done == 3
    train(stopped, sources(), TOKENIZER, tmp_path)
    assert stopped.done == 6
    assert all(map(torch.equal, weights(whole), weights(stopped)))


def test_the_rate_rises_is_held_and_falls_to_nearly_nothing() -> None:
    run = start(tiny(), 1000, 100)
    rates = []
    for run.done in range(1000):
        rates.append(run.rate())
    assert rates[0] < rates[50] < rates[99] == rates[900] == max(rates)
    assert rates[900] > rates[950] > rates[999] > 0


def test_it_starts_at_the_readers_verdict() -> None:
    head = SupportHead.start(models_folder() / "reader")
    assert head.supports.weight.shape == (1, 384)
    assert float(head.supports.weight.detach().abs().sum()) > 0


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("support")
    tiny().write(folder / "weights")
    export([folder / "weights"], folder / "support")
    return folder


def test_what_is_exported_scores_as_what_was_trained(exported: Path) -> None:
    check([exported / "weights"], exported / "support")


def test_an_export_of_other_weights_is_refused(exported: Path, tmp_path: Path) -> None:
    other = tiny()
    with torch.no_grad():
        other.supports.bias.add_(3)
    other.write(tmp_path)
    with pytest.raises(SystemExit, match="the export is off"):
        check([tmp_path], exported / "support")


def test_of_several_weights_the_mean_is_taken(exported: Path, tmp_path: Path) -> None:
    other = tiny()
    with torch.no_grad():
        other.supports.bias.add_(2)
    other.write(tmp_path)
    mean = SupportHead.mean([exported / "weights", tmp_path])
    assert torch.allclose(mean.supports.bias, tiny().supports.bias + 1)
    assert torch.allclose(mean.supports.weight, tiny().supports.weight)


def test_what_was_chosen_is_what_runs(exported: Path) -> None:
    folder = exported / "support"
    pair = [("Ann came.", "Ann came to Holm.")]
    (raw,) = SupportModel(folder).score(pair)
    before = SupportModel(folder).name
    try:
        describe(folder, 2.0, 1.0, 0.7)
        model = SupportModel(folder)
        logit = np.log(raw / (1 - raw))
        assert model.score(pair)[0] == pytest.approx(1 / (1 + np.exp(-2 * logit - 1)))
        assert model.threshold == 0.7
        assert model.name != before
    finally:
        describe(folder, 1.0, 0.0, 0.5)


def test_the_threshold_lies_between_what_is_supported_and_what_is_not() -> None:
    rng = np.random.default_rng(0)
    gold = np.array([1.0] * 200 + [0.0] * 600)
    logits = {"one": np.where(gold > 0, 1.0, -3.0) + rng.normal(0, 0.3, 800)}
    slope, intercept, threshold = choose(logits, {"one": gold})
    said = 1 / (1 + np.exp(-slope * logits["one"] - intercept)) >= threshold
    assert slope > 0
    assert float(balanced_accuracy(gold, said.astype(float))) > 0.99

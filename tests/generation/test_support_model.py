"""The shipped support head: whole, the same beside other pairs, not misled by size."""

import shutil
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from footnote.errors import ModelError
from footnote.generation.support_model import (
    CLAIM_TOKENS,
    MAX_TOKENS,
    STRIDE,
    ClaimTokenizer,
    SupportModel,
)
from footnote.models import models_folder

FOLDER = models_folder() / "support"
TEXT = "The bridge at Holm was opened in 1932 by Anna Berg. It replaced a ferry."
PAIRS = [
    ("The bridge at Holm was opened in 1932.", TEXT),
    ("The bridge at Holm was opened in 1987.", TEXT),
    ("Karl Dahl opened the bridge.", TEXT),
    ("Anna Berg opened the bridge at Holm.", TEXT),
]


@pytest.fixture(scope="module")
def model() -> SupportModel:
    return SupportModel(threads=2)


@pytest.fixture(scope="module")
def tokenizer() -> ClaimTokenizer:
    return ClaimTokenizer(Tokenizer.from_file(str(FOLDER / "tokenizer.json")))


def test_what_the_text_says_is_supported_and_what_it_denies_is_not(model: SupportModel) -> None:
    said = [score >= model.threshold for score in model.score(PAIRS)]
    assert said == [True, False, False, True]


def test_a_score_does_not_depend_on_what_is_scored_beside_it(model: SupportModel) -> None:
    alone = [model.score([pair])[0] for pair in PAIRS]
    together = model.score([*PAIRS, ("Why?", "word " * 3000), *PAIRS])
    assert together[: len(PAIRS)] == alone
    assert together[-len(PAIRS) :] == alone
    assert SupportModel(threads=1).score(PAIRS) == alone
    assert all(0 <= score <= 1 for score in together)


@pytest.mark.parametrize(
    ("claim", "evidence"), [("", TEXT), (" ", TEXT), ("Ann came.", ""), ("", "")]
)
def test_nothing_supports_nothing(claim: str, evidence: str, model: SupportModel) -> None:
    assert model.score([(claim, evidence)]) == [0.0]


def test_a_claim_too_long_to_be_read_is_not_supported(
    model: SupportModel, tokenizer: ClaimTokenizer
) -> None:
    longest = "word " * CLAIM_TOKENS
    assert tokenizer.windows(longest, longest)
    assert tokenizer.windows(longest + "word", longest) == []
    assert model.score([(longest + "word", longest)]) == [0.0]


def test_support_is_found_wherever_it_stands_in_a_long_text(model: SupportModel) -> None:
    filler = "It rained for many days in the valley. " * 80
    claim = "The bridge at Holm was opened in 1932."
    for evidence in (f"{TEXT} {filler}", f"{filler}{TEXT}", f"{filler}{TEXT} {filler}"):
        assert model.score([(claim, evidence)])[0] >= model.threshold
    assert model.score([(claim, filler)])[0] < model.threshold


@pytest.mark.parametrize("words", [1, 100, 240, 250, 300, 1000])
def test_windows_hold_the_claim_and_all_evidence(words: int, tokenizer: ClaimTokenizer) -> None:
    names = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    names.no_padding()
    names.no_truncation()
    text = " ".join(str(number) for number in range(words))
    windows = tokenizer.windows("ann came", text)
    whole = names.encode(text, add_special_tokens=False).ids
    head = windows[0].ids[: windows[0].types.index(1)]
    assert names.decode(head, skip_special_tokens=False) == "[CLS] ann came [SEP]"
    read: list[int] = []
    for window in windows:
        assert len(window.ids) == len(window.types) <= MAX_TOKENS
        part = window.ids[len(head) : -1]
        assert window.ids[: len(head)] == head
        read = part if not read else read + part[STRIDE:]
    assert read == whole


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_an_altered_file_is_named(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "support"
    shutil.copytree(FOLDER, folder)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=f"{name} is not the file .*git checkout models/"):
        SupportModel(folder)

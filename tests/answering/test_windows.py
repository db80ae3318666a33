"""Token windows: what goes in, what stays out, and where each token stands."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from footnote.answering.windows import MAX_TOKENS, QUESTION_TOKENS, STRIDE, PairTokenizer
from footnote.models import models_folder

TOKENIZER = Tokenizer.from_file(str(models_folder() / "embedder" / "tokenizer.json"))
PAIRS = PairTokenizer(TOKENIZER)


def decoded(ids: list[int]) -> str:
    return str(TOKENIZER.decode(ids, skip_special_tokens=False))


def test_a_pair_is_laid_out_as_bert_takes_it() -> None:
    (window,) = PAIRS.windows("Who came?", "Feast > Guests", ["Ann came.", "So did Bo."])
    assert decoded(window.ids) == (
        "[CLS] who came? [SEP] feast > guests : ann came. so did bo. [SEP]"
    )
    assert window.types == [0] * 5 + [1] * (len(window.ids) - 5)
    assert decoded(window.ids[window.first : window.first + 2]) == "ann came"


def test_without_headings_the_passage_follows_the_question() -> None:
    (window,) = PAIRS.windows("Who?", "", ["Ann."])
    assert decoded(window.ids) == "[CLS] who? [SEP] ann. [SEP]"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=5))
def test_each_token_knows_its_place(pieces: list[str]) -> None:
    for window in PAIRS.windows("Why?", "", pieces):
        for token in window.tokens:
            assert token.span.end <= len(pieces[token.piece])
    tokens = [token for window in PAIRS.windows("Why?", "", pieces) for token in window.tokens]
    assert [token.piece for token in tokens] == sorted(token.piece for token in tokens)


def test_offsets_are_code_points() -> None:
    piece = "😀😀 Öl in Köln, e\u0301t\u0301e."
    (window,) = PAIRS.windows("Wo?", "", [piece])
    assert [token.span.quote(piece) for token in window.tokens][1:4] == ["Öl", "in", "Köln"]


def test_a_long_passage_is_read_in_windows_that_overlap() -> None:
    piece = " ".join(f"{n}" for n in range(600))
    windows = PAIRS.windows("Which number?", "Numbers", [piece])
    assert len(windows) > 2
    assert all(len(window.ids) <= MAX_TOKENS for window in windows)
    for one, other in pairwise(windows):
        assert one.tokens[-STRIDE:] == other.tokens[:STRIDE]
    held = {token.span for window in windows for token in window.tokens}
    assert len(held) == len(TOKENIZER.encode(piece, add_special_tokens=False).ids)


def test_a_long_question_and_long_headings_leave_room_for_the_passage() -> None:
    windows = PAIRS.windows("why " * 2000, "part > " * 500, ["Because it rains."])
    assert [len(window.tokens) for window in windows] == [4]
    assert len(windows[0].ids) <= MAX_TOKENS
    assert windows[0].types.count(0) == QUESTION_TOKENS + 2


@pytest.mark.parametrize("pieces", [[], [""], ["  \n", ""]])
def test_a_passage_without_a_token_has_no_window(pieces: list[str]) -> None:
    assert PAIRS.windows("Why?", "Title", pieces) == []


def test_a_tokenizer_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no \[CLS\]; a BERT tokenizer"):
        PairTokenizer(Tokenizer(models.WordLevel({"a": 0})))

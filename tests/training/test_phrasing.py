"""Questions in users' words: what is asked stays, the form changes."""

import random

from training.phrasing import rephrased

QUESTION = "When was the bridge at Holm opened?"


def test_searchers_leave_out_small_words_and_others_chat() -> None:
    made = {rephrased(QUESTION, random.Random(seed)) for seed in range(80)}
    assert "when bridge holm opened" in made
    assert "Hi, when was the bridge at Holm opened?" in made
    assert len(made) > 10
    assert all("bridge" in each and "olm" in each for each in made)


def test_what_has_too_few_words_is_left() -> None:
    for seed in range(20):
        assert rephrased("?", random.Random(seed)) == "?"
        assert "why" in rephrased("Why?", random.Random(seed)).lower()

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.evaluation.text_match import exact_match, f1, says, words

ARTICLES = ["a", "an", "the", "The", "AN"]
WORDS = (
    "lighthouse Paris U.S. 1868 3,000 48.5 naïve İstanbul Straße 東京 😀 don't it's anthem theory "
    "and ana 'the' (an) co-operate x x x e\u0301tude ½ «zero» B.A. the-end"
).split()
SPACES = [" ", "  ", "\t", "\n", "\u00a0", "\u2009"]
WORDLESS = ["", "the", "...", "  ", "A, an!", "\u00a0the\n"]


def varied(rng: random.Random, text: str) -> str:
    """Return a text that an annotator or a reader might have given in its stead."""
    parts = text.split()
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(parts) + 1)
        change = rng.randrange(6)
        if change == 0:
            parts.insert(at, rng.choice(ARTICLES))
        elif change == 1:
            parts.insert(at, rng.choice(WORDS))
        elif change == 2 and len(parts) > 1:
            parts.pop(at - 1)
        elif change == 3:
            parts.extend(parts[:at])
        elif change == 4:
            rng.shuffle(parts)
        else:
            parts = [rng.choice([str.upper, str.lower, str.title])(each) for each in parts]
    marks = ["", "", *string.punctuation, "’", "–"]
    return "".join(each + rng.choice(marks) + rng.choice(SPACES) for each in parts)


def has_words(text: str) -> bool:
    bare = (each.strip(string.punctuation).lower() for each in text.split())
    return any(each not in {"", "a", "an", "the"} for each in bare)


def drawn(rng: random.Random) -> tuple[str, list[str], list[str]]:
    """Return an answer, gold answers that have words, and gold answers that have none."""
    stem = " ".join(rng.choices(WORDS, k=rng.randint(1, 6)))
    drawn_gold = [stem, *(varied(rng, stem) for _ in range(rng.randrange(3)))]
    worded = [each for each in drawn_gold if has_words(each)]
    wordless = rng.choices(WORDLESS, k=rng.choice([0, 0, 0, 1, 2]))
    if rng.random() < 0.2:
        worded = []
    kind = rng.random()
    if kind < 0.15:
        return rng.choice(WORDLESS), worded, wordless
    if kind < 0.3:
        return " ".join(rng.choices(WORDS, k=rng.randint(1, 6))), worded, wordless
    return varied(rng, stem), worded, wordless


def test_exact_match_and_f1_are_torchmetrics_squad_on_a_thousand_answers() -> None:
    # Takes seconds to import, so that no other test does.
    from torchmetrics.functional.text import squad

    rng = random.Random(20)
    partial = exact = 0
    for at in range(1_000):
        answer, worded, wordless = drawn(rng)
        # Of SQuAD 1.1, torchmetrics compares a gold answer that has no words with the others,
        # and refuses to have none; 2.0 takes them away, and the empty answer if none is left.
        reference = squad(
            [{"id": "1", "prediction_text": answer}],
            [{"id": "1", "answers": {"text": worded or [""], "answer_start": [0]}}],
        )
        gold = rng.sample(worded + wordless, len(worded + wordless))
        where = f"{at}: {answer!r} for {gold}"
        assert exact_match(answer, gold) == float(reference["exact_match"]) / 100, where
        assert f1(answer, gold) == pytest.approx(float(reference["f1"]) / 100, abs=1e-6), where
        exact += exact_match(answer, gold) == 1
        partial += 0 < f1(answer, gold) < 1
    assert min(exact, partial, 1_000 - exact - partial) > 150


def test_a_gold_answer_without_words_does_not_make_silence_right() -> None:
    assert exact_match("", ["the", "lighthouse"]) == f1("", ["the", "lighthouse"]) == 0
    assert exact_match("...", ["the"]) == f1("...", ["the"]) == 1


def test_the_gold_of_an_unanswerable_question_is_the_empty_answer() -> None:
    assert exact_match("", []) == f1("", []) == 1
    assert exact_match("1868", []) == f1("1868", []) == 0


@pytest.mark.parametrize(
    ("answer", "gold", "shared"),
    [
        ("big red cat", "red cat sat", 2),
        ("x x x", "x", 1),
        ("x x y", "y x x x", 3),
        ("one", "two three", 0),
        ("The U.S. Army", "us army of an era", 2),
    ],
)
def test_f1_is_twice_the_shared_words_over_all_words(answer: str, gold: str, shared: int) -> None:
    expected = 2 * shared / (len(words(answer)) + len(words(gold)))
    assert f1(answer, [gold]) == pytest.approx(expected)
    assert f1(answer, ["entirely different", gold]) == pytest.approx(expected)


@settings(deadline=None, derandomize=True)
@given(st.text(), st.text())
def test_f1_is_symmetric_bounded_and_one_exactly_for_the_same_words(one: str, other: str) -> None:
    assert 0 <= f1(one, [other]) <= 1
    assert f1(one, [other]) == f1(other, [one])
    assert (f1(one, [other]) == 1) == (sorted(words(one)) == sorted(words(other)))
    assert exact_match(one, [other]) <= f1(one, [other])


@settings(deadline=None, derandomize=True)
@given(st.text(), st.lists(st.text()))
def test_the_gold_answers_order_and_repetition_do_not_matter(answer: str, gold: list[str]) -> None:
    for measure in (exact_match, f1, says):
        assert measure(answer, gold) == measure(answer, gold[::-1] + gold)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("It was first lit in the year 1868, by oil.", True),
        ("In 1868.", True),
        ("1868", True),
        ("In 1,868", True),
        ("It was lit in 18680.", False),
        ("It was lit in 1869.", False),
        ("", False),
    ],
)
def test_a_sentence_that_holds_a_gold_answers_words_says_it(answer: str, said: bool) -> None:
    assert says(answer, ["2 May 1921", "1868"]) is said


def test_gold_words_must_stand_in_a_row() -> None:
    gold = ["one two three four"]
    assert says("well one two three four then " + "x " * 50, gold)
    assert not says("one x two x three x four", gold)


def test_a_part_of_a_gold_answer_says_it_from_half_of_its_words() -> None:
    assert says("February 3", ["February 3, 2026"])
    assert says("three four", ["one two three four"])
    assert not says("four", ["one two three four"])
    assert not says("one four", ["one two three four"])
    assert not says("", ["one"])


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("3 November 1955", "3 November 1954"),
        ("Karl Holm", "Karl Berg"),
        ("1.5 million euros", "2 million euros"),
    ],
)
def test_words_that_are_merely_shared_do_not_say_it(answer: str, gold: str) -> None:
    assert f1(answer, [gold]) >= 0.5
    assert not says(answer, [gold])

"""What the support head learns: claims that are what they are said to be, anew each epoch."""

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.records import Span
from training import support_edits as edits
from training.qamr import SentenceQuestion
from training.squad import Asked, Paragraph
from training.statements import Stater
from training.support_data import Judged, chosen, fitted
from training.support_examples import Recipe, SupportSources

TEXT = (
    "The bridge at Holm was opened in 1932 by Anna Berg. It replaced a ferry that Karl Dahl had "
    "run since 1871. Today it carries 4,000 cars a day."
)


def asked(question: str, answer: str) -> Asked:
    return Asked(question, (Span(TEXT.index(answer), TEXT.index(answer) + len(answer)),))


def sources(recipe: Recipe | None = None) -> SupportSources:
    """Two articles, a sentence, and a judged claim of each kind."""
    paragraph = Paragraph(
        0,
        "Holm",
        TEXT,
        (
            asked("Who opened the bridge at Holm?", "Anna Berg"),
            asked("When was the bridge at Holm opened?", "1932"),
            asked("Since when was the ferry run?", "1871"),
        ),
    )
    other = Paragraph(0, "Holm", "The church of Holm burned down. It rained for days.", ())
    sentence = "Bo Lind sold 300 books in Oslo."
    return SupportSources(
        [paragraph, other],
        [SentenceQuestion("d", sentence, "Who sold 300 books?", Span(0, 7))],
        [Judged("A man sits.", ("A man sits on a chair.",), True, "scene 0")],
        [Judged("Ann won.", ("Ann came first.",), True, "Ann", "Ann", ("Ann was born in Rome.",))],
        [],
        Stater(["to open"] * 3),
        recipe or Recipe(paragraphs=1.0, scenes=1.0, statements=3.0, excerpts=2.0),
    )


def test_an_epoch_is_the_same_for_its_number_and_others_differ() -> None:
    assert sources().epoch(3) == sources().epoch(3)
    assert sources().epoch(3) != sources().epoch(4)


def test_an_epoch_holds_every_source() -> None:
    seen = {claim.text for number in range(20) for claim in sources().epoch(number)}
    assert {"A man sits.", "Ann won.", "Bo Lind sold 300 books."} <= seen
    assert any("Anna Berg opened the bridge at Holm." in text for text in seen)


def test_a_statement_whose_answer_stands_in_its_evidence_is_supported_and_others_are_not() -> None:
    recipe = Recipe(paragraphs=1.0, statements=3.0, excerpts=0, compared=0, merged=0, both=0)
    right = {
        "Anna Berg opened the bridge at Holm.": "by Anna Berg",
        "The bridge at Holm was opened in 1932.": "opened in 1932",
    }
    seen = set()
    for number in range(150):
        for claim in sources(recipe).epoch(number):
            if claim.supported and claim.text in right:
                assert right[claim.text] in claim.evidence
            elif claim.text in right:
                # Unsupported although the claim is as it was: the evidence must have changed.
                assert f"Holm was opened in 1932 {right['Anna Berg opened the bridge at Holm.']}" \
                    not in claim.evidence  # fmt: skip
            if "bridge at Holm" in claim.text:
                seen.add((claim.supported, claim.text in right))
    assert seen == {(True, True), (False, True), (False, False)}


def test_a_page_beside_only_other_sentences_is_not_supported() -> None:
    claims = [c for n in range(300) for c in sources().epoch(n) if c.text == "Ann won."]
    assert all(claim.supported is ("came first" in claim.evidence) for claim in claims)
    assert {claim.supported for claim in claims} == {True, False}


@pytest.mark.parametrize("supported", [True, False])
def test_a_bound_holds_only_where_it_is_to(supported: bool) -> None:
    made = {
        edits.compared("It carries 4,000 cars.", supported, random.Random(seed))
        for seed in range(60)
    }
    for text in made:
        assert text is not None
        found = re.fullmatch(r"It carries (.*) ([\d,]+) cars\.", text)
        assert found is not None
        bound = int(found[2].replace(",", ""))
        less = found[1] in ("fewer than", "less than", "under", "below", "at most")
        assert (bound > 4000 if less else bound < 4000) is supported


def test_a_bound_on_a_year_is_before_or_after_it() -> None:
    made = edits.compared("The bridge was opened in 1932.", True, random.Random(2))
    assert made is not None
    found = re.search(r"(before|after) (\d+)\.$", made)
    assert found is not None
    assert (int(found[2]) > 1932) is (found[1] == "before")


@given(st.integers(3, 10**7), st.sampled_from([-1, 1]), st.integers(0, 99))
def test_a_number_near_another_is_never_that_number(value: int, way: int, seed: int) -> None:
    for text in (str(value), f"{value:,}"):
        assert edits.shifted(text, way, random.Random(seed)) != text


def test_changes_put_another_of_its_kind() -> None:
    rng = random.Random(1)
    assert edits.name_change("Anna Berg came to Holm.", ["1932", "Karl Dahl"], rng) in (
        ("Anna Berg", "Karl Dahl"),
        ("Holm", "Karl Dahl"),
    )
    assert edits.name_change("It rained.", ["Karl Dahl"], rng) is None
    assert edits.contrary_change("The first bridge.", rng) == ("first", "last")
    assert edits.negation("It was never opened.", rng) == ("never", "always")
    assert edits.changed("It was not opened.", ("not", "")) == "It was opened."
    assert edits.negation("It rained.", rng) is None
    old, new = edits.number_change("Two men came.", rng) or ("", "")
    assert (old, new[0].isupper(), new != "Two") == ("Two", True, True)


def test_a_sentence_is_shortened_and_joined() -> None:
    sentence = "In 1900, the mill (of oak), which was old, burned down; it was rebuilt."
    made = {edits.shortened(sentence, random.Random(seed)) for seed in range(60)}
    assert "The mill burned down." in made
    assert not any("oak" in each for each in made)
    assert edits.merged("Ann came.", "The end was near.", random.Random(0)) in (
        "Ann came. The end was near.",
        "The end was near. Ann came.",
        "Ann came, and the end was near.",
        "The end was near, and Ann came.",
    )


def test_claims_to_choose_by_share_no_group_with_those_to_learn() -> None:
    judged = [Judged(f"c{n}", ("e",), True, f"page {n // 3}") for n in range(90)]
    learnt, kept = fitted(judged), chosen(judged)
    assert len(learnt) + len(kept) == 90
    assert len(kept) == 15
    assert not {each.group for each in learnt} & {each.group for each in kept}
    assert fitted(judged) == fitted([replace(each) for each in judged])

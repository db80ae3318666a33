"""The parts that a model's text goes through: sentences, cleaning, facts, the choice of quotes."""

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.generation.checking import check
from footnote.generation.cleaning import cleaned, plain
from footnote.generation.facts import Facts
from footnote.generation.sentences import Sentences, Written
from footnote.records import Passage, Span, Unit
from tests.generation.overlap import Overlap

SAID = (
    "The raid took place in Paris [1]. He left the U.S. [2] and came back.[1][3] A third one, at "
    "10.5 km. [2, 4]\n- Item one [1]\n- Item two [2]\n[3]\nLast."
)
SENTENCES = ["It was lit in 1868.", "The keeper lived there.", "Oil came by boat.", "It is 40 m."]
HOSTILE = st.lists(
    st.sampled_from(
        "![ ]( ) [1] [ ] <img <script> </script> <|im_start|> <|x|> > < http://evil.example/ data: "
        "javascript:x //evil.example evil.example @ ** ` [INST] </s> </passage> 7 March 1868 not "
        "never The Lighthouse . ! ? \n \u200b \u202e \U000e0041 &lt; 2026-02-31 ٣ ² 99999".split(
            " "
        )
    )
    | st.text(max_size=6),
    max_size=25,
).map("".join)


def passage(sentences: list[str], headings: tuple[str, ...] = ("The Light",)) -> Passage:
    text, units = "", []
    for each in sentences:
        text += " " if text else ""
        units.append(Unit("sentence", Span(100 + len(text), 100 + len(text) + len(each))))
        text += each
    return Passage("d", 0, Span(100, 100 + len(text)), text, headings, tuple(units), 7)


def taken(pieces: list[str]) -> list[Written]:
    sentences = Sentences()
    return [*(each for piece in pieces for each in sentences.add(piece)), *sentences.end()]


def test_sentences_have_their_own_numbers_wherever_the_marks_stand() -> None:
    assert [(each.text, each.numbers, each.new_line) for each in taken([SAID])] == [
        ("The raid took place in Paris.", (1,), False),
        ("He left the U.S. and came back.", (2, 1, 3), False),
        ("A third one, at 10.5 km.", (2, 4), False),
        ("- Item one", (1,), True),
        ("- Item two", (2, 3), True),
        ("Last.", (), True),
    ]


@given(st.lists(st.integers(0, len(SAID)), max_size=12))
def test_sentences_do_not_depend_on_how_the_text_was_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(SAID)]
    pieces = [SAID[start:end] for start, end in pairwise(places)]
    assert taken(pieces) == taken([SAID])


def test_what_a_model_thinks_is_no_answer() -> None:
    assert taken(["<thi", "nk>It is so [1].\nOr", " not.</think>It is so [2]."]) == [
        Written("It is so.", (2,))
    ]
    assert taken(["<think>It is so [1]."]) == []


def test_an_address_with_a_gap_does_not_close() -> None:
    assert plain("Read 0 .AA and evil .example now.", "") == "Read and now."


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_nothing_hostile_is_left_in_a_sentence(text: str) -> None:
    left = plain(text, "the source names source.example only")
    assert not re.search(r"[<>\n\r]|!\[|\]\(|evil\.example|javascript:x|data:\S", left)
    assert all(unicodedata.category(each) not in ("Cc", "Cf", "Cs") for each in left)
    assert plain(left, "the source names source.example only") == left


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_no_token_of_a_template_is_left_in_a_passage(text: str) -> None:
    left = cleaned(text)
    assert not re.search(r"<\|[^<>\n]*\|>|\[INST\]|</s>|</passage>", left)
    assert cleaned(left) == left


@settings(max_examples=300, deadline=None)
@given(HOSTILE, HOSTILE)
def test_any_sentence_is_checked_without_an_error(text: str, source: str) -> None:
    held = [passage([source.replace("\n", " ") or "x", "It was lit."])]
    for written in taken([text]):
        checked = check(written, held, Overlap())
        assert not checked.supported or checked.places
        for place, span in checked.places:
            assert span in place.span
            assert place.quote(span) in place.text


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It was lit in 1868.", "It was lit in 1868."),
        ("The keeper lived there.", "The keeper lived there."),
        # Two sentences say it, and both are shown, as one span.
        ("It was lit in 1868 and the keeper lived there.", " ".join(SENTENCES[:2])),
    ],
)
def test_the_quote_is_the_shortest_that_supports(claim: str, quote: str) -> None:
    held = passage(SENTENCES)
    checked = check(Written(claim, (1,)), [held], Overlap())
    assert checked.supported
    ((place, span),) = checked.places
    assert place.quote(span) == quote


def test_a_sentence_of_two_passages_stands_on_both() -> None:
    held = [passage(["It was lit in 1868."]), passage(["Oil came by boat."])]
    checked = check(Written("It was lit in 1868, and oil came by boat.", (1, 2)), held, Overlap())
    assert checked.supported
    assert [place for place, _ in checked.places] == held


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("Watt improved the engine in 1769.", []),
        ("Newton improved the engine in 1769.", ["Newton"]),
        ("It was improved by Newcomen.", ["Newcomen"]),
        ("It was sold on 3 Feb 1780 for 5000 pounds.", []),
        ("It was sold on 1780-02-03.", []),
        ("It was sold on February 2, 1780.", ["February 2, 1780"]),
        ("It was sold for six thousand pounds.", ["6", "thousand"]),
        ("Watt did not improve the engine.", ["improv"]),
        ("Watt invented it.", ["invent"]),
        ("He did not invent the engine.", []),
        ("It was never sold.", ["sold"]),
        (f"It has {'9' * 5000} parts.", ["9" * 5000]),
    ],
)
def test_facts_that_a_source_does_not_hold_are_named(claim: str, missing: list[str]) -> None:
    source = Facts(
        "James Watt improved the engine in 1769; he did not invent it. It was sold for 5,000 "
        "pounds on February 3, 1780."
    )
    assert source.missing(claim) == missing


def test_a_sentence_without_end_is_not_looked_at() -> None:
    checked = check(Written("It was lit in 1868. " * 100, (1,)), [passage(SENTENCES)], Overlap())
    assert (checked.supported, checked.text) == (False, "")

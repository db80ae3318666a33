"""Whom a question names, and whether a text speaks of it."""

import pytest

from footnote.answering.subject import Text, names_in


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who built the Orford Granary?", ["Orford Granary"]),
        ("Where did Abu Hamza al-Masri go?", ["Abu Hamza", "Masri"]),
        ("Orford was built when?", []),
        ("who built the orford granary?", []),
        ("Who Built The Orford Granary?", []),
        ("Is MD5 secure?", ["MD5"]),
        ("Which EU law is stricter?", []),
        ("What was Temur's Chinese-style name?", ["Temur", "Chinese"]),
        ("May I see it?", []),
        ("", []),
    ],
)
def test_names_are_told_by_their_capitals(question: str, names: list[str]) -> None:
    assert [name.text for name in names_in(question)] == names


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("what is the default of max_connections?", ["max_connections"]),
        ("http.proxy does what", ["http.proxy"]),
        ("Does --no-color help?", ["--no-color"]),
        ("when is maxCount read", ["maxCount"]),
        ("Is GIT_DIR read?", ["GIT_DIR"]),
        ("Why so late, e.g. at 5 p.m. or 3.14 -- or well-known?", []),
    ],
)
def test_what_is_written_as_programs_write_is_a_name(question: str, names: list[str]) -> None:
    assert [name.text for name in names_in(question)] == names


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("The Orford Granary stands in Oakhanger.", True),
        ("The granary at Orford", True),
        ("The Kelby Granary", False),
        ("Orford", False),
        ("The Orfrod Granary", True),
        ("The Oxford Granary", False),
        ("", False),
    ],
)
def test_a_text_mentions_a_name_if_it_holds_all_its_words(text: str, mentioned: bool) -> None:
    (name,) = names_in("Who built the Orford Granary?")
    assert Text(text).mentions(name) is mentioned


def test_an_abbreviation_is_mentioned_by_the_words_it_stands_for() -> None:
    (name,) = names_in("What does the FIS want?")
    assert Text("the Front of Islamic Salvation, Front Islamique du Salut").mentions(name)
    assert not Text("the party").mentions(name)

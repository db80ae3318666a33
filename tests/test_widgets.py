"""What is set of a widget is exact, and what cannot be meant stops the start."""

from pathlib import Path

import pytest

from footnote.errors import UsageError
from footnote.settings import load_settings
from footnote.widgets import checked_origin

MALFORMED = [
    *("*", "null", "", "https://", "https://*.example.org", "https://www.example.org/"),
    *("https://www.example.org/chat", "www.example.org", "//www.example.org", "file://x"),
    *("https://user@www.example.org", "https://www.example.org:99999", "https://a b.example"),
    *("https://www.example.org:", "https://www.example.org?", "https://müller.example"),
    *("https://www.example.org https://b.example", "https://www.example.org;", "https://a..b"),
    *("https://a.example\n", "https://a.example, https://b.example", "ftp://a.example"),
]


def set_up(text: str) -> None:
    Path("footnote.toml").write_text(text)


def test_a_widget_is_read_from_the_file() -> None:
    set_up(
        "[widgets.shop]\n"
        'id = "shop-1"\norigins = ["https://Shop.Example.org:443", "http://localhost:3000"]\n'
        'documents = ["manuals/*"]\nlang = "fr"\nrate_per_minute = 5\n'
    )
    widget = load_settings().widgets["shop"]
    assert widget.origins == ("https://shop.example.org", "http://localhost:3000")
    assert widget.scope == ("manuals/*",)
    assert (widget.covers("manuals/a/b.pdf"), widget.covers("Manuals/a.pdf")) == (True, False)
    assert (widget.lang, widget.rate_per_minute, widget.sources) == ("fr", 5, False)


def test_by_default_nobody_may_use_it_and_it_answers_from_everything() -> None:
    set_up('[widgets.a]\nid = "a"\n')
    widget = load_settings().widgets["a"]
    assert widget.origins == ()
    assert widget.scope == ()
    assert widget.covers("any/thing.md")


@pytest.mark.parametrize("origin", MALFORMED)
def test_a_malformed_origin_stops_the_start(origin: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        checked_origin(origin)
    with pytest.raises(UsageError, match=r"widgets\.a\.origins\.0 = "):
        load_settings(widgets={"a": {"id": "a", "origins": [origin]}})
    with pytest.raises(UsageError, match=r"origins\.0 = .*without path or wildcard"):
        load_settings(origins=[origin])


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, r"widgets\.a\.id"),
        ({"id": "a/b"}, r"widgets\.a\.id = 'a/b'"),
        ({"id": ""}, r"widgets\.a\.id = ''"),
        ({"id": "a\n"}, r"widgets\.a\.id"),
        ({"id": "x" * 65}, r"widgets\.a\.id"),
        ({"id": "a", "origin": ["https://a.example"]}, r"widgets\.a\.origin = "),
        ({"id": "a", "documents": []}, r"widgets\.a\.documents = \[\]"),
        ({"id": "a", "documents": [""]}, r"widgets\.a\.documents\.0 = ''"),
        ({"id": "a", "color": "red;"}, r"widgets\.a\.color = 'red;'"),
        ({"id": "a", "lang": "it"}, r"widgets\.a\.lang = 'it'"),
        ({"id": "a", "rate_per_minute": 0}, r"widgets\.a\.rate_per_minute = 0"),
        ({"id": "a", "questions": ["Why?"] * 9}, r"widgets\.a\.questions = "),
    ],
)
def test_each_value_that_cannot_be_used_is_named(given: dict[str, object], named: str) -> None:
    with pytest.raises(UsageError, match=f"settings cannot be used: {named}"):
        load_settings(widgets={"a": given})


def test_two_widgets_have_not_one_id() -> None:
    with pytest.raises(UsageError, match="'same' is there twice"):
        load_settings(widgets={"a": {"id": "same"}, "b": {"id": "same"}})

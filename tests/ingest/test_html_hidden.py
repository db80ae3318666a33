"""What a page holds and does not show is left out, counted, and told."""

import pytest

from footnote.ingest.html import read_html
from footnote.ingest.loaders import load


def page(style: str, body: str) -> str:
    return f"<html><head><style>{style}</style></head><body><p>Shown.</p>{body}</body></html>"


HIDDEN = [
    page("", "<p style='display:none'>Not shown.</p>"),
    page("", "<p style='color:red;VISIBILITY: hidden'>Not shown.</p>"),
    page("", "<p><span style='font-size:0px'>Not shown.</span></p>"),
    page("", "<div hidden><p>Not <b>shown.</b></p></div>"),
    page(".x { display: none; }", "<p class='a x'>Not shown.</p>"),
    page("#x, .y { visibility: hidden }", "<p id=x>Not shown.</p>"),
    page("/* .x{} */ .x{font-size:0}", "<p class=x>Not shown.</p>"),
]
SHOWN = [
    page("", "<p style='font-size:0.9em'>Seen too.</p>"),
    page("", "<p style='font-size: 10px'>Seen too.</p>"),
    page("@media print { .x { display: none } }", "<p class=x>Seen too.</p>"),
    page(".x{display:none} .x.open{display:block}", "<p class=x>Seen too.</p>"),
    page(".x{display:none} @media (min-width:9em){.x{display:flex}}", "<p class=x>Seen too.</p>"),
    page("nav .x {display:none}", "<p class=x>Seen too.</p>"),
    page(".x{display:block}", "<p class=x>Seen too.</p>"),
    page("p{", "<p class=x>Seen too.</p>"),
]


@pytest.mark.parametrize("source", HIDDEN)
def test_what_is_not_shown_is_left_out_and_told(source: str) -> None:
    read = read_html(source)
    assert (read.text, read.hidden) == ("Shown.", len("Not shown."))
    assert load("a.html", source.encode()).notes == ("10 hidden characters left out",)


@pytest.mark.parametrize("source", SHOWN)
def test_what_can_be_seen_is_read(source: str) -> None:
    read = read_html(source)
    assert (read.text, read.hidden) == ("Shown.\n\nSeen too.", 0)
    assert load("a.html", source.encode()).notes == ()


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("<meta property='article:published_time' content='2026-02-03T10:00:00Z'>", "2026-02-03"),
        ("<meta name=date content='2026-02'>", "2026-02"),
        ("<meta name=dcterms.date content='3 February'>", None),
        ("", None),
    ],
)
def test_the_date_is_what_the_page_says(head: str, date: str | None) -> None:
    assert load("a.html", f"<head>{head}</head><p>Shown.".encode()).date == date


def test_a_time_in_the_text_is_the_date_where_nothing_else_is() -> None:
    body = b"<p>On <time datetime='2026-02-03'>Tuesday</time>.<time datetime='2020-01-01'>x</time>"
    assert load("a.html", body).date == "2026-02-03"


@pytest.mark.parametrize(
    ("tag", "code"), [("en-GB", "en"), ("de", "de"), ("", None), ("x-y", None)]
)
def test_the_language_is_what_the_page_says(tag: str, code: str | None) -> None:
    assert load("a.html", f"<html lang='{tag}'><p>Shown.".encode()).language == code

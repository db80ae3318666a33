import base64
import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from footnote.evaluation.report import details
from footnote.evaluation.report.html import write_html
from footnote.evaluation.run_files import Predictions
from tests.evaluation.report.samples import HOSTILE, ROWS, TEXTS, make_full_run, make_run

SHOWN_HOSTILE = HOSTILE.replace("\x00", "\ufffd").replace("\x07", "\ufffd")


def read(path: str = "run") -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(Path(path, "report.html").read_bytes())


def texts(found: list[lxml.html.HtmlElement]) -> list[str]:
    return [" ".join(each.text_content().split()) for each in found]


def test_the_worst_questions_come_first() -> None:
    make_full_run()
    outcomes = texts(read().cssselect("#table .badge"))
    assert outcomes == [
        "false answer", "wrong answer", "over-refusal", "right answer", "right answer",
        "right silence", "ungraded",
    ]  # fmt: skip
    right = texts(read().cssselect("#table .question"))[3:5]
    assert right == ["When was it lit?", "How high is it?"]


def test_the_quote_is_marked_to_the_character_within_its_passage() -> None:
    make_full_run()
    marks = {mark.text_content(): mark.getparent() for mark in read().cssselect("mark")}
    assert set(marks) == {
        "The light was lit in 1868.",
        "It stands 48 metres high.",
        "Nothing of note. 😀",
        "Nothing of note.",
        SHOWN_HOSTILE,
    }
    around = marks["It stands 48 metres high."]
    assert around.text_content().startswith("It stands 48 metres high. It is white.")
    assert "light.txt, 28:53" in around.text_content()


def test_each_question_shows_answer_gold_and_how_its_citation_stands_to_it() -> None:
    make_full_run()
    shown = dict(zip(
        texts(read().cssselect("#table .question")), texts(read().cssselect(".answer")), strict=True
    ))  # fmt: skip
    assert "agrees with the gold evidence" in shown["When was it lit?"]
    assert "1868" in shown["When was it lit?"]
    assert "elsewhere than the gold evidence" in shown["How white is it?"]
    assert "none: it must not be answered" in shown["What is not there?"]
    assert "no answer is given" in shown["And this?"]


def test_a_withheld_answer_is_shown_as_such_with_the_reason() -> None:
    make_full_run()
    (withheld,) = read().cssselect('tbody[data-outcome="over-refusal"]')
    assert "withheld: Nothing of note." in texts([withheld])[0]
    assert "its confidence is below the threshold of 0.5; confidence 0.200" in texts([withheld])[0]


def test_hostile_texts_are_shown_and_never_markup() -> None:
    make_full_run()
    page = read()
    assert len(page.cssselect("script")) == 2
    assert page.cssselect("#pwned") == page.cssselect("img") == []
    assert not [name for each in page.iter() for name in each.attrib if name.startswith("on")]
    assert SHOWN_HOSTILE in page.cssselect("#table .question")[0].text_content()
    assert "{{ 7 * 7 }}" in page.text_content()
    data = Path("run/report.html").read_bytes()
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)


def test_nothing_outside_the_file_is_asked_for() -> None:
    make_full_run()
    page = read()
    links = page.xpath("//@*[local-name()='src' or local-name()='href']")
    assert links
    assert all(link.startswith("#") for link in links)
    assert page.cssselect("link, iframe, object, embed") == []
    assert "url(" not in page.cssselect("style")[0].text_content()


def test_the_policy_lets_the_reports_own_scripts_run_and_no_other() -> None:
    make_full_run()
    page = read()
    (policy,) = page.cssselect('meta[http-equiv="Content-Security-Policy"]')
    digests = [
        base64.b64encode(hashlib.sha256(script.text_content().encode()).digest()).decode()
        for script in page.cssselect("script")
    ]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    assert f"script-src {allowed};" in policy.get("content")
    assert policy.get("content").startswith("default-src 'none';")


def test_every_part_is_there_and_ids_are_used_once() -> None:
    make_full_run()
    page = read()
    ids = [each.get("id") for each in page.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    for part in ("figures", "pictures", "comparison", "sweep", "breakdown", "questions"):
        assert part in ids
        assert page.cssselect(f'nav a[href="#{part}"]')
    pictures = [each.get("id") for each in page.cssselect("figure")]
    assert pictures == [
        f"picture-{n}" for n in ("risk", "reliability", "recall", "latency", "sweep")
    ]
    assert all(each.get("aria-label") for each in page.cssselect("svg"))
    comparison = texts(page.cssselect("#comparison"))[0]
    assert "Won: 1" in comparison
    assert "Only in this run (1): 7" in comparison
    assert "With other wording or gold, and not compared (1): 6" in comparison
    verdict = texts(page.cssselect(".verdict"))[0]
    assert verdict.startswith("Failed. f1 is")
    assert verdict.endswith("Held: citation_exactness >= 1; accuracy no worse than the baseline.")
    assert len(page.cssselect("#sweep tbody tr")) == 21


def test_without_gold_only_what_was_measured_is_shown() -> None:
    make_run("run", [{"question": "And this?"}, {"question": "When was it lit?"}])
    page = read()
    assert [each.get("id") for each in page.cssselect("figure")] == ["picture-latency"]
    assert page.cssselect("#comparison, #sweep, .verdict.failed") == []


def test_equal_results_give_equal_bytes() -> None:
    results = make_full_run()
    written = []
    for _ in range(2):
        file = io.BytesIO()
        write_html(results, file)
        written.append(file.getvalue())
    assert written[0] == written[1] == Path("run/report.html").read_bytes()


def test_more_questions_than_a_table_bears_are_cut_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(details, "MOST_QUESTIONS", 3)
    make_full_run()
    assert texts(read().cssselect("#table .badge")) == [
        "false answer", "wrong answer", "over-refusal",
    ]  # fmt: skip
    assert "The 3 worst of 7; predictions.jsonl has all" in texts(read().cssselect("#questions"))[0]


def test_long_texts_and_passages_are_cut_around_the_quote(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{'before ' * 200}The light is 😀 white.{' after' * 200}"
    monkeypatch.setitem(TEXTS, "long.txt", text)
    script = {"Q?": ("long.txt", "The light is 😀 white.", 0.9), "All?": ("long.txt", text, 0.9)}
    rows: list[dict[str, Any]] = [
        {"question": "Q?", "answers": ["x" * 9000]},
        {"question": "All?"},
    ]
    one, two = details.rows(make_run("run", rows, script))
    assert one.citations[0].quote == "The light is 😀 white."
    before, after = one.citations[0].before, one.citations[0].after
    assert (before[0], after[-1]) == ("…", "…")
    assert len(before) == len(after) == 301
    assert f"{before[1:]}The light is 😀 white.{after[:-1]}" in text
    assert two.answer == f"{text[:2000]}…"
    assert "x" * 2001 not in Path("run/report.html").read_text()


def test_the_order_is_by_outcome_then_the_surest() -> None:
    rows = [*ROWS, {"question": "When was it lit?", "answerable": False, "id": "sure"}]
    results = make_run("run", rows)
    numbers = details.order(results)
    assert [results.questions[n].id for n in numbers[:2]] == [HOSTILE, "sure"]


def test_a_quote_that_is_not_the_documents_text_is_not_marked_within_it() -> None:
    path = Path("run/predictions.jsonl")
    gold = {"document": "light.txt", "quote": "48 metres"}
    results = make_run("run", [ROWS[1] | gold])
    text = path.read_text().replace('"citations_exact": [true]', '"citations_exact": [false]')
    path.write_text(text.replace('"quote": "It stands', '"quote": "It stood '))
    (row,) = details.rows(replace(results, predictions=Predictions(path)))
    (place,) = row.citations
    assert (place.before, place.quote, place.after) == ("", "It stood  48 metres high.", "")
    assert (place.exact, place.gold) == (False, None)

"""The report in a real browser, opened from the disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.evaluation.report.samples import make_full_run, make_run

pytestmark = pytest.mark.browser

WORST_FIRST = [
    "false answer", "wrong answer", "over-refusal", "right answer", "right answer",
    "right silence", "ungraded",
]  # fmt: skip


def opened(browser: Browser, **context: Any) -> Page:  # noqa: ANN401
    """Open an empty page in a context of its own."""
    return browser.new_context(viewport={"width": 1280, "height": 900}, **context).new_page()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that is to open a report; what it asks for or complains of fails the test."""
    page = opened(browser)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text))
    yield page
    assert complaints == []
    assert asked == [page.url.partition("#")[0]]
    page.context.close()


def open_report(page: Page) -> None:
    page.goto(Path("run/report.html").resolve().as_uri())
    expect(page.locator("#shown")).to_be_visible()


def shown_outcomes(page: Page) -> list[str]:
    return page.locator("#table tbody:not([hidden]) .badge").all_text_contents()


def test_it_opens_from_the_disk_and_asks_for_nothing_and_hostile_texts_do_nothing(
    page: Page,
) -> None:
    make_full_run()
    open_report(page)
    assert shown_outcomes(page) == WORST_FIRST
    expect(page.locator("#shown")).to_have_text("7 of 7 questions shown")
    assert page.evaluate("document.body.dataset.pwned") is None
    page.locator("#table summary").first.click()
    expect(page.locator("mark").first).to_contain_text("</script><script>")


def test_questions_are_sorted_and_filtered(page: Page) -> None:
    make_full_run()
    open_report(page)
    page.get_by_role("button", name="confidence").click()
    header = page.get_by_role("columnheader", name="confidence")
    expect(header).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="confidence").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    assert shown_outcomes(page)[:3] == ["false answer", "right answer", "right answer"]
    page.get_by_role("button", name="outcome").click()
    assert shown_outcomes(page) == WORST_FIRST
    page.get_by_label("Outcome").select_option("right answer")
    expect(page.locator("#shown")).to_have_text("2 of 2 questions shown")
    page.locator("#filter-tag").select_option("withheld")
    expect(page.locator("#shown")).to_have_text("0 of 0 questions shown")
    page.get_by_label("Outcome").select_option("")
    assert shown_outcomes(page) == ["over-refusal"]
    page.locator("#filter-tag").select_option(index=1)
    assert shown_outcomes(page) == ["false answer"]
    page.locator("#filter-tag").select_option("")
    page.get_by_role("button", name="F1").click()
    assert shown_outcomes(page)[-1] == "ungraded"
    page.get_by_role("button", name="F1").click()
    assert shown_outcomes(page)[-1] == "ungraded"
    page.get_by_label("Text").fill("HOW HIGH")
    assert shown_outcomes(page) == ["right answer"]


def test_it_works_by_keyboard_alone(page: Page) -> None:
    make_full_run()
    open_report(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "F1":
            break
    page.keyboard.press("Enter")
    header = page.locator("#table").get_by_role("columnheader", name="F1", exact=True)
    expect(header).to_have_attribute("aria-sort", "ascending")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#table details[open]")).to_have_count(1)


def test_more_than_a_page_of_questions_is_shown_in_parts(page: Page) -> None:
    make_run("run", [{"question": f"Q{n}?"} for n in range(230)])
    open_report(page)
    for count in (100, 200, 230):
        expect(page.locator("#shown")).to_have_text(f"{count} of 230 questions shown")
        assert len(shown_outcomes(page)) == count
        if count < 230:
            page.get_by_role("button", name="Show more").click()
            expect(page.locator("#table summary").nth(count)).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_without_javascript_every_question_can_be_read(browser: Browser) -> None:
    make_run("run", [{"question": f"Q{n}?"} for n in range(130)])
    page = opened(browser, java_script_enabled=False)
    page.goto(Path("run/report.html").resolve().as_uri())
    expect(page.locator("#table tbody:visible")).to_have_count(130)
    expect(page.locator(".filters")).to_be_hidden()
    page.locator("#table summary").nth(120).click()
    expect(page.locator(".answer").nth(120)).to_be_visible()
    page.context.close()


def test_a_print_has_no_controls(page: Page) -> None:
    make_run("run", [{"question": f"Q{n}?"} for n in range(130)])
    open_report(page)
    expect(page.locator("#further")).to_be_visible()
    page.emulate_media(media="print")
    for control in ("nav", "#filter-text", "#filter-outcome", "#further"):
        expect(page.locator(control)).to_be_hidden()
    expect(page.locator("#shown")).to_have_text("100 of 130 questions shown")
    expect(page.locator("#shown")).to_be_visible()
    expect(page.locator("#table tbody").first).to_be_visible()
    assert page.pdf().startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#table tbody:not([hidden]) details[open]")).to_have_count(100)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#table details[open]")).to_have_count(0)


def test_a_phone_scrolls_down_only(page: Page) -> None:
    make_full_run()
    page.set_viewport_size({"width": 360, "height": 700})
    open_report(page)
    page.locator("#table summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 360

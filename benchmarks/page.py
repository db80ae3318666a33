"""How long the page takes until it can be used, what it weighs, and how soon an answer stands.

Usage: python -m benchmarks.page ADDRESS [--times N] [--question Q]

A server must run at ADDRESS. Each opening is in a browser context of its own, with nothing
cached; usable is when the page says that it is ready, with its documents listed. Questions are
asked in the last of them, a different one each time by a number at their end.
"""

import argparse
import statistics
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM, FLAGS

READY = "html[data-footnote=ready]"


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of the page."""

    seconds: float
    requests: int
    transferred: int


def main() -> None:
    """Open, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--question", default="What are the documents about?")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        openings = [opened(browser, given.address) for _ in range(given.times)]
        seconds = statistics.median(each.seconds for each in openings)
        last = openings[-1]
        print(
            f"usable after {seconds:.2f} s (median of {given.times}, nothing cached); "
            f"{last.requests} requests, {last.transferred / 1000:,.0f} kB"
        )
        page = browser.new_page()
        page.goto(given.address)
        page.locator(READY).wait_for()
        answers = [asked(page, f"{given.question} {n}") for n in range(given.times)]
        print(f"an answer stands {statistics.median(answers) * 1000:.0f} ms after Enter")
        browser.close()


def opened(browser: Browser, address: str) -> Opening:
    """Open the page in a context of its own."""
    with browser.new_context() as context:
        page = context.new_page()
        sizes: list[int] = []
        page.on("requestfinished", lambda each: sizes.append(each.sizes()["responseBodySize"]))
        started = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.locator(READY).wait_for()
        seconds = time.perf_counter() - started
        return Opening(seconds, len(sizes), sum(sizes))


def asked(page: Page, question: str) -> float:
    """Ask, and return the seconds until the answer stands."""
    count = page.locator(".fn-answer, .fn-failure").count()
    page.locator(".fn-box textarea").fill(question)
    started = time.perf_counter()
    page.keyboard.press("Enter")
    page.locator(".fn-answer, .fn-failure").nth(count).wait_for()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()

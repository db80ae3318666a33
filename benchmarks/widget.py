"""What the widget weighs, how soon it can be used, and what memory 200 answers take.

Usage: python -m benchmarks.widget [--times N] [--answers N]

It stands on an empty page of one site and asks the stub of its tests on another, both on this
machine, so that what is measured is the widget's own part. Usable is when its button is there
to be pressed, counted from when the browser begins to open the page, and set beside the same page
without it. The heap is Chromium's after a collection, before the first and after the last answer.
"""

import argparse
import gzip
import statistics

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM, FLAGS
from tests.web.widget.stub import SCRIPT, WIDGET, Site, WidgetServer

BARE = "<!doctype html><html lang=en><title>Site</title><body><h1>A site</h1>"
# Looks each frame, from the start of the page on, and keeps when the button was there.
LOOK = """(() => {
    const look = () => {
        const chat = document.querySelector("footnote-chat");
        const button = chat?.shadowRoot.querySelector(".launcher");
        if (button?.getClientRects().length) window.usable = performance.now();
        else requestAnimationFrame(look);
    };
    look();
})()"""
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--answers", type=int, default=200)
    given = parser.parse_args()
    content = SCRIPT.read_bytes()
    print(f"{len(gzip.compress(content, 9)):,} bytes gzipped, {len(content):,} as they are")
    with sync_playwright() as playwright, WidgetServer() as server, Site() as site:
        assert isinstance(server, WidgetServer)
        assert isinstance(site, Site)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tag = f'<script src="{server.base}/widget.js" data-widget="{WIDGET}" defer></script>'
        bare, embedding = site.put(BARE), site.put(BARE + tag)
        without, usable = [], []
        for _ in range(given.times):
            without.append(opened(browser, bare, LOADED))
            usable.append(opened(browser, embedding, "window.usable"))
        print(
            f"usable after {statistics.median(usable):.0f} ms, the page without it loaded "
            f"after {statistics.median(without):.0f} ms (medians of {given.times}, "
            "nothing cached)"
        )
        page = browser.new_page()
        page.goto(embedding)
        before, after = heaps(page, given.answers)
        print(
            f"heap {before / 1e6:.2f} MB before and {after / 1e6:.2f} MB after {given.answers} "
            f"answers: {(after - before) / given.answers / 1000:.1f} kB an answer"
        )
        browser.close()


def opened(browser: Browser, address: str, until: str) -> float:
    """Open a page in a context of its own; returns the milliseconds that an expression tells."""
    with browser.new_context() as context:
        context.add_init_script(LOOK)
        page = context.new_page()
        page.goto(address)
        return float(page.wait_for_function(until).json_value())


def heaps(page: Page, answers: int) -> tuple[int, int]:
    """Ask so often, and return the bytes of the heap before and after."""
    page.locator(".launcher").click()
    before = heap(page)
    page.evaluate(
        """async answers => {
            for (let at = 0; at < answers; at++) await Footnote.ask(`When was it lit? ${at}`);
        }""",
        answers,
    )
    page.locator(".turn").nth(answers - 1).locator(".thumbs").wait_for()
    return before, heap(page)


def heap(page: Page) -> int:
    """Collect what is not needed, and return the bytes of the rest."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return int(session.send("Runtime.getHeapUsage")["usedSize"])


if __name__ == "__main__":
    main()

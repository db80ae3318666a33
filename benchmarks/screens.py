"""Take the pictures of docs/page.md and docs/embedding.md, in a real browser.

Usage: python -m benchmarks.screens DIR

The documents are those of tests/data/formats, the sample article, two that disagree and one that
is hostile.
"""

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.load import serving
from benchmarks.page import READY
from footnote.embedding import load_embedder
from footnote.indexing.update import bring_up_to_date
from footnote.settings import Settings
from tests.conftest import CHROMIUM, FLAGS

ROOT = Path(__file__).parents[1]
SAMPLES = (ROOT / "tests/data/formats/corpus", ROOT / "corpus")
MADE = {
    "guide-2019.md": "# Visitor guide 2019\n\nThe museum opens at 9 in the morning.\n",
    "guide-2024.md": "# Visitor guide 2024\n\nThe museum opens at 10 in the morning.\n",
    "<img src=x onerror=alert(1)>.md": "# <script>alert(1)</script> notes\n\n"
    "The password of the vault is <b>swordfish</b> <img src='http://evil.example/x.png'>.\n",
}
BREWERY = "Who was the first keeper of the Rushton Brewery, and what was the work paid with?"
WIDGET = {"id": "archive", "title": "Ask the archive", "sources": True}
CHAPEL = "Who was the first keeper of the Jarrow Chapel?"


def main() -> None:
    """Serve the documents, and take each picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        corpus, index = Path(temporary, "corpus"), Path(temporary, "index")
        for folder in SAMPLES:
            shutil.copytree(folder, corpus, dirs_exist_ok=True)
        for name, text in MADE.items():
            (corpus / name).write_text(text, "utf-8")
        os.environ["FOOTNOTE_WIDGETS"] = json.dumps({"archive": WIDGET})
        settings = Settings(corpus=corpus, index=index)
        bring_up_to_date(corpus, index, load_embedder(settings))
        with serving(index, corpus) as (_, address), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            Screens(browser.new_page(viewport={"width": 1280, "height": 800}), given.folder).take(
                address
            )
            browser.close()


class Screens:
    """Takes pictures of a page into a folder."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._folder = folder

    def take(self, address: str) -> None:
        """Go through what the page can do."""
        page = self._page
        page.goto(address)
        page.locator(READY).wait_for()
        page.locator(".fn-examples button").first.wait_for()
        self._save("page-first")
        self._ask(BREWERY)
        page.locator(".fn-cite").first.hover()
        self._save("page-cite")
        page.mouse.move(5, 5)
        self._ask("Give me an overview of the French raid")
        page.locator(".fn-log").focus()
        page.keyboard.press("n")
        page.locator(".fn-steps", has_text="2 of").wait_for()
        self._save("page-next")
        self._ask(CHAPEL)
        page.locator(".fn-page-mark").first.wait_for()
        self._save("page-pdf")
        self._ask("When does the museum open?")
        self._save("page-disagree")
        self._ask("Who won the regatta of 1954?")
        self._save("page-nothing")
        page.reload()
        page.locator(READY).wait_for()
        self._save("page-reload")
        self._restricted()
        self._ask("What is the password of the vault?")
        self._save("page-hostile")
        self._look_otherwise()
        self._embedded(f"{address}/widget/archive/demo")

    def _embedded(self, address: str) -> None:
        page = self._page
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(address)
        chat = page.locator("footnote-chat[launcher]")
        chat.locator(".launcher").click()
        chat.locator("textarea").fill(BREWERY)
        page.keyboard.press("Enter")
        chat.locator(".cite").first.wait_for()
        self._save("widget")
        chat.locator(".cite").first.click()
        chat.locator(".source mark").first.wait_for()
        self._save("widget-source")

    def _restricted(self) -> None:
        page = self._page
        page.locator(".fn-restart").click()
        for title in ("The Zennor Foundry", "The Rushton Brewery"):
            page.get_by_label(f"Ask only of {title}").check()
        self._ask("When was it built?")
        self._save("page-restrict")
        page.locator(".fn-restart").click()

    def _look_otherwise(self) -> None:
        page = self._page
        page.locator(".fn-restart").click()
        page.emulate_media(color_scheme="dark")
        self._ask(BREWERY)
        self._save("page-dark")
        page.emulate_media(color_scheme="light")
        # By keyboard alone: to a number.
        page.locator(".fn-box textarea").focus()
        page.keyboard.press("Escape")
        self._save("page-keyboard")
        page.set_viewport_size({"width": 360, "height": 740})
        page.locator(".fn-turn").scroll_into_view_if_needed()
        self._save("page-phone")

    def _ask(self, question: str) -> None:
        page = self._page
        count = page.locator(".fn-answer").count()
        page.locator(".fn-box textarea").fill(question)
        page.keyboard.press("Enter")
        page.locator(".fn-answer").nth(count).wait_for()
        page.locator(".fn-source[aria-busy]").wait_for(state="detached")

    def _save(self, name: str) -> None:
        # What fades and moves has come to rest.
        self._page.wait_for_timeout(500)
        self._page.screenshot(path=self._folder / f"{name}.png")


if __name__ == "__main__":
    main()

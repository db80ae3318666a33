"""What axe-core finds on a page: WCAG 2.2 A and AA, and its own best practices."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What comes in by fading has not its colours yet; what moves without end is left to move.
_STILL = """() => Promise.allSettled(document.getAnimations()
    .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime))
    .map((each) => each.finished))"""

Violation = tuple[str, str, list[str]]
SERIOUS = ("serious", "critical")


def looked_at(page: Page) -> dict[str, Any]:
    """Return all that axe-core says of a page, when what moves in it has come to rest."""
    page.evaluate(_STILL)
    response: dict[str, Any] = Axe().run(page).response
    return response


def violations(response: dict[str, Any]) -> list[Violation]:
    """Return each violated rule: its name, its impact, and where it is violated first."""
    return [
        (each["id"], each["impact"], [node["html"][:160] for node in each["nodes"][:3]])
        for each in response["violations"]
    ]


def serious(page: Page) -> list[Violation]:
    """Return the violations that shut somebody out."""
    return [each for each in violations(looked_at(page)) if each[1] in SERIOUS]

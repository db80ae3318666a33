"""What the docs state must be so."""

import re

from footnote.settings import Settings
from tests.helpers import ROOT


def test_every_setting_is_documented_with_its_variable() -> None:
    table = (ROOT / "docs" / "configuration.md").read_text()
    documented = re.findall(r"^\| `(\w+)` \| `FOOTNOTE_(\w+)`", table, re.MULTILINE)
    assert {name for name, _ in documented} == set(Settings.model_fields)
    assert all(variable == name.upper() for name, variable in documented)


def test_links_between_the_docs_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"

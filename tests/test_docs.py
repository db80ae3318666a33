"""What the docs state must be so."""

import json
import re
from pathlib import Path

from footnote.settings import Settings
from tests.helpers import ROOT

# Read by the tests alone.
TEST_VARIABLES = {"CHROMIUM"}


def test_every_setting_is_documented_with_its_variable_and_default() -> None:
    table = (ROOT / "docs" / "configuration.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `FOOTNOTE_(\w+)` \| (.+?) \| (.+) \|$", table, re.MULTILINE)
    assert [name for name, *_ in rows] == [*dict.fromkeys(name for name, *_ in rows)]
    assert {name for name, *_ in rows} == set(Settings.model_fields)
    for name, variable, default, told in rows:
        assert variable == name.upper()
        assert default_is(default, Settings.model_fields[name].default), (name, default)
        assert told


def default_is(told: str, default: object) -> bool:
    """Compare as the docs write it: what stands for none is in words."""
    if default is None:
        return "`" not in told
    if isinstance(default, Path):
        return told == f"`{default}`"
    written = default if isinstance(default, str) else json.dumps(default)
    return told == f"`{written}`"


def test_every_setting_that_the_docs_name_is_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").iterdir()):
        for name in re.findall(r"\bFOOTNOTE_([A-Z_]+)\b", page.read_text()):
            known = name.lower() in Settings.model_fields or name in TEST_VARIABLES
            assert known, f"{page.name} names FOOTNOTE_{name}"


def test_every_test_that_the_page_on_security_names_is_there() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    named = set(re.findall(r"tests/[\w/]+\.\w+", page))
    assert len(named) > 5
    assert not [name for name in named if not (ROOT / name).exists()]


def test_links_between_the_docs_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"

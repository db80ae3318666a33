"""The built file: what its sources make, small, and of pinned tools."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from footnote.answering import texts
from footnote.generation import texts as written
from tests.helpers import ROOT

WIDGET = ROOT / "footnote/web/widget"
BUILT = WIDGET / "dist/widget.js"
# Bytes, gzipped.
MOST = 20_000
# What npm says where its registry cannot be reached.
OFFLINE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED"
)


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, with the tools of the lock file."""
    if shutil.which("npm") is None:
        pytest.skip("no npm found; install Node.js 20 or newer to build the widget again")
    folder = tmp_path_factory.mktemp("widget") / "widget"
    shutil.copytree(WIDGET, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    options = ("--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
    installed = run(folder, "npm", "ci", *options)
    if installed.returncode and OFFLINE.search(installed.stderr):
        pytest.skip("npm reaches no registry, and has esbuild and typescript not in its cache")
    assert installed.returncode == 0, installed.stderr
    return folder


def test_the_built_file_is_what_the_sources_make(tools: Path) -> None:
    built = run(tools, "npm", "run", "--silent", "build")
    assert built.returncode == 0, built.stderr
    same = (tools / "dist/widget.js").read_bytes() == BUILT.read_bytes()
    assert same, "the sources have changed; run make widget, and commit the built file"


def test_the_types_are_right(tools: Path) -> None:
    checked = run(tools, "npm", "run", "--silent", "check")
    assert checked.returncode == 0, checked.stdout


def test_it_is_small() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) <= MOST


def test_the_tools_are_pinned_and_name_no_host() -> None:
    text = (WIDGET / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert all("integrity" in each for name, each in packages.items() if name)
    assert not any("resolved" in each for each in packages.values())
    wanted = json.loads((WIDGET / "package.json").read_text("utf-8"))
    assert all(re.fullmatch(r"[\d.]+", pin) for pin in wanted["devDependencies"].values())
    assert "dependencies" not in wanted


def test_all_languages_say_all() -> None:
    """Where one has a place for a name or number, all have; the types hold the names together."""
    names = ("texts.ts", "translated.ts")
    source = "".join((WIDGET / "src" / name).read_text("utf-8") for name in names)
    blocks = re.findall(r"const (\w\w)(?:: Texts)? = \{(.*?)\n\};", source, re.DOTALL)
    text = re.compile(r'(\w+): "(.+)"(?: as Lang)?,')
    languages = {lang: dict(text.findall(block)) for lang, block in blocks}
    assert set(languages) == {"en", "fr", "de", "es"}
    for lang, said in languages.items():
        assert said.keys() == languages["en"].keys()
        for name, text in said.items():
            assert text.count("{}") == languages["en"][name].count("{}"), (lang, name)


def test_all_of_the_servers_own_words_are_said_in_all_languages() -> None:
    """What the server adds to its words, the widget has to learn."""
    source = (WIDGET / "src/said.ts").read_text("utf-8")
    said = re.findall(r'(en|fr|de|es): "(.+?)"(?=,| })', source)
    words = {lang: [text for each, text in said if each == lang] for lang, _ in said}
    assert set(words) == {"en", "fr", "de", "es"}
    assert len({len(each) for each in words.values()}) == 1
    fixed = {**vars(texts), **vars(written)}
    own = {value for name, value in fixed.items() if re.fullmatch(r"[A-Z][A-Z_]*", name)}
    assert set(words["en"]) == own | {texts.count(2).replace("2", "{}"), texts.meant("{}")}


def test_modules_are_short() -> None:
    for path in (WIDGET / "src").iterdir():
        assert len(path.read_text("utf-8").splitlines()) <= 250, path.name

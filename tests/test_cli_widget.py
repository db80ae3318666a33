"""The lines that put a widget on a page."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from footnote.cli import app
from footnote.errors import UsageError
from footnote.web import widget_pages
from footnote.web.widget_pages import Script

FILE = """hosts = ["chat.example.org"]
[widgets.shop]
id = "shop-1"
title = 'Ask "us" <now>'
origins = ["https://www.example.org"]
[widgets.new]
id = "new-1"
"""


@pytest.fixture(autouse=True)
def _set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widget_pages, "script", lambda: Script(b"", "abc123", "sha384-xyz"))
    Path("footnote.toml").write_text(FILE)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["widget", *arguments], catch_exceptions=False)


def test_the_lines_name_the_server_and_the_widget() -> None:
    told = run("shop").stdout
    tag = 'data-widget="shop-1" defer></script>'
    assert f'<script src="https://chat.example.org/widget.js" {tag}' in told
    pinned = 'widget/abc123/widget.js" integrity="sha384-xyz" crossorigin="anonymous"'
    assert f'<script src="https://chat.example.org/{pinned} {tag}' in told
    assert '<footnote-chat widget="shop-1"></footnote-chat>' in told
    # As a text of the page, whatever the operator wrote.
    assert 'title="Ask &quot;us&quot; &lt;now&gt;"' in told


def test_another_address_is_taken_as_given() -> None:
    told = json.loads(run("shop", "--server", "https://a.example/chat/", "--json").stdout)
    assert told["script"].startswith('<script src="https://a.example/chat/widget.js"')
    # Whom the server shows it, whatever others call it.
    assert told["demo"] == "http://127.0.0.1:7860/widget/shop-1/demo"
    assert (told["id"], told["origins"]) == ("shop-1", ["https://www.example.org"])


@pytest.mark.parametrize("server", ["chat.example.org", "ftp://a.example", "https://", "", "/chat"])
def test_an_address_that_no_page_would_find_is_refused(server: str) -> None:
    with pytest.raises(UsageError, match=r"--server is .*give the address .* as https://"):
        run("shop", "--server", server)


def test_an_address_that_only_this_machine_has_is_said_to_be_so() -> None:
    Path("footnote.toml").write_text(FILE.replace('hosts = ["chat.example.org"]', ""))
    assert "http://127.0.0.1:7860 is reached from this machine alone" in run("shop").stderr
    assert run("shop", "--server", "https://a.example").stderr == ""


def test_a_widget_that_nobody_may_use_is_said_to_be_so() -> None:
    assert "list yours in origins of [widgets.new]" in run("new").stderr
    assert run("shop").stderr == ""


def test_without_a_name_they_are_listed() -> None:
    assert run().stdout.splitlines() == ["shop: 1 origins, *", "new: 0 origins, *"]
    Path("footnote.toml").write_text("")
    assert "docs/embedding.md tells how" in run().stderr


def test_a_name_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no widget 'shp' in footnote\.toml, but shop, new;"):
        run("shp")

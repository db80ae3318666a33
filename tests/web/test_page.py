import asyncio
import re
from pathlib import Path

import gradio as gr
import pytest
from starlette.testclient import TestClient

from footnote.web.page import ASSETS, build_page


def test_no_data_goes_through_templates() -> None:
    """Gradio runs a template's result as a JavaScript template: ``${…}`` in data would run."""

    async def build() -> gr.Blocks:
        return build_page()

    page = asyncio.run(build())
    components = [block for block in page.blocks.values() if isinstance(block, gr.HTML)]
    assert len(components) == 3
    for component in components:
        assert "{{" not in str(component.value)
        assert "$" not in str(component.value)
        assert not component.css_template
        assert not component.props


def test_the_page_names_no_other_site(client: TestClient) -> None:
    """Gradio has a page tell of itself by cards for other sites, with a picture at its makers'."""
    response = client.get("/")
    assert response.status_code == 200
    assert int(response.headers["content-length"]) == len(response.content)
    head, _, _ = response.text.partition("window.gradio_config")
    assert not re.search(r"<meta[^>]+(og:|twitter:)", response.text)
    assert not re.search(r"https?://", head)
    assert "{url}" not in response.text
    assert client.head("/").status_code == 200


def test_gradio_carries_nothing() -> None:
    async def build() -> gr.Blocks:
        return build_page()

    assert not asyncio.run(build()).fns


@pytest.mark.parametrize("script", sorted(ASSETS.glob("**/*.js")), ids=lambda path: path.name)
def test_no_script_parses_markup(script: Path) -> None:
    code = script.read_text("utf-8")
    for parser in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert parser not in code
    assert "http://" not in code
    assert "https://" not in code


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/queue/join",
        "/gradio_api/upload",
        "/gradio_api/component_server/",
        "/gradio_api/info",
        "/gradio_api/heartbeat/x",
        "/config",
        "/login",
        "/page/../page.py",
        "/page/%2e%2e/page.py",
    ],
)
def test_nothing_but_the_page_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, json={}).status_code in (404, 405)

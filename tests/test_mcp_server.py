"""A real client starts the real command over a small index, and uses its tools."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from footnote.mcp_server import make_server
from footnote.records import Span, assert_exact
from tests.helpers import ROOT, SAMPLE
from tests.web.double import WordEngine

TEXT = next(SAMPLE.glob("*.txt")).read_text(encoding="utf-8")
ASKED = "When did the raid take place?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp") / "index"
    command = [sys.executable, "-m", "footnote", "index", str(SAMPLE), "--index", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def command(index: Path) -> list[str]:
    return ["-m", "footnote", "mcp", "--index", str(index)]


def with_client(
    server: Any,  # noqa: ANN401 - whatever a client connects to
    act: Callable[[Client], Coroutine[Any, Any, None]],
) -> None:
    async def run() -> None:
        async with Client(server) as client:
            await act(client)

    asyncio.run(run())


def test_a_client_searches_and_asks_over_the_real_command(index: Path) -> None:
    async def act(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search", "ask"}
        assert set(tools["search"].input_schema["properties"]) == {"query", "documents", "limit"}
        assert set(tools["ask"].input_schema["properties"]) == {"question", "documents"}
        assert all(tool.output_schema for tool in tools.values())
        assert client.server_info is not None
        assert client.server_info.name == "footnote"

        answered = await client.call_tool("ask", {"question": ASKED})
        answer = answered.structured_content
        assert answer is not None
        assert (answered.is_error, answer["status"]) == (False, "answered")
        assert "February 3, 2026" in answer["text"]
        check_exact(answer["citations"], "quote")

        found = await client.call_tool("search", {"query": ASKED, "limit": 2})
        assert found.structured_content is not None
        passages = found.structured_content["passages"]
        assert len(passages) == 2
        check_exact(passages, "text")

        (content,) = found.content
        assert json.loads(content.text) == found.structured_content  # type: ignore[union-attr]

        silent = await client.call_tool("ask", {"question": "Who won the cup in 1966?"})
        assert silent.structured_content is not None
        assert silent.structured_content["status"] == "not_found"

    # A client gives its server little of its own environment.
    env = {"PYTHONPATH": str(ROOT)}
    with_client(StdioServerParameters(command=sys.executable, args=command(index), env=env), act)


def check_exact(cited: list[dict[str, Any]], quote: str) -> None:
    assert cited
    assert_exact(TEXT, [(Span(each["start"], each["end"]), each[quote]) for each in cited])


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": " "}, "the question is empty; ask something about the documents"),
        ("search", {"query": " "}, "the question is empty"),
        ("ask", {"question": "x" * 2001}, "at most 2000 characters"),
        ("ask", {"question": "x", "documents": ["*.xyz"]}, "no document is named like *.xyz"),
        ("search", {"query": "x", "documents": ["*.xyz"]}, "no document is named like *.xyz"),
        ("search", {"query": "x", "limit": 0}, "greater than or equal to 1"),
        ("search", {"query": "x", "limit": 51}, "less than or equal to 50"),
        ("search", {}, "query"),
    ],
)
def test_what_goes_wrong_is_a_tool_error_with_our_message(
    tool: str, arguments: dict[str, object], told: str
) -> None:
    async def act(client: Client) -> None:
        found = await client.call_tool(tool, arguments)
        assert found.is_error
        (content,) = found.content
        assert told in content.text  # type: ignore[union-attr]

    with_client(make_server(WordEngine()), act)


def test_a_failure_tells_nothing_internal() -> None:
    async def act(client: Client) -> None:
        found = await client.call_tool("ask", {"question": "crash the light"})
        assert found.is_error
        assert "secret" not in str(found.content)

    with_client(make_server(WordEngine()), act)


def test_a_search_reads_nothing_for_an_answer() -> None:
    async def act(client: Client) -> None:
        # The double fails at this word after its first step.
        found = await client.call_tool("search", {"query": "crash the light", "limit": 3})
        assert not found.is_error
        assert found.structured_content is not None
        assert len(found.structured_content["passages"]) == 3

    with_client(make_server(WordEngine()), act)


def test_only_the_protocol_is_on_standard_output(index: Path) -> None:
    sent = [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "ask", "arguments": {"question": ASKED}},
        },
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", LOUD, *command(index)[2:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for message in sent:
        process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    replies = [json.loads(process.stdout.readline()) for _ in range(2)]
    rest, log = process.communicate(timeout=30)
    assert [reply["id"] for reply in replies] == [1, 2]
    assert not replies[1]["result"].get("isError")
    assert rest == ""
    assert (process.returncode, "opened loudly" in log) == (0, True)


# The command, with an engine that prints while it is opened.
LOUD = """
from footnote import cli, engine
quiet = engine.open_engine
def loud(*given):
    print("opened loudly", flush=True)
    return quiet(*given)
engine.open_engine = loud
cli.main()
"""


def test_without_an_index_it_says_what_to_run() -> None:
    done = subprocess.run([sys.executable, "-m", "footnote", "mcp"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "run `footnote index CORPUS`" in done.stderr


def test_without_the_package_it_says_what_to_install() -> None:
    script = (
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'mcp' else find(name, *more)\n"
        "from footnote import cli; cli.main(['mcp'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'footnote[mcp]'" in done.stderr

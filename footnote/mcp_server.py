"""A Model Context Protocol server over standard input and output: tools to search and to ask.

Needs the extra ``mcp``.
"""

from collections.abc import Sequence
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field, RootModel

from footnote import __version__
from footnote.asks import MAX_PASSAGES, MAX_QUESTION, Asks
from footnote.errors import FootnoteError
from footnote.records import Answer, AnswerPassage

_INSTRUCTIONS = (
    "Answers and passages from a folder of documents. Each citation's quote is the document's "
    "text from start to end, in Unicode code points, to the character. The status not_found "
    "means that the documents do not answer: say so, and do not answer from elsewhere."
)
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Text = Annotated[str, Field(max_length=MAX_QUESTION)]
Documents = Annotated[
    list[str] | None,
    Field(description="Names or globs of the documents to take from; all, if left out."),
]


class Found(BaseModel):
    """Passages, best first; ``text`` is the document's from ``start`` to ``end``."""

    passages: list[AnswerPassage]


class Answered(RootModel[Answer]):
    """An answer; the package makes no schema of a record with slots by itself."""


def make_server(engine: Asks) -> MCPServer:
    """Make a server that answers from an engine."""
    server = MCPServer(
        "footnote", version=__version__, instructions=_INSTRUCTIONS, log_level="WARNING"
    )

    @server.tool(annotations=_READS)
    def search(
        query: Text,
        documents: Documents = None,
        limit: Annotated[int, Field(ge=1, le=MAX_PASSAGES)] = 10,
    ) -> Found:
        """Find passages of the documents that bear on a query, each with its exact place."""
        try:
            return Found(passages=_passages(engine, query, documents or (), limit))
        except FootnoteError as error:
            raise ToolError(str(error)) from error

    @server.tool(annotations=_READS)
    def ask(question: Text, documents: Documents = None) -> Answered:
        """Answer a question from the documents, each statement with citations that quote them."""
        try:
            return Answered(engine.ask(question, scope=documents or ()))
        except FootnoteError as error:
            raise ToolError(str(error)) from error

    return server


def _passages(
    engine: Asks, query: str, documents: Sequence[str], limit: int
) -> list[AnswerPassage]:
    """Return what is retrieved; nothing is read for an answer."""
    steps = engine.steps(query, scope=documents, limit=limit)
    found = next(iter(steps))
    assert isinstance(found, tuple)
    return list(found)

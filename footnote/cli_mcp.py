"""The command ``mcp``."""

import sys
from contextlib import redirect_stdout
from importlib.util import find_spec

from footnote.cli_shared import IndexOption, ThresholdOption, settings_of
from footnote.errors import UsageError


def mcp(index: IndexOption = None, threshold: ThresholdOption = None) -> None:
    """Serve the tools `search` and `ask` to a program, by the Model Context Protocol."""
    if find_spec("mcp") is None:
        raise UsageError(
            "the Model Context Protocol is not installed; `pip install 'footnote[mcp]'` adds it"
        )
    # What is printed while it starts must not get among the messages.
    with redirect_stdout(sys.stderr):
        from footnote.engine import open_engine
        from footnote.mcp_server import make_server

        server = make_server(open_engine(settings_of(index=index, threshold=threshold)))
    server.run("stdio")

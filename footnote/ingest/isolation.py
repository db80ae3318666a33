"""Read files in processes of their own: a hostile file costs itself, and nothing else."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from footnote.errors import UnreadableFile
from footnote.ingest.fork_server import Limits
from footnote.ingest.loaders import Loaded
from footnote.records import Block, Span

_PACKAGES = Path(__file__).parents[2]


class Parsers:
    """A context in which files are read, each in a limited child of a warm server.

    The server starts with the first file. Where it dies itself, the file is named as
    unreadable, and the next file gets a new server.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Parsers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def load(self, name: str, data: bytes) -> Loaded:
        """Read a file's bytes, like `loaders.load`. Raises UnreadableFile."""
        try:
            reply = self._ask(name, data)
        except BaseException as error:
            # Halfway through a reply, or dead: what comes next would be taken for another's.
            self._stop()
            if isinstance(error, OSError | ValueError):
                raise UnreadableFile(f"its parser's server failed: {error}") from error
            raise
        if "unreadable" in reply:
            raise UnreadableFile(reply["unreadable"])
        blocks = (
            Block(each["kind"], Span(**each["span"]), each["level"]) for each in reply["blocks"]
        )
        lists = {name: tuple(reply[name]) for name in ("pages", "notes")}
        return Loaded(**reply | lists | {"blocks": tuple(blocks)})

    def _ask(self, name: str, data: bytes) -> dict[str, Any]:
        if self._server is None:
            self._server = self._started()
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        header = json.dumps({"name": name, "size": len(data)}).encode() + b"\n"
        self._server.stdin.write(header + data)
        self._server.stdin.flush()
        # Empty where the server died, which is no JSON.
        size = json.loads(self._server.stdout.readline())["size"]
        reply: dict[str, Any] = json.loads(self._server.stdout.read(size))
        return reply

    def _started(self) -> "subprocess.Popen[bytes]":
        paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
        return subprocess.Popen(  # noqa: S603 - this interpreter, on a module of our own
            [sys.executable, "-m", "footnote.ingest.fork_server", json.dumps(asdict(self._limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            # Ctrl-C is for the program that asks; it stops these.
            process_group=0,
        )

    def _stop(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        # It keeps nothing, and a child of its own may still be at work.
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        for pipe in (server.stdin, server.stdout):
            with suppress(OSError):
                pipe and pipe.close()
        server.wait()

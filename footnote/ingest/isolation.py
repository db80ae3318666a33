"""Read files in processes of their own: a hostile file costs itself, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from footnote.errors import ArchiveFile, UnreadableFile
from footnote.ingest.archive import Member
from footnote.ingest.fork_server import OCR_LIMITS, Limits, Task
from footnote.ingest.loaders import Loaded
from footnote.ingest.pdf_picture import Mark, Picture, Sheet
from footnote.records import Block, Span

_PACKAGES = Path(__file__).parents[2]


class Parsers:
    """A context in which files are read, each in a limited child of a warm server.

    The server starts with the first file. Where it dies itself, the file is named as
    unreadable, and the next file gets a new server.
    """

    def __init__(self, limits: Limits | None = None, ocr: bool = False) -> None:
        self._limits = limits or (OCR_LIMITS if ocr else Limits())
        self._ocr = ocr
        self._server: subprocess.Popen[bytes] | None = None
        # A thread may still be reading when the context is left, and must start no server then.
        self._starting = threading.Lock()
        self._closed = False

    def __enter__(self) -> "Parsers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._starting:
            self._closed = True
        self._stop()

    def load(self, name: str, data: bytes) -> Loaded:
        """Read a file's bytes, like `loaders.load`. Raises UnreadableFile."""
        reply, _ = self._asked("load", name, data)
        blocks = (
            Block(each["kind"], Span(**each["span"]), each["level"]) for each in reply["blocks"]
        )
        lists = {name: tuple(reply[name]) for name in ("pages", "notes", "labels")}
        return Loaded(**reply | lists | {"blocks": tuple(blocks)})

    def unpack(self, name: str, data: bytes) -> list[Member]:
        """Return the files in an archive, like `archive.members`. Raises UnreadableFile."""
        reply, contents = self._asked("unpack", name, data)
        found, at = [], 0
        for each in reply["members"]:
            found.append(Member(each["name"], contents[at : at + each["size"]], each["reason"]))
            at += each["size"]
        return found

    def picture(self, name: str, data: bytes, sheet: Sheet) -> Picture:
        """Draw a page of a PDF, like `pdf_picture.picture_of`. Raises UnreadableFile."""
        reply, png = self._asked("picture", name, data, sheet=asdict(sheet))
        marks = tuple(Mark(**each) for each in reply["marks"])
        return Picture(reply["width"], reply["height"], marks, png)

    def _asked(
        self, task: Task, name: str, data: bytes, **more: object
    ) -> tuple[dict[str, Any], bytes]:
        """Return the JSON of a reply and the bytes that follow it. Raises UnreadableFile."""
        try:
            line, _, contents = self._reply(task, name, data, more).partition(b"\n")
            reply: dict[str, Any] = json.loads(line)
        except BaseException as error:
            # Halfway through a reply, or dead: what comes next would be taken for another's.
            self._stop()
            if isinstance(error, OSError | ValueError):
                raise UnreadableFile(f"its parser's server failed: {error}") from error
            raise
        if "unreadable" in reply:
            kind = ArchiveFile if reply.get("archive") else UnreadableFile
            raise kind(reply["unreadable"])
        return reply, contents

    def _reply(self, task: Task, name: str, data: bytes, more: dict[str, object]) -> bytes:
        server = self._running()
        assert server.stdin is not None
        assert server.stdout is not None
        header = {"task": task, "name": name, "size": len(data), **more}
        server.stdin.write(json.dumps(header).encode() + b"\n")
        server.stdin.write(data)
        server.stdin.flush()
        # Empty where the server died, which is no JSON.
        size = json.loads(server.stdout.readline())["size"]
        return server.stdout.read(size)

    def _running(self) -> "subprocess.Popen[bytes]":
        with self._starting:
            if self._closed:
                raise OSError("it was stopped")
            if self._server is None:
                self._server = self._started()
            return self._server

    def _started(self) -> "subprocess.Popen[bytes]":
        given = json.dumps({"limits": asdict(self._limits), "ocr": self._ocr})
        paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
        return subprocess.Popen(  # noqa: S603 - this interpreter, on a module of our own
            [sys.executable, "-m", "footnote.ingest.fork_server", given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment() | {"PYTHONPATH": os.pathsep.join(paths)},
            # Ctrl-C is for the program that asks; it stops these.
            process_group=0,
        )

    def _stop(self) -> None:
        with self._starting:
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


def _environment() -> dict[str, str]:
    """Return the environment without what would let a hostile file into a cluster of Ray's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}

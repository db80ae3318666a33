"""The process that parses files: warm, and forking for each, so that limits count for one file.

Run by `isolation.Parsers` with its limits, and whether to recognize text in pictures, as JSON.
A request is a line of JSON,
``{"task", "name", "size"}``, and so many bytes of a file; a reply a line ``{"size"}`` and so
many bytes. They are JSON on a line of its own: ``{"unreadable": reason}``, or for the task
"load" what `loaders.Loaded` holds; for "unpack" ``{"members": [{"name", "size", "reason"}]}``,
and below the line the members' bytes, one after another; for "picture", whose request also has
a ``sheet``, what `pdf_picture.Picture` holds, and below the line the PNG.
"""

import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

from footnote.errors import ArchiveFile, UnreadableFile
from footnote.ingest.archive import members
from footnote.ingest.loaders import load
from footnote.ingest.ocr import recognize_lazily
from footnote.ingest.pdf_picture import picture_of, reply_of, sheet_of

Task = Literal["load", "unpack", "picture"]

# A parser has no business with the network or with other programs. The hook stops Python code;
# the parsers in C that are used open no connection by themselves.
_FORBIDDEN = (
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname",
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty",
)  # fmt: skip
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: seconds of processor time, seconds, bytes of memory."""

    cpu: int = 20
    wall: float = 30
    memory: int = 1 << 30


# To recognize the text of a page's picture takes a second or two.
OCR_LIMITS = Limits(cpu=900, wall=900, memory=4 << 30)


def serve(limits: Limits, ocr: bool) -> None:
    """Answer requests on standard input until it ends, or nobody is left to read a reply."""
    # Who asks may ignore the ends of its children, and that is inherited; ours are waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    replies = os.fdopen(os.dup(1), "wb")
    # What a parser prints must not get among the replies.
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    while header := requests.readline():
        asked = json.loads(header)
        task, data = asked.get("task", "load"), requests.read(asked["size"])
        try:
            reply = in_child(asked["name"], data, limits, task, ocr, asked.get("sheet"), replies)
        except BrokenPipeError:
            return
        replies.write(json.dumps({"size": len(reply)}).encode() + b"\n")
        replies.write(reply)
        replies.flush()


def in_child(
    name: str,
    data: bytes,
    limits: Limits,
    task: Task = "load",
    ocr: bool = False,
    sheet: dict[str, Any] | None = None,
    replies: IO[bytes] | None = None,
) -> bytes:
    """Read, unpack or draw a file in a child that ends with it, and return the reply.

    Raises BrokenPipeError as soon as nobody is left who could read ``replies``.
    """
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(readable)
            _confine(limits)
            with os.fdopen(writable, "wb") as pipe:
                pipe.writelines(_done(task, name, data, limits, ocr, sheet))
        finally:
            os._exit(0)
    os.close(writable)
    try:
        reply = _read(readable, limits.wall, replies)
    except BrokenPipeError:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(readable)
    if reply is None:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if reply is None:
        return _unreadable(f"reading it took longer than {limits.wall:g} s")
    if status == -signal.SIGXCPU:
        return _unreadable(f"reading it took more than {limits.cpu} s of processor time")
    if status < 0:
        return _unreadable(f"its parser crashed ({signal.Signals(-status).name})")
    return reply or _unreadable("its parser ended without a word")


def _read(pipe: int, seconds: float, replies: IO[bytes] | None) -> bytes | None:
    """Return all that is written to a pipe, None where that lasts too long."""
    deadline = time.monotonic() + seconds
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    if replies is not None:
        waiting.register(replies, 0)  # that its other end was closed is told all the same
    parts: list[bytes] = []
    while (left := deadline - time.monotonic()) > 0:
        told = waiting.poll(left * 1000)
        if any(descriptor != pipe for descriptor, _ in told):
            raise BrokenPipeError
        if told:
            part = os.read(pipe, _CHUNK)
            if not part:
                return b"".join(parts)
            parts.append(part)
    return None


def _confine(limits: Limits) -> None:
    memory = _mapped() + limits.memory
    for kind, soft, hard in (
        # The soft limit tells by its signal what was too much; the hard one cannot be caught.
        (resource.RLIMIT_CPU, limits.cpu, limits.cpu + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(kind, (soft, hard))

    def refuse(event: str, _: object) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(f"{event} is not allowed while a file is read")

    sys.addaudithook(refuse)


def _mapped() -> int:
    """Return how many bytes of address space the server has, which each child begins with."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * resource.getpagesize()
    except OSError:  # macOS, which does not hold to RLIMIT_AS either
        return 0


def _done(
    task: Task, name: str, data: bytes, limits: Limits, ocr: bool, sheet: dict[str, Any] | None
) -> Sequence[bytes]:
    """Return the parts of a reply."""
    try:
        if sheet is not None:
            return _drawn(data, sheet)
        return _unpacked(data) if task == "unpack" else _parsed(name, data, ocr)
    except UnreadableFile as error:
        return [_unreadable(str(error), isinstance(error, ArchiveFile))]
    except MemoryError:
        return [_unreadable(f"reading it needs more than {limits.memory >> 20} MB of memory")]


def _parsed(name: str, data: bytes, ocr: bool) -> list[bytes]:
    loaded: dict[str, Any] = asdict(load(name, data, recognize_lazily if ocr else None))
    return [json.dumps(loaded).encode()]


def _drawn(data: bytes, sheet: dict[str, Any]) -> Sequence[bytes]:
    try:
        return reply_of(picture_of(data, sheet_of(sheet)))
    except (UnreadableFile, MemoryError):
        raise
    # Hostile files make a library raise anything at all.
    except Exception as error:
        raise UnreadableFile(f"drawing it failed: {type(error).__name__}: {error}") from error


def _unpacked(data: bytes) -> list[bytes]:
    found = members(data)
    listed = [{"name": each.name, "size": len(each.data), "reason": each.reason} for each in found]
    header = json.dumps({"members": listed}).encode() + b"\n"
    return [header, *(each.data for each in found)]


def _unreadable(reason: str, is_archive: bool = False) -> bytes:
    return json.dumps({"unreadable": reason, "archive": is_archive}).encode()


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    serve(Limits(**given["limits"]), given["ocr"])

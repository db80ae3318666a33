"""Join a cluster of Ray's, or start one of this machine alone, for as long as it is needed.

Ray is imported here, when it is wanted and not before.
"""

import logging
import os
import re
import secrets
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from footnote.errors import ClusterUnavailable, UsageError

# The address that starts Ray on this machine.
LOCAL = "local"
_PATIENCE_S = 5.0
_ADDRESS = re.compile(r"(?:ray://)?(?P<host>[^\s/:]+|\[[\da-fA-F:.]+\]):(?P<port>\d{1,5})")


def check_address(address: str) -> None:
    """Raise UsageError where Ray is not installed, or an address is none of Ray's."""
    if find_spec("ray") is None:
        raise UsageError(
            "indexing by Ray was asked for, and Ray is not installed; "
            "`pip install 'footnote[ray]'` adds it"
        )
    if address not in (LOCAL, "auto") and not _ADDRESS.fullmatch(address):
        raise UsageError(
            f"{address!r} is no address of a Ray cluster; give 'auto', 'HOST:6379' or "
            f"'ray://HOST:10001', or {LOCAL!r} to start Ray on this machine"
        )


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Be part of a cluster, and leave it; one that was started for it ends with it.

    A process that is part of a cluster already uses that one, and stays in it. Raises
    ClusterUnavailable, UsageError.
    """
    check_address(address)
    with ExitStack() as stack:
        # Ray reads these as it is imported.
        stack.enter_context(_environment(_variables(address)))
        import ray

        if not ray.is_initialized():
            stack.enter_context(_silence())
            stack.enter_context(_joined(address))
        yield


@contextmanager
def _joined(address: str) -> Iterator[None]:
    import ray

    with ExitStack() as stack:
        options: dict[str, object] = {}
        if address == LOCAL:
            options |= {"include_dashboard": False, "_temp_dir": stack.enter_context(_folder())}
        else:
            _knock(address)
        stack.enter_context(_signals_kept())
        try:
            ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL, **options)
        except (ray.exceptions.RayError, OSError, RuntimeError, ValueError) as error:
            raise _unavailable(address, error) from error
        stack.callback(ray.shutdown, wait_for_processes=True)
        yield


def _variables(address: str) -> dict[str, str]:
    """Return the environment that Ray is to be started in."""
    quiet = {"RAY_USAGE_STATS_ENABLED": "0"}
    if address != LOCAL:
        return quiet
    return quiet | {
        # So named because it is the default there: a cluster of one machine, on loopback.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        # By default anybody on this machine could run code in it; or a token is left at home.
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": _token(),
        # What a worker that is killed has started itself is killed too.
        "RAY_kill_child_processes_on_worker_exit_with_raylet_subreaper": "true",
    }


@cache
def _token() -> str:
    # One for the process: Ray keeps the first that it sees.
    return secrets.token_hex(32)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables, and in the end put all back as they were: Ray sets some of its own."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep from standard output what Ray tells of workers that die, whatever its settings say."""
    from ray._private import worker

    before = worker.print_to_stdstream
    worker.print_to_stdstream = lambda *_, **__: None
    try:
        yield
    finally:
        worker.print_to_stdstream = before


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Give the process back what it does when it is told to end, and when a child has ended.

    Ray sets both anew; with the ends of children ignored, no exit status could be read any more.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGCHLD)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _folder() -> Iterator[str]:
    """Make a folder for Ray's sockets and logs that nobody else can look into."""
    # The path of a socket is short: of macOS's folder for temporary files there is no room in it.
    within = "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108
    folder = tempfile.mkdtemp(prefix="footnote-ray-", dir=within)
    try:
        yield folder
    finally:
        # Processes that are ending may still write there.
        shutil.rmtree(folder, ignore_errors=True)


def _knock(address: str) -> None:
    """Raise ClusterUnavailable where nobody listens, for which Ray itself waits many minutes."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return
    try:
        with socket.create_connection(
            (found["host"].strip("[]"), int(found["port"])), timeout=_PATIENCE_S
        ):
            pass
    except (OSError, OverflowError) as error:
        raise _unavailable(address, error) from error


def _unavailable(address: str, error: Exception) -> ClusterUnavailable:
    reason = " ".join(str(error).split()).rstrip(".")
    return ClusterUnavailable(
        f"the Ray cluster {address!r} cannot be joined: {reason}. `ray status` on its head tells "
        "whether it runs; with token authentication it wants its RAY_AUTH_TOKEN here too; "
        f"{LOCAL!r} starts Ray on this machine"
    )

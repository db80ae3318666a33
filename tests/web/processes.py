"""Servers in processes of their own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.helpers import ROOT

Process = subprocess.Popen[str]


@contextmanager
def served_by(
    module: str,
    *arguments: str,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    own_session: bool = False,
    patience: float = 20,
) -> Iterator[tuple[Process, str]]:
    """Run a module that serves; gives the process and its address, and ends it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=own_session,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            line = process.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found is not None, line + process.stdout.read()
            yield process, found[0]
        finally:
            process.terminate()
            process.wait(patience)

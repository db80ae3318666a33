"""Whatever becomes of a commit, what is there afterwards is the old generation or the new one.

Faults are injected from outside by a preloaded library, for SQLite and tantivy write by
themselves: each call that changes the folder is killed, fails, finds the disk full, writes half
of what it is given, or is the one at which the power goes.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import ROOT
from tests.store.faults import FAULTS, KINDS

SOURCE = Path(__file__).with_name("faults.c")
COMPILER = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
# One thread, so that a fork takes all of a process with it.
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
WORKERS = min(4, os.cpu_count() or 1)
# So many of the cases are passed over in the normal run; no multiple of how many faults there are.
SAMPLED = 67

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the shim knows Linux's calls"),
    pytest.mark.skipif(COMPILER is None, reason="no C compiler to make the shim of faults with"),
]


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes calls fail."""
    library = tmp_path_factory.mktemp("shim") / "faults.so"
    options = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread"]
    subprocess.run([str(COMPILER), *options, "-o", str(library), str(SOURCE)], check=True)
    return library


def tried(shim: Path, folder: Path, kind: str, step: int) -> dict[str, Any]:
    """Try a commit's cases in several processes; return what they found together."""
    environment = os.environ | THREADS | {"LD_PRELOAD": str(shim), "PYTHONPATH": str(ROOT)}
    processes = []
    for part in range(WORKERS):
        own = folder / f"{kind}-{part}"
        own.mkdir()
        command = [sys.executable, "-m", "tests.store.faults", str(shim), str(own), kind]
        processes.append(
            subprocess.Popen(
                [*command, str(step), str(part), str(WORKERS)],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
            )
        )
    told = [json.loads(process.communicate()[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * WORKERS
    cases: Counter[str] = Counter()
    for each in told:
        cases.update(each["cases"])
    problems = [problem for each in told for problem in each["problems"]]
    return {"calls": told[0]["calls"], "cases": cases, "problems": problems}


@pytest.mark.parametrize("kind", KINDS)
def test_a_commit_that_fails_now_and_then_leaves_the_old_or_the_new(
    shim: Path, tmp_path: Path, kind: str
) -> None:
    found = tried(shim, tmp_path, kind, SAMPLED)
    assert found["problems"] == []
    assert sum(found["cases"].values()) > 8


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_commit_that_fails_anywhere_leaves_the_old_or_the_new(
    shim: Path, tmp_path: Path, kind: str
) -> None:
    found = tried(shim, tmp_path, kind, 1)
    assert found["problems"] == []
    # What is counted is what a commit does, by Python, by SQLite and by tantivy.
    assert {"create", "write", "pwrite", "fsync", "fdatasync", "rename"} <= set(found["calls"])
    for fault in FAULTS:
        left = {case.rpartition(", ")[2] for case in found["cases"] if case.startswith(fault)}
        # To write less than was asked for is no failure; and after the last call all is done.
        assert left == ({"new"} if fault in ("short", "killed after") else {"old", "new"})
    assert any("cleanup failed, new" in case for case in found["cases"])

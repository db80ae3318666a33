"""Time things beside each other: in turn, so that a machine's drift meets both alike."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ended: wall-clock seconds and peak memory in MB."""

    seconds: float
    megabytes: float


def paired_ratio(
    ours: Callable[[], object], other: Callable[[], object], rounds: int = 5
) -> tuple[float, list[float], list[float]]:
    """Return the median of other/ours over rounds in turn, and both's seconds."""
    ours_s, other_s = [], []
    for _ in range(rounds):
        other_s.append(_seconds(other))
        ours_s.append(_seconds(ours))
    ratios = [b / a for a, b in zip(ours_s, other_s, strict=True)]
    return statistics.median(ratios), ours_s, other_s


def run_process(command: Sequence[str]) -> Finished:
    """Run a command to its end. Raises CalledProcessError where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Finished(seconds, usage.ru_maxrss / 1024)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

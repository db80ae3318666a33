"""How quickly the commands answer cold, and the memory they take at most.

Usage: python -m benchmarks.start

Each is run five times in new processes over the sample; the median is printed beside that of
an interpreter that does nothing, run in turn with it.
"""

import json
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from benchmarks.timing import Finished, run_process
from training.acceptance import SAMPLE_CORPUS

ROUNDS = 5
BARE = [sys.executable, "-c", "pass"]


def report(name: str, command: Sequence[str], bar: float | None) -> None:
    """Run a command and a bare interpreter in turn, and print the medians."""
    runs: list[tuple[Finished, Finished]] = [
        (run_process(command), run_process(BARE)) for _ in range(ROUNDS)
    ]
    seconds = statistics.median(run.seconds for run, _ in runs)
    bare = statistics.median(run.seconds for _, run in runs)
    memory = max(run.megabytes for run, _ in runs)
    limit = f" (bar: {bar} s)" if bar is not None else ""
    print(
        f"{name}: {seconds:.2f} s{limit}, {seconds / bare:.0f} times a bare interpreter, "
        f"peak memory {memory:.0f} MB"
    )


def server_ready(index: Path) -> float:
    """Return the seconds from starting the server until it is ready, and ask it once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "footnote", "serve", "--corpus", str(SAMPLE_CORPUS)]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--index", str(index), "--port", str(port)], stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while not _answers(f"{url}/readyz"):
            if process.poll() is not None:
                raise SystemExit(f"the server ended with status {process.returncode}")
            time.sleep(0.02)
        seconds = time.perf_counter() - started
        body = json.dumps({"question": "When did the raid take place?"}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{url}/api/v1/ask", body, headers)
        urllib.request.urlopen(request).read()
        peak = Path(f"/proc/{process.pid}/status")
        if peak.exists():
            line = next(each for each in peak.read_text().splitlines() if "VmHWM" in each)
            print(f"  server's peak memory: {int(line.split()[1]) / 1024:.0f} MB")
        return seconds
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def main() -> None:
    """Print the figures."""
    footnote = [sys.executable, "-m", "footnote"]
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder, "index")
        run_process([*footnote, "index", str(SAMPLE_CORPUS), "--index", str(index)])
        report("footnote --help", [*footnote, "--help"], 0.4)
        asked = [*footnote, "ask", "When did the raid take place?", "--index", str(index)]
        report("footnote ask, cold, over the sample", asked, 2.5)
        again = [*footnote, "index", str(SAMPLE_CORPUS), "--index", str(index)]
        report("footnote index, nothing changed", again, None)
        ready = statistics.median(server_ready(index) for _ in range(3))
        print(f"server ready: {ready:.2f} s (bar: 6 s)")


if __name__ == "__main__":
    main()

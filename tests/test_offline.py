"""Nothing leaves the machine, and nothing is unpickled: an audit hook fails on either."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import SAMPLE

HOOK = """
import sys
LOCAL = ("127.0.0.1", "::1", "localhost", None, "", "0.0.0.0")
def hook(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        if arguments[1][0] not in LOCAL:
            raise SystemExit(f"connected to {arguments[1]}")
    if event in ("socket.sendto", "socket.sendmsg") and isinstance(arguments[1], tuple):
        if arguments[1][0] not in LOCAL:
            raise SystemExit(f"connected to {arguments[1]}")
    looks_up = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
    if event in looks_up and arguments[0] not in LOCAL:
        raise SystemExit(f"looked up {arguments[0]}")
    if event == "pickle.find_class":
        raise SystemExit(f"unpickled {arguments}")
sys.addaudithook(hook)
"""


def run_hooked(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HOOK + code], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "code", ["import socket; socket.getaddrinfo('example.org', 80)",
             "import socket; socket.gethostbyname('example.org')",
             "import socket; socket.create_connection(('192.0.2.1', 80), 0.1)",
             "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
             "import pickle; pickle.loads(pickle.dumps(print))"],
)  # fmt: skip
def test_the_hook_sees_a_connection_or_a_pickle(code: str) -> None:
    done = run_hooked(code)
    assert done.returncode == 1
    assert re.match(r"connected to|looked up|unpickled", done.stderr)


def test_indexing_and_asking_connect_to_nothing(tmp_path: Path) -> None:
    code = f"""
from footnote.cli import main
for arguments in (["index", {str(SAMPLE)!r}], ["ask", "When did the raid take place?"]):
    try:
        main(arguments)
    except SystemExit as done:
        assert done.code == 0, done.code
"""
    done = run_hooked(code)
    assert done.returncode == 0, done.stderr
    assert "February" in done.stdout


def test_serving_and_asking_over_http_connect_to_nothing(tmp_path: Path) -> None:
    code = f"""
import threading, urllib.request, json, os, signal, time
from footnote.settings import load_settings
from footnote.embedding import load_embedder
from footnote.indexing.update import bring_up_to_date
from footnote.web.server import claim_socket, serve_on
from pathlib import Path
settings = load_settings(corpus=Path({str(SAMPLE)!r}), port=0)
with claim_socket(settings) as listening:
    url = f"http://127.0.0.1:{{listening.getsockname()[1]}}"
    def ask():
        for _ in range(600):
            try:
                urllib.request.urlopen(url + "/readyz").read()
                break
            except OSError:
                time.sleep(0.1)
        urllib.request.urlopen(url + "/").read()
        body = json.dumps({{"question": "When did the raid take place?"}}).encode()
        request = urllib.request.Request(
            url + "/api/v1/ask", body, {{"Content-Type": "application/json"}}
        )
        print(urllib.request.urlopen(request).read().decode(), flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=ask).start()
    bring_up_to_date(settings.corpus, settings.index, load_embedder(settings))
    serve_on(listening, settings)
"""
    done = run_hooked(code)
    assert "February 3, 2026" in done.stdout, done.stderr
    assert "connected to" not in done.stderr
    assert "looked up" not in done.stderr
    assert "unpickled" not in done.stderr

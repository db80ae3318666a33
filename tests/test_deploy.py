"""The examples in deploy/ do what they say; those that want a tool are skipped without it."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
import yaml

from footnote.settings import Settings
from tests.helpers import ROOT

DEPLOY = ROOT / "deploy"
NAME = "docs.example.org"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
SYSTEMD = shutil.which("systemd-analyze")
PATIENCE = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server of the double with the settings that the example names."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "footnote.toml").write_text(
        f'hosts = ["{NAME}"]\nproxies = ["127.0.0.1"]\nrate_per_minute = 3\n'
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.serve_double", "0.5"],
        cwd=folder, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        try:
            found = re.search(r":(\d+)$", process.stdout.readline().strip())
            assert found is not None
            yield int(found[1])
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def front(upstream: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The example's nginx before it, on a port of its own."""
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    secure = free_port()
    example = (DEPLOY / "nginx.conf").read_text()
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "/etc/ssl/docs.example.org.pem": str(certificate),
        "/etc/ssl/docs.example.org.key": str(key),
        "127.0.0.1:7860": f"127.0.0.1:{upstream}",
    }.items():
        assert old in example
        example = example.replace(old, new)
    (folder / "example.conf").write_text(example)
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}} http {{ access_log off; {temporary} include {folder}/example.conf; }}\n"
    )
    command = [NGINX, "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    process = subprocess.Popen(command)
    try:
        _wait_for(secure)
        yield secure
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int) -> None:
    for _ in range(PATIENCE * 10):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nginx does not listen")


@contextmanager
def answered(
    port: int, method: str, path: str, body: bytes = b"", visitor: str = "127.0.0.1", **headers: str
) -> Iterator[HTTPResponse]:
    """Ask the example's server by its name, which no resolver knows, from some address."""
    # The certificate is the test's own.
    context = ssl._create_unverified_context()  # noqa: S323
    connection = HTTPSConnection(
        "127.0.0.1", port, timeout=PATIENCE, context=context, source_address=(visitor, 0)
    )
    named = {"Host": NAME} | {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(connection):
        connection.request(method, path, body, named)
        with connection.getresponse() as answer:
            yield answer


def asked(port: int, visitor: str, **headers: str) -> AbstractContextManager[HTTPResponse]:
    body = json.dumps({"question": "When was the lighthouse lit?"}).encode()
    headers = {"Content_Type": "application/json", **headers}
    return answered(port, "POST", "/api/v1/ask", body, visitor, **headers)


def test_the_page_comes_through_nginx(front: int) -> None:
    with answered(front, "GET", "/") as answer:
        assert answer.status == 200
        assert answer.headers["strict-transport-security"]
        assert b"Footnote" in answer.read()


def test_another_name_is_refused(front: int) -> None:
    with answered(front, "GET", "/healthz", Host="evil.example") as answer:
        assert answer.status == 400


def test_an_answer_is_streamed_while_it_is_made(front: int) -> None:
    with asked(front, "127.0.0.11", Accept="text/event-stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        # The double reads for half a second between its passages and its answer.
        first = answer.read1()
        assert b"event: passages" in first
        assert b"event: answer" not in first
        assert b"event: answer" in answer.read()


def test_each_visitor_behind_nginx_counts_and_cannot_say_to_be_another(front: int) -> None:
    def statuses(visitor: str, times: int) -> list[int]:
        found = []
        for number in range(times):
            with asked(front, visitor, X_Forwarded_For=f"203.0.113.{number}") as answer:
                found.append(answer.status)
        return found

    # Loopback has more than one address on Linux; none of them is a listed proxy but the first.
    assert statuses("127.0.0.21", 4) == [200, 200, 200, 429]
    assert statuses("127.0.0.22", 1) == [200]


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [("/api/v1/ask", 20_000, 413), ("/metrics", 0, 404), ("/api/v1/admin/documents", 20_000, 404)],
)
def test_what_is_closed_stays_closed(front: int, path: str, size: int, status: int) -> None:
    with answered(front, "POST", path, b"x" * size, "127.0.0.31") as answer:
        assert answer.status == status


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    assert SYSTEMD is not None
    example = (DEPLOY / "footnote.service").read_text()
    program = "/opt/footnote/.venv/bin/footnote"
    assert f"ExecStart={program} serve" in example
    unit = tmp_path / "footnote.service"
    unit.write_text(example.replace(program, sys.executable))
    done = subprocess.run([SYSTEMD, "verify", str(unit)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_container_is_not_root_and_has_torch_first_by_its_pinned_line() -> None:
    example = (DEPLOY / "Dockerfile").read_text()
    assert example.startswith("# Untested")
    steps = [line for line in example.splitlines() if re.match(r"[A-Z]+ ", line)]
    users = [step for step in steps if step.startswith("USER ")]
    assert users == ["USER footnote"]
    assert steps.index("USER footnote") < [step[:3] for step in steps].index("CMD")
    installs = [step for step in steps if "pip install" in step]
    assert "torch" in installs[0]
    assert re.search(r"^torch==[\d.]+$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert any(step.startswith("HEALTHCHECK ") for step in steps)
    for step in steps:
        for source in step.split()[1:-1] if step.startswith("COPY ") else []:
            assert (ROOT / source).exists(), source


def test_what_the_examples_set_is_a_setting() -> None:
    named = {
        name.lower()
        for path in (*DEPLOY.iterdir(), ROOT / "docs/deployment.md", ROOT / "docs/operator.md")
        for name in re.findall(r"FOOTNOTE_([A-Z_]*[A-Z])", path.read_text())
    }
    assert {"host", "hosts", "corpus", "index", "feedback", "runs", "admin_token"} <= named
    assert named <= set(Settings.model_fields)


def test_the_composition_refers_to_what_there_is() -> None:
    example = (DEPLOY / "compose.yaml").read_text()
    assert "# Not tried as a whole" in example
    services = yaml.safe_load(example)["services"]
    assert {"index", "server", "nginx", "postgres", "milvus"} == set(services)
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert not source.startswith(".") or (DEPLOY / source).exists(), source
    given = services["server"]["environment"]
    assert given["FOOTNOTE_FEEDBACK"] == given["FOOTNOTE_CATALOG"]
    place = Settings(
        catalog=given["FOOTNOTE_CATALOG"].replace("${DB_PASSWORD:?}", "password"),
        search=given["FOOTNOTE_SEARCH"],
        milvus_uri=given["FOOTNOTE_MILVUS_URI"],
    ).place
    assert place.milvus is not None
    extras = services["server"]["build"]["args"]["EXTRAS"].split(",")
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(extras) <= set(known["optional-dependencies"])


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_nginx_understands_the_front_of_the_composition(tmp_path: Path) -> None:
    assert NGINX is not None
    front = (DEPLOY / "compose-nginx.conf").read_text()
    # Names of containers, and their looking up, are the composition's own.
    front = re.sub(r"server server:7860 resolve", "server 127.0.0.1:7860", front)
    front = front.replace("listen 80;", "listen 127.0.0.1:8099;")
    (tmp_path / "front.conf").write_text(front)
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ include {tmp_path}/front.conf; }}\n"
    )
    done = subprocess.run(
        [NGINX, "-t", "-q", "-e", tmp_path / "log", "-c", whole],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_container_writes_is_in_a_volume_and_its_own() -> None:
    example = (DEPLOY / "Dockerfile").read_text()
    found = re.search(r"^VOLUME (.*)$", example, re.MULTILINE)
    assert found is not None
    volumes = json.loads(found[1])
    written = re.findall(r"FOOTNOTE_(?:INDEX|RUNS|FEEDBACK)=(?:sqlite:///)?(\S+)", example)
    assert len(written) == 3
    for path in written:
        assert any(Path(path).is_relative_to(volume) for volume in volumes), path
    assert f"chown footnote {' '.join(volumes)}" in example
    for volume in volumes:
        assert re.search(rf"^#.* -v footnote-\w+:{volume} ", example, re.MULTILINE), volume

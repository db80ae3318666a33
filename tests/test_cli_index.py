"""The commands that keep an index: what they print, and their exit status."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers import write_corpus
from tests.test_cli import complaint, footnote

TEXTS = {"a.txt": "Tea is drunk hot.", "b.txt": "Milk is drunk warm."}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    docs = write_corpus(tmp_path / "corpus", TEXTS)
    footnote("index", docs)
    return docs


def alter(corpus: Path) -> None:
    with sqlite3.connect("index/catalogue.sqlite") as connection:
        connection.execute("UPDATE passages SET text = 'Tea is drunk ice.' WHERE text LIKE 'Tea%'")
        connection.execute("UPDATE documents SET title = 'Tee' WHERE name = 'a.txt'")
    connection.close()


def test_a_sound_index_is_verified(corpus: Path) -> None:
    assert footnote("verify").stdout.startswith("Sound: generation 1, 2 documents.")
    assert "2 passages" in footnote("verify", "--deep").stdout
    found = json.loads(footnote("verify", "--deep", "--json").stdout)
    assert (found["passages_checked"], found["altered"], found["derived"]) == (2, [], [])


def test_damage_is_exit_4_names_the_document_and_repair_mends_it(corpus: Path) -> None:
    alter(corpus)
    told = footnote("verify", "--deep", status=4).stdout
    assert "Run `footnote repair`" in told
    assert "a.txt: " in told
    assert "footnote repair" in complaint("ask", "Is tea drunk hot?", status=4)
    assert "footnote repair" in complaint("serve", "--no-index", "--port", "0", status=4)
    mended = footnote("repair").stdout
    assert "1 added, 1 unchanged" in mended
    assert "Sound" in mended
    assert footnote("verify", "--deep").stdout.startswith("Sound")


def test_what_is_derived_is_mended_without_the_folder(corpus: Path) -> None:
    (Path("index") / "search-1" / "dense.faiss").unlink()
    assert "dense.faiss" in footnote("verify", status=4).stdout
    assert footnote("repair", "--corpus", "nowhere").returncode == 0
    assert footnote("verify").stdout.startswith("Sound")


def test_there_must_be_an_index_to_verify() -> None:
    assert "there is no index in 'index'" in complaint("verify")


def test_content_can_be_verified(corpus: Path) -> None:
    path = corpus / "a.txt"
    os.utime(path, (1_700_000_000, 1_700_000_000))
    footnote("index", corpus)
    path.write_text("Tea is drunk icy.")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert "2 unchanged" in footnote("index", corpus).stdout
    assert "1 changed" in footnote("index", corpus, "--verify-content").stdout


def test_a_folder_is_watched_until_interrupted(corpus: Path) -> None:
    command = [sys.executable, "-m", "footnote", "index", str(corpus), "--watch", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        assert json.loads(watching.stdout.readline())["unchanged"] == 2
        assert "following" in watching.stderr.readline()
        time.sleep(1)
        (corpus / "c.txt").write_text("Juice is sweet.")
        assert json.loads(watching.stdout.readline())["added"] == ["c.txt"]
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 130
        assert "interrupted" in watching.stderr.read()

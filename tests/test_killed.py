"""An indexing that is killed or interrupted at any moment is gone on with from its last commit."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from footnote.embedding import Progress, Vectors
from footnote.errors import IndexUnavailable
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.place import Place
from footnote.store.index import IndexReader
from footnote.store.verify import verify
from footnote.testing import HashEmbedder
from tests.helpers import ROOT, write_corpus
from tests.postgres import Server, until_unlocked

DOCUMENTS = {
    f"sub/{n:02}.md": f"# Text {n:02}\n\nThe lamp of text {n:02} is lit.\n" for n in range(60)
}
# Small steps, so that a run is many commits, and slow ones, so that it is hit within them.
MANY = 20
CHILD = """
import signal, sys, time
from pathlib import Path
# A shell's background jobs are begun with Ctrl-C ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from footnote.indexing import update
from footnote.place import Place
from footnote.testing import HashEmbedder
update._COMMIT, update._EMBED = 10, 5
class Slow(HashEmbedder):
    def embed_documents(self, texts, progress=None):
        time.sleep(0.02)
        return super().embed_documents(texts, progress)
print("begun", flush=True)
update.bring_up_to_date(
    Path(sys.argv[1]), Place(Path(sys.argv[2]), sys.argv[3] or None), Slow()
)
print("done", flush=True)
"""


Places = Callable[[str], Place]


class CountingEmbedder(HashEmbedder):
    """Remembers the texts that it was given to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.texts += texts
        return super().embed_documents(texts, progress)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), DOCUMENTS)


@pytest.fixture(params=["folder", "PostgreSQL"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """Give places of a kind, each without an index."""
    if request.param == "folder":
        return lambda name: Place(tmp_path / name)
    server: Server = request.getfixturevalue("postgres_server")
    return lambda name: Place(tmp_path / name, server.new_database())


def child(corpus: Path, index: Place) -> "subprocess.Popen[str]":
    """Start an indexing in a process of its own, and return it as it begins."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(corpus), str(index.folder), index.catalog or ""],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


@pytest.fixture
def duration(corpus: Path, places: Places) -> float:
    """How long an indexing takes that nobody disturbs."""
    index = places("undisturbed")
    process = child(corpus, index)
    started = time.monotonic()
    assert process.communicate()[0] == "done\n"
    assert texts(index) == DOCUMENTS
    return time.monotonic() - started


def texts(index: Place) -> dict[str, str]:
    """The text of each document in an index; of none where there is no index yet."""
    reader = IndexReader(index, identity_of(HashEmbedder()))
    try:
        with reader.view() as view:
            known = view.catalogue.known()
            return {name: view.catalogue.text(each.document_id) for name, each in known.items()}
    finally:
        reader.close()


def committed(index: Place) -> dict[str, str]:
    """What a run has left that was stopped before or after its first commit."""
    try:
        return texts(index)
    except IndexUnavailable as error:
        if "there is no index" in str(error):
            return {}
        raise


def moments(many: int, duration: float) -> Iterator[float]:
    draw = random.Random(5)
    for _ in range(many):
        yield draw.uniform(0, duration)


def stopped_and_gone_on_with(corpus: Path, index: Place, how: signal.Signals, after: float) -> int:
    """Stop an indexing, and go on with it; return how many documents were kept."""
    process = child(corpus, index)
    time.sleep(after)
    os.kill(process.pid, how)
    process.communicate()
    until_unlocked(index)
    kept = committed(index)
    assert kept.items() <= DOCUMENTS.items()
    embedder = CountingEmbedder()
    report = bring_up_to_date(corpus, index, embedder)
    assert (report.unchanged, len(report.added)) == (len(kept), len(DOCUMENTS) - len(kept))
    embedded = "\n".join(embedder.texts)
    again = {name for name in DOCUMENTS if f"The lamp of text {Path(name).stem} " in embedded}
    assert again == set(DOCUMENTS) - set(kept)
    assert texts(index) == DOCUMENTS
    assert verify(index, deep=True).sound
    return len(kept)


def stopped(corpus: Path, places: Places, how: signal.Signals, many: int, duration: float) -> None:
    kept = [
        stopped_and_gone_on_with(corpus, places(f"index-{at}"), how, after)
        for at, after in enumerate(moments(many, duration))
    ]
    # Of many moments some were in the middle of the work; of a few on a busy machine, maybe none.
    assert many < MANY or any(0 < each < len(DOCUMENTS) for each in kept), kept


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_indexing_that_is_stopped_is_gone_on_with(
    corpus: Path, places: Places, duration: float, how: signal.Signals
) -> None:
    stopped(corpus, places, how, 2, duration)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_indexing_that_is_stopped_anywhere_is_gone_on_with(
    corpus: Path, places: Places, duration: float, how: signal.Signals
) -> None:
    stopped(corpus, places, how, MANY, duration)

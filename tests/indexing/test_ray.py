"""Files are read and embedded by Ray's workers: the same index, whoever of them dies."""

import os
import random
import signal
import threading
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from footnote.errors import ClusterUnavailable, ModelError, UnreadableFile
from footnote.indexing.ray_cluster import connected
from footnote.indexing.ray_embedding import Recipe
from footnote.indexing.ray_scale import scale_of
from footnote.indexing.report import IndexReport, Silence
from footnote.indexing.update import bring_up_to_date
from footnote.ingest.folder import SourceFile
from footnote.store.verify import verify
from footnote.testing import HashEmbedder
from tests.helpers import write_corpus
from tests.indexing.rays import contents, settled, told, workers
from tests.indexing.recipes import Broken, Deadly, Hashing

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")

SEED = 5
KINDS = ("ray::ParseWorker", "ray::EmbedWorker", "ray::IDLE")


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    with connected("local"):
        yield


def by_ray(
    corpus: Path,
    index: Path,
    recipe: Recipe | None = None,
    watcher: Silence | None = None,
    processors: int = 2,
) -> IndexReport:
    from footnote.indexing.ray_reads import RayReads

    read_by = RayReads(recipe or Hashing(), scale_of({"CPU": processors}))
    return bring_up_to_date(corpus, index, HashEmbedder(), watcher=watcher, read_by=read_by)


def plainly(corpus: Path, index: Path) -> IndexReport:
    return bring_up_to_date(corpus, index, HashEmbedder())


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Good and broken files, an archive of both, a long one, a copy, and one without a word."""
    texts = {f"{n:02}.md": f"# Text {n}\n\nThe lamp of text {n} is lit.\n" for n in range(30)}
    long = "\n\n".join(f"Sentence {n} of the long text is about {n * n}." for n in range(1500))
    corpus = write_corpus(
        tmp_path / "docs",
        texts | {"long.txt": long, "copy.txt": long, "b.pdf": b"%PDF-1.4", "c.xyz": "what",
                 "empty.txt": "", "page.html": "<p hidden>no</p><h1>Tea</h1><p>Hot.</p>"},
    )  # fmt: skip
    with zipfile.ZipFile(corpus / "a.zip", "w") as archive:
        archive.writestr("tea.txt", "Tea is drunk hot.")
        archive.writestr("bad.pdf", b"%PDF-1.4")
    return settled(corpus)


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that cannot be opened."""
    names: set[str] = set()
    read = SourceFile.read

    def refusing(self: SourceFile) -> bytes:
        if self.name in names:
            raise UnreadableFile("cannot be read: Permission denied")
        return read(self)

    monkeypatch.setattr(SourceFile, "read", refusing)
    return names


def test_the_index_and_the_report_are_those_of_a_plain_run(mixed: Path, hidden: set[str]) -> None:
    def compare() -> IndexReport:
        report = by_ray(mixed, Path("rays"))
        assert told(report) == told(plainly(mixed, Path("plain")))
        assert contents(Path("rays")) == contents(Path("plain"))
        return report

    hidden.add("07.md")
    first = compare()
    assert len(first.added) == 33
    assert {each.document for each in first.skipped} == {
        "07.md", "a.zip!/bad.pdf", "b.pdf", "c.xyz", "empty.txt"
    }  # fmt: skip
    assert first.notes
    assert compare().unchanged == 33
    hidden.clear()
    hidden.add("08.md")
    (mixed / "08.md").touch()
    (mixed / "09.md").write_text("# Text 9\n\nThe lamp is out.\n")
    (mixed / "10.md").unlink()
    with zipfile.ZipFile(mixed / "a.zip", "a") as archive:
        archive.writestr("milk.txt", "Milk is drunk warm.")
    settled(mixed, 1_700_000_009)
    last = compare()
    assert (last.added, last.changed, last.removed) == (
        ("07.md", "a.zip!/milk.txt"), ("09.md",), ("10.md",)
    )  # fmt: skip


def test_a_file_that_workers_die_of_is_skipped_and_its_last_text_kept(tmp_path: Path) -> None:
    texts = {f"{n:02}.txt": f"Text {n} is about {n}." for n in range(20)}
    corpus = settled(write_corpus(tmp_path / "docs", texts))
    plainly(corpus, Path("index"))
    before = contents(Path("index"))
    write_corpus(corpus, {"05.txt": "It was hemlock.", "11.txt": "It was aconite.", "x.txt": "X."})
    report = by_ray(corpus, Path("index"), Deadly(), processors=1)
    assert {each.document: each.reason for each in report.skipped} == {
        "05.txt": "3 of Ray's workers were lost while reading it",
        "11.txt": "3 of Ray's workers were lost while embedding it",
    }
    assert (report.added, report.changed, report.removed) == (("x.txt",), (), ())
    after = contents(Path("index"))
    assert {name: after[name] for name in before} == before
    # It is no property of the file that is remembered: it is tried again.
    assert by_ray(corpus, Path("index"), processors=1).changed == ("05.txt", "11.txt")


def test_a_model_that_a_node_lacks_is_named(mixed: Path) -> None:
    with pytest.raises(ModelError, match="the model of this node is gone"):
        by_ray(mixed, Path("index"), Broken(), processors=1)


def test_another_embedder_on_a_node_is_refused(mixed: Path) -> None:
    with pytest.raises(ClusterUnavailable, match="the same embedder, on each node"):
        by_ray(mixed, Path("index"), Hashing("other"), processors=1)


class _Killer(Silence):
    """Kills workers, each some time after there are any; and counts what it hears of."""

    def __init__(self, kinds: tuple[str, ...], delays: list[float]) -> None:
        self.killed = self.passages = 0
        self.files: list[str] = []
        self._kinds = kinds
        self._delays = delays
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._kill)

    def found(self, files: int, size: int) -> None:
        self._thread.start()

    def done(self, name: str, size: int) -> None:
        self.files.append(name)

    def embedded(self, passages: int) -> None:
        self.passages += passages

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _kill(self) -> None:
        draw = random.Random(SEED)
        for delay in self._delays:
            while not workers(self._kinds):
                if self._ended.wait(0.05):
                    return
            if self._ended.wait(delay):
                return
            if there := workers(self._kinds):
                os.kill(draw.choice(there), signal.SIGKILL)
                self.killed += 1


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, IndexReport]:
    """Files, the index of them that a plain run made, and its report."""
    folder = tmp_path_factory.mktemp("undisturbed")
    texts = {
        f"{n:03}.txt": "\n\n".join(f"Text {n}, part {part}." * 9 for part in range(20))
        for n in range(60)
    }
    corpus = settled(write_corpus(folder / "docs", texts))
    return corpus, folder / "index", plainly(corpus, folder / "index")


def compare_killed(
    undisturbed: tuple[Path, Path, IndexReport],
    index: Path,
    kinds: tuple[str, ...],
    delays: list[float],
) -> int:
    """Index while workers are killed; return how many were."""
    corpus, plain, reported = undisturbed
    files = sorted(path.name for path in corpus.iterdir())
    killer = _Killer(kinds, delays)
    try:
        report = by_ray(corpus, index, Hashing(seconds=0.01), killer)
    finally:
        killer.end()
    assert told(report) == told(reported)
    assert contents(index) == contents(plain)
    assert verify(index, deep=True).sound
    assert sorted(killer.files) == files
    assert killer.passages == report.passages
    return killer.killed


def test_workers_that_are_killed_lose_no_file_and_double_none(
    undisturbed: tuple[Path, Path, IndexReport], capfd: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(SEED)
    delays = [draw.uniform(0, 2) for _ in range(3)]
    assert compare_killed(undisturbed, Path("rays"), KINDS, delays) > 0
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_workers_that_are_killed_20_times_lose_no_file_and_double_none(
    undisturbed: tuple[Path, Path, IndexReport], kind: str
) -> None:
    draw = random.Random(SEED)
    killed = 0
    for at in range(20):
        delays = [draw.uniform(0, 2)]
        killed += compare_killed(undisturbed, Path(f"rays-{at}"), (kind,), delays)
    # A process that waits for work may have got some before it was its turn to die.
    assert killed >= 15


@pytest.mark.skipif(not Path("/proc/net/tcp6").exists(), reason="only Linux tells of sockets")
def test_a_cluster_of_its_own_listens_on_loopback_alone() -> None:
    from tests.indexing.sockets import listening

    found = list(listening(os.getpid()))
    assert len(found) > 3
    assert {address for address in found if not address.is_loopback} == set()

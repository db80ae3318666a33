"""How large an index may be: search, memory, opening, and one more file.

Usage: python -m benchmarks.scale SQUAD1_TRAIN [--passages N] [--folder FOLDER]

Passages are made up of real text and real vectors (benchmarks/synthetic.py); the questions are
real, so that fused search and recall are of questions, not of passages. An index that is in the
folder already is used again.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np

from benchmarks.synthetic import Material, material, write_index
from footnote.embedding import Embedder, load_embedder
from footnote.engine import open_engine
from footnote.indexing.update import bring_up_to_date, identity_of, is_indexed
from footnote.settings import Settings
from footnote.store.dense import exact
from footnote.store.derived import open_search, search_folder
from footnote.store.index import IndexReader
from footnote.store.kept import snapshot_of
from footnote.store.manifest import Manifest

QUESTIONS = 300
NEAREST = 10
WARM_UP = 20


def main() -> None:
    """Make the index, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        corpus, index = folder / "corpus", folder / "index"
        embedder = load_embedder(Settings())
        made_of = material(given.squad, embedder)
        if not is_indexed(index):
            started = time.perf_counter()
            write_index(corpus, index, given.passages, made_of, embedder)
            print(f"written in {time.perf_counter() - started:.0f} s")
        settings = Settings(corpus=corpus, index=index)
        _describe(index)
        _measure_opening(index)
        _measure_search(settings, embedder, made_of)
        _measure_server(settings, made_of)
        _measure_one_more(settings, embedder)


def _describe(index: Path) -> None:
    with snapshot_of(index) as snapshot:
        documents, passages = snapshot.count()
        manifest = Manifest.read(search_folder(index, snapshot.generation))
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    print(f"{passages} passages of {documents} documents, {size / 1e6:.0f} MB; {manifest.dense}")


def _measure_opening(index: Path) -> None:
    """Open the index in a process of its own, and search it once."""
    code = (
        "import sys, time, pathlib; from footnote.embedding import load_embedder; "
        "from footnote.settings import Settings; from footnote.store.index import IndexReader; "
        "from footnote.indexing.update import identity_of; "
        "embedder = load_embedder(Settings()); started = time.perf_counter(); "
        "reader = IndexReader(pathlib.Path(sys.argv[1]), identity_of(embedder))\n"
        "with reader.view(): print(f'opened in {time.perf_counter() - started:.2f} s')"
    )
    subprocess.run([sys.executable, "-c", code, str(index)], check=True)


def _measure_search(settings: Settings, embedder: Embedder, made_of: Material) -> None:
    # Not those by which the aim of a build was chosen, the first.
    questions = made_of.questions[-QUESTIONS - WARM_UP :]
    identity = identity_of(embedder)
    reader = IndexReader(settings.index, identity)
    seconds = []
    for question in questions:
        started = time.perf_counter()
        vector = embedder.embed_question(question)
        with reader.view() as view:
            view.search(vector, question, settings.candidates)
        seconds.append(time.perf_counter() - started)
    reader.close()
    p50, p95 = np.quantile(np.array(seconds[WARM_UP:]) * 1000, [0.5, 0.95])
    print(f"fused search, embedding included: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    vectors = np.stack([embedder.embed_question(each) for each in questions])
    with snapshot_of(settings.index) as snapshot:
        search = open_search(settings.index, snapshot, identity)
        found = [[id_ for id_, _ in search.nearest(vector, NEAREST)] for vector in vectors]
        truth = exact(vectors, snapshot.vectors, NEAREST).tolist()
    recall = np.mean([len({*a} & {*b}) / NEAREST for a, b in zip(found, truth, strict=True)])
    print(f"dense recall@{NEAREST} of {len(questions)} real questions: {recall:.3f}")


def _measure_server(settings: Settings, made_of: Material) -> None:
    """Ask a server, and print the most memory that it had; the kernel's cache is not counted."""
    command = [sys.executable, "-m", "footnote", "serve", "--no-index", "--port", "0"]
    command += ["--index", str(settings.index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1]
            for question in made_of.questions[:100]:
                request = urllib.request.Request(
                    f"{url}/api/v1/ask",
                    json.dumps({"question": question}).encode(),
                    {"Content-Type": "application/json"},
                )
                urllib.request.urlopen(request).read()
            status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
        finally:
            server.terminate()
    sizes = dict(line.split(":", 1) for line in status.splitlines())
    own, most = (int(sizes[name].split()[0]) / 1000 for name in ("RssAnon", "VmHWM"))
    print(f"server after 100 questions: {own:.0f} MB of its own, at most {most:.0f} MB resident")


def _measure_one_more(settings: Settings, embedder: Embedder) -> None:
    """Add a file in a process that has indexed before, and wait until it is found."""
    bring_up_to_date(settings.corpus, settings.index, embedder)
    engine = open_engine(settings, embedder)
    engine.search("Who keeps the lamp of Ardle?")
    seconds = []
    for number in range(3):
        text = f"The lamp of Ardle is kept by keeper number {number}, whose name is Quillon."
        (settings.corpus / f"one-more-{number}.txt").write_text(text)
        started = time.perf_counter()
        bring_up_to_date(settings.corpus, settings.index, embedder)
        hits = engine.search(f"Who is keeper number {number} of the lamp of Ardle?", limit=3)
        seconds.append(time.perf_counter() - started)
        assert any(hit.passage.text == text for hit in hits), hits
    print("one file added until found: " + ", ".join(f"{each:.2f} s" for each in seconds))


if __name__ == "__main__":
    main()

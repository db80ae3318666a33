"""Small things that several tests need."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from footnote.answering.load_reader import load_reader
from footnote.answering.reader import Reader
from footnote.embedding import Embedder
from footnote.engine import Engine
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.settings import Preset, Settings
from footnote.store.index import IndexReader

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "corpus"


def write_corpus(folder: Path, documents: Mapping[str, str | bytes]) -> Path:
    """Write documents below a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@cache
def _reader(name: str, preset: Preset) -> Reader:
    return load_reader(Settings(reader=name, preset=preset))


def indexed(
    folder: Path,
    documents: Mapping[str, str | bytes] | Path,
    embedder: Embedder,
    settings: Settings | None = None,
) -> Engine:
    """Index documents, or a folder of them, and return an engine over them."""
    corpus = documents if isinstance(documents, Path) else write_corpus(folder / "docs", documents)
    bring_up_to_date(corpus, folder / "index", embedder)
    return engine_over(
        IndexReader(folder / "index", identity_of(embedder)), embedder, settings or Settings()
    )


def engine_over(index: IndexReader, embedder: Embedder, settings: Settings | None = None) -> Engine:
    """Return an engine over an index."""
    given = settings or Settings()
    return Engine(index, embedder, _reader(given.reader, given.preset), given)


def process_fields(process: int) -> list[str]:
    """What Linux tells of a process, its state first, or nothing where it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []

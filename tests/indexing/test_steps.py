"""An indexing is kept step by step: what is stopped goes on from the last commit."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from footnote.embedding import Progress, Vectors
from footnote.errors import CorpusError
from footnote.indexing import update
from footnote.indexing.report import IndexReport, Silence
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.store.index import IndexReader
from footnote.store.verify import verify
from footnote.testing import HashEmbedder
from tests.helpers import write_corpus

TEXTS = {f"{n:02}.txt": f"Text {n} is about the number {n}." for n in range(30)}


class Stopping(HashEmbedder):
    """Stops the program once it has embedded so many passages."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.texts: list[str] = []

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if len(self.texts) >= self.most:
            raise KeyboardInterrupt
        self.texts += texts
        return super().embed_documents(texts, progress)


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty texts, embedded four at a time and committed eight at a time."""
    monkeypatch.setattr(update, "_EMBED", 4)
    monkeypatch.setattr(update, "_COMMIT", 8)
    return write_corpus(tmp_path / "docs", TEXTS)


def names() -> set[str]:
    reader = IndexReader(Path("index"), identity_of(HashEmbedder()))
    try:
        with reader.view() as view:
            return set(view.catalogue.known())
    finally:
        reader.close()


class Commits(Silence):
    """Writes down generations."""

    def __init__(self) -> None:
        self.generations: list[int] = []

    def committed(self, generation: int) -> None:
        self.generations.append(generation)


def bring(corpus: Path, embedder: HashEmbedder, rebuild: bool = False) -> IndexReport:
    return bring_up_to_date(corpus, Path("index"), embedder, rebuild)


def test_what_was_committed_is_not_done_again(corpus: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        bring(corpus, Stopping(20))
    assert names() == set(list(TEXTS)[:16])
    rest = Stopping(100)
    report = bring(corpus, rest)
    assert (report.unchanged, len(report.added), len(rest.texts)) == (16, 14, 14)
    assert names() == set(TEXTS)
    assert verify(Path("index"), deep=True).sound


def test_every_step_is_told(corpus: Path) -> None:
    commits = Commits()
    bring_up_to_date(corpus, Path("index"), HashEmbedder(), watcher=commits)
    assert commits.generations == [1, 2, 3, 4]


def test_a_rebuild_is_one_commit_and_until_then_the_old_index_answers(corpus: Path) -> None:
    bring(corpus, HashEmbedder())
    with pytest.raises(KeyboardInterrupt):
        bring(corpus, Stopping(20), rebuild=True)
    assert names() == set(TEXTS)
    commits = Commits()
    bring_up_to_date(corpus, Path("index"), HashEmbedder(), rebuild=True, watcher=commits)
    assert commits.generations == [5]
    assert verify(Path("index"), deep=True).sound


def test_nothing_is_removed_before_something_is_kept(corpus: Path) -> None:
    bring(corpus, HashEmbedder())
    for name in TEXTS:
        (corpus / name).write_bytes(b"")
    with pytest.raises(CorpusError, match="no readable document"):
        bring(corpus, HashEmbedder())
    assert names() == set(TEXTS)
    (corpus / "new.txt").write_text("A new text.")
    report = bring(corpus, HashEmbedder())
    assert report.removed == tuple(TEXTS)
    assert names() == {"new.txt"}


def test_documents_that_say_the_same_are_noted(corpus: Path) -> None:
    words = " ".join(f"word{n}" for n in range(200))
    write_corpus(corpus, {"x.txt": words, "y.txt": words.upper(), "z.txt": words[:-3] + "end"})
    notes = {each.document: each.note for each in bring(corpus, HashEmbedder()).notes}
    near = "a near-duplicate of x.txt: about 100% of the words are the same"
    assert notes == {"y.txt": near, "z.txt": near}
    (corpus / "later.txt").write_text(words)
    (note,) = bring(corpus, HashEmbedder()).notes
    assert (note.document, note.note) == ("later.txt", near)

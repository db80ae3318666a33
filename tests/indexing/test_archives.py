"""What is in an archive is indexed document by document, and again only where it changed."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from footnote.embedding import Progress, Vectors
from footnote.indexing.report import IndexReport
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.records import assert_exact
from footnote.store.index import IndexReader
from footnote.testing import HashEmbedder

INDEX = Path("index")


class Counting(HashEmbedder):
    """Remembers the texts that it was given to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.texts += texts
        return super().embed_documents(texts, progress)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "plain.txt").write_text("Water is drunk cold.")
    return docs


def pack(path: Path, members: Mapping[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def bring(corpus: Path, embedder: HashEmbedder | None = None) -> IndexReport:
    return bring_up_to_date(corpus, INDEX, embedder or HashEmbedder(), verify_content=True)


def test_each_file_within_is_a_document_that_can_be_cited(corpus: Path) -> None:
    pack(corpus / "a.zip", {"tea.txt": "Tea is drunk hot.", "sub/milk.md": "# Milk\n\nWarm.\n"})
    assert bring(corpus).added == ("a.zip!/tea.txt", "a.zip!/sub/milk.md", "plain.txt")
    reader = IndexReader(INDEX, identity_of(HashEmbedder()))
    with reader.view() as view:
        (hit,) = view.search(HashEmbedder().embed_question("tea"), "tea", 1, ["a.zip!/tea*"])
        text = view.catalogue.text(hit.passage.document_id)
        assert text == "Tea is drunk hot."
        assert_exact(text, [(hit.passage.span, hit.passage.text)])
    reader.close()


def test_only_what_changed_within_is_embedded_again(corpus: Path) -> None:
    members = {"tea.txt": "Tea is drunk hot.", "milk.txt": "Milk is drunk warm.", "old.txt": "Old."}
    pack(corpus / "a.zip", members)
    bring(corpus)
    pack(corpus / "a.zip", members | {"milk.txt": "Milk is drunk cold.", "new.txt": "New."})
    pack(corpus / "a.zip", {n: t for n, t in members.items() if n != "old.txt"} | {
        "milk.txt": "Milk is drunk cold.", "new.txt": "New.",
    })  # fmt: skip
    counting = Counting()
    report = bring(corpus, counting)
    assert report.added == ("a.zip!/new.txt",)
    assert report.changed == ("a.zip!/milk.txt",)
    assert report.removed == ("a.zip!/old.txt",)
    assert report.unchanged == 2
    assert len(counting.texts) == 2


def test_what_cannot_be_read_within_is_named_each_time(corpus: Path) -> None:
    pack(corpus / "a.zip", {"tea.txt": "Tea is drunk hot.", "a.xyz": "what", "b.pdf": b"%PDF-1.4"})
    for _ in range(2):
        reasons = {each.document: each.reason for each in bring(corpus).skipped}
        assert set(reasons) == {"a.zip!/a.xyz", "a.zip!/b.pdf"}
        assert "no loader" in reasons["a.zip!/a.xyz"]


def test_an_archive_that_is_gone_takes_its_documents_with_it(corpus: Path) -> None:
    pack(corpus / "a.zip", {"tea.txt": "Tea is drunk hot.", "milk.txt": "Milk is drunk warm."})
    bring(corpus)
    (corpus / "a.zip").unlink()
    assert bring(corpus).removed == ("a.zip!/milk.txt", "a.zip!/tea.txt")


def test_archives_that_hold_nothing_or_are_broken_are_named(corpus: Path) -> None:
    pack(corpus / "empty.zip", {})
    pack(corpus / "cut.zip", {"tea.txt": "Tea is drunk hot. " * 99})
    (corpus / "cut.zip").write_bytes((corpus / "cut.zip").read_bytes()[:60])
    reasons = {each.document: each.reason for each in bring(corpus).skipped}
    assert set(reasons) == {"cut.zip", "empty.zip"}
    assert reasons["empty.zip"] == "an archive without a file"

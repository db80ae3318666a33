"""The copy that docs/index.md describes is sound, whatever goes on meanwhile."""

import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from footnote.errors import IndexLocked
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.store.index import IndexReader
from footnote.store.verify import verify
from footnote.testing import HashEmbedder
from tests.helpers import ROOT, write_corpus

INDEX, COPY = Path("index"), Path("backup")


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock comes with Linux")
def test_a_copy_made_while_it_is_served_and_written_is_sound(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "docs", {f"{n}.txt": f"Text {n}." for n in range(30)})
    embedder = HashEmbedder()
    bring_up_to_date(corpus, INDEX, embedder)
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            (corpus / "new.txt").write_text(f"Version {number} of the text.")
            try:
                bring_up_to_date(corpus, INDEX, embedder)
            except IndexLocked:
                continue  # the copy is being made

    reader = IndexReader(INDEX, identity_of(embedder))
    writer = threading.Thread(target=write)
    writer.start()
    (documented,) = [
        line.strip()
        for line in (ROOT / "docs" / "index.md").read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("flock ")
    ]
    try:
        with reader.view() as view:  # a question that is being answered
            assert view.catalogue.count()[0] >= 30
            subprocess.run(documented.split(), check=True)
    finally:
        ended.set()
        writer.join()
        reader.close()
    found = verify(COPY, deep=True)
    assert found.sound, found
    assert found.documents_checked >= 30

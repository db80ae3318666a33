"""The files of a search index: whole or not there, and made again rather than trusted."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from footnote.errors import IndexDamaged
from footnote.store import derived
from footnote.store import manifest as manifests
from footnote.store.derived import build_search, drop_other_generations, open_search, search_folder
from footnote.store.kept import snapshot_of
from footnote.store.search import LocalSearch, Scope, reciprocal_rank_fusion
from footnote.store.sqlite import SqliteCatalogue
from tests.store.samples import EMBEDDER, IDENTITY, KEEPERS, LAMP, write

QUESTION = "Which paraffin lamp?"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two documents, generation 1."""
    write(tmp_path, {"keepers.md": KEEPERS, "lamp.md": LAMP})
    return tmp_path


def opened(index: Path, before: LocalSearch | None = None) -> LocalSearch:
    with snapshot_of(index) as snapshot:
        return open_search(index, snapshot, IDENTITY, before)


def build(index: Path, generation: int = 1) -> None:
    with snapshot_of(index) as snapshot:
        build_search(index, snapshot, generation, IDENTITY)


def ids(built: LocalSearch, scope: Scope | None = None, limit: int = 10) -> list[int]:
    found = built.search(EMBEDDER.embed_question(QUESTION), QUESTION, limit, scope)
    return [each.passage_id for each in found]


def test_hits_of_both_searches_are_joined(index: Path) -> None:
    built = opened(index)
    vector = EMBEDDER.embed_question(QUESTION)
    found = built.search(vector, QUESTION, 2)
    dense = dict(built.nearest(vector, 2))
    lexical = [id_ for id_, _ in built.terms.search(QUESTION, 2)]
    assert {each.passage_id for each in found} == {*dense, *lexical}
    assert {each.passage_id: each.dense for each in found if each.dense is not None} == dense
    assert [(each.passage_id, each.score) for each in found] == reciprocal_rank_fusion(
        [list(dense), lexical]
    )


def test_a_scope_holds_for_both_searches(index: Path) -> None:
    with snapshot_of(index) as snapshot:
        lamp = snapshot.known()["lamp.md"].document_id
        passages = snapshot.passage_ids([lamp])
    assert ids(opened(index), Scope([lamp], passages)) == passages.tolist()


def test_an_index_built_again_finds_the_same(index: Path) -> None:
    before = ids(opened(index))
    build(index)
    assert ids(opened(index)) == before
    assert opened(index).generation == 1


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    catalogue = SqliteCatalogue(tmp_path)
    with catalogue.transaction() as change:
        change.set_facts({"generation": "1"})
    build(tmp_path)
    assert ids(opened(tmp_path)) == []
    catalogue.close()


def test_what_a_stopped_writer_left_is_built_over(index: Path) -> None:
    before = ids(opened(index))
    folder = search_folder(index, 1)
    for leftover in (folder, folder.with_suffix(".building")):
        shutil.rmtree(leftover, ignore_errors=True)
        (leftover / "terms").mkdir(parents=True)
        (leftover / "terms" / "rubbish").write_text("rubbish")
    build(index)
    assert ids(opened(index)) == before
    assert [path.name for path in index.glob("search*")] == ["search-1"]
    assert not (folder / "terms" / "rubbish").exists()


def test_a_failure_while_building_leaves_nothing_under_the_final_name(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(derived, "write_durably", full)
    with pytest.raises(OSError, match="No space left"):
        build(index, 2)
    assert not search_folder(index, 2).exists()


def test_other_generations_are_dropped(index: Path) -> None:
    for generation in (2, 3):
        build(index, generation)
    (index / "search-4.building").mkdir()
    drop_other_generations(index, 2)
    assert sorted(path.name for path in index.iterdir()) == ["catalogue.sqlite", "lock", "search-2"]


def test_what_is_shared_with_the_generation_before_is_one_file(index: Path) -> None:
    before = (search_folder(index, 1) / "dense.faiss").stat().st_ino
    documents = {f"{n}.md": f"# Text {n}\n\nWords of text {n} are here." for n in range(40)}
    write(index, documents)  # so many that one more is no tenth
    first = (search_folder(index, 2) / "dense.faiss").stat().st_ino
    write(index, {"new.md": "# New\n\nParaffin again.\n"})
    second = (search_folder(index, 3) / "dense.faiss").stat().st_ino
    assert before != first == second


def grown(index: Path) -> None:
    """Make a generation whose dense snapshot is of the one before it."""
    write(index, {f"{n}.md": f"# Text {n}\n\nThe lamp of text {n}." for n in range(40)})
    write(index, {"new.md": "# New\n\nParaffin again.\n", "3.md": "# Other\n\nA changed lamp.\n"})


def test_what_is_newer_than_the_dense_snapshot_is_found_and_what_is_gone_is_not(
    index: Path,
) -> None:
    grown(index)
    newest = opened(index)
    assert newest.dense.shape.passages == 44
    assert (len(newest.tail.ids), len(newest.removed)) == (2, 1)
    found = newest.nearest(EMBEDDER.embed_question(QUESTION), 100)
    build(index, 3)
    again = opened(index)
    assert (len(again.tail.ids), len(again.removed)) == (0, 0)
    exact = again.nearest(EMBEDDER.embed_question(QUESTION), 100)
    assert [id_ for id_, _ in found] == [id_ for id_, _ in exact]
    assert np.allclose([c for _, c in found], [c for _, c in exact], atol=1e-6)
    with snapshot_of(index) as snapshot:
        everything = snapshot.passage_ids().tolist()
    assert sorted(id_ for id_, _ in exact) == newest.terms.ids() == everything


def test_an_index_that_was_followed_is_the_one_that_is_opened(index: Path) -> None:
    write(index, {f"{n}.md": f"# Text {n}\n\nThe lamp of text {n}." for n in range(40)})
    before = opened(index)
    write(index, {"new.md": "# New\n\nParaffin again.\n"})
    middle = opened(index, before)
    write(index, {"new.md": "# Newer\n\nParaffin again and again.\n"})
    followed, cold = opened(index, middle), opened(index)
    assert followed.dense is before.dense
    assert followed.tail.ids.tolist() == cold.tail.ids.tolist()
    assert np.array_equal(followed.tail.vectors, cold.tail.vectors)
    assert ids(followed) == ids(cold)


def test_a_scope_reaches_what_is_newer(index: Path) -> None:
    grown(index)
    with snapshot_of(index) as snapshot:
        new = snapshot.known()["new.md"].document_id
        passages = snapshot.passage_ids([new])
    assert ids(opened(index), Scope([new], passages)) == passages.tolist()


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def terms_file(folder: Path) -> Path:
    """The largest of tantivy's files."""
    return max((folder / "terms").iterdir(), key=lambda path: path.stat().st_size)


def altered_manifest(folder: Path, alter: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest = alter(manifest)
    manifest["sha256"] = manifests._sha256({k: v for k, v in manifest.items() if k != "sha256"})
    path.write_text(json.dumps(manifest))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no folder": shutil.rmtree,
    "dense missing": lambda folder: (folder / "dense.faiss").unlink(),
    "dense flipped": lambda folder: flip(folder / "dense.faiss"),
    "dense empty": lambda folder: (folder / "dense.faiss").write_bytes(b""),
    "terms missing": lambda folder: shutil.rmtree(folder / "terms"),
    "terms file missing": lambda folder: terms_file(folder).unlink(),
    "terms file flipped": lambda folder: flip(terms_file(folder)),
    "terms meta flipped": lambda folder: flip(folder / "terms" / "meta.json"),
    "removed ids flipped": lambda folder: (folder / "removed.ids").write_bytes(b"\x01" + b"\0" * 7),
    "manifest missing": lambda folder: (folder / "manifest.json").unlink(),
    "manifest empty": lambda folder: (folder / "manifest.json").write_bytes(b""),
    "manifest no JSON": lambda folder: (folder / "manifest.json").write_bytes(b"\xff{"),
    "manifest a list": lambda folder: (folder / "manifest.json").write_text("[]"),
    "manifest null": lambda folder: (folder / "manifest.json").write_text("null"),
    "manifest without keys": lambda folder: (folder / "manifest.json").write_text("{}"),
    "manifest flipped": lambda folder: flip(folder / "manifest.json"),
    "manifest of another format": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"format": 99}
    ),
    "manifest of another generation": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"generation": 2}
    ),
    "manifest of another embedder": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"embedder": "other"}
    ),
    "manifest that lists no file": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"files": {}}
    ),
    "manifest with a list of files": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"files": ["dense.faiss"]}
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_of_any_file_is_seen(index: Path, damage: Callable[[Path], object]) -> None:
    damage(search_folder(index, 1))
    with pytest.raises(IndexDamaged):
        opened(index)


def test_one_flipped_bit_of_any_file_is_seen(index: Path) -> None:
    folder = search_folder(index, 1)
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name.endswith(".lock") or not path.stat().st_size:
            continue
        before = path.read_bytes()
        flip(path)
        with pytest.raises(IndexDamaged):
            opened(index)
        path.write_bytes(before)
    opened(index)

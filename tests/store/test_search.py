"""The search index of one generation: fused, and rebuilt rather than trusted when altered."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.embedding import Vectors
from footnote.errors import IndexDamaged
from footnote.records import Passage
from footnote.store import search
from footnote.store.search import (
    LocalSearch,
    Scope,
    build_search,
    drop_other_generations,
    open_search,
    reciprocal_rank_fusion,
    search_folder,
)
from tests.ingest.samples import examples
from tests.store.samples import EMBEDDER, KEEPERS, LAMP, parts

QUESTION = "Which paraffin lamp?"


def rows() -> list[tuple[Passage, Vectors]]:
    out: list[tuple[Passage, Vectors]] = []
    for name, content in (("keepers.md", KEEPERS), ("lamp.md", LAMP)):
        _, passages, vectors = parts(name, content)
        for passage, vector in zip(passages, vectors, strict=True):
            numbered = Passage(
                *(passage.document_id, passage.ordinal, passage.span, passage.text),
                *(passage.headings, passage.units, 10 + len(out)),
            )
            out.append((numbered, vector))
    return out


def build(index: Path, generation: int = 1) -> LocalSearch:
    return build_search(index, generation, EMBEDDER.dimension, rows())


def ids(built: LocalSearch, scope: Scope | None = None, limit: int = 10) -> list[int]:
    found = built.search(EMBEDDER.embed_question(QUESTION), QUESTION, limit, scope)
    return [each.passage_id for each in found]


def test_ranks_are_fused_by_the_formula() -> None:
    fused = reciprocal_rank_fusion([[7, 8, 9], [9, 7, 5]])
    assert fused == [
        (7, 1 / (60 + 1) + 1 / (60 + 2)),
        (9, 1 / (60 + 3) + 1 / (60 + 1)),
        (8, 1 / (60 + 2)),
        (5, 1 / (60 + 3)),
    ]


def test_equal_sums_go_by_id() -> None:
    assert [id_ for id_, _ in reciprocal_rank_fusion([[5, 4], [4, 5], [2], [1]])] == [4, 5, 1, 2]


def test_nothing_fused_is_nothing() -> None:
    assert reciprocal_rank_fusion([]) == reciprocal_rank_fusion([[], []]) == []


@given(st.lists(st.lists(st.integers(0, 20), unique=True, max_size=10), max_size=3))
@examples
def test_fusing_keeps_each_id_once_and_sorts_by_score(rankings: list[list[int]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(id_ for id_, _ in fused) == sorted({id_ for each in rankings for id_ in each})
    assert fused == sorted(fused, key=lambda each: (-each[1], each[0]))


def test_hits_of_both_searches_are_joined(tmp_path: Path) -> None:
    built = build(tmp_path)
    vector = EMBEDDER.embed_question(QUESTION)
    found = built.search(vector, QUESTION, 2)
    dense = dict(built._dense.search(vector, 2))
    lexical = [id_ for id_, _ in built._terms.search(QUESTION, 2)]
    assert {each.passage_id for each in found} == {*dense, *lexical}
    assert {each.passage_id: each.dense for each in found if each.dense is not None} == dense
    assert [(each.passage_id, each.score) for each in found] == reciprocal_rank_fusion(
        [list(dense), lexical]
    )


def test_a_scope_holds_for_both_searches(tmp_path: Path) -> None:
    lamp = [passage for passage, _ in rows() if passage.document_id == rows()[-1][0].document_id]
    scope = Scope([lamp[0].document_id], [passage.id for passage in lamp])
    assert ids(build(tmp_path), scope) == [passage.id for passage in lamp]


def test_an_index_opened_again_finds_the_same(tmp_path: Path) -> None:
    assert ids(build(tmp_path)) == ids(open_search(tmp_path, 1))
    assert open_search(tmp_path, 1).generation == 1


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    assert ids(build_search(tmp_path, 1, EMBEDDER.dimension, [])) == []


def test_what_a_stopped_writer_left_is_built_over(tmp_path: Path) -> None:
    folder = search_folder(tmp_path, 1)
    for leftover in (folder, folder.with_suffix(".building")):
        (leftover / "terms").mkdir(parents=True)
        (leftover / "terms" / "rubbish").write_text("rubbish")
    assert ids(build(tmp_path)) == ids(open_search(tmp_path, 1))
    assert [path.name for path in tmp_path.iterdir()] == ["search-1"]
    assert not (folder / "terms" / "rubbish").exists()


def test_a_failure_while_building_leaves_nothing_under_the_final_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(search, "write_durably", full)
    with pytest.raises(OSError, match="No space left"):
        build(tmp_path)
    assert not search_folder(tmp_path, 1).exists()


def test_other_generations_are_dropped(tmp_path: Path) -> None:
    for generation in (1, 2, 3):
        build(tmp_path, generation)
    (tmp_path / "search-4.building").mkdir()
    (tmp_path / "catalogue.sqlite").touch()
    drop_other_generations(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalogue.sqlite", "search-2"]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def terms_file(folder: Path) -> Path:
    """The largest of tantivy's files."""
    return max((folder / "terms").iterdir(), key=lambda path: path.stat().st_size)


def altered_manifest(folder: Path, alter: Callable[[dict[str, object]], object]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(alter(manifest) or manifest))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no folder": shutil.rmtree,
    "dense missing": lambda folder: (folder / "dense.faiss").unlink(),
    "dense flipped": lambda folder: flip(folder / "dense.faiss"),
    "dense empty": lambda folder: (folder / "dense.faiss").write_bytes(b""),
    "terms missing": lambda folder: shutil.rmtree(folder / "terms"),
    "terms file missing": lambda folder: terms_file(folder).unlink(),
    "terms file flipped": lambda folder: flip(terms_file(folder)),
    "terms meta flipped": lambda folder: flip(folder / "terms" / "meta.json"),
    "manifest missing": lambda folder: (folder / "manifest.json").unlink(),
    "manifest empty": lambda folder: (folder / "manifest.json").write_bytes(b""),
    "manifest no JSON": lambda folder: (folder / "manifest.json").write_bytes(b"\xff{"),
    "manifest a list": lambda folder: (folder / "manifest.json").write_text("[]"),
    "manifest null": lambda folder: (folder / "manifest.json").write_text("null"),
    "manifest without keys": lambda folder: (folder / "manifest.json").write_text("{}"),
    "manifest of another format": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"format": 99}
    ),
    "manifest of another generation": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"generation": 2}
    ),
    "manifest that lists no file": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"sha256": {}}
    ),
    "manifest with a list of files": lambda folder: altered_manifest(
        folder, lambda manifest: manifest | {"sha256": ["dense.faiss"]}
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_of_any_file_is_seen(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    build(tmp_path)
    damage(search_folder(tmp_path, 1))
    with pytest.raises(IndexDamaged):
        open_search(tmp_path, 1)


def test_one_flipped_bit_of_any_file_is_seen(tmp_path: Path) -> None:
    build(tmp_path)
    folder = search_folder(tmp_path, 1)
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name.endswith(".lock"):
            continue
        before = path.read_bytes()
        flip(path)
        if path.name != "manifest.json":
            with pytest.raises(IndexDamaged, match="altered"):
                open_search(tmp_path, 1)
        path.write_bytes(before)
    open_search(tmp_path, 1)

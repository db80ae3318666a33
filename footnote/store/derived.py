"""The files of a search index: made from the catalogue alone, and again when they fail it.

Each generation has a folder, ``search-N``, which appears under its name when it is whole. What
a generation shares with the one before it is the same file under two names, a hard link.
"""

import errno
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from footnote.errors import IndexDamaged
from footnote.store.dense import FLAT_MOST, DenseIndex, Shape
from footnote.store.files import sha256_once, sync, sync_tree, write_durably
from footnote.store.identity import Identity
from footnote.store.manifest import MANIFEST, Manifest
from footnote.store.search import LocalSearch
from footnote.store.snapshot import Ids, Origin, Snapshot
from footnote.store.tail import Tail
from footnote.store.terms import TermsIndex
from footnote.store.transaction import Changes

DENSE = "dense.faiss"
REMOVED = "removed.ids"
TERMS = "terms"
# The share of passages that may be newer than the dense snapshot, or removed since.
STALE = 0.1
# How often a folder is removed in which a reader makes files meanwhile.
_TRIES = 5


def search_folder(index: Path, generation: int) -> Path:
    """Return where a generation's search index lies."""
    return index / f"search-{generation}"


@dataclass(frozen=True, slots=True)
class Renewal:
    """A dense snapshot to take the place of the last, and what was removed since it was made."""

    dense: DenseIndex
    removed: Sequence[int] = ()


def build_search(index: Path, catalogue: Snapshot, generation: int, identity: Identity) -> None:
    """Make the search index of a generation from nothing but the catalogue."""
    building = _begun(index, generation)
    (building / TERMS).mkdir()
    TermsIndex.build(building / TERMS, catalogue.everything())
    dense = build_dense(catalogue, identity)
    dense.write(building / DENSE)
    created = catalogue.fact("created")
    manifest = Manifest(generation, created, identity, dense.described(), {})
    _finish(index, building, manifest, ())


def copy_search(source: Path, index: Path, catalogue: Snapshot) -> None:
    """Copy the search index of a catalogue's generation from one folder to another.

    Raises IndexDamaged where the source has none of it, or not as it was written.
    """
    folder = search_folder(source, catalogue.generation)
    manifest = _manifest_of(folder, catalogue.origin)
    building = _begun(index, catalogue.generation)
    try:
        for name in (*manifest.files, MANIFEST):
            (building / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(folder / name, building / name)
    except FileNotFoundError as error:
        raise IndexDamaged(f"{error.filename} is missing") from error
    manifest.check(building)
    _published(index, building, catalogue.generation)


def build_dense(catalogue: Snapshot, identity: Identity) -> DenseIndex:
    """Make a dense snapshot of all passages that the catalogue holds."""
    return DenseIndex.build(catalogue.count()[1], identity.dimension, catalogue.vectors)


def extend_search(
    index: Path,
    catalogue: Snapshot,
    generation: int,
    changes: Changes,
    renewal: Renewal | None = None,
) -> None:
    """Make the search index of a generation from that of the one before it.

    The dense snapshot stays, for what is newer is searched beside it; unless a renewal is
    given, or it is stale and quickly made. Raises IndexDamaged where the one before cannot be
    trusted.
    """
    before = search_folder(index, generation - 1)
    manifest = _manifest_of(before, Origin(catalogue.fact("created"), generation - 1))
    manifest.check(before)
    removed = [*_removed(before).tolist(), *changes.removed_passages]
    building = _begun(index, generation)
    for name in manifest.files:
        (building / name).parent.mkdir(exist_ok=True)
        os.link(before / name, building / name)
    TermsIndex.extend(building / TERMS, changes.removed_documents, changes.added)
    small = catalogue.count()[1] <= FLAT_MOST
    if renewal is None and small and _stale(manifest, removed, catalogue):
        renewal = Renewal(build_dense(catalogue, manifest.identity))
    shape = manifest.dense
    if renewal is not None:
        (building / DENSE).unlink()
        renewal.dense.write(building / DENSE)
        shape, removed = renewal.dense.described(), list(renewal.removed)
    (building / REMOVED).unlink()
    _finish(index, building, replace(manifest, generation=generation, dense=shape), removed)


def is_stale(index: Path, catalogue: Snapshot) -> bool:
    """Tell whether a tenth of the passages is newer than the dense snapshot, or gone since."""
    folder = search_folder(index, catalogue.generation)
    return _stale(Manifest.read(folder), _removed(folder).tolist(), catalogue)


def open_search(
    index: Path, catalogue: Snapshot, identity: Identity, before: LocalSearch | None = None
) -> LocalSearch:
    """Open the search index of a catalogue's generation; what ``before`` has is not read again.

    Raises IndexDamaged where it is missing, altered, or of another format.
    """
    origin = catalogue.origin
    generation = origin.generation
    folder = search_folder(index, generation)
    manifest = _manifest_of(folder, origin)
    if manifest.identity != identity:
        raise IndexDamaged(f"{folder} is of another embedder")
    manifest.check(folder)
    try:
        removed = _removed(folder)
        digest = manifest.files[DENSE][1]
        if before is not None and before.dense_sha256 == digest:
            dense = before.dense
            newer = Tail.after(before.newest, catalogue, identity.dimension)
            tail = before.tail.followed_by(newer, removed)
        else:
            dense = DenseIndex.read(folder / DENSE, digest, manifest.dense)
            tail = Tail.after(dense.shape.last_id, catalogue, identity.dimension)
        terms = TermsIndex.read(folder / TERMS)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"the search index {folder} cannot be read: {error}") from error
    return LocalSearch(generation, dense, digest, tail, removed, terms)


def drop_other_generations(index: Path, generation: int) -> None:
    """Remove the search indexes of other generations, and what a stopped writer left.

    Raises OSError where one cannot be removed, when the others are.
    """
    _drop([each for each in index.glob("search-*") if each != search_folder(index, generation)])


def drop_earlier_generations(index: Path, generation: int) -> None:
    """Remove the search indexes of earlier generations; raises as `drop_other_generations`."""
    _drop([search_folder(index, each) for each in _generations(index) if each < generation])


def lost_generation(index: Path, generation: int) -> int | None:
    """Return a later generation whose search index is here, where this one's is not.

    The search index of a generation is removed after the catalogue has committed the next:
    what is found so was committed, and the catalogue has lost it.
    """
    if search_folder(index, generation).exists():
        return None
    return max((each for each in _generations(index) if each > generation), default=None)


def _generations(index: Path) -> list[int]:
    names = [path.name.removeprefix("search-") for path in index.glob("search-*")]
    return [int(each) for each in names if each.isdigit()]


def _drop(folders: Iterable[Path]) -> None:
    failed = None
    for folder in folders:
        try:
            _removed_tree(folder)
        except OSError as error:
            failed = error
    if failed is not None:
        raise failed


def _stale(manifest: Manifest, removed: Sequence[int], catalogue: Snapshot) -> bool:
    shape = Shape(**manifest.dense)
    total = catalogue.count()[1]
    gone = sum(id_ <= shape.last_id for id_ in removed)
    newer = total - (shape.passages - gone)
    return newer + len(removed) > STALE * total


def _removed_tree(folder: Path) -> None:
    """Remove a folder. One that a reader is opening stays: tantivy makes a lock file in it."""
    for _ in range(_TRIES):
        try:
            return shutil.rmtree(folder)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTEMPTY):
                raise
    return None


def _begun(index: Path, generation: int) -> Path:
    """Return an empty folder to build in, and take away what stands in the way of its name."""
    final = search_folder(index, generation)
    building = final.with_suffix(".building")
    for leftover in (building, final):
        if leftover.exists():
            shutil.rmtree(leftover)
    building.mkdir(parents=True)
    return building


def _finish(index: Path, building: Path, manifest: Manifest, removed: Sequence[int]) -> None:
    write_durably(building / REMOVED, np.asarray(removed, "<i8").tobytes())
    # tantivy's lock files are empty and come and go; they hold nothing to vouch for.
    paths = [p for p in building.rglob("*") if p.is_file() and not p.name.endswith(".lock")]
    files = {
        path.relative_to(building).as_posix(): (path.stat().st_size, sha256_once(path))
        for path in sorted(paths)
    }
    replace(manifest, files=files).write(building)
    _published(index, building, manifest.generation)


def _published(index: Path, building: Path, generation: int) -> None:
    sync_tree(building)
    building.rename(search_folder(index, generation))
    sync(index)


def _manifest_of(folder: Path, origin: Origin) -> Manifest:
    """Read the manifest of a catalogue's generation. Raises IndexDamaged where it is another's."""
    manifest = Manifest.read(folder)
    if Origin(manifest.created, manifest.generation) != origin:
        raise IndexDamaged(f"{folder} is of another index or generation")
    return manifest


def _removed(folder: Path) -> Ids:
    return np.frombuffer((folder / REMOVED).read_bytes(), "<i8")

"""Find what is damaged in an index, without changing it.

Fast, it compares the derived files with their sizes and hashes, and the catalogue's facts and
lists with their digests. Deep, it reads everything: each row, whether the passages of each
document tile it, and whether catalogue, vectors and words hold the same passages.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from footnote.errors import IndexDamaged, IndexMismatch
from footnote.place import Place
from footnote.store.catalogue import Catalogue
from footnote.store.identity import Identity
from footnote.store.kept import SearchStore, catalogue_of, search_of
from footnote.store.schema import FORMAT
from footnote.store.search import SearchIndex
from footnote.store.snapshot import Ids, Snapshot
from footnote.store.survey import Altered, Survey

# Vectors asked for themselves, and the least cosine by which the codes of a snapshot may answer.
_SAMPLE = 200
_SELF = 0.98


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found; its JSON form is what ``footnote verify --json`` prints.

    ``lost`` is why the catalogue cannot be trusted as a whole, ``altered`` what of it must be
    read again, ``derived`` what can be made again from it.
    """

    deep: bool
    generation: int = 0
    documents_checked: int = 0
    passages_checked: int = 0
    lost: tuple[str, ...] = ()
    altered: tuple[Altered, ...] = ()
    derived: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not (self.lost or self.altered or self.derived)


def verify(where: Place | Path, deep: bool = False) -> Verification:
    """Check an index. Raises IndexUnavailable where there is none, or of another format."""
    try:
        with closing(catalogue_of(where)) as catalogue, catalogue.snapshot() as snapshot:
            identity = _identity(Place.of(where), snapshot)
            with closing(search_of(where, identity)) as store:
                return _verified(catalogue, snapshot, store, identity, deep)
    except IndexDamaged as error:
        return Verification(deep, lost=(str(error),))


def check_readable(where: Place | Path) -> None:
    """Raise IndexDamaged where a fast check finds the catalogue damaged.

    What is derived from it is not looked at: a reader makes that again.
    """
    found = verify(where)
    reasons = [*found.lost, *(f"{each.document}: {each.reason}" for each in found.altered)]
    if reasons:
        raise IndexDamaged(
            f"the index {Place.of(where)} is damaged ({reasons[0]}); `footnote repair` mends it"
        )


def _identity(place: Place, snapshot: Snapshot) -> Identity:
    if snapshot.format != str(FORMAT):
        raise IndexMismatch(
            f"the index {place} has format version {snapshot.format!r}, and this program "
            f"{FORMAT}; run `footnote index --rebuild` to make it again"
        )
    return Identity(snapshot.fact("embedder") or "", int(snapshot.fact("dimension") or 0))


def _verified(
    catalogue: Catalogue, snapshot: Snapshot, store: SearchStore, identity: Identity, deep: bool
) -> Verification:
    generation = snapshot.generation
    lost = catalogue.integrity() if deep else []
    newer = store.lost(generation)
    if newer is not None:
        lost.append(
            f"the catalogue is of generation {generation}, and the search index of {newer}: the "
            "catalogue has lost what was committed since"
        )
    survey = Survey(snapshot, identity.dimension)
    survey.run(deep)
    derived = _derived(store, snapshot, survey if deep and not lost else None)
    return Verification(
        deep,
        generation,
        survey.documents_checked,
        survey.passages_checked,
        tuple(lost),
        tuple(sorted(survey.altered)),
        tuple(derived),
    )


def _derived(store: SearchStore, snapshot: Snapshot, survey: Survey | None) -> Sequence[str]:
    """Check the search index; against the catalogue too, where a survey of that is given."""
    try:
        search = store.checked(snapshot)
        return [] if survey is None else list(_compared(search, snapshot, survey))
    except IndexDamaged as error:
        return [str(error)]


def _compared(search: SearchIndex, snapshot: Snapshot, survey: Survey) -> Iterator[str]:
    ids = snapshot.passage_ids()
    for what, found in search.holds().items():
        if not np.array_equal(found, ids):
            yield _difference(what, found, ids)
    missed = [
        id_
        for id_, vector in survey.sample(ids, _SAMPLE)
        if not any(own == id_ or cosine >= _SELF for own, cosine in search.nearest(vector, 5))
    ]
    if missed:
        yield f"{len(missed)} sampled vectors do not find themselves, passage {missed[0]} first"


def _difference(what: str, found: Ids, wanted: Ids) -> str:
    missing, foreign = np.setdiff1d(wanted, found), np.setdiff1d(found, wanted)
    return (
        f"{what} lack {len(missing)} of {len(wanted)} passages, and hold {len(foreign)} that the "
        "catalogue does not"
    )

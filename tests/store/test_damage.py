"""Damage to any file of an index is named, is never answered from, and can be mended."""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from footnote.errors import FootnoteError
from footnote.indexing.repair import repair
from footnote.indexing.update import bring_up_to_date
from footnote.store.sqlite import FILE
from footnote.store.verify import verify
from tests.helpers import write_corpus
from tests.store import damage
from tests.store.damage import Damage
from tests.store.samples import EMBEDDER, write

pytestmark = pytest.mark.usefixtures("one_thread")


@dataclass(frozen=True)
class Sound:
    """An index before anything is done to it, and all that can be read from it."""

    corpus: Path
    index: Path
    read: dict[str, Any]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    folder = tmp_path_factory.mktemp("sound")
    corpus, index = damage.make(folder)
    read = damage.everything(damage.fresh(index, folder / "copy"))
    return Sound(corpus, index, read)


def found_of(sound: Sound, index: Path, done: Damage) -> tuple[str, list[str]]:
    """Do a damage; return whether it is named, and what is read wrong."""
    done.do(damage.fresh(sound.index, index))
    if damage.named(index):
        return "named", [f"{done}: {each}" for each in damage.misread(index, sound.read)]
    try:
        same = damage.everything(index) == sound.read
    except FootnoteError as error:
        return "unnamed", [f"{done}: not named, and {error}"]
    return "unused", [] if same else [f"{done}: not named, and read as something else"]


def check(sound: Sound, index: Path, flips: int, cuts: int) -> Counter[str]:
    told: Counter[str] = Counter()
    wrong = []
    for done in damage.drawn(sound.index, flips, cuts):
        outcome, problems = found_of(sound, index, done)
        told[outcome] += 1
        wrong += problems
    assert wrong == []
    return told


def test_some_flipped_bits_and_cut_files_are_named_and_not_answered_from(
    sound: Sound, tmp_path: Path
) -> None:
    assert check(sound, tmp_path / "index", 60, 20)["named"] > 50


@pytest.mark.slow
def test_flipped_bits_and_cut_files_are_named_and_not_answered_from(
    sound: Sound, tmp_path: Path
) -> None:
    assert check(sound, tmp_path / "index", 2000, 200)["named"] > 1000


def test_a_passage_that_the_catalogue_no_longer_finds_is_missed(
    sound: Sound, tmp_path: Path
) -> None:
    data = (sound.index / FILE).read_bytes()
    info = sound.read["documents"][3]
    places = [match.start() for match in re.finditer(info.id.encode(), data)]
    # In the rows of its passages and in the index that leads to them, among others.
    assert len(places) > 2 * info.passages
    for at in places:
        wrong = found_of(sound, tmp_path / "index", Damage(FILE, at + 5, 1))[1]
        assert wrong == []


def mended(sound: Sound, index: Path, count: int, flips: int, cuts: int) -> None:
    """Repair an index after each of so many damages that a check names."""
    every = list(damage.drawn(sound.index, flips, cuts))
    repaired = 0
    for done in every[:: max(1, len(every) // (2 * count))]:
        done.do(damage.fresh(sound.index, index))
        if repaired == count or not damage.named(index):
            continue
        repaired += 1
        assert repair(sound.corpus, index, EMBEDDER).now.sound, done
        assert verify(index, deep=True).sound, done
        now = damage.everything(index)
        for what in ("corpus", "texts"):
            assert now[what] == sound.read[what], done
    assert repaired == count


def test_some_damage_is_mended(sound: Sound, tmp_path: Path) -> None:
    mended(sound, tmp_path / "index", 5, 30, 20)


@pytest.mark.slow
def test_damage_is_mended(sound: Sound, tmp_path: Path) -> None:
    mended(sound, tmp_path / "index", 40, 2000, 200)


def test_a_missing_file_is_named_and_not_answered_from(sound: Sound, tmp_path: Path) -> None:
    for name in damage.files_of(sound.index):
        index = damage.fresh(sound.index, tmp_path / "index")
        (index / name).unlink()
        assert damage.named(index), name
        assert damage.misread(index, sound.read) == [], name


def test_no_number_of_a_manifest_is_taken_for_another(sound: Sound, tmp_path: Path) -> None:
    data = (sound.index / "search-2" / "manifest.json").read_bytes()
    numbers = list(re.finditer(rb'"(passages|last_id|lists|probes|dimension)": \d', data))
    assert len(numbers) == 5
    for found in numbers:
        done = Damage("search-2/manifest.json", found.end() - 1, 0)
        assert found_of(sound, tmp_path / "index", done) == ("named", [])


def exchange(first: Path, second: Path) -> None:
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)


def of_one_kind(index: Path, ending: str) -> list[Path]:
    return sorted((index / "search-2" / "terms").glob(f"*.{ending}"))


def another(index: Path) -> Path:
    """Make an index of as many passages and generations as another, of other documents."""
    folder = index.parent / "another"
    shutil.rmtree(folder, ignore_errors=True)
    texts = {name: text.replace("lamp", "lens") for name, text in damage.documents().items()}
    late = texts.pop("sub/14.md")
    corpus = write_corpus(folder / "corpus", texts | {"sub/gone.txt": "It is gone."})
    bring_up_to_date(corpus, folder / "index", EMBEDDER)
    (corpus / "sub/gone.txt").unlink()
    write_corpus(corpus, {"sub/14.md": late})
    bring_up_to_date(corpus, folder / "index", EMBEDDER)
    return folder / "index"


def put_search_of_another(index: Path) -> None:
    shutil.rmtree(index / "search-2")
    shutil.copytree(another(index) / "search-2", index / "search-2")


def put_dense_of_another(index: Path) -> None:
    shutil.copy(another(index) / "search-2" / "dense.faiss", index / "search-2" / "dense.faiss")


def put_search_of_before(index: Path) -> None:
    """Put the search index of a generation in place of that of the next."""
    kept = index.parent / "kept"
    shutil.copytree(index / "search-2", kept)
    write(index, {"sub/new.md": "# New\n\nIt is new."})
    shutil.rmtree(index / "search-3")
    kept.rename(index / "search-3")


def put_catalogue_of_before(index: Path) -> None:
    kept = (index / FILE).read_bytes()
    write(index, {"sub/new.md": "# New\n\nIt is new."})
    (index / FILE).write_bytes(kept)


SWAPPED: dict[str, Callable[[Path], object]] = {
    "segments of one search index": lambda index: exchange(*of_one_kind(index, "term")),
    "files of one segment": lambda index: exchange(
        of_one_kind(index, "idx")[0], of_one_kind(index, "store")[0]
    ),
    "dense and manifest": lambda index: exchange(
        index / "search-2" / "dense.faiss", index / "search-2" / "manifest.json"
    ),
    "dense of another index": put_dense_of_another,
    "search index of another index": put_search_of_another,
    "search index of a generation before": put_search_of_before,
    "catalogue of a generation before": put_catalogue_of_before,
}


@pytest.mark.parametrize("swap", SWAPPED.values(), ids=SWAPPED.keys())
def test_swapped_files_are_named_and_not_answered_from(
    sound: Sound, tmp_path: Path, swap: Callable[[Path], object]
) -> None:
    index = damage.fresh(sound.index, tmp_path / "index")
    swap(index)
    assert damage.named(index)
    wrong = damage.misread(index, sound.read)
    if swap is put_search_of_before:
        wrong = [each for each in wrong if "finds" not in each]  # a document was added
    assert wrong == []


def test_a_catalogue_that_was_put_back_is_named_as_lost(sound: Sound, tmp_path: Path) -> None:
    index = damage.fresh(sound.index, tmp_path / "index")
    put_catalogue_of_before(index)
    assert "is of generation 2, and the search index of 3" in verify(index).lost[0]


def test_the_catalogue_of_another_index_is_named(sound: Sound, tmp_path: Path) -> None:
    index = damage.fresh(sound.index, tmp_path / "index")
    shutil.copy(another(index) / FILE, index / FILE)
    found = verify(index, deep=False)
    assert "another index" in " ".join(found.derived)

"""An index to be damaged, all that can be read from it, and ways to damage it."""

import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from footnote.errors import FootnoteError
from footnote.indexing.update import bring_up_to_date
from footnote.records import Span
from footnote.store.files import _sha256_of_state
from footnote.store.index import IndexReader, View
from footnote.store.sqlite import SqliteCatalogue
from footnote.store.verify import verify
from tests.helpers import write_corpus
from tests.store.samples import EMBEDDER, IDENTITY

PART = Span(300, 1500)
QUESTIONS = ("Who kept the lamp of island 7?", "When was the tower built?", "coal", "island 3")
_WORDS = """lamp tower keeper island boat coal paraffin storm stone stairs signal reef winter
harbour letter village church road bridge granite oil wick lens brass clock tide current""".split()


def documents() -> dict[str, str]:
    """Fifteen small documents of several passages each."""
    draw = random.Random(1)
    told = {}
    for number in range(15):
        sections = []
        for section in range(4):
            sentences = (" ".join(draw.choices(_WORDS, k=14)).capitalize() for _ in range(12))
            title = f"## Part {section} of island {number} 😀"
            sections.append(f"{title}\n\n{'. '.join(sentences)}.\n")
        body = "\n".join(sections)
        told[f"sub/{number}.md"] = f"# Island {number}\n\nThe tower of {number}.\n\n{body}"
    return told


def make(folder: Path) -> tuple[Path, Path]:
    """Index a folder, and once more when a little of it has changed; return it and the index.

    The second generation has passages newer than its dense snapshot, and removed ones.
    """
    told = documents()
    late, gone = told.pop("sub/14.md"), "sub/gone.txt"
    corpus = write_corpus(folder / "corpus", told | {gone: "It is gone."})
    index = folder / "index"
    bring_up_to_date(corpus, index, EMBEDDER)
    (corpus / gone).unlink()
    write_corpus(corpus, {"sub/14.md": late})
    bring_up_to_date(corpus, index, EMBEDDER)
    return corpus, index


@dataclass(frozen=True)
class Damage:
    """A bit of a file that is flipped, or with ``bit`` None a length to which it is cut."""

    file: str
    at: int
    bit: int | None

    def do(self, index: Path) -> None:
        path = index / self.file
        data = bytearray(path.read_bytes())
        if self.bit is None:
            del data[self.at :]
        else:
            data[self.at] ^= 1 << self.bit
        path.unlink()  # a hard link may lead to it from elsewhere
        path.write_bytes(data)


def files_of(index: Path) -> dict[str, int]:
    """Return the size of each file of an index that holds something."""
    return {
        path.relative_to(index).as_posix(): path.stat().st_size
        for path in sorted(index.rglob("*"))
        if path.is_file() and path.name != "lock" and path.stat().st_size
    }


def drawn(index: Path, flips: int, cuts: int) -> Iterator[Damage]:
    """Draw damage, the same every time: more of large files, and some of each."""
    draw = random.Random(7)
    sizes = files_of(index)
    names = list(sizes)
    shares = [size + 2000 for size in sizes.values()]
    for number in range(flips + cuts):
        of_each = number < len(names) or flips <= number < flips + len(names)
        at = number if number < flips else number - flips
        name = names[at] if of_each else draw.choices(names, shares)[0]
        bit = draw.randrange(8) if number < flips else None
        yield Damage(name, draw.randrange(sizes[name]), bit)


def fresh(pristine: Path, index: Path) -> Path:
    """Put an index back as it was, and let this process forget what it knows of its files."""
    shutil.rmtree(index, ignore_errors=True)
    shutil.copytree(pristine, index)
    _sha256_of_state.cache_clear()
    return index


def everything(index: Path) -> dict[str, Any]:
    """Return all that can be read from an index. Raises FootnoteError."""
    reader = IndexReader(index, IDENTITY)
    try:
        with reader.view() as view:
            catalogue = view.catalogue
            _, infos = catalogue.documents()
            ids = [info.id for info in infos]
            return {
                "generation": view.generation,
                "corpus": view.corpus_sha256(),
                "documents": infos,
                "known": catalogue.known(),
                "files": catalogue.known_files(),
                "sketches": catalogue.sketches(),
                "pages": [catalogue.source(id_).pages for id_ in ids],
                "texts": [catalogue.text(id_) for id_ in ids],
                "passages": [catalogue.passages_of(id_) for id_ in ids],
                "vectors": [
                    [(at, vector.tobytes()) for at, vector in catalogue.vectors_of(id_)]
                    for id_ in ids
                ],
                "hits": {question: hits(view, question) for question in QUESTIONS},
            }
    finally:
        reader.close()


def hits(view: View, question: str) -> list[tuple[object, ...]]:
    """Return what a question finds, in the order of ids: whole passages, and their cosines."""
    found = view.search(EMBEDDER.embed_question(question), question, 100)
    ordered = sorted(found, key=lambda hit: hit.passage.id)
    return [(hit.passage, None if hit.dense is None else round(hit.dense, 4)) for hit in ordered]


def named(index: Path) -> bool:
    """Tell whether a deep check names damage."""
    try:
        return not verify(index, deep=True).sound
    except FootnoteError:
        return True


def misread(index: Path, before: Mapping[str, Any]) -> list[str]:
    """Return what a reader gives that is not as it was; an error is not given."""
    reader, catalogue = IndexReader(index, IDENTITY), SqliteCatalogue(index)

    def same(read: Callable[[], object], was: object) -> bool:
        try:
            with catalogue.damage_named():  # as on leaving the view
                return read() == was
        except FootnoteError:
            return True

    try:
        with reader.view() as view:
            wrong = [what for what, read, was in _readings(view, before) if not same(read, was)]
    except FootnoteError:
        return []
    finally:
        reader.close()
    return [f"{what} is another" for what in wrong]


def _readings(
    view: View, before: Mapping[str, Any]
) -> Iterator[tuple[str, Callable[[], object], object]]:
    """Give what can be asked for, how, and what it was."""
    catalogue = view.catalogue
    for info, text, passages in zip(
        before["documents"], before["texts"], before["passages"], strict=True
    ):
        yield f"the text of {info.name}", partial(catalogue.text, info.id), text
        yield f"a part of {info.name}", partial(catalogue.text, info.id, PART), PART.quote(text)
        yield f"what is in {info.name}", partial(catalogue.passages_of, info.id), passages
        yield f"what is known of {info.name}", partial(catalogue.document, info.id), info
    for question in QUESTIONS:
        yield f"what {question!r} finds", partial(hits, view, question), before["hits"][question]

"""How quickly an index is copied to PostgreSQL, and to a folder beside it in the same run.

Usage: python -m benchmarks.copying SQUAD URL [--passages 100000] [--index FOLDER]

SQUAD is a SQuAD file to make a large index of (benchmarks/synthetic.py), kept in FOLDER if one is
given; URL is that of an empty PostgreSQL database.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.synthetic import material, write_index
from footnote.embedding import load_embedder
from footnote.indexing.update import identity_of, is_indexed
from footnote.place import Place
from footnote.settings import Settings
from footnote.store.copying import Copied, copy


def main() -> None:
    """Copy, and print a row for each place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("squad", type=Path)
    parser.add_argument("url")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    embedder = load_embedder(Settings())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = given.index or folder / "index"
        if not is_indexed(index):
            write_index(
                folder / "corpus", index, given.passages, material(given.squad, embedder), embedder
            )
        print(
            "| to | passages | seconds | passages a second | compared in, s |\n"
            "|---|---|---|---|---|"
        )
        for what, target in (
            ("a folder", Place(folder / "copy")),
            ("PostgreSQL, and this machine's files", Place(folder / "files", given.url)),
        ):
            done = copy(Place(index), target, identity_of(embedder), lambda *_: None)
            print(_row(what, done), flush=True)


def _row(what: str, done: Copied) -> str:
    rate = done.passages / done.seconds
    return (
        f"| {what} | {done.passages:,} | {done.seconds:.1f} | {rate:,.0f} | "
        f"{done.checked_seconds:.1f} |"
    )


if __name__ == "__main__":
    main()

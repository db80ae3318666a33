"""What the commands have in common: options, settings, printing.

Heavy parts are imported inside the functions, as in the commands themselves.
"""

import dataclasses
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from footnote.embedding import Embedder
    from footnote.errors import FootnoteError
    from footnote.indexing.report import IndexReport
    from footnote.indexing.watch import Follower
    from footnote.settings import Settings

IndexOption = Annotated[
    Path | None, typer.Option("--index", help="The folder of the index.  [default: index]")
]
ThresholdOption = Annotated[
    float | None, typer.Option(help="Least confidence of an answer, 0 to 1.")
]
DocumentsOption = Annotated[
    list[str] | None,
    typer.Option("--documents", help="Only documents whose names match; can be repeated."),
]
WatchOption = Annotated[
    bool, typer.Option("--watch", help="Go on, and index what changes in the folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(**flags: object) -> "Settings":
    """Make the settings; a flag that is None was not given."""
    from footnote.settings import load_settings

    return load_settings(**flags)


def indexed_now(
    settings: "Settings",
    embedder: "Embedder",
    rebuild: bool = False,
    verify_content: bool = False,
    ray: str | None = None,
) -> "IndexReport":
    """Bring the index of the settings to what their folder holds, with a progress bar.

    ``ray`` is the address of a Ray cluster that reads and embeds.
    """
    from footnote.indexing.on_ray import reads_by_settings
    from footnote.indexing.update import bring_up_to_date, identity_of
    from footnote.progress import IndexingProgress
    from footnote.store.writer import renew_if_stale

    with IndexingProgress() as progress:
        report = bring_up_to_date(
            settings.corpus,
            settings.place,
            embedder,
            rebuild,
            progress,
            verify_content,
            settings.ocr,
            reads_by_settings(settings, ray),
        )
        progress.renewing()
        renew_if_stale(settings.place, identity_of(embedder))
    return report


def follower_of(settings: "Settings", embedder: "Embedder", as_json: bool = False) -> "Follower":
    """Make what follows the folder of the settings, and prints what it did."""
    from footnote.indexing.report import IndexReport
    from footnote.indexing.watch import Follower

    def told(news: "IndexReport | FootnoteError") -> None:
        if isinstance(news, IndexReport):
            show_report(news, as_json)
        else:
            typer.echo(f"footnote: {news}", err=True)

    return Follower(settings.corpus, settings.place, embedder, told, settings.ocr)


@contextmanager
def following(settings: "Settings", embedder: "Embedder") -> Iterator[None]:
    """Follow the folder of the settings in a thread, while something else is done."""
    follower = follower_of(settings, embedder)
    thread = threading.Thread(target=follower.run)
    thread.start()
    try:
        yield
    finally:
        follower.stop()
        thread.join()


def show_report(report: "IndexReport", as_json: bool) -> None:
    """Print what an indexing did."""
    from footnote.printing import print_index_report

    if as_json:
        print_json(report)
    else:
        print_index_report(report)


def print_json(record: "DataclassInstance") -> None:
    """Print a record as JSON."""
    typer.echo(json.dumps(dataclasses.asdict(record), ensure_ascii=False, default=str))


def discard_output() -> None:
    """Let what is still to be printed go nowhere: its reader has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""The commands that make an index and keep it: index, verify, repair, copy."""

from pathlib import Path
from typing import Annotated

import typer

from footnote.cli_shared import (
    IndexOption,
    JsonOption,
    WatchOption,
    follower_of,
    indexed_now,
    print_json,
    settings_of,
    show_report,
)

DAMAGED = 4

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", help="The folder of documents.  [default: corpus]")
]


def index(
    corpus: Annotated[
        Path | None, typer.Argument(help="The folder of documents.  [default: corpus]")
    ] = None,
    index: IndexOption = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read and embed everything again.")
    ] = False,
    verify_content: Annotated[
        bool,
        typer.Option("--verify-content", help="Compare files by SHA-256, not by size and time."),
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            "--ray",
            metavar="ADDRESS",
            help="Read and embed on a Ray cluster: its address, or 'local' to start one here.",
        ),
    ] = None,
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index to what a folder of documents holds."""
    from footnote.embedding import load_embedder

    settings = settings_of(corpus=corpus, index=index)
    embedder = load_embedder(settings)
    show_report(indexed_now(settings, embedder, rebuild, verify_content, ray), as_json)
    if watch:
        typer.echo(f"following {settings.corpus}; Ctrl-C ends it", err=True)
        follower_of(settings, embedder, as_json).run()


def verify(
    index: IndexOption = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read everything: texts, vectors and words.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the index for damage, and change nothing; exit status 4 where there is some."""
    from footnote.printing import print_verification
    from footnote.store.verify import verify as check

    found = check(settings_of(index=index).place, deep)
    if as_json:
        print_json(found)
    else:
        print_verification(found)
    if not found.sound:
        raise typer.Exit(DAMAGED)


def repair(
    corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """Mend the index: from its catalogue, and what was damaged there from the documents."""
    from footnote.embedding import load_embedder
    from footnote.indexing.repair import repair as mend
    from footnote.printing import print_repair
    from footnote.progress import IndexingProgress

    settings = settings_of(corpus=corpus, index=index)
    with IndexingProgress() as progress:
        done = mend(
            settings.corpus, settings.place, load_embedder(settings), progress, settings.ocr
        )
    if as_json:
        print_json(done)
    else:
        print_repair(done)
    if not done.now.sound:
        raise typer.Exit(DAMAGED)


def copy(
    to: Annotated[
        Path,
        typer.Option(
            help="A settings file that says where to: index, catalog, search, milvus_uri and on."
        ),
    ],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the index to another place, such as servers, without embedding again."""
    from footnote.embedding import load_embedder
    from footnote.indexing.update import identity_of
    from footnote.printing import print_copied
    from footnote.progress import CopyProgress
    from footnote.settings import place_in
    from footnote.store.copying import copy as copy_index

    settings, target = settings_of(index=index), place_in(to)
    with CopyProgress() as progress:
        done = copy_index(
            settings.place, target, identity_of(load_embedder(settings)), progress.told
        )
    if as_json:
        print_json(done)
    else:
        print_copied(done, target)

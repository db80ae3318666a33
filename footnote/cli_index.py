"""The commands that make an index and keep it: index, verify, repair."""

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

    found = check(settings_of(index=index).index, deep)
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
            settings.corpus, settings.index, load_embedder(settings), progress, settings.ocr
        )
    if as_json:
        print_json(done)
    else:
        print_repair(done)
    if not done.now.sound:
        raise typer.Exit(DAMAGED)

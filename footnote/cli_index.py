"""The commands that make an index and keep it: index, verify, repair."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footnote.cli_shared import IndexOption, JsonOption, indexed_now, print_json, settings_of

if TYPE_CHECKING:
    from footnote.embedding import Embedder
    from footnote.errors import FootnoteError
    from footnote.indexing.report import IndexReport
    from footnote.settings import Settings

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
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and index what changes until stopped.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index to what a folder of documents holds."""
    from footnote.embedding import load_embedder

    settings = settings_of(corpus=corpus, index=index)
    embedder = load_embedder(settings)
    _show(indexed_now(settings, embedder, rebuild, verify_content), as_json)
    if watch:
        _follow(settings, embedder, as_json)


def verify(
    index: IndexOption = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read everything: texts, vectors and words.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the index for damage, and change nothing; exit status 4 where there is some."""
    from footnote.progress import print_verification
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
    from footnote.progress import IndexingProgress, print_repair

    settings = settings_of(corpus=corpus, index=index)
    with IndexingProgress() as progress:
        done = mend(settings.corpus, settings.index, load_embedder(settings), progress)
    if as_json:
        print_json(done)
    else:
        print_repair(done)
    if not done.now.sound:
        raise typer.Exit(DAMAGED)


def _follow(settings: "Settings", embedder: "Embedder", as_json: bool) -> None:
    from footnote.errors import FootnoteError
    from footnote.indexing.watch import Follower

    def told(news: "IndexReport | FootnoteError") -> None:
        if isinstance(news, FootnoteError):
            typer.echo(f"footnote: {news}", err=True)
        else:
            _show(news, as_json)

    typer.echo(f"following {settings.corpus}; Ctrl-C ends it", err=True)
    Follower(settings.corpus, settings.index, embedder, told).run()


def _show(report: "IndexReport", as_json: bool) -> None:
    from footnote.progress import print_index_report

    if as_json:
        print_json(report)
    else:
        print_index_report(report)

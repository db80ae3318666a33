"""The commands. They parse, call the parts, and print; errors become one line at this edge.

Heavy parts are imported inside the commands, so that ``--help`` and mistakes answer at once.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footnote import __version__
from footnote.errors import FootnoteError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from footnote.embedding import Embedder
    from footnote.indexing import IndexReport
    from footnote.settings import Settings

app = typer.Typer(
    help="Answer questions over a folder of documents, with citations exact to the character.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

IndexOption = Annotated[
    Path | None, typer.Option("--index", help="The folder of the index.  [default: index]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line, and exit with its status."""
    try:
        status = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except FootnoteError as error:
        _complain(str(error))
        sys.exit(error.exit_status)
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "format_message"):
            raise
        _complain(f"{error.format_message()} (`footnote --help` lists what there is)")
        sys.exit(2)
    # Typer gives the status of an interrupt that came while a command ran.
    if status == INTERRUPTED:
        _complain("interrupted; what was committed before is kept")
    sys.exit(status or 0)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def index(
    corpus: Annotated[
        Path | None, typer.Argument(help="The folder of documents.  [default: corpus]")
    ] = None,
    index: IndexOption = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read and embed everything again.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index to what a folder of documents holds."""
    from footnote.embedding import load_embedder
    from footnote.progress import print_index_report

    settings = _settings(corpus=corpus, index=index)
    report = _bring_up_to_date(settings, load_embedder(settings), rebuild)
    if as_json:
        _print_json(report)
    else:
        print_index_report(report)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, at most 2,000 characters.")],
    index: IndexOption = None,
    documents: Annotated[
        list[str] | None,
        typer.Option("--documents", help="Only documents whose names match; can be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option(help="How many passages to give, 1 to 50.")] = 10,
    threshold: Annotated[
        float | None, typer.Option(help="Least confidence of an answer, 0 to 1.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Answer one question, with its citations."""
    from footnote.engine import open_engine
    from footnote.progress import print_answer

    engine = open_engine(_settings(index=index, threshold=threshold))
    answer = engine.ask(question, scope=documents or (), limit=limit)
    if as_json:
        _print_json(answer)
    else:
        print_answer(answer)


@app.command()
def serve(
    corpus: Annotated[
        Path | None, typer.Option(help="The folder of documents.  [default: corpus]")
    ] = None,
    index: IndexOption = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 takes a free one.")] = None,
    no_index: Annotated[bool, typer.Option("--no-index", help="Serve the index as it is.")] = False,
) -> None:
    """Bring the index up to date, then serve the page and the API."""
    from footnote.embedding import load_embedder
    from footnote.progress import print_index_report
    from footnote.web.server import claim_socket, serve_on

    settings = _settings(corpus=corpus, index=index, host=host, port=port)
    # Before the index is brought up to date, which may take long: a port in use is said at once.
    with claim_socket(settings) as claimed:
        embedder = load_embedder(settings)
        if not no_index:
            print_index_report(_bring_up_to_date(settings, embedder))
        serve_on(claimed, settings, embedder)


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Argument(help="A file of questions, JSON lines.")],
    index: IndexOption = None,
    output: Annotated[
        Path | None, typer.Option(help="The folder of the run.  [default: runs/TIME]")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a file, and write the answers to predictions.jsonl."""
    from footnote.engine import open_engine
    from footnote.evaluation.questions import read_questions
    from footnote.evaluation.run import default_output, run_questions
    from footnote.progress import EvaluationProgress, print_run

    settings = _settings(index=index)
    asked = read_questions(questions)
    engine = open_engine(settings)
    with EvaluationProgress(len(asked)) as progress:
        run = run_questions(engine, asked, output or default_output(), progress.advance)
    if as_json:
        _print_json(run)
    else:
        print_run(run)


def _settings(**flags: object) -> "Settings":
    from footnote.settings import load_settings

    return load_settings(**flags)


def _bring_up_to_date(
    settings: "Settings", embedder: "Embedder", rebuild: bool = False
) -> "IndexReport":
    from footnote.indexing import bring_up_to_date
    from footnote.progress import IndexingProgress

    with IndexingProgress() as progress:
        return bring_up_to_date(settings.corpus, settings.index, embedder, rebuild, progress)


def _print_json(record: "DataclassInstance") -> None:
    typer.echo(json.dumps(dataclasses.asdict(record), ensure_ascii=False, default=str))


def _complain(message: str) -> None:
    typer.echo(f"footnote: {message}", err=True)

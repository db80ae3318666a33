"""The commands. They parse, call the parts, and print; errors become one line at this edge.

Heavy parts are imported inside the commands, so that ``--help`` and mistakes answer at once.
"""

import logging
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Annotated

import typer

from footnote import __version__, cli_evaluate, cli_index, cli_mcp, cli_widget
from footnote.cli_settings import with_settings
from footnote.cli_shared import (
    DocumentsOption,
    IndexOption,
    JsonOption,
    ThresholdOption,
    WatchOption,
    discard_output,
    following,
    indexed_now,
    print_json,
    settings_of,
)
from footnote.errors import FootnoteError
from footnote.settings import Settings

app = typer.Typer(
    help="Answer questions over a folder of documents, with citations exact to the character.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line, and exit with its status."""
    if logging.lastResort:
        logging.lastResort.addFilter(_not_of_an_interrupt)
    try:
        status = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except FootnoteError as error:
        _complain(str(error))
        sys.exit(error.exit_status)
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left; there is nobody to tell.
        discard_output()
        sys.exit(0)
    except OSError as error:
        _complain(f"cannot go on: {error.strerror or error} ({error.filename or 'output'})")
        sys.exit(2)
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "format_message"):
            raise
        # A command that was given none of its own has printed its help, and says no more.
        if message := error.format_message():
            _complain(f"{message} (`footnote --help` lists what there is)")
        sys.exit(2)
    # Typer gives the status of an interrupt that came while a command ran.
    if status == INTERRUPTED:
        _complain("interrupted; what was committed before is kept")
    sys.exit(status or 0)


def _not_of_an_interrupt(record: logging.LogRecord) -> bool:
    """Whether a log record stands for more than Ctrl-C, which `main` tells of by itself.

    SQLAlchemy logs whatever strikes while it closes a connection, and raises it again.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt))


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, at most 2,000 characters.")],
    index: IndexOption = None,
    documents: DocumentsOption = None,
    limit: Annotated[int, typer.Option(help="How many passages to give, 1 to 50.")] = 10,
    threshold: ThresholdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer one question, with its citations."""
    from footnote.engine import open_engine
    from footnote.printing import print_answer

    engine = open_engine(settings_of(index=index, threshold=threshold))
    answer = engine.ask(question, scope=documents or (), limit=limit)
    if as_json:
        print_json(answer)
    else:
        print_answer(answer)


@app.command()
@with_settings
def serve(
    settings: Settings,
    no_index: Annotated[bool, typer.Option("--no-index", help="Serve the index as it is.")] = False,
    watch: WatchOption = False,
) -> None:
    """Bring the index up to date, then serve the page and the API."""
    from footnote.embedding import load_embedder
    from footnote.printing import print_index_report
    from footnote.store.verify import check_readable
    from footnote.web.server import claim_socket, serve_on

    # Before the index is brought up to date, which may take long: a port in use is said at once.
    with claim_socket(settings) as claimed:
        embedder = load_embedder(settings)
        if not no_index:
            print_index_report(indexed_now(settings, embedder))
        check_readable(settings.place)
        with following(settings, embedder) if watch else nullcontext():
            serve_on(claimed, settings, embedder)


for _command in (
    cli_index.index,
    cli_index.verify,
    cli_index.repair,
    cli_index.copy,
    cli_evaluate.evaluate,
    cli_mcp.mcp,
    cli_widget.widget,
):
    app.command()(_command)
app.add_typer(cli_evaluate.questions_app, name="questions")


def _complain(message: str) -> None:
    typer.echo(f"footnote: {message}", err=True)

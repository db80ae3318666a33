"""The command ``widget``."""

import json
from html import escape
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from footnote.cli_shared import JsonOption, settings_of
from footnote.errors import UsageError

if TYPE_CHECKING:
    from footnote.settings import Settings
    from footnote.widgets import Widget


def widget(
    name: Annotated[
        str | None, typer.Argument(help="The widget's NAME in [widgets.NAME]; none lists them.")
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(help="The address that the server has for visitors, as https://chat.it.org"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the lines that put a widget on a page of your site."""
    from footnote.web.widget_pages import script

    settings = settings_of()
    if name is None:
        for each, widget in settings.widgets.items():
            typer.echo(f"{each}: {len(widget.origins)} origins, {', '.join(widget.documents)}")
        if not settings.widgets:
            typer.echo("no widget is set up: docs/embedding.md tells how", err=True)
        return
    found = _found(settings, name)
    base = (_address(settings) if server is None else _checked(server)).rstrip("/")
    # Only this machine is shown it, by whatever name others call the server.
    demo = f"http://127.0.0.1:{settings.port}/widget/{found.id}/demo"
    snippets = _snippets(found, base, script().version, script().integrity) | {"demo": demo}
    if as_json:
        typer.echo(json.dumps({"id": found.id, "origins": list(found.origins), **snippets}))
        return
    for title, snippet in zip(_TITLES, snippets.values(), strict=True):
        typer.echo(f"{title}\n\n{snippet}\n")
    if not found.origins:
        typer.echo(f"No page may use it yet: list yours in origins of [widgets.{name}]", err=True)
    if server is None and not settings.hosts:
        typer.echo(
            f"{base} is reached from this machine alone: for visitors, name the server in hosts, "
            "or here by --server https://chat.example.org",
            err=True,
        )


_TITLES = (
    "On any page, a button in the corner that opens the chat:",
    "The same, held to the very script of this version (it changes with each):",
    "In a place of its own on the page:",
    "In a frame:",
    "To be tried on this machine, while the server runs:",
)


def _snippets(widget: "Widget", base: str, version: str, integrity: str) -> dict[str, str]:
    title = escape(widget.title or "Chat")
    tag = f'data-widget="{widget.id}" defer></script>'
    return {
        "script": f'<script src="{base}/widget.js" {tag}',
        "pinned": f'<script src="{base}/widget/{version}/widget.js" integrity="{integrity}" '
        f'crossorigin="anonymous" {tag}',
        "inline": f'<script src="{base}/widget.js" defer></script>\n'
        f'<footnote-chat widget="{widget.id}"></footnote-chat>',
        "frame": f'<iframe src="{base}/widget/{widget.id}/frame" title="{title}" '
        'width="400" height="600"></iframe>',
    }


def _found(settings: "Settings", name: str) -> "Widget":
    if name not in settings.widgets:
        there = ", ".join(settings.widgets) or "none"
        raise UsageError(
            f"there is no widget {name!r} in footnote.toml, but {there}; add [widgets.{name}] with "
            "an id and origins (docs/embedding.md)"
        )
    return settings.widgets[name]


def _checked(server: str) -> str:
    parts = urlsplit(server)
    # Without a scheme a page would take it as a path of its own.
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"--server is {server!r}; give the address that the server has for visitors, as "
            "https://chat.example.org"
        )
    return server


def _address(settings: "Settings") -> str:
    if settings.hosts:
        return f"https://{settings.hosts[0]}"
    return f"http://127.0.0.1:{settings.port}"

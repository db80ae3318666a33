"""Give a command a flag for every setting, made from what Settings says of each.

Keys have none: what stands on a command line is seen by everybody on the machine, and kept in
the shell's history. They come from the environment or footnote.toml.
"""

import inspect
import types
from collections.abc import Callable
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from footnote.settings import Settings, is_secret, load_settings

_PANEL = "Settings (docs/configuration.md)"


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Add a flag for every setting, and call a command with the settings made of them.

    The command takes the settings first, and options of its own after them.
    """
    _, *own = inspect.signature(command).parameters.values()

    def run(**given: object) -> None:
        flags = {name: _given(given.pop(name)) for name in flagged()}
        command(load_settings(**flags), **given)

    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    flags = [_parameter(name, Settings.model_fields[name]) for name in flagged()]
    vars(run)["__signature__"] = inspect.Signature([*own, *flags])
    return run


def flagged() -> list[str]:
    """Name the settings that have a flag: not keys, and not what has settings of its own."""
    return [
        name
        for name, field in Settings.model_fields.items()
        if not is_secret(name) and get_origin(field.annotation) is not dict
    ]


def _given(value: object) -> object:
    """Return what a flag gave, None if it was not given: a list that is empty was not."""
    return None if value == [] else value


def _parameter(name: str, field: FieldInfo) -> inspect.Parameter:
    kind, repeated = _kind_of(field.annotation)
    flag = f"--{name.replace('_', '-')}"
    option = typer.Option(
        f"{flag}/--no-{flag[2:]}" if kind is bool else flag,
        help=_help_of(field, repeated),
        rich_help_panel=_PANEL,
        show_default=False,
    )
    wanted: Any = list[str] if repeated else kind
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[wanted | None, option],
    )


def _kind_of(annotation: object) -> tuple[Any, bool]:
    """Return what a flag takes, and whether it can be repeated."""
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = [each for each in get_args(annotation) if each is not type(None)]
    return annotation, get_origin(annotation) is tuple


def _help_of(field: FieldInfo, repeated: bool) -> str:
    told = field.description or ""
    # In round brackets: what stands in square ones is taken for markup.
    if repeated:
        return f"{told} Can be repeated."
    return told if field.default is None else f"{told} (default: {field.default})"

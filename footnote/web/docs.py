"""Show the HTTP interface to people: one page made from the OpenAPI description.

The usual viewers load scripts from another host; this page needs none.
"""

import json
import re
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

# A limit from here on is one of machines, and of no interest to people.
UNTOLD = 2**31 - 1

router = APIRouter(include_in_schema=False)


@router.get("/api/docs")
def show(request: Request) -> HTMLResponse:
    """Describe every address, what it takes and what it gives."""
    folder = FileSystemLoader(Path(__file__).with_name("assets"))
    template = Environment(loader=folder, autoescape=True).get_template("docs.html")
    page = template.render(
        api=request.app.openapi(),
        type_of=type_of,
        limits_of=limits_of,
        prose=prose,
        keys_of=keys_of,
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


def prose(text: str | None) -> Markup:
    """Escape a description, and show what stands between backticks as code.

    >>> prose("``a < b`` or `c`")
    Markup('<code>a &lt; b</code> or <code>c</code>')
    """
    marked = re.sub(r"(`+)(.+?)\1", r"<code>\2</code>", str(escape(text or "")))
    return Markup(marked)  # noqa: S704 - the text was escaped before the marks went in


def keys_of(security: list[dict[str, Any]]) -> str:
    """Name the keys, one of which a route wants.

    >>> keys_of([{"key": []}, {"token": []}]), keys_of([{}, {"token": []}])
    ("a key or the operator's token", "nothing on this machine or the operator's token")
    """
    names = {"key": "a key", "token": "the operator's token"}
    return " or ".join(
        " and ".join(names[name] for name in each) or "nothing on this machine" for each in security
    )


def type_of(schema: dict[str, Any]) -> str:
    """Name a JSON schema's type in a few words.

    >>> type_of({"type": "array", "items": {"$ref": "#/components/schemas/Citation"}})
    'list of Citation'
    >>> type_of({"anyOf": [{"type": "integer"}, {"type": "null"}]})
    'integer or null'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(type_of, schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array" and "items" in schema:
        return f"list of {type_of(schema['items'])}"
    return str(schema.get("type", "any"))


def limits_of(limits: dict[str, Any]) -> str:
    """Tell the limits of a value.

    >>> limits_of({"minimum": 1, "maximum": 50, "default": 10})
    'at least 1, at most 50, default 10'
    """
    words = {
        "minimum": "at least {}",
        "maximum": "at most {}",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
    }
    told = [
        form.format(f"{limits[name]:g}")
        for name, form in words.items()
        if limits.get(name, UNTOLD) < UNTOLD
    ]
    if limits.get("default") is not None:
        told.append(f"default {json.dumps(limits['default'])}")
    return ", ".join(told)

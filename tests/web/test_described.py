"""The description says of each route what it wants, and each route wants that."""

import asyncio
import re
from itertools import product
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI

from footnote.settings import Settings
from footnote.web.app import create_app
from tests.web.conftest import client_of
from tests.web.double import WordEngine
from tests.web.test_routes import KEY, TOKEN, status_of

ALL = {"api_keys": (KEY,), "admin_token": TOKEN, "wrong_keys_per_minute": 0}


def make(**given: object) -> FastAPI:
    """Make an app in the loop that calls it: Gradio ties itself to one."""
    return create_app(WordEngine(), Settings.model_validate(given))


def described(**given: object) -> dict[str, Any]:
    async def describe() -> dict[str, Any]:
        return make(**given).openapi()

    return asyncio.run(describe())


def securities(api: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation.get("security")
        for path, operations in api["paths"].items()
        for method, operation in operations.items()
    }


async def asked(given: dict[str, object]) -> list[tuple[str, Any, dict[str, str]]]:
    """Call every route that is described without and with each key."""
    app = make(**given)
    found = []
    for route, security in securities(app.openapi()).items():
        method, path = route.split()
        path = re.sub(r"\{[^}]+\}", "x", path.replace("{n}", "1"))
        keys = {"": None, "key": KEY, "token": TOKEN}
        got = {name: await status_of(app, method, path, key) for name, key in keys.items()}
        found.append((route, security, got))
    return found


@pytest.mark.parametrize(
    "without", [(), ("api_keys",), ("admin_token",), ("api_keys", "admin_token")]
)
def test_every_route_wants_what_is_said_of_it_and_nothing_else(without: tuple[str, ...]) -> None:
    given = {name: value for name, value in ALL.items() if name not in without}
    found = asyncio.run(asked(given))
    assert len(found) >= 15
    for route, security, got in found:
        opens = {""} if security is None else {"".join(each) for each in security}
        for name in ("", "key", "token"):
            # From this machine: what opens without a key opens with one too.
            expected = name in opens or "" in opens
            assert (got[name] != "401") == expected, (route, name, got)


def test_the_kinds_of_keys_are_described_where_they_are_used() -> None:
    bearer = ("http", "bearer")
    for keyed, operated in product((True, False), repeat=2):
        given = {"api_keys": ALL["api_keys"]} if keyed else {}
        given |= {"admin_token": TOKEN} if operated else {}
        schemes = described(**given)["components"].get("securitySchemes", {})
        assert set(schemes) == {*(["key"] if keyed else []), *(["token"] if operated else [])}
        assert {(each["type"], each["scheme"]) for each in schemes.values()} <= {bearer}


def test_health_is_described_as_open() -> None:
    told = securities(described(**ALL))
    assert told["GET /healthz"] is told["GET /readyz"] is None
    assert told["GET /metrics"] == [{}, {"token": []}]
    assert told["POST /api/v1/ask"] == [{"key": []}, {"token": []}]
    assert told["GET /api/v1/admin/state"] == [{"token": []}]


def test_people_are_told_too() -> None:
    async def show() -> str:
        return client_of(make(**ALL)).get("/api/docs").text

    page = asyncio.run(show())
    assert "Wants a key or the operator&#39;s token" in page
    assert "Wants the operator&#39;s token" in page


def test_the_description_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(described(**ALL)).validate()
    broken = described(**ALL)
    broken["components"]["securitySchemes"]["key"]["type"] = "nothing of the kind"
    with pytest.raises(Exception, match="nothing of the kind"):
        schemathesis.openapi.from_dict(broken).validate()

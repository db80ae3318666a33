"""Requests made of the OpenAPI description: none makes the server fail, all answers conform."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from footnote.settings import Settings
from tests.web.conftest import make_app
from tests.web.double import DOCUMENTS, WordEngine

# As a page of the server's own asks, which may use its widgets.
HOST = {"Host": "127.0.0.1:7860", "Origin": "http://127.0.0.1:7860"}
WIDGET = "help"
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
REFUSED = [400, 404, 413, 415, 422]
# These take nothing that could be wrong.
BARE = {
    *("GET /healthz", "GET /readyz", "GET /metrics", "GET /v1/models"),
    *("GET /api/v1/about", "GET /api/v1/examples"),
    "GET /api/v1/widgets/{widget_id}",
}


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("schema")
    settings = {
        "feedback": f"sqlite:///{folder}/feedback.db",
        "rate_per_minute": 0,
        "widgets": {"help": {"id": WIDGET}},
    }
    return make_app(WordEngine(), Settings.model_validate(settings))


@pytest.fixture(scope="module")
def operations(described: FastAPI) -> list[Any]:
    config = schemathesis.Config.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
    )
    schema = schemathesis.openapi.from_asgi(
        "/api/openapi.json", described, config=config, headers=HOST
    )
    found: list[Any] = [*schema.get_all_operations()]
    return [each.ok() for each in found]


def check(operation: Any, examples: int, **given_: Any) -> None:  # noqa: ANN401
    """Ask a route so many times, and check each answer against its description."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples < 50,
        database=None,
        suppress_health_check=QUIET,
    )
    @given(operation.as_strategy(**given_))
    def asked(case: Any) -> None:  # noqa: ANN401
        # What fits the description may still be refused: a span beyond the text, an empty question.
        case.call_and_validate(headers=HOST, excluded_checks=[positive_data_acceptance])

    asked()


def check_all(operations: list[Any], examples: int) -> None:
    for operation in operations:
        check(operation, examples)
        if operation.label not in BARE:
            check(operation, examples, generation_mode=GenerationMode.NEGATIVE)
        if "{" in operation.path:
            for stored in DOCUMENTS[:2]:
                named = {"id": stored.info.id, "n": 1, "widget_id": WIDGET}
                path = {
                    name: each for name, each in named.items() if f"{{{name}}}" in operation.path
                }
                check(operation, examples, path_parameters=path)


def test_a_few_requests_to_each_route_are_answered_as_described(operations: list[Any]) -> None:
    assert len(operations) >= 11
    check_all(operations, 8)


@pytest.mark.slow
def test_many_requests_to_each_route_are_answered_as_described(operations: list[Any]) -> None:
    check_all(operations, 100)


def test_a_failure_would_be_seen(described: FastAPI, operations: list[Any]) -> None:
    (listing,) = [each for each in operations if each.label == "GET /api/v1/documents"]
    described.state.engine = WordEngine(damaged=True)
    try:
        with pytest.raises(BaseException, match="503") as told:
            check(listing, 3)
    finally:
        described.state.engine = WordEngine()
    assert type(told.value).__name__ == "FailureGroup"


def test_every_body_has_an_example_that_fits(described: FastAPI) -> None:
    api = described.openapi()
    for methods in api["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                body = operation["requestBody"]["content"]["application/json"]["schema"]
                named = api["components"]["schemas"][body["$ref"].rpartition("/")[2]]
                schema = {**named, "components": api["components"]}
                Draft202012Validator(schema).validate(named["example"])

"""The shell of the operator's page: what is served of it, and what it may do."""

import pytest
from starlette.testclient import TestClient

from footnote.settings import Settings
from footnote.web.operator import POLICY
from tests.web.conftest import client_of, make_app
from tests.web.double import WordEngine
from tests.web.operated import TOKEN
from tests.web.test_api import error_of


@pytest.fixture(scope="module")
def client() -> TestClient:
    return client_of(make_app(WordEngine(), Settings.model_validate({"admin_token": TOKEN})))


def test_it_runs_its_own_scripts_and_no_other(client: TestClient) -> None:
    assert "unsafe" not in POLICY
    for path in ("/operator/", "/operator/main.js", "/operator/operator.css"):
        served = client.get(path)
        assert served.status_code == 200
        assert served.headers["content-security-policy"] == POLICY
        assert served.headers["cache-control"] == "no-cache"


def test_the_address_without_a_slash_leads_to_it(client: TestClient) -> None:
    assert client.get("/operator", follow_redirects=False).headers["location"] == "operator/"


@pytest.mark.parametrize(
    "name", ["operator.html", "nothing.js", "%2e%2e%2fdocs.html", "..%2foperator.py"]
)
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert error_of(client.get(f"/operator/{name}"), 404)

from collections.abc import Iterator

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from footnote.settings import Settings
from footnote.web.app import put_engine
from footnote.web.rate import counts
from tests.web.conftest import client_of, make_app
from tests.web.double import WordEngine
from tests.web.test_api import ASK, error_of
from tests.web.test_guards import routes_of

VISITOR = ("192.0.2.1", 50_000)
PROXY = ("127.0.0.1", 50_000)
LISTED = "https://www.example.org"


def limited(**settings: object) -> FastAPI:
    given = {"rate_per_minute": 3, "origins": (LISTED,), **settings}
    return make_app(WordEngine(), Settings.model_validate(given))


def asked(client: TestClient, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(ASK, json={"question": "When was the light lit?"}, headers=named)


def statuses(client: TestClient, times: int, **headers: str) -> list[int]:
    return [asked(client, **headers).status_code for _ in range(times)]


def test_beyond_the_rate_a_visitor_is_refused_before_any_work() -> None:
    engine = WordEngine()
    app = limited()
    put_engine(app, engine, Settings(cache_mb=0))
    visitor = client_of(app, VISITOR)
    assert statuses(visitor, 3) == [200] * 3
    refused = asked(visitor)
    assert error_of(refused, 429)["code"] == "too_many"
    assert "3 questions a minute" in error_of(refused, 429)["message"]
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert "origin" in refused.headers["vary"].lower()
    assert len(engine.asked) == 3
    assert statuses(client_of(app, ("192.0.2.2", 1)), 1) == [200]
    assert visitor.get("/api/v1/documents").status_code == 200


def test_a_page_elsewhere_can_read_that_it_asked_too_much() -> None:
    visitor = client_of(limited(), VISITOR)
    statuses(visitor, 3)
    refused = asked(visitor, origin=LISTED)
    assert refused.status_code == 429
    assert refused.headers["access-control-allow-origin"] == LISTED
    assert "origin" in refused.headers["vary"].lower()


def test_programs_on_this_machine_count_only_where_that_is_set() -> None:
    assert statuses(client_of(limited()), 9) == [200] * 9
    counted = client_of(limited(rate_loopback=True))
    assert statuses(counted, 5) == [200, 200, 200, 429, 429]


def test_behind_a_listed_proxy_each_visitor_counts() -> None:
    proxied = client_of(limited(proxies=("127.0.0.1",)), PROXY)
    assert statuses(proxied, 4, x_forwarded_for="192.0.2.1") == [200, 200, 200, 429]
    assert statuses(proxied, 1, x_forwarded_for="192.0.2.2") == [200]
    # What a visitor writes there stands before what the proxy does.
    assert statuses(proxied, 1, x_forwarded_for="203.0.113.77, 192.0.2.1") == [429]


def test_a_header_buys_nobody_another_bucket() -> None:
    visitor = client_of(limited(), VISITOR)
    codes = [statuses(visitor, 1, x_forwarded_for=f"198.51.100.{n}")[0] for n in range(6)]
    assert codes == [200, 200, 200, 429, 429, 429]
    unlisted = client_of(limited(), PROXY)
    assert statuses(unlisted, 4, x_forwarded_for="198.51.100.1")[-1] == 429


def test_a_network_of_ipv6_is_one_client() -> None:
    app = limited()
    codes = [asked(client_of(app, (f"2001:db8::{n}", 1))).status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_twenty_a_minute_is_the_default_and_0_is_no_limit() -> None:
    visitor = client_of(make_app(WordEngine()), VISITOR)
    assert statuses(visitor, 21) == [200] * 20 + [429]
    assert set(statuses(client_of(limited(rate_per_minute=0), VISITOR), 30)) == {200}


def test_all_that_is_sent_to_the_public_api_counts(app: FastAPI) -> None:
    for path in (ASK, "/v1/chat/completions", "/api/v1/feedback", "/api/v1/widgets/x/ask"):
        assert counts("POST", path)
    for method, path in _sending(app):
        assert counts(method, path) or path.startswith("/api/v1/admin/"), path


def _sending(app: FastAPI) -> Iterator[tuple[str, str]]:
    for method, path in routes_of(app):
        if method == "POST" and path.startswith(("/api/", "/v1/")):
            yield method, path

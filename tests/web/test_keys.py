import asyncio
import hmac
import logging
from dataclasses import dataclass, field
from functools import partial

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from footnote.errors import UsageError
from footnote.settings import Settings, load_settings
from footnote.web import keys as keys_module
from footnote.web.app import put_engine
from footnote.web.body import MAX_BODY
from footnote.web.buckets import Buckets
from tests.web.conftest import client_of, make_app
from tests.web.double import WordEngine
from tests.web.test_api import ASK, error_of
from tests.web.test_buckets import Clock

KEY = "a-key-of-the-public-api"
OTHER_KEY = "another-key-of-the-public-api"
TOKEN = "the-token-of-the-operator"  # noqa: S105
VISITOR = ("192.0.2.1", 50_000)
LISTED = "https://www.example.org"
ADMIN = "/api/v1/admin/documents"
QUESTION = {"question": "When was the light lit?"}


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def _taken(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def guarded(
    api_keys: tuple[str, ...] = (),
    admin_token: str | None = None,
    upload_mb: int = 1,
    **more: object,
) -> FastAPI:
    """Make an app with operator routes of the test's own, where wrong keys are not counted."""
    settings = Settings.model_validate(
        {
            "api_keys": api_keys,
            "admin_token": admin_token,
            "upload_mb": upload_mb,
            "origins": (LISTED,),
            "wrong_keys_per_minute": 0,
            **more,
        }
    )
    app = make_app(WordEngine(), settings)
    for path in (ADMIN, "/operator", "/metrics"):
        app.router.routes.insert(0, Route(path, _taken, methods=["GET", "POST"]))
    return app


@pytest.fixture(scope="module")
def keyed() -> TestClient:
    return client_of(guarded((KEY, OTHER_KEY), TOKEN))


@pytest.fixture(scope="module")
def plain() -> TestClient:
    return client_of(guarded())


@pytest.mark.parametrize("path", ["/api/v1/documents", "/api/v1/documents/d-cafe", "/api/v1/new"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong-key-of-the-public-api"),
        bearer(""),
        bearer(KEY[:-1]),
        bearer(KEY + "x"),
        bearer(KEY.upper()),
        bearer(f"{KEY} {KEY}"),
        {"authorization": KEY},
        {"authorization": f"Basic {KEY}"},
        {"authorization": f"Bearer {KEY}, Bearer {KEY}"},
        {"x-api-key": KEY},
        {"cookie": f"key={KEY}"},
    ],
)
def test_without_the_key_there_is_nothing(
    keyed: TestClient, path: str, headers: dict[str, str]
) -> None:
    refused = keyed.get(path, headers=headers)
    assert error_of(refused, 401)["code"] == "unauthorized"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert KEY not in refused.text


def test_two_keys_at_once_are_none(keyed: TestClient) -> None:
    twice = [("authorization", f"Bearer {KEY}"), ("authorization", f"Bearer {KEY}")]
    assert keyed.get("/api/v1/documents", headers=twice).status_code == 401


@pytest.mark.parametrize("key", [KEY, OTHER_KEY, TOKEN])
def test_with_any_of_the_keys_the_api_answers(keyed: TestClient, key: str) -> None:
    assert keyed.post(ASK, json=QUESTION, headers=bearer(key)).status_code == 200
    assert keyed.get("/api/v1/documents", headers=bearer(key)).status_code == 200
    lower = {"authorization": f"bearer {key}"}
    assert keyed.get("/api/v1/documents", headers=lower).status_code == 200


def test_a_question_without_a_key_is_not_worked_on() -> None:
    engine = WordEngine()
    app = guarded((KEY,))
    app.state.engine = engine
    assert client_of(app).post(ASK, json=QUESTION).status_code == 401
    assert not engine.asked


@pytest.mark.parametrize("path", ["/", "/theme.css", "/healthz", "/readyz", "/favicon.ico"])
def test_the_shell_of_the_page_and_the_health_stay_open(keyed: TestClient, path: str) -> None:
    assert keyed.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/component_server/"])
def test_what_could_show_documents_by_another_way_wants_a_key(keyed: TestClient, path: str) -> None:
    assert keyed.post(path, json={}).status_code == 401


def test_without_keys_set_nobody_needs_one(plain: TestClient) -> None:
    assert plain.post(ASK, json=QUESTION).status_code == 200
    assert plain.post(ASK, json=QUESTION, headers=bearer("anything")).status_code == 200


def test_a_page_elsewhere_may_send_a_key_and_read_that_it_was_wrong(keyed: TestClient) -> None:
    leave = {
        "origin": LISTED,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    assert keyed.options(ASK, headers=leave).status_code == 200
    refused = keyed.post(ASK, json=QUESTION, headers={"origin": LISTED})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == LISTED


def test_every_key_is_compared_whichever_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(len(one))
        return real(one, other)

    client = client_of(guarded((KEY, OTHER_KEY), TOKEN))
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", compare)
    counts = set()
    for key in (KEY, OTHER_KEY, TOKEN, "x" * 20, "x", KEY[:-1]):
        compared.clear()
        client.get("/api/v1/documents", headers=bearer(key))
        counts.add(tuple(compared))
    # The token for itself, and then all three; what is compared are digests of one length.
    assert counts == {(32,) * 4}


def wrong(client: TestClient, times: int, path: str = ADMIN) -> list[int]:
    """Send so many wrong keys; returns the statuses."""
    return [
        client.get(path, headers=bearer(f"a-wrong-key-number-{number}")).status_code
        for number in range(times)
    ]


@pytest.mark.parametrize("path", [ADMIN, ASK, "/api/v1/documents", "/v1/models"])
def test_who_guesses_is_not_listened_to_for_a_while(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    clock = Clock()
    monkeypatch.setattr(keys_module, "Buckets", partial(Buckets, clock=clock))
    client = client_of(guarded((KEY,), TOKEN, wrong_keys_per_minute=3))
    assert wrong(client, 5, path) == [401, 401, 401, 429, 429]
    # Also one that is right: else guessing would still find it.
    for key in (KEY, TOKEN):
        refused = client.get(ADMIN, headers=bearer(key))
        assert error_of(refused, 429)["code"] == "too_many_keys"
        assert "3 wrong keys a minute" in error_of(refused, 429)["message"]
        assert refused.headers["retry-after"] == "20"
        assert key not in refused.text
    clock.now += 20.001
    assert client.get(ADMIN, headers=bearer(TOKEN)).status_code == 200
    assert wrong(client, 2, path) == [401, 429]


def test_a_guesser_is_refused_before_any_work() -> None:
    engine = WordEngine()
    app = guarded((KEY,), TOKEN, wrong_keys_per_minute=1)
    put_engine(app, engine, Settings(cache_mb=0))
    client = client_of(app)
    wrong(client, 1)
    assert client.post(ASK, json=QUESTION, headers=bearer(KEY)).status_code == 429
    upload = Upload(b"x" * 1000, 100)
    assert upload.to(app, ADMIN, bearer(TOKEN)) == 429
    assert upload.taken == 0
    assert not engine.asked


def test_a_guesser_shuts_nobody_else_out_and_no_open_door() -> None:
    app = guarded((KEY,), TOKEN, wrong_keys_per_minute=1)
    guesser = client_of(app, VISITOR)
    assert wrong(guesser, 2) == [401, 429]
    for path in ("/healthz", "/readyz", "/", "/operator"):
        assert guesser.get(path, headers=bearer("x" * 20)).status_code == 200
    for other in (client_of(app), client_of(app, ("192.0.2.2", 1))):
        assert other.get(ADMIN, headers=bearer(TOKEN)).status_code == 200


def test_who_comes_through_an_unlisted_proxy_on_this_machine_shuts_out_none_who_is_on_it() -> None:
    app = guarded((KEY,), TOKEN, wrong_keys_per_minute=1)
    proxied = client_of(app)
    proxied.headers["x-forwarded-for"] = "192.0.2.1"
    assert wrong(proxied, 2) == [401, 429]
    assert client_of(app).get(ADMIN, headers=bearer(TOKEN)).status_code == 200


def test_a_guesser_is_named_in_the_log_and_no_key_is(caplog: pytest.LogCaptureFixture) -> None:
    app = guarded((KEY,), TOKEN, wrong_keys_per_minute=3)
    with caplog.at_level(logging.WARNING):
        wrong(client_of(app, VISITOR), 9)
    assert [record.getMessage() for record in caplog.records] == ["192.0.2.1 sent 3 wrong keys"]


def test_without_a_key_nothing_is_guessed() -> None:
    client = client_of(guarded((KEY,), TOKEN, wrong_keys_per_minute=1))
    for headers in ({}, bearer(""), {"authorization": f"Basic {TOKEN}"}):
        assert {client.get(ADMIN, headers=headers).status_code for _ in range(5)} == {401}
    assert {client.get(ADMIN, headers=bearer(TOKEN)).status_code for _ in range(5)} == {200}


def test_where_no_keys_are_set_there_is_nothing_to_guess() -> None:
    client = client_of(guarded(wrong_keys_per_minute=1))
    assert wrong(client, 5, "/api/v1/documents") == [200] * 5
    assert wrong(client, 5) == [404] * 5


def test_a_page_elsewhere_can_read_that_it_sent_too_many_keys() -> None:
    client = client_of(guarded((KEY,), wrong_keys_per_minute=1))
    client.headers["origin"] = LISTED
    assert wrong(client, 2, "/api/v1/documents") == [401, 429]
    refused = client.get("/api/v1/documents", headers=bearer("x" * 20))
    assert refused.headers["access-control-allow-origin"] == LISTED
    assert "origin" in refused.headers["vary"].lower()


def test_guessers_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Buckets] = []

    def bounded(per_minute: int) -> Buckets:
        made.append(Buckets(per_minute, most=10))
        return made[-1]

    monkeypatch.setattr(keys_module, "Buckets", bounded)
    app = guarded((KEY,), TOKEN, wrong_keys_per_minute=1)
    for number in range(50):
        assert wrong(client_of(app, (f"192.0.2.{number}", 1)), 1) == [401]
    assert [len(each) for each in made] == [10]


def test_twenty_wrong_keys_a_minute_is_the_default() -> None:
    client = client_of(guarded((KEY,), TOKEN, wrong_keys_per_minute=20))
    assert Settings().wrong_keys_per_minute == 20
    assert wrong(client, 21) == [401] * 20 + [429]


@pytest.mark.parametrize("path", [ADMIN, "/api/v1/admin", "/api/v1/admin/x", "/operator"])
@pytest.mark.parametrize("headers", [{}, bearer(TOKEN), bearer("x" * 20)])
def test_without_a_token_set_there_are_no_operator_routes(
    plain: TestClient, path: str, headers: dict[str, str]
) -> None:
    for method in ("GET", "POST", "DELETE", "PUT"):
        refused = plain.request(method, path, headers=headers)
        assert error_of(refused, 404)["code"] == "not_found"
        assert error_of(refused, 404)["message"] == error_of(plain.get("/nothing"), 404)["message"]


@pytest.mark.parametrize("headers", [{}, bearer("x" * 20), bearer(KEY)])
def test_operator_routes_want_the_token_and_no_other_key(
    keyed: TestClient, headers: dict[str, str]
) -> None:
    # Also where there is none: what exists is told to the operator alone.
    for path in (ADMIN, "/api/v1/admin", "/api/v1/admin/nothing"):
        refused = keyed.post(path, headers=headers)
        assert error_of(refused, 401)["code"] == "unauthorized"
        assert refused.headers["www-authenticate"] == "Bearer"


def test_with_the_token_operator_routes_are_there(keyed: TestClient) -> None:
    assert keyed.post(ADMIN, content=b"1234", headers=bearer(TOKEN)).text == "4"
    assert keyed.get("/api/v1/admin/nothing", headers=bearer(TOKEN)).status_code == 404
    # A browser opens it by its address alone; it holds nothing by itself.
    assert keyed.get("/operator").status_code == 200


def test_metrics_are_for_this_machine_or_the_token() -> None:
    keyed, plain = guarded((KEY,), TOKEN), guarded()
    assert client_of(keyed).get("/metrics").status_code == 200
    assert client_of(plain).get("/metrics").status_code == 200
    away = client_of(keyed, VISITOR)
    assert away.get("/metrics").status_code == 401
    assert away.get("/metrics", headers=bearer(KEY)).status_code == 401
    assert away.get("/metrics", headers=bearer(TOKEN)).status_code == 200
    assert client_of(plain, VISITOR).get("/metrics").status_code == 404
    through_a_proxy = {"x-forwarded-for": "192.0.2.1"}
    assert client_of(plain).get("/metrics", headers=through_a_proxy).status_code == 404


@dataclass
class Upload:
    """A body that is told in no length; counts how much of it was taken."""

    chunk: bytes
    most: int
    taken: int = 0
    sent: list[Message] = field(default_factory=list)

    async def receive(self) -> Message:
        self.taken += 1
        more = self.taken < self.most
        return {"type": "http.request", "body": self.chunk, "more_body": more}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def to(self, app: FastAPI, path: str, headers: dict[str, str]) -> int:
        """Send it; returns the status."""
        named = {"host": "127.0.0.1:7860", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 7860),
        }
        asyncio.run(app(scope, self.receive, self.send))
        status: int = self.sent[0]["status"]
        return status


def test_nothing_is_read_of_a_body_before_the_token_is_right() -> None:
    app = guarded((KEY,), TOKEN)
    for headers in ({}, bearer("x" * 20), bearer(KEY)):
        upload = Upload(b"x" * 1000, 100)
        assert upload.to(app, ADMIN, headers) == 401
        assert upload.taken == 0
    declared = {"content-length": str(10**9)}
    assert client_of(app).post(ADMIN, headers=declared).status_code == 401


def test_an_operator_may_send_more_up_to_a_limit_of_its_own() -> None:
    app = guarded((KEY,), TOKEN)
    assert Upload(b"x" * 100_000, 10).to(app, ADMIN, bearer(TOKEN)) == 200
    beyond = Upload(b"x" * 100_000, 1000)
    assert beyond.to(app, ADMIN, bearer(TOKEN)) == 413
    assert beyond.taken == 11
    declared = client_of(app).post(ADMIN, content=b"x" * 1_000_001, headers=bearer(TOKEN))
    assert "at most 1000000 are read" in error_of(declared, 413)["message"]


def test_the_token_buys_no_larger_body_elsewhere() -> None:
    app = guarded((KEY,), TOKEN)
    for path in (ASK, "/v1/chat/completions"):
        upload = Upload(b" " * 1000, 1000)
        headers = {**bearer(TOKEN), "content-type": "application/json"}
        assert upload.to(app, path, headers) == 413
        assert upload.taken == MAX_BODY // 1000 + 1


def test_keys_show_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(api_keys=(SecretStr(KEY),), admin_token=SecretStr(TOKEN))
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    with caplog.at_level(logging.DEBUG):
        client = client_of(make_app(WordEngine(), settings))
        client.get("/api/v1/documents", headers=bearer(KEY + "x"))
        client.get("/api/v1/documents", headers=bearer(KEY))
        crashed = client.post(ASK, json={"question": "crash"}, headers=bearer(TOKEN))
    assert crashed.status_code == 500
    for key in (KEY, TOKEN):
        assert key not in shown
        assert key not in caplog.text
        assert key not in crashed.text


@pytest.mark.parametrize("key", ["", "short", "x" * 15, "a key with some blanks", "Schlüssel" * 4])
@pytest.mark.parametrize("name", ["api_keys", "admin_token"])
def test_a_weak_key_stops_the_start_and_is_not_shown(name: str, key: str) -> None:
    with pytest.raises(UsageError, match="at least 16 characters") as told:
        load_settings(**{name: (key,) if name == "api_keys" else key})
    assert name in str(told.value)
    assert not key or key not in f"{told.value} {told.value.__cause__}"


def test_a_key_of_the_wrong_kind_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", f'"{KEY}"')
    with pytest.raises(UsageError, match="api_keys") as told:
        load_settings()
    assert KEY not in f"{told.value} {told.value.__cause__}"
    monkeypatch.setenv("FOOTNOTE_API_KEYS", KEY)
    with pytest.raises(UsageError, match="api_keys") as told:
        load_settings()
    assert KEY not in f"{told.value} {told.value.__cause__}"


def test_keys_come_from_environment_and_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", f'["{KEY}"]')
    monkeypatch.setenv("FOOTNOTE_ADMIN_TOKEN", TOKEN)
    settings = load_settings()
    assert [key.get_secret_value() for key in settings.api_keys] == [KEY]
    assert settings.admin_token is not None
    assert settings.admin_token.get_secret_value() == TOKEN

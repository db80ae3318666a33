"""A widget answers its own origins over its own documents, and reaches nothing else."""

import json
from urllib.parse import quote

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from footnote.records import Span
from footnote.settings import Settings
from footnote.web import widget_pages
from footnote.web.app import put_engine
from footnote.web.body import MAX_BODY
from footnote.web.widget_pages import Script
from tests.web.conftest import HOME, client_of, make_app
from tests.web.double import WordEngine, store
from tests.web.test_api import ASK, error_of
from tests.web.test_guards import ORIGINS

SITE = "https://www.example.org"
OTHER = "https://shop.example.org:8443"
HELP = "/api/v1/widgets/help"
QUESTION = {"question": "When was the lighthouse lit?"}
WIDGETS: dict[str, dict[str, object]] = {
    "help": {"id": "help", "origins": [SITE], "documents": ["light*"], "title": "Ask the keeper"},
    "all": {"id": "all-1", "origins": [OTHER], "lang": "de", "sources": True},
    "nobody": {"id": "nobody"},
    "empty": {"id": "empty", "origins": [SITE], "documents": ["nothing/*"]},
}
SETTINGS = Settings.model_validate({"widgets": WIDGETS})
ROUTES = [
    ("GET", HELP, None),
    ("POST", f"{HELP}/ask", QUESTION),
    ("GET", f"{HELP}/documents/d-lighthouse/around?start=31&end=60", None),
    ("POST", f"{HELP}/feedback", {}),
]
SCRIPT = Script(b"void 0;", "0123456789abcdef", "sha384-x")


@pytest.fixture(scope="module")
def widgets() -> TestClient:
    return client_of(make_app(WordEngine(), SETTINGS))


@pytest.fixture
def engine(widgets: TestClient) -> WordEngine:
    engine = WordEngine()
    put_engine(widgets.app, engine, SETTINGS)  # type: ignore[arg-type]
    return engine


@pytest.fixture
def client(widgets: TestClient, engine: WordEngine, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(widget_pages, "script", lambda: SCRIPT)
    return widgets


def asked(client: TestClient, widget: str, origin: str, **more: object) -> Response:
    body = QUESTION | more
    return client.post(f"/api/v1/widgets/{widget}/ask", json=body, headers={"origin": origin})


def test_a_listed_page_is_answered_and_may_read_it(client: TestClient) -> None:
    response = asked(client, "help", SITE)
    assert response.status_code == 200
    assert response.json()["status"] == "answered"
    assert response.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-credentials" not in response.headers
    assert "origin" in response.headers["vary"].lower()


@pytest.mark.parametrize("origin", [*ORIGINS, OTHER, "https://www.example.org:444", f"{SITE}/"])
def test_others_are_refused_on_every_route_before_any_work(
    client: TestClient, engine: WordEngine, origin: str
) -> None:
    for method, path, body in ROUTES:
        response = client.request(method, path, json=body, headers={"origin": origin})
        assert error_of(response, 403)["code"] == "forbidden_origin", path
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert "origin" in response.headers["vary"].lower()
        leave = {"origin": origin, "access-control-request-method": method}
        before = client.options(path, headers=leave)
        assert error_of(before, 403)["code"] == "forbidden_origin", path
        assert not [name for name in before.headers if name.startswith("access-control")]
    assert not engine.asked


@pytest.mark.parametrize("origin", [*ORIGINS, SITE, "*", ""])
def test_an_empty_list_is_nobody(client: TestClient, engine: WordEngine, origin: str) -> None:
    assert asked(client, "nobody", origin).status_code == 403
    assert not engine.asked


def test_origins_listed_for_the_api_are_not_the_widgets(engine: WordEngine) -> None:
    settings = Settings.model_validate({"widgets": WIDGETS, "origins": [OTHER]})
    client = client_of(make_app(engine, settings))
    assert client.post(ASK, json=QUESTION, headers={"origin": OTHER}).status_code == 200
    assert asked(client, "help", OTHER).status_code == 403


def test_without_an_origin_only_a_page_of_the_servers_own_reads(client: TestClient) -> None:
    def read(**headers: str) -> int:
        return client.get(HELP, headers=headers).status_code

    assert read(**{"sec-fetch-site": "same-origin"}) == 200
    assert [
        read(),
        read(**{"sec-fetch-site": "cross-site"}),
        read(**{"sec-fetch-site": "none"}),
    ] == [403, 403, 403]
    assert client.post(f"{HELP}/ask", json=QUESTION).status_code == 403
    assert asked(client, "help", HOME).status_code == 200


def test_two_origins_are_none(client: TestClient) -> None:
    headers = [("origin", SITE), ("origin", SITE)]
    assert client.get(HELP, headers=headers).status_code == 403


def test_a_browser_that_asks_beforehand_is_told_what_it_may_send(client: TestClient) -> None:
    headers = {
        "origin": SITE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    response = client.options(f"{HELP}/ask", headers=headers)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == SITE
    assert response.headers["access-control-allow-headers"] == "Content-Type"
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("path", [ASK, "/", "/api/v1/documents", "/api/v1/documents/d-cafe/text"])
def test_a_widgets_origin_opens_nothing_but_the_widget(client: TestClient, path: str) -> None:
    method = "POST" if path == ASK else "GET"
    response = client.request(method, path, json=QUESTION, headers={"origin": SITE})
    assert response.status_code == 403


@pytest.mark.parametrize("widget", ["other", "HELP", "", "help%00", "x" * 65])
def test_which_widgets_there_are_is_told_to_nobody(client: TestClient, widget: str) -> None:
    path = f"/api/v1/widgets/{quote(widget, safe='')}"
    response = client.get(path, headers={"origin": SITE})
    listed = client.get("/api/v1/widgets/nobody", headers={"origin": SITE})
    assert error_of(response, 403)["message"] == error_of(listed, 403)["message"]
    assert "access-control-allow-origin" not in response.headers
    assert client.get(path, headers={"origin": HOME}).status_code == 404


def test_no_way_leads_from_one_widget_to_another(client: TestClient) -> None:
    for path in ("help/../all-1", "help%2f..%2fall-1", "help/../../documents"):
        assert client.get(f"/api/v1/widgets/{path}", headers={"origin": SITE}).status_code >= 403


def test_it_answers_from_its_documents_alone(client: TestClient, engine: WordEngine) -> None:
    answer = asked(client, "help", SITE, question="What does the family plate cost?").json()
    names = {each["document"] for each in answer["passages"] + answer["citations"]}
    assert names == {"lighthouse.txt"}
    assert engine.asked[-1][2:] == (("light*",), 5)
    answer = asked(client, "all-1", OTHER, question="What does the family plate cost?").json()
    assert answer["citations"][0]["document"] == "cafe.md"


@pytest.mark.parametrize("more", [{"documents": ["*"]}, {"limit": 50}, {"scope": ["*"]}])
def test_what_it_is_asked_of_cannot_be_chosen(
    client: TestClient, engine: WordEngine, more: dict[str, object]
) -> None:
    assert asked(client, "help", SITE, **more).status_code == 422
    assert not engine.asked


@pytest.mark.parametrize("id_", ["d-cafe", "d-hostile", "d-none", "../d-cafe"])
def test_a_document_outside_is_as_if_it_were_not_there(client: TestClient, id_: str) -> None:
    path = f"{HELP}/documents/{quote(id_, safe='')}/around?start=0&end=4"
    error = error_of(client.get(path, headers={"origin": SITE}), 404)
    if "/" not in id_:
        assert error["code"] == "document_not_found"
        assert error["message"] == f"no document has the id {id_!r}"


def test_a_quote_is_shown_with_the_sentences_that_it_touches(client: TestClient) -> None:
    path = f"{HELP}/documents/d-lighthouse/around?start=40&end=100"
    part = client.get(path, headers={"origin": SITE}).json()
    text = WordEngine().text("d-lighthouse", range_of(part))
    assert part["text"] == text
    assert part["start"] <= 40 < 100 <= part["end"]
    assert part["text"].startswith("The lighthouse was lit")


def range_of(part: dict[str, int]) -> Span:
    return Span(part["start"], part["end"])


@pytest.mark.parametrize(
    "place", ["start=9&end=9", "start=9&end=3", "start=0&end=99999", "start=0"]
)
def test_a_place_that_is_no_quote_is_refused(client: TestClient, place: str) -> None:
    path = f"{HELP}/documents/d-lighthouse/around?{place}"
    assert client.get(path, headers={"origin": SITE}).status_code == 422


def test_a_long_document_is_not_read_out(client: TestClient) -> None:
    whole = "/api/v1/widgets/all-1/documents/d-ledger/around?start=0&end=60000"
    assert client.get(whole, headers={"origin": OTHER}).status_code == 422


def test_of_a_passage_without_end_only_what_is_beside_the_quote_is_shown(
    client: TestClient,
) -> None:
    engine = WordEngine([store("light.txt", "Light", "the light burned and " * 2_000)])
    put_engine(client.app, engine, SETTINGS)  # type: ignore[arg-type]
    path = f"{HELP}/documents/d-light/around?start=20000&end=20100"
    part = client.get(path, headers={"origin": SITE}).json()
    assert (part["start"], part["end"], len(part["text"])) == (18_500, 21_600, 3_100)


def test_globs_that_fit_nothing_are_not_told(client: TestClient) -> None:
    response = asked(client, "empty", SITE)
    assert error_of(response, 503)["message"].startswith("there is nothing to answer from")
    assert "nothing/" not in response.text
    # The page that asked can read that, and how long to wait.
    assert response.headers["retry-after"]
    assert response.headers["access-control-allow-origin"] == SITE
    assert response.headers["access-control-expose-headers"] == "Retry-After"
    assert "origin" in response.headers["vary"].lower()


def test_it_streams(client: TestClient) -> None:
    headers = {"origin": SITE, "accept": "text/event-stream"}
    response = client.post(f"{HELP}/ask", json=QUESTION, headers=headers)
    events = [each.partition("\n") for each in response.text.strip().split("\n\n")]
    assert [event for event, _, _ in events][-1] == "event: answer"
    assert json.loads(events[-1][2].removeprefix("data: "))["status"] == "answered"


def test_it_says_how_it_presents_itself(client: TestClient) -> None:
    told = client.get(HELP, headers={"origin": SITE}).json()
    assert told["title"] == "Ask the keeper"
    assert (told["lang"], told["sources"], told["feedback"]) == (None, False, True)
    # Those made of headings would tell of documents that it does not answer from.
    assert (told["questions"], told["documents"]) == ([], 1)
    told = client.get("/api/v1/widgets/all-1", headers={"origin": OTHER}).json()
    assert (told["lang"], told["sources"]) == ("de", True)
    assert told["questions"]
    assert told["documents"] == 4
    assert not {"origins", "scope", "id", "rate_per_minute"} & set(told)


def test_ratings_are_of_its_documents(client: TestClient) -> None:
    answer = {"status": "answered", "text": "On 4 March.", "generation": 1}
    cited = {"document": "lighthouse.txt", "start": 0, "end": 4, "quote": "The "}
    body = {**QUESTION, "rating": "good", "answer": {**answer, "citations": [cited]}}
    path, headers = f"{HELP}/feedback", {"origin": SITE}
    assert client.post(path, json=body, headers=headers).status_code == 201
    body["answer"] = {**answer, "citations": [cited | {"document": "cafe.md"}]}
    response = client.post(path, json=body, headers=headers)
    assert error_of(response, 422)["message"].startswith("'cafe.md' is no document")


def test_ratings_can_be_turned_off(engine: WordEngine) -> None:
    settings = Settings.model_validate({"widgets": {"help": WIDGETS["help"] | {"feedback": False}}})
    client, headers = client_of(make_app(engine, settings)), {"origin": SITE}
    answer = {"status": "not_found", "text": "No.", "generation": 1}
    body = {**QUESTION, "rating": "good", "answer": answer}
    assert client.get(HELP, headers=headers).json()["feedback"] is False
    response = client.post(f"{HELP}/feedback", json=body, headers=headers)
    assert error_of(response, 404)["code"] == "feedback_off"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("route", ["ask", "feedback"])
def test_only_json_is_taken(client: TestClient, kind: str, route: str) -> None:
    headers = {"origin": SITE, "content-type": kind}
    response = client.post(f"{HELP}/{route}", content=json.dumps(QUESTION), headers=headers)
    assert response.status_code == 415
    assert response.headers["access-control-allow-origin"] == SITE


def test_a_listed_page_can_read_why_it_was_refused() -> None:
    settings = Settings.model_validate(
        {
            "widgets": {"help": WIDGETS["help"] | {"rate_per_minute": 2}},
            "rate_loopback": True,
        }
    )
    client = client_of(make_app(WordEngine(), settings))
    long = {"question": "x" * MAX_BODY}
    assert asked(client, "help", SITE, **long).status_code == 413
    statuses = [asked(client, "help", SITE) for _ in range(2)]
    refused = statuses[-1]
    assert [each.status_code for each in statuses] == [200, 429]
    assert error_of(refused, 429)["message"].startswith("2 questions a minute")
    assert refused.headers["access-control-allow-origin"] == SITE
    assert refused.headers["access-control-expose-headers"] == "Retry-After"
    assert "origin" in refused.headers["vary"].lower()
    assert int(refused.headers["retry-after"]) > 0
    # It has a bucket of its own: what the page asks is counted apart.
    assert client.post(ASK, json=QUESTION).status_code == 200


def test_a_widget_needs_no_key_and_opens_nothing_else() -> None:
    settings = Settings.model_validate({"widgets": WIDGETS, "api_keys": ["k" * 20]})
    client = client_of(make_app(WordEngine(), settings))
    assert asked(client, "help", SITE).status_code == 200
    assert client.post(ASK, json=QUESTION).status_code == 401


def test_the_script_is_anybodys_by_its_tag_and_readable_by_who_embeds_it(
    client: TestClient,
) -> None:
    plain = client.get("/widget.js")
    assert plain.content == SCRIPT.content
    assert plain.headers["content-type"].startswith("text/javascript")
    assert plain.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-origin" not in plain.headers
    versioned = f"/widget/{SCRIPT.version}/widget.js"
    listed = client.get(versioned, headers={"origin": SITE})
    assert listed.headers["access-control-allow-origin"] == SITE
    assert "immutable" in listed.headers["cache-control"]
    assert client.get(versioned, headers={"origin": "https://evil.example"}).status_code == 403
    # A frame without an origin fetches it by a tag as well, and names none.
    by_tag = {"origin": "null", "sec-fetch-mode": "no-cors"}
    assert client.get("/widget.js", headers=by_tag).status_code == 200
    assert client.get("/widget.js", headers={"origin": "null"}).status_code == 403
    assert client.get("/widget/0000000000000000/widget.js").status_code == 404


@pytest.mark.parametrize("given", ['"{}"', 'W/"{}"', '"other", "{}"'])
def test_the_script_is_not_sent_again(client: TestClient, given: str) -> None:
    headers = {"if-none-match": given.format(SCRIPT.version)}
    response = client.get("/widget.js", headers=headers)
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == f'"{SCRIPT.version}"'


def test_the_frame_is_for_pages_of_its_origins(client: TestClient) -> None:
    policy = client.get("/widget/help/frame").headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {SITE}")
    assert "unsafe" not in policy
    nobody = client.get("/widget/nobody/frame").headers["content-security-policy"]
    assert nobody.endswith("frame-ancestors 'none'")
    assert "x-frame-options" not in client.get("/widget/help/frame").headers
    assert client.get("/widget/other/frame").status_code == 404


def test_the_demo_is_for_who_is_at_the_machine(widgets: TestClient, client: TestClient) -> None:
    page = client.get("/widget/help/demo")
    assert 'data-widget="help"' in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    afar = client_of(widgets.app, ("192.0.2.7", 50_000))  # type: ignore[arg-type]
    assert afar.get("/widget/help/demo").status_code == 404
    assert [client.get(f"/widget/{name}.css").status_code for name in ("demo", "frame", "x")] == [
        *(200, 200, 404)
    ]


def test_what_an_operator_wrote_is_no_markup(engine: WordEngine) -> None:
    title = '</title><script>alert(1)</script>"$id ${x}'
    settings = Settings.model_validate({"widgets": {"a": {"id": "a", "title": title}}})
    client = client_of(make_app(engine, settings))
    for page in ("frame", "demo"):
        shown = client.get(f"/widget/a/{page}").text
        assert "<script>alert" not in shown
        assert "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;$id ${x}" in shown

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from footnote import feedback
from footnote.feedback import Cited, FeedbackStore
from footnote.settings import Settings
from tests.web.conftest import HOME, make_app
from tests.web.double import WordEngine
from tests.web.test_api import error_of

PATH = "/api/v1/feedback"
CITED = {"document": "a.txt", "start": 3, "end": 9, "quote": "March 4"}
GIVEN: dict[str, Any] = {
    "question": "When was it lit?",
    "rating": "bad",
    "reason": "wrong",
    "comment": "<script>alert(1)</script>",
    "answer": {"status": "answered", "text": "On 4 March.", "citations": [CITED], "generation": 1},
}


@pytest.fixture
def store(client: TestClient) -> FeedbackStore:
    store = FeedbackStore("sqlite:///given.db")
    client.app.state.feedback = store  # type: ignore[attr-defined]
    return store


def test_feedback_is_kept(client: TestClient, store: FeedbackStore) -> None:
    response = client.post(PATH, json=GIVEN)
    assert response.status_code == 201
    (kept,) = store.all()
    assert response.json() == {"id": kept.id}
    assert (kept.question, kept.rating, kept.reason) == ("When was it lit?", "bad", "wrong")
    assert (kept.comment, kept.text) == (GIVEN["comment"], "On 4 March.")
    assert kept.citations == (Cited("a.txt", 3, 9, "March 4"),)


def test_a_plain_thumb_is_enough(client: TestClient, store: FeedbackStore) -> None:
    answer = {"status": "not_found", "text": "No.", "generation": 0}
    given = {"question": "Q?", "rating": "good", "answer": answer}
    assert client.post(PATH, json=given).status_code == 201
    assert store.all()[0].reason is None


def changed(path: str, value: object) -> dict[str, Any]:
    given: Any = json.loads(json.dumps(GIVEN))
    at = given
    *above, last = path.split(".")
    for name in above:
        at = at[int(name) if name.isdigit() else name]
    at[last] = value
    return given  # type: ignore[no-any-return]


def _each(path: str, *values: object) -> list[tuple[str, object]]:
    return [(path, value) for value in values]


REFUSED: list[tuple[str, object]] = [
    *_each("question", "", " \n", "x" * 2001, None, 7, "a\0b", "\ud800"),
    *_each("rating", "great", None, 1),
    *_each("reason", "bored", 1, ""),
    *_each("comment", "x" * 2001, None, "\0", "\udfff"),
    *_each("answer", {}, None, "x"),
    ("answer.status", "sure"),
    *_each("answer.text", "x" * 10_001, None, "\0"),
    *_each("answer.generation", -1, 2**31, "one", None),
    ("answer.citations", [CITED] * 21),
    *_each("answer.citations.0.document", "", "x" * 1001, "\0"),
    *_each("answer.citations.0.start", -1, 9, 10, 2**31, "a"),
    ("answer.citations.0.end", "9"),
    ("answer.citations.0.end", 2**31),
    *_each("answer.citations.0.quote", "", " ", "x" * 10_001, "\0"),
    ("answer.citations.0.more", 1),
    ("answer.more", 1),
    ("more", 1),
]


@pytest.mark.parametrize(("path", "value"), REFUSED)
def test_what_cannot_be_kept_is_refused(
    client: TestClient, store: FeedbackStore, path: str, value: object
) -> None:
    content = json.dumps(changed(path, value))
    response = client.post(PATH, content=content, headers={"content-type": "application/json"})
    assert error_of(response, 422)["code"] == "invalid"
    assert store.all() == []


def test_a_later_rating_takes_the_place_of_an_earlier(
    client: TestClient, store: FeedbackStore
) -> None:
    other = client.post(PATH, json=GIVEN).json()["id"]
    first = client.post(PATH, json=GIVEN).json()["id"]
    corrected = changed("rating", "good") | {"reason": None, "replaces": first}
    second = client.post(PATH, json=corrected).json()["id"]
    assert [(each.id, each.rating) for each in store.all()] == [(other, "bad"), (second, "good")]
    # What is not there any more is not missed.
    assert client.post(PATH, json=corrected).status_code == 201
    assert len(store.all()) == 3


def test_where_enough_is_kept_a_rating_can_still_be_corrected(
    client: TestClient, store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "MOST", 1)
    first = client.post(PATH, json=GIVEN).json()["id"]
    assert client.post(PATH, json=GIVEN | {"replaces": first}).status_code == 201
    # Refused, nothing is lost either.
    (kept,) = store.all()
    monkeypatch.setattr(feedback, "MOST", 0)
    error_of(client.post(PATH, json=GIVEN | {"replaces": kept.id}), 503)
    assert store.all() == [kept]


def test_a_rating_is_taken_back(client: TestClient, store: FeedbackStore) -> None:
    kept = [client.post(PATH, json=GIVEN).json()["id"] for _ in range(3)]
    response = client.delete(f"{PATH}/{kept[1]}")
    assert (response.status_code, response.content) == (204, b"")
    assert [each.id for each in store.all()] == [kept[0], kept[2]]
    # Nobody learns which ids there are.
    assert client.delete(f"{PATH}/{kept[1]}").status_code == 204


@pytest.mark.parametrize("given", ["%25", "0" * 15, "0" * 17, "G" * 16, "' or 1=1 --"])
def test_what_is_no_id_takes_nothing_back(
    client: TestClient, store: FeedbackStore, given: str
) -> None:
    client.post(PATH, json=GIVEN)
    error_of(client.delete(f"{PATH}/{given}"), 422)
    error_of(client.post(PATH, json=GIVEN | {"replaces": given}), 422)
    assert len(store.all()) == 1


def test_no_other_site_takes_a_rating_back(client: TestClient, store: FeedbackStore) -> None:
    kept = client.post(PATH, json=GIVEN).json()["id"]
    response = client.delete(f"{PATH}/{kept}", headers={"origin": "http://evil.example"})
    assert response.status_code == 403
    assert len(store.all()) == 1


def test_where_nothing_was_kept_taking_back_makes_no_file(client: TestClient) -> None:
    client.app.state.feedback = FeedbackStore("sqlite:///none.db")  # type: ignore[attr-defined]
    assert client.delete(f"{PATH}/{'0' * 16}").status_code == 204
    assert not Path("none.db").exists()


def test_a_good_answer_has_no_reason(client: TestClient, store: FeedbackStore) -> None:
    error = error_of(client.post(PATH, json=changed("rating", "good")), 422)
    assert "a good answer has no reason" in error["message"]
    assert store.all() == []


def test_only_json_of_some_size_is_taken(client: TestClient, store: FeedbackStore) -> None:
    error_of(client.post(PATH, content=json.dumps(GIVEN), headers={"content-type": "a/b"}), 415)
    error_of(client.post(PATH, json=changed("comment", "x" * 17_000)), 413)
    assert store.all() == []


def test_when_enough_is_kept_it_is_said(
    client: TestClient, store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "MOST", 1)
    assert client.post(PATH, json=GIVEN).status_code == 201
    response = client.post(PATH, json=GIVEN)
    error = error_of(response, 503)
    assert error["code"] == "feedback_full"
    assert "at most 1 are" in error["message"]
    assert response.headers["retry-after"] == "60"
    assert len(store.all()) == 1


def test_a_broken_database_is_told_without_its_name(
    client: TestClient, store: FeedbackStore
) -> None:
    Path("given.db").write_bytes(b"nothing of the kind" * 100)
    error = error_of(client.post(PATH, json=GIVEN), 503)
    assert error["code"] == "feedback_unavailable"
    assert "given.db" not in error["message"]
    error_of(client.delete(f"{PATH}/{'0' * 16}"), 503)


def test_it_can_be_turned_off() -> None:
    client = TestClient(make_app(WordEngine(), Settings(feedback="")), base_url=HOME)
    error = error_of(client.post(PATH, json=GIVEN), 404)
    assert error["code"] == "feedback_off"
    assert "the setting feedback is empty" in error["message"]
    assert error_of(client.delete(f"{PATH}/{'0' * 16}"), 404)["code"] == "feedback_off"


def test_by_default_it_is_kept_in_the_working_directory() -> None:
    client = TestClient(make_app(WordEngine(), Settings()), base_url=HOME)
    assert not Path("feedback.db").exists()
    assert client.post(PATH, json=GIVEN).status_code == 201
    assert len(FeedbackStore("sqlite:///feedback.db").all()) == 1

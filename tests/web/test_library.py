import pytest
from starlette.testclient import TestClient

from tests.web.double import DOCUMENTS, LIGHTHOUSE, WordEngine
from tests.web.test_api import error_of

VIEW = "/api/v1/documents/d-lighthouse/view"


def test_what_there_is_to_ask_is_told(client: TestClient) -> None:
    told = client.get("/api/v1/about").json()
    assert told["documents"] == len(DOCUMENTS)
    assert told["media_types"] == {"text/plain": len(DOCUMENTS)}
    assert told["max_question"] == 2000


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"words": "light"}, ["lighthouse.txt"]),
        ({"media_type": "application/pdf"}, []),
        ({"order": "title", "limit": "2"}, ["hostile.html", "cafe.md"]),
        ({"order": "name", "limit": "1"}, ["cafe.md"]),
    ],
)
def test_documents_are_searched(
    client: TestClient, given: dict[str, str], names: list[str]
) -> None:
    found = client.get("/api/v1/documents", params=given).json()
    assert [each["name"] for each in found["documents"]] == names


@pytest.mark.parametrize("given", [{"order": "size"}, {"words": "x" * 201}])
def test_a_search_that_cannot_be_is_refused(client: TestClient, given: dict[str, str]) -> None:
    error_of(client.get("/api/v1/documents", params=given), 422)


def test_a_place_is_shown_marked(client: TestClient) -> None:
    start = LIGHTHOUSE.index("Anna Reid")
    given = f"start={start}&end={start + 9}&also=0:3&also=4:7"
    view = client.get(f"{VIEW}?{given}").json()
    parts = [part for block in view["blocks"] for part in block["parts"]]
    assert "".join(part["text"] for part in parts) == LIGHTHOUSE
    assert [part["text"] for part in parts if part["mark"] == "current"] == ["Anna Reid"]
    assert [part["text"] for part in parts if part["mark"] == "other"] == ["The", "Lig"]
    assert view["section"] == "The keepers"
    assert view["document"]["name"] == "lighthouse.txt"


@pytest.mark.parametrize(
    "given",
    [
        {"start": "9", "end": "8"},
        {"start": "0", "end": "99999"},
        {"also": "x"},
        {"also": "9:8"},
        {"also": "1:2:3"},
        {"also": ["0:1"] * 101},
        {"around": str(2**31)},
        {"start": "-1", "end": "1"},
    ],
)
def test_a_place_that_is_none_is_refused(
    client: TestClient, given: dict[str, str | list[str]]
) -> None:
    error_of(client.get(VIEW, params=given), 422)


def test_a_document_that_is_not_there_is_told(client: TestClient) -> None:
    error_of(client.get("/api/v1/documents/none/view"), 404)


def test_examples_are_questions_that_are_answered(client: TestClient) -> None:
    questions = client.get("/api/v1/examples").json()["questions"]
    assert questions[0] == "What are the documents about?"
    assert all(WordEngine().ask(each).status == "answered" for each in questions[1:])

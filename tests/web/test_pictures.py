"""Pages of PDFs over a real index: pictures with marks, boxes, caching, and what is refused."""

import asyncio
import io
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import Response
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from footnote.engine import Engine
from footnote.errors import Busy
from footnote.ingest.isolation import Parsers
from footnote.ingest.pdf_picture import Picture, Sheet
from footnote.records import DocumentSource
from footnote.settings import Settings
from footnote.testing import HashEmbedder
from footnote.web import drawing
from footnote.web.app import create_app
from footnote.web.drawing import Pictures
from tests.helpers import ROOT, indexed, write_corpus
from tests.web.conftest import HOME
from tests.web.test_api import error_of

WRITER = (ROOT / "tests" / "data" / "formats" / "corpus" / "writer.pdf").read_bytes()
OVER = "the keeper carried the oil up the tower each evening until the bell rang at dawn"


def two_pages() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800))
    first, _, second = OVER.partition(" up ")
    canvas.drawString(60, 60, f"As the log says, {first} up")
    canvas.showPage()
    canvas.drawString(60, 760, f"{second}, and rested.")
    canvas.save()
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("inner/writer.pdf", WRITER)
        zipped.writestr("plain.txt", "Only words.")
    return out.getvalue()


DOCUMENTS: dict[str, str | bytes] = {
    "writer.pdf": WRITER,
    "log.pdf": two_pages(),
    "archive.zip": archive(),
    "plain.txt": "Only words.",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Path]:
    folder = tmp_path_factory.mktemp("pictures")
    return indexed(folder, DOCUMENTS, HashEmbedder()), folder / "docs"


@pytest.fixture
def corpus(built: tuple[Engine, Path]) -> Iterator[Path]:
    yield built[1]
    write_corpus(built[1], DOCUMENTS)


@pytest.fixture
def app(built: tuple[Engine, Path], corpus: Path) -> Iterator[FastAPI]:
    async def make() -> FastAPI:
        return create_app(built[0], Settings(corpus=corpus))

    app = asyncio.run(make())
    yield app
    app.state.pictures.close()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=HOME)


def id_of(client: TestClient, name: str) -> str:
    listed = client.get("/api/v1/documents").json()["documents"]
    return str(next(each["id"] for each in listed if each["name"] == name))


def pages_at(client: TestClient, name: str) -> str:
    return f"/api/v1/documents/{id_of(client, name)}/pages"


def place_of(client: TestClient, name: str, quote: str) -> dict[str, int]:
    text = client.get(f"/api/v1/documents/{id_of(client, name)}/text").json()["text"]
    return {"start": text.index(quote), "end": text.index(quote) + len(quote)}


def image_of(response: Response) -> Image.Image:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(response.content))


def background(image: Image.Image, box: dict[str, float]) -> object:
    left, top = box["left"] * image.width, box["top"] * image.height
    right, bottom = left + box["width"] * image.width, top + box["height"] * image.height
    counts = image.crop((int(left), int(top), int(right), int(bottom))).getcolors(1_000_000)
    assert isinstance(counts, list)
    return max(counts)[1]


@pytest.mark.parametrize("name", ["writer.pdf", "archive.zip!/inner/writer.pdf"])
def test_a_quote_is_boxed_and_marked(client: TestClient, name: str) -> None:
    at, place = pages_at(client, name), place_of(client, name, "coal for the stove")
    boxes = client.get(f"{at}/1/boxes", params=place).json()
    assert set(boxes) == {"page", "width", "height", "boxes"}
    (box,) = boxes["boxes"]
    assert set(box) == {"left", "top", "width", "height"}
    assert all(0 < share < 1 for share in box.values())
    marked = image_of(client.get(f"{at}/1.png", params=place))
    assert (boxes["page"], *marked.size) == (1, boxes["width"], boxes["height"])
    assert background(marked, box) == (255, 222, 89)
    assert background(image_of(client.get(f"{at}/1.png")), box) == (255, 255, 255)


def test_a_quote_over_two_pages_is_marked_on_both(client: TestClient) -> None:
    text = client.get(f"/api/v1/documents/{id_of(client, 'log.pdf')}/text").json()["text"]
    start, end = text.index("the keeper"), text.index("dawn") + 4
    assert " ".join(text[start:end].split()) == OVER
    at = pages_at(client, "log.pdf")
    first, second = (
        client.get(f"{at}/{n}/boxes?start={start}&end={end}").json()["boxes"] for n in (1, 2)
    )
    assert [len(first), len(second)] == [1, 1]
    assert first[0]["top"] > 0.9
    assert second[0]["top"] < 0.1
    only_first = client.get(f"{at}/2/boxes?start={start}&end={start + 10}").json()
    assert only_first["boxes"] == []


def test_other_citations_are_marked_lighter(client: TestClient) -> None:
    at = pages_at(client, "writer.pdf")
    one, other = (place_of(client, "writer.pdf", quote) for quote in ("paraffin", "Agnes Hale"))
    also = f"{other['start']}:{other['end']}"
    both = image_of(client.get(f"{at}/1.png", params={**one, "also": also}))
    colours = both.getcolors(1_000_000)
    assert isinstance(colours, list)
    assert {(255, 222, 89), (255, 246, 205)} <= {colour for _, colour in colours}


def test_a_browser_keeps_a_picture_until_it_is_another(client: TestClient) -> None:
    at, place = pages_at(client, "writer.pdf"), place_of(client, "writer.pdf", "paraffin")
    for path in (f"{at}/1.png", f"{at}/1/boxes"):
        first = client.get(path, params=place)
        assert first.headers["cache-control"] == "private, no-cache"
        tag = first.headers["etag"]
        same = client.get(path, params=place, headers={"if-none-match": tag})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == tag
        assert client.get(path, headers={"if-none-match": tag}).status_code == 200
        assert client.get(path, params=place, headers={"if-none-match": '"x"'}).status_code == 200


def test_a_page_is_drawn_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    draw = Parsers.picture

    def counted(self: Parsers, name: str, data: bytes, sheet: Sheet) -> Picture:
        drawn.append(name)
        return draw(self, name, data, sheet)

    monkeypatch.setattr(Parsers, "picture", counted)
    at = pages_at(client, "writer.pdf")
    assert client.get(f"{at}/1.png").content == client.get(f"{at}/1.png").content
    assert drawn == ["writer.pdf"]


def test_what_is_kept_is_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    at = pages_at(client, "writer.pdf")
    app = client.app
    assert isinstance(app, FastAPI)
    pictures: Pictures = app.state.pictures
    size = len(client.get(f"{at}/1.png").content)
    monkeypatch.setattr(drawing, "KEPT_BYTES", 3 * size)
    for start in range(12):
        client.get(f"{at}/1.png?start={start}&end={start + 30}")
    assert 1 <= len(pictures._kept) <= 3
    assert pictures._size == sum(map(drawing._size_of, pictures._kept.values())) <= 3 * size


@pytest.mark.parametrize("name", ["writer.pdf", "archive.zip!/inner/writer.pdf"])
@pytest.mark.parametrize("change", ["gone", "changed", "linked away"])
def test_a_file_that_is_no_longer_what_was_indexed_has_no_picture(
    client: TestClient, corpus: Path, tmp_path: Path, name: str, change: str
) -> None:
    at, path = pages_at(client, name), corpus / name.partition("!")[0]
    content = path.read_bytes()
    path.unlink()
    if change == "changed":
        path.write_bytes(two_pages() if name == "writer.pdf" else b"PK\x05\x06" + bytes(18))
    elif change == "linked away":
        (tmp_path / "outside").write_bytes(content)
        path.symlink_to(tmp_path / "outside")
    told = error_of(client.get(f"{at}/1.png"), 404)
    path.unlink(missing_ok=True)
    assert told["code"] == "page_not_found"
    assert told["message"].startswith(name)
    assert "is still there to be read" in told["message"]
    assert client.get(at.replace("/pages", "/text")).json()["text"]


def test_only_pages_of_pdfs_have_pictures(client: TestClient) -> None:
    told = error_of(client.get(f"{pages_at(client, 'plain.txt')}/1.png"), 404)
    assert told["message"] == "plain.txt is text/plain; only PDFs have page pictures"
    told = error_of(client.get(f"{pages_at(client, 'log.pdf')}/3.png"), 404)
    assert told["message"] == "there is no page 3 of log.pdf; it has 2"
    assert error_of(client.get("/api/v1/documents/x/pages/1.png"), 404)["code"] == (
        "document_not_found"
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("start=1", "start and end of what is to be marked go together"),
        ("end=1", "start and end of what is to be marked go together"),
        ("start=5&end=5", "5 to 5 is no part of the document, which has 362 characters"),
        ("start=9&end=8", "9 to 8 is no part of the document"),
        ("start=0&end=363", "0 to 363 is no part of the document"),
        ("start=-1&end=8", "start is '-1'"),
        ("start=x&end=8", "start is 'x'"),
        ("also=1", "also is '1'; give START:END"),
        ("also=1:2:3", "also is '1:2:3'"),
        ("also=0:363", "0 to 363 is no part of the document"),
        ("&".join(["also=1:2"] * 21), "also is"),
    ],
)
def test_what_cannot_be_marked_is_told(client: TestClient, query: str, told: str) -> None:
    error = error_of(client.get(f"{pages_at(client, 'writer.pdf')}/1.png?{query}"), 422)
    assert error["message"].startswith(told)


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "99999999999"])
def test_a_page_number_is_one(client: TestClient, number: str) -> None:
    for rest in (".png", "/boxes"):
        error_of(client.get(f"{pages_at(client, 'writer.pdf')}/{number}{rest}"), 422)


SOURCE = DocumentSource("a.pdf", "a.pdf", "application/pdf", "", 0, (0,))


def test_two_are_drawn_at_once_some_wait_and_more_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go, begun, most = threading.Event(), [], []

    def draw(self: Pictures, key: str, source: DocumentSource, sheet: Sheet) -> Picture:
        begun.append(key)
        most.append(len(begun))
        assert go.wait(20)
        begun.remove(key)
        return Picture(1, 1, ())

    monkeypatch.setattr(Pictures, "_drawn", draw)
    pictures = Pictures(Path())
    room = drawing.DRAWING + drawing.WAITING

    async def ask() -> list[Picture | BaseException]:
        asked = [
            asyncio.ensure_future(pictures.get(str(n), SOURCE, Sheet(0, ""))) for n in range(15)
        ]
        await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(ask())
    pictures.close()
    assert [isinstance(each, Busy) for each in found] == [n >= room for n in range(15)]
    assert max(most) <= drawing.DRAWING


def test_too_many_are_told_when_to_come_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "WAITING", -drawing.DRAWING)
    response = client.get(f"{pages_at(client, 'writer.pdf')}/1.png")
    assert error_of(response, 503)["code"] == "busy"
    assert response.headers["retry-after"] == "1"


def test_a_client_that_left_before_its_turn_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    go, drawn = threading.Event(), []

    def draw(self: Pictures, key: str, source: DocumentSource, sheet: Sheet) -> Picture:
        assert go.wait(20)
        drawn.append(key)
        return Picture(1, 1, ())

    monkeypatch.setattr(Pictures, "_drawn", draw)
    pictures = Pictures(Path())

    async def ask() -> None:
        asked = [
            asyncio.ensure_future(pictures.get(str(n), SOURCE, Sheet(0, ""))) for n in range(5)
        ]
        await asyncio.sleep(0)
        for left in asked[2:4]:
            left.cancel()
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*asked, return_exceptions=True)

    asyncio.run(ask())
    pictures.close()
    assert sorted(drawn) == ["0", "1", "4"]


def test_many_at_once_get_each_its_own(client: TestClient) -> None:
    at = pages_at(client, "writer.pdf")
    alone = [client.get(f"{at}/1/boxes?start={n}&end={n + 40}").json() for n in range(8)]
    app = client.app
    assert isinstance(app, FastAPI)
    app.state.pictures._kept.clear()
    with ThreadPoolExecutor(8) as pool:
        again = pool.map(
            lambda n: client.get(f"{at}/1/boxes?start={n}&end={n + 40}").json(), range(8)
        )
        assert list(again) == alone


def test_nothing_is_left_running(built: tuple[Engine, Path]) -> None:
    async def make() -> FastAPI:
        return create_app(built[0], Settings(corpus=built[1]))

    app = asyncio.run(make())
    with TestClient(app, base_url=HOME) as client:
        assert client.get(f"{pages_at(client, 'writer.pdf')}/1.png").status_code == 200
        servers = [each._server for each in app.state.pictures._parsers if each._server]
    assert servers
    assert all(server.poll() is not None for server in servers)

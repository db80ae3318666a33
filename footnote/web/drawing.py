"""Draw pages of PDFs: in limited processes, a bounded number at a time, the last ones kept."""

import asyncio
import threading
from collections import OrderedDict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from footnote.errors import Busy, PageNotFound, UnreadableFile
from footnote.ingest.contents import contents_of
from footnote.ingest.fork_server import Limits
from footnote.ingest.isolation import Parsers
from footnote.ingest.pdf_picture import Picture, Sheet
from footnote.records import DocumentSource

# Pages drawn at once, and how many more may wait to be.
DRAWING = 2
WAITING = 8
KEPT_BYTES = 32_000_000
# Somebody waits for it, so that it is given less than a file that is indexed.
LIMITS = Limits(cpu=10, wall=15)


class Pictures:
    """Draws pages in limited processes, two at once, and keeps the last of them."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._pool = ThreadPoolExecutor(DRAWING, "picture")
        self._parsers = [Parsers(LIMITS) for _ in range(DRAWING)]
        self._idle = deque(self._parsers)
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._under_way: set[Future[Picture]] = set()

    async def get(self, key: str, source: DocumentSource, sheet: Sheet) -> Picture:
        """Return a page, drawn unless it is kept under this key. Raises PageNotFound, Busy."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            if len(self._under_way) >= DRAWING + WAITING:
                raise Busy(
                    f"{DRAWING + WAITING} pages are being drawn or wait already, as many as are "
                    "let in; ask again in a second",
                    "pictures",
                )
            drawing = self._pool.submit(self._drawn, key, source, sheet)
            self._under_way.add(drawing)
        drawing.add_done_callback(self._ended)
        # Given up by the client while it waits, it is not begun.
        return await asyncio.wrap_future(drawing)

    def close(self) -> None:
        """End the processes, and what is drawn in them."""
        for parsers in self._parsers:
            parsers.__exit__(None, None, None)
        self._pool.shutdown(cancel_futures=True)

    def _drawn(self, key: str, source: DocumentSource, sheet: Sheet) -> Picture:
        parsers = self._idle.popleft()
        try:
            data = contents_of(source, self._corpus, parsers)
            picture = parsers.picture(source.name, data, sheet)
        except UnreadableFile as error:
            raise PageNotFound(
                f"page {sheet.page + 1} of {source.name} cannot be drawn: {error}; its text is "
                "still there to be read"
            ) from error
        finally:
            self._idle.append(parsers)
        self._keep(key, picture)
        return picture

    def _ended(self, drawing: "Future[Picture]") -> None:
        with self._lock:
            self._under_way.discard(drawing)

    def _keep(self, key: str, picture: Picture) -> None:
        with self._lock:
            self._forget(key)
            self._kept[key] = picture
            self._size += _size_of(picture)
            while self._size > KEPT_BYTES:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: str) -> None:
        if picture := self._kept.pop(key, None):
            self._size -= _size_of(picture)


def _size_of(picture: Picture) -> int:
    return len(picture.png) + 1000 + 200 * len(picture.marks)

"""Follow a folder: bring its index up to date whenever something in it changes."""

import threading
from collections.abc import Callable
from pathlib import Path

import watchfiles

from footnote.embedding import Embedder
from footnote.errors import FootnoteError, IndexLocked
from footnote.indexing.report import IndexReport
from footnote.indexing.update import bring_up_to_date, identity_of
from footnote.place import Place
from footnote.store.writer import renew_if_stale

# Changes that follow each other within this are taken together; a copy is many of them.
_SETTLE_MS = 400
# How long to wait before what could not be done, as another process was writing, is tried again.
_RETRY_MS = 2000


class Follower:
    """Brings an index up to date as its folder changes, until it is stopped.

    The dense snapshot is made again in a thread of its own when it is due, so that a new file
    need not wait for it.
    """

    def __init__(
        self,
        corpus: Path,
        where: Place | Path,
        embedder: Embedder,
        told: Callable[[IndexReport | FootnoteError], object],
        ocr: bool = False,
    ) -> None:
        self._corpus = corpus
        self._place = Place.of(where)
        self._embedder = embedder
        self._told = told
        self._ocr = ocr
        self._stop = threading.Event()
        self._writing = threading.Lock()
        self._renewal: threading.Thread | None = None

    def run(self) -> None:
        """Follow the folder. ``told`` hears of each update that changed something, or failed."""
        changes = watchfiles.watch(
            self._corpus,
            debounce=_SETTLE_MS,
            step=_SETTLE_MS // 4,
            rust_timeout=_RETRY_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=True,
            watch_filter=None,
        )
        due = False
        self._renew()
        for changed in changes:
            due = due or bool(changed)
            if due and self._updated():
                due = False
                self._renew()

    def stop(self) -> None:
        """End `run` within its waiting time."""
        self._stop.set()

    def _updated(self) -> bool:
        """Bring the index up to date; tell whether that is done, or to be tried again."""
        try:
            with self._writing:
                report = bring_up_to_date(self._corpus, self._place, self._embedder, ocr=self._ocr)
        except IndexLocked:
            return False
        except FootnoteError as error:
            self._told(error)
            return True
        if report.added or report.changed or report.removed:
            self._told(report)
        return True

    def _renew(self) -> None:
        if self._renewal is None or not self._renewal.is_alive():
            self._renewal = threading.Thread(target=self._renewed, daemon=True)
            self._renewal.start()

    def _renewed(self) -> None:
        try:
            renew_if_stale(self._place, identity_of(self._embedder), self._writing)
        except IndexLocked:
            return  # another process indexes; after the next change this is due still
        except FootnoteError as error:
            self._told(error)

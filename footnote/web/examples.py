"""Questions to begin with: those of the settings, or some that the documents do answer."""

import threading
from collections.abc import Iterator, Sequence
from itertools import islice

from footnote.asks import Asks
from footnote.records import DocumentInfo
from footnote.store.snapshot import Origin

# Documents whose headings are looked at, questions asked, and questions proposed.
_DOCUMENTS = 20
_TRIED = 8
_PROPOSED = 3
_LONGEST = 60


class Examples:
    """Proposes questions; what it made is kept until the documents change."""

    def __init__(self, engine: Asks, given: Sequence[str] = ()) -> None:
        self._engine = engine
        self._given = list(given)
        self._lock = threading.Lock()
        self._made: tuple[Origin, list[str]] | None = None

    def questions(self) -> list[str]:
        """Return questions to begin with. The first time this asks some, which takes a second."""
        if self._given:
            return self._given
        origin = self._engine.origin()
        with self._lock:
            if self._made is None or self._made[0] != origin:
                self._made = (origin, self._answered())
            return self._made[1]

    def _answered(self) -> list[str]:
        """Make questions of headings, and keep those that are answered."""
        total, infos = self._engine.documents(0, _DOCUMENTS)
        if not total:
            return []
        asked = islice(dict.fromkeys(self._candidates(infos)), _TRIED)
        good = (each for each in asked if self._engine.ask(each).status == "answered")
        about = "What is the document about?" if total == 1 else "What are the documents about?"
        return [about, *islice(good, _PROPOSED)]

    def _candidates(self, infos: Sequence[DocumentInfo]) -> Iterator[str]:
        """Give questions, one of each document in turn, of those with headings that ask first."""
        headings = [self._headings(info) for info in infos]
        for texts in headings:
            yield from (text for text in texts if text.endswith("?"))
        for texts, info in zip(headings, infos, strict=True):
            if texts and len(info.title) <= _LONGEST:
                yield f"Give me an overview of {info.title}"

    def _headings(self, info: DocumentInfo) -> list[str]:
        spans = [block.span for block in info.headings[:20]]
        texts = (" ".join(self._engine.text(info.id, span).split()) for span in spans)
        return [text for text in texts if len(text) <= _LONGEST]

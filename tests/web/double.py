"""An engine over a few documents in memory, whose answers depend on its words alone."""

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from footnote.asks import MAX_QUESTION, Step
from footnote.errors import DocumentNotFound, IndexDamaged, NoSuchDocuments, QuestionError
from footnote.globs import matches
from footnote.records import (
    Answer,
    AnswerPassage,
    Block,
    Citation,
    DocumentInfo,
    DocumentSource,
    Span,
    Statement,
    Turn,
    Unit,
    assert_exact,
)
from footnote.store.listing import ALL, Coverage, Wanted
from footnote.store.snapshot import Origin

_CALLED = (
    "location.href='http://evil.example/';fetch('http://evil.example/');"
    "document.body.dataset.pwned=1"
)
HOSTILE_TITLE = f"<script>{_CALLED}</script><b id=pwned>Bold</b> ${{{_CALLED}}}"
LIGHTHOUSE = """The Lighthouse of Skerry Point
The lighthouse was lit on 4 March 1868, after nine years of work. It stands 48 metres high.

The keepers
Three keepers lived on the rock at a time, each for six weeks. Their stores came by boat from Ardle.
Anna Reid was the first woman to keep the light. She served from 1911 until 1934.

What the keepers needed
- two tonnes of coal a month
- 300 litres of paraffin
- flour, tea and tinned fish

The end of the watch
The light was made automatic in 1986. The last keeper, Tom Baird, locked the door himself.
"""
CAFE = """Café 😀 Zürich
Das Café öffnet um 7 Uhr. 😀 The menu shows 𝒳-burgers, naïve salads and 👩‍👩‍👧 family plates.
The family plate 👩‍👩‍👧 costs 24 francs. E\u0301clairs cost 5 francs.
"""
HOSTILE = f"""Hostile notes
<script>{_CALLED}</script><img src="http://evil.example/a.png" onerror="{_CALLED}">
The password of the vault is <b id="pwned">swordfish</b> ${{{_CALLED}}} `+({_CALLED})+` \
{{{{constructor}}}} \\u0041 &lt;i&gt;.
</div><iframe src="http://evil.example/"></iframe><style>body {{ display: none }}</style>
"""
LONG = "\n".join(
    [
        "The long ledger",
        *(f"Entry {n}: the harbour took {n * 7} crates on day {n}." for n in range(3000)),
    ]
)


@dataclass(frozen=True)
class Stored:
    """A document of the double."""

    info: DocumentInfo
    text: str


def store(name: str, title: str, text: str) -> Stored:
    """Make a document; lines without a full stop, number or mark are its headings."""
    headings: list[Block] = []
    for match in re.finditer(r"^(?!- )[^\n.:<]{3,60}$", text, re.MULTILINE):
        span = Span(*match.span())
        headings.append(Block("heading", span, 2) if headings else Block("title", span, 1))
    info = DocumentInfo(
        id=f"d-{name.partition('.')[0]}",
        name=name,
        title=title,
        media_type="text/plain",
        length=len(text),
        passages=len(text.splitlines()),
        pages=None,
        language="en",
        modified="2026-02-03T10:00:00+00:00",
        headings=tuple(headings),
    )
    return Stored(info, text)


DOCUMENTS = (
    store("cafe.md", "Café 😀 Zürich", CAFE),
    store("hostile.html", HOSTILE_TITLE, HOSTILE),
    store("ledger.txt", "The long ledger", LONG),
    store("lighthouse.txt", "The Lighthouse of Skerry Point", LIGHTHOUSE),
)


@dataclass
class WordEngine:
    """Answers with the two sentences that share most words with the question.

    What it was asked is kept in ``asked``. ``seconds`` is how long it reads. It fails at a
    question with the word crash, after its first step. ``asked_as`` tells which turn it was.
    """

    documents_held: Sequence[Stored] = DOCUMENTS
    asked: list[tuple[str, tuple[Turn, ...], tuple[str, ...], int]] = field(default_factory=list)
    seconds: float = 0.0
    damaged: bool = False
    generation: int = 1

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer:
        """Answer; see steps."""
        *_, answer = self.steps(question, history, scope, limit)
        assert isinstance(answer, Answer)
        return answer

    def steps(
        self,
        question: str,
        history: Sequence[Turn] = (),
        scope: Sequence[str] = (),
        limit: int = 10,
    ) -> Iterator[Step]:
        """Give the passages, then the answer."""
        self._check()
        if not question.strip():
            raise QuestionError("the question is empty; ask something about the documents")
        if len(question) > MAX_QUESTION:
            raise QuestionError(
                f"the question has {len(question)} characters; at most {MAX_QUESTION}"
            )
        self.asked.append((question, tuple(history), tuple(scope), limit))
        found = self._sentences(question, scope)
        yield tuple(passage for _, passage in found[:limit])
        time.sleep(self.seconds)
        if "crash" in question:
            raise RuntimeError("the secret of the internals")
        answer = self._answer(question, found, limit)
        asked_as = f"turn {len(history) + 1}" if history else None
        yield replace(answer, asked_as=asked_as, generation=self.generation)

    def origin(self) -> Origin:
        """Tell which generation it is of."""
        self._check()
        return Origin("2026-02-03T10:00:00+00:00", self.generation)

    def check_ready(self) -> None:
        self.documents(0, 1)

    def documents(
        self, offset: int = 0, limit: int | None = 100, wanted: Wanted = ALL
    ) -> tuple[int, list[DocumentInfo]]:
        """List the documents, in the order of their titles or, which all others are here, names."""
        self._check()
        words = wanted.words.lower().split()
        infos = [
            info
            for info in (stored.info for stored in self.documents_held)
            if wanted.media_type in (None, info.media_type)
            and (not wanted.globs or matches(info.name, wanted.globs))
            and all(word in f"{info.name} {info.title}".lower() for word in words)
        ]
        if wanted.order == "title":
            infos.sort(key=lambda info: info.title.lower())
        return len(infos), infos[offset:][:limit]

    def coverage(self) -> Coverage:
        """Tell what there is."""
        total, infos = self.documents(0, None)
        days = [info.modified[:10] for info in infos]
        kinds = Counter(info.media_type for info in infos)
        passages = sum(info.passages for info in infos)
        first, last = min(days, default=None), max(days, default=None)
        return Coverage(self.generation, total, passages, kinds, first, last)

    def document(self, document_id: str) -> DocumentInfo:
        """Find a document."""
        return self._stored(document_id).info

    def text(self, document_id: str, span: Span) -> str:
        """Read a part of a document."""
        return self._stored(document_id).text[span.start : span.end]

    def units(self, document_id: str, span: Span) -> list[Unit]:
        """Return the list items and sentences that a span touches; a sentence is in one line."""
        text = self._stored(document_id).text
        found = re.finditer(
            r"^- (?P<item>[^\n]+)|(?P<sentence>(?:[^\n.]|\.(?=\S))+\.?)", text, re.M
        )
        units = [
            Unit("item", Span(*match.span("item")))
            if match["item"]
            else Unit("sentence", Span(*match.span()))
            for match in found
        ]
        return [unit for unit in units if unit.span.start < span.end and unit.span.end > span.start]

    def source(self, document_id: str) -> DocumentSource:
        """Tell where a document was read: no file holds it, and it has no pages."""
        info = self._stored(document_id).info
        return DocumentSource(info.name, info.name, info.media_type, "", info.length, ())

    def _check(self) -> None:
        if self.damaged:
            raise IndexDamaged("/secret/path/index.db is damaged; run `footnote repair`")

    def _stored(self, document_id: str) -> Stored:
        self._check()
        for stored in self.documents_held:
            if stored.info.id == document_id:
                return stored
        raise DocumentNotFound(f"no document has the id {document_id!r}")

    def _sentences(self, question: str, scope: Sequence[str]) -> list[tuple[int, AnswerPassage]]:
        held = [
            stored
            for stored in self.documents_held
            if not scope or matches(stored.info.name, scope)
        ]
        if not held:
            raise NoSuchDocuments(f"no document is named like {', '.join(scope)}")
        wanted = set(_words(question))
        found = [
            (len(wanted & set(_words(match[0]))), stored.info, match)
            for stored in held
            for match in re.finditer(r"(?:[^\n.]|\.(?=\S))+\.?", stored.text[:20_000])
            if match[0].strip()
        ]
        found.sort(key=lambda each: -each[0])
        return [(shared, _passage(shared, info, match)) for shared, info, match in found[:50]]

    def _answer(
        self, question: str, found: Sequence[tuple[int, AnswerPassage]], limit: int
    ) -> Answer:
        passages = tuple(passage for _, passage in found[:limit])
        best = [passage for shared, passage in found[:2] if shared >= 2]
        if not best:
            said = "The documents do not answer this."
            return Answer(
                question,
                "not_found",
                said,
                0.1,
                (Statement(said),),
                passages=passages,
            )
        citations = tuple(self._cite(n, passage) for n, passage in enumerate(best, 1))
        for citation in citations:
            span = Span(citation.start, citation.end)
            assert_exact(self._stored(citation.document_id).text, [(span, citation.quote)])
        statements = tuple(Statement(cited.quote, (cited.number,), 0.9) for cited in citations)
        number = re.search(r"\d[\d ]*\w+", citations[0].quote)
        return Answer(
            question,
            "answered",
            "\n".join(statement.text for statement in statements),
            0.82,
            statements,
            citations,
            passages,
            short_answer=number[0] if number else None,
            timings_ms={"retrieve": 1.0, "read": 2.0, "total": 3.0},
        )

    def _cite(self, number: int, passage: AnswerPassage) -> Citation:
        span = Span(passage.start, passage.end).trimmed(self._stored(passage.document_id).text)
        info = self._stored(passage.document_id).info
        return Citation(
            number,
            info.id,
            info.name,
            info.title,
            None,
            None,
            span.start,
            span.end,
            span.quote(self._stored(info.id).text),
        )


def _passage(shared: int, info: DocumentInfo, match: re.Match[str]) -> AnswerPassage:
    return AnswerPassage(
        info.id, info.name, match.start(), match.end(), match[0], shared / 10, info.title
    )


def _words(text: str) -> list[str]:
    stop = {"the", "was", "is", "of", "a", "an", "did", "what", "when", "who", "how", "to", "in"}
    return [word for word in re.findall(r"\w+", text.lower()) if word not in stop]

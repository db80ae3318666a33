"""The nouns that pass between the parts of Footnote.

All are frozen. Offsets are half-open and count Unicode code points of a document's canonical
text. A quote is always computed as ``text[start:end]`` and never kept beside its span.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from footnote.hyphenation import rejoined

BlockKind = Literal["title", "heading", "term", "paragraph", "item", "row", "code", "data"]
UnitKind = Literal["heading", "term", "sentence", "item", "row", "code", "data"]
Mode = Literal["extractive", "generated"]
Status = Literal["answered", "not_found", "clarify", "about"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points.

    >>> Span(2, 5).quote("a cited word")
    'cit'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, got {self.start}:{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def quote(self, text: str) -> str:
        """Return the part of ``text`` that the span covers."""
        if self.end > len(text):
            raise ValueError(f"span {self.start}:{self.end} passes the text's end at {len(text)}")
        return text[self.start : self.end]

    def shift(self, by: int) -> "Span":
        """Return the same span ``by`` code points further on."""
        return Span(self.start + by, self.end + by)

    def trimmed(self, text: str) -> "Span":
        """Return the span without white space at its ends.

        >>> Span(0, 6).trimmed("  ab  ")
        Span(start=2, end=4)
        """
        quote = self.quote(text)
        start = self.start + len(quote) - len(quote.lstrip())
        return Span(start, max(start, self.start + len(quote.rstrip())))


@dataclass(frozen=True, slots=True)
class Block:
    """A structural part of a document, as its loader found it.

    ``level`` is 1 for the top heading, and 1 for a term of a definition list that stands in no
    other's definition; for other kinds it is in how many definitions they stand. The span leaves
    out list markers and heading marks, so that it can be quoted as it is.
    """

    kind: BlockKind
    span: Span
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read, or a part of one: its canonical text and its structure.

    ``file`` is the name of the file that holds it, which is its own unless that is an archive.
    ``pages`` holds where each page starts, and is empty for formats without pages; ``labels`` the
    numbers that pages show, "" where that is their number in the file, or nothing. ``date``
    (ISO 8601) is what the document says of itself, ``modified`` what the file system says.
    ``sketch`` is what near-duplicates are found by, `footnote.ingest.duplicates`.
    """

    id: str
    name: str
    title: str
    media_type: str
    text: str
    blocks: tuple[Block, ...]
    sha256: str
    size: int
    modified: str
    file: str
    pages: tuple[int, ...] = ()
    date: str | None = None
    language: str | None = None
    sketch: bytes = b""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """What may be quoted: a sentence, a list item, a table row, code, a heading or a term.

    Data, bytes that are dumped as numbers, is shown and neither quoted nor embedded.
    """

    kind: UnitKind
    span: Span

    @property
    def heads(self) -> bool:
        """Whether it says what the units after it are about, and answers nothing itself."""
        return self.kind in ("heading", "term")


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole units under one heading; the passages of a document tile its text.

    ``id`` is 0 until the catalogue gives one. ``headings`` is the path from the title down, to
    the term that the passage defines, if it is of a definition list; it is embedded and
    searched with the passage, and never quoted from here.
    """

    document_id: str
    ordinal: int
    span: Span
    text: str
    headings: tuple[str, ...]
    units: tuple[Unit, ...]
    id: int = 0

    def quote(self, span: Span) -> str:
        """Return what ``span``, in offsets of the document, covers of this passage."""
        return span.shift(-self.span.start).quote(self.text)

    @property
    def quotable(self) -> tuple[Unit, ...]:
        """The units that can answer: all but headings, terms and data."""
        return tuple(unit for unit in self.units if not unit.heads and unit.kind != "data")

    @property
    def section(self) -> str | None:
        """The heading under the document's title, as a path, or None above the first."""
        return " > ".join(self.headings[1:]) or None

    @property
    def path(self) -> str:
        """The headings from the title down, empty where there is none."""
        return " > ".join(self.headings)

    @property
    def searchable(self) -> str:
        """The heading path and the passage's own words: what is embedded."""
        body = " ".join(self.quote(unit.span) for unit in self.quotable) or self.text
        body = rejoined(body)
        return f"{self.path}\n{body}" if self.headings else body


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval found. ``score`` orders the hits of one question only.

    ``dense`` is the cosine similarity, None where only the lexical search found it.
    """

    passage: Passage
    score: float
    dense: float | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands. ``quote`` equals ``document.text[start:end]``; see assert_exact.

    ``page`` counts the file's pages; ``page_label`` is the number that the page itself shows,
    None where it shows none or that one.
    """

    number: int
    document_id: str
    document: str
    title: str
    section: str | None
    page: int | None
    start: int
    end: int
    quote: str
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said, with the numbers of the citations that it stands on.

    A statement without citations is one of the program's own fixed texts, unless it is
    ``unsupported``: a language model's, shown and marked although nothing supports it.
    """

    text: str
    citations: tuple[int, ...] = ()
    support: float | None = None
    unsupported: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """What came of asking a language model: tokens, and its sentences by what became of them.

    ``failure`` names why the answer is, from there on, in the documents' own words.
    """

    tokens_in: int = 0
    tokens_out: int = 0
    supported: int = 0
    dropped: int = 0
    marked: int = 0
    failure: str | None = None

    @property
    def lasts(self) -> bool:
        """Whether asking again would come to the same, and not to more."""
        return self.failure in (None, "unsupported", "none")


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation, with its answer's text."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class AnswerPassage:
    """A passage that was considered, as an answer shows it; ``title`` is its document's."""

    document_id: str
    document: str
    start: int
    end: int
    text: str
    score: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What every interface gives for a question. Its JSON form is ``dataclasses.asdict``.

    ``note`` is a fixed text about the answer, as that a language model could not be used;
    ``writing`` is None where no model was set or wanted.
    ``suggestions`` are whole questions to ask instead, of what one that is not may mean.
    """

    question: str
    status: Status
    text: str
    confidence: float
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[AnswerPassage, ...] = ()
    short_answer: str | None = None
    asked_as: str | None = None
    mode: Mode = "extractive"
    conflicts: tuple[tuple[int, int], ...] = ()
    generation: int = 0
    timings_ms: dict[str, float] = field(default_factory=dict)
    note: str | None = None
    writing: Writing | None = None
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What is known of a stored document, its text apart. ``length`` is in code points.

    ``headings`` are the blocks of its title and headings, in order.
    """

    id: str
    name: str
    title: str
    media_type: str
    length: int
    passages: int
    pages: int | None
    language: str | None
    modified: str
    date: str | None = None
    headings: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """Where a stored document was read: its file within the folder, and its bytes' SHA-256.

    ``pages`` holds where each page starts in its text, whose length is ``length``; ``labels`` the
    numbers that pages show where it is not theirs in the file.
    """

    name: str
    file: str
    media_type: str
    sha256: str
    length: int
    pages: tuple[int, ...]
    labels: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Return the page, counted from 1, that a place is on; None where there are no pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None

    def label_of(self, page: int | None) -> str | None:
        """Return the number that a page, counted from 1, shows, None where it is the same."""
        if page is None or page > len(self.labels):
            return None
        return self.labels[page - 1] or None

    def page(self, number: int) -> Span:
        """Return the span of a page, counted from 0; a blank line is between it and the next."""
        last = number + 1 == len(self.pages)
        return Span(self.pages[number], self.length if last else self.pages[number + 1] - 2)


def assert_exact(text: str, quotes: Iterable[tuple[Span, str]]) -> None:
    """Raise AssertionError unless each span of ``text`` is its quote, to the character.

    The one check of the promise ``document.text[start:end] == quote``; the splitter, the
    engine, the API and the evaluation all call it.
    """
    for span, quote in quotes:
        found = span.quote(text)
        if found != quote:
            raise AssertionError(f"text[{span.start}:{span.end}] is {found!r}, not {quote!r}")

"""What the HTTP interface takes and gives, where it is not a record of its own."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from footnote.asks import MAX_PASSAGES, MAX_QUESTION
from footnote.records import Block, BlockKind, DocumentInfo, Turn


class TurnIn(BaseModel):
    """One earlier question of the conversation, with the text of its answer."""

    model_config = ConfigDict(extra="forbid")

    question: str
    answer: str

    def turn(self) -> Turn:
        """Return the engine's form of it."""
        return Turn(self.question, self.answer)


class AskRequest(BaseModel):
    """A question, and what it is asked of."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "question": "When did it happen?",
                "history": [{"question": "What was raided?", "answer": "X's offices in Paris."}],
                "documents": ["reports/*.pdf"],
                "limit": 5,
            }
        },
    )

    # The engine checks the length, for every interface alike; this only documents it.
    question: str = Field(
        description="What to ask of the documents.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION},
    )
    history: list[TurnIn] = Field(
        default=[],
        description="The conversation so far, oldest first. Of more than 8 turns or 16 kB the "
        "oldest are left out.",
    )
    documents: list[str] = Field(
        default=[],
        description="Names or globs of the documents to answer from; all, if empty.",
        examples=[["reports/*.pdf"]],
    )
    limit: int = Field(
        10, ge=1, le=MAX_PASSAGES, strict=True, description="How many passages to return."
    )


class Heading(BaseModel):
    """A title or heading, and where it stands in the document's text."""

    start: int
    end: int
    level: int
    kind: BlockKind

    @classmethod
    def of(cls, block: Block) -> Self:
        """Make it of a block."""
        return cls(start=block.span.start, end=block.span.end, level=block.level, kind=block.kind)


class DocumentSummary(BaseModel):
    """A document as a list shows it. ``length`` is in code points.

    ``date`` is what the document says of itself, ``modified`` what the file system says.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    title: str
    media_type: str
    length: int
    passages: int
    pages: int | None
    language: str | None
    modified: str
    date: str | None


class DocumentDetail(DocumentSummary):
    """A document with its headings, in order."""

    headings: list[Heading]

    @classmethod
    def of(cls, info: DocumentInfo) -> Self:
        """Make it of what is stored."""
        summary = DocumentSummary.model_validate(info)
        return cls(**summary.model_dump(), headings=[Heading.of(each) for each in info.headings])


class DocumentList(BaseModel):
    """Some of the documents, in the order of their names, and how many there are in all."""

    total: int
    documents: list[DocumentSummary]


class TextPart(BaseModel):
    """A part of a document's canonical text; ``start`` and ``end`` count code points."""

    start: int
    end: int
    text: str


class Health(BaseModel):
    """Whether the server can work."""

    status: str

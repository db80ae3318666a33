"""Put an answer of checked sentences together, part by part, in the order they are said."""

from collections.abc import Sequence
from dataclasses import replace

from footnote.asks import Said
from footnote.records import Answer, Citation, Statement, Writing


class Composition:
    """An answer under way. What was said stays; each place is cited under one number."""

    def __init__(self) -> None:
        self._statements: list[Statement] = []
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._citations: list[Citation] = []
        self._text = ""

    def __len__(self) -> int:
        return len(self._statements)

    def says(self, text: str) -> bool:
        """Tell whether a sentence was said already."""
        return any(each.text == text for each in self._statements)

    def add(
        self,
        statement: Statement,
        citations: Sequence[Citation] = (),
        separator: str = " ",
    ) -> Said:
        """Add a statement that stands on citations, whose numbers follow from what is cited."""
        numbers = tuple(dict.fromkeys(map(self._cite, citations)))
        self._statements.append(replace(statement, citations=numbers))
        part = f"{separator if self._text else ''}{statement.text}"
        self._text += part
        return Said(part, numbers)

    def answer(self, extractive: Answer, writing: Writing, note: str | None) -> Answer:
        """Return the answer in place of the extractive one, whose passages it keeps.

        The short answer stays where what is said and what is cited both hold it.
        """
        short = extractive.short_answer
        kept = (
            short is not None
            and short.casefold() in self._text.casefold()
            and any(short in each.quote for each in self._citations)
        )
        return replace(
            extractive,
            mode="generated",
            text=self._text,
            statements=tuple(self._statements),
            citations=tuple(self._citations),
            short_answer=short if kept else None,
            conflicts=(),
            writing=writing,
            note=note,
        )

    def _cite(self, citation: Citation) -> int:
        place = (citation.document_id, citation.start, citation.end)
        if place not in self._numbers:
            self._numbers[place] = len(self._citations) + 1
            self._citations.append(replace(citation, number=self._numbers[place]))
        return self._numbers[place]

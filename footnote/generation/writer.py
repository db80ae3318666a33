"""Have a language model write an answer, and let through what the documents support.

The reader's answer comes first, and decides whether there is one. Whatever goes wrong with the
model, that answer is given, and the note says so.
"""

import logging
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from footnote.answering.draft import Draft
from footnote.asks import Said
from footnote.errors import GenerationFailed
from footnote.generation import texts
from footnote.generation.chat import Chat, Piece, load_chat
from footnote.generation.checking import Checked, check
from footnote.generation.composition import Composition
from footnote.generation.limits import Breaker, Budget, Reserved, tokens_of
from footnote.generation.prompt import MOST_PASSAGES, Prompt, prompt_for
from footnote.generation.sentences import Sentences, Written
from footnote.generation.support import Support
from footnote.generation.support_model import SupportModel
from footnote.records import Answer, Passage, Span, Statement, Writing
from footnote.settings import Settings

log = logging.getLogger("footnote.generation")

_NOTES = {"spent": texts.SPENT, "unsupported": texts.UNSUPPORTED, "none": texts.NONE}
# What a model is told to write where the passages hold no answer.
_NO_ANSWER = "NONE"


@dataclass
class _Tally:
    """What a model has taken and given for one answer."""

    tokens_in: int = 0
    tokens_out: int = 0
    characters: int = 0
    supported: int = 0
    dropped: int = 0
    marked: int = 0

    def take(self, piece: Piece) -> None:
        # Servers tell it once at the end, or each time anew.
        self.tokens_in = max(self.tokens_in, piece.tokens_in)
        self.tokens_out = max(self.tokens_out, piece.tokens_out)
        self.characters += len(piece.text)

    def reckon(self, prompt: Prompt) -> None:
        """Fill in what the server did not tell."""
        self.tokens_in = self.tokens_in or tokens_of(len(prompt))
        self.tokens_out = self.tokens_out or tokens_of(self.characters)

    def writing(self, failure: str | None = None) -> Writing:
        return Writing(
            self.tokens_in,
            self.tokens_out,
            self.supported,
            self.dropped,
            self.marked,
            failure,
        )


class Writer:
    """Writes answers with a language model. Safe to use from many threads."""

    def __init__(self, chat: Chat, support: Support, settings: Settings) -> None:
        self._chat = chat
        self._support = support
        self._settings = settings
        self._breaker = Breaker()
        self._budget = Budget(settings)

    @property
    def state(self) -> dict[str, str | int | float]:
        """What shapes its answers, for who compares them."""
        return {
            "llm_model": self._settings.llm_model or "",
            "llm_unsupported": self._settings.llm_unsupported,
            "support": self._support.name,
        }

    def write(self, question: str, draft: Draft, answer: Answer) -> Generator[Said, None, Answer]:
        """Give what is said as it is checked, and return the answer; ``answer`` is the reader's.

        Of the draft it takes the passages that were kept, and what it cites from. Where the
        documents disagree the reader's answer stays: it shows both sides, and prose would take
        one.
        """
        passages = _kept(draft, answer)
        if answer.conflicts or not passages:
            return answer
        yield Said()
        started = time.perf_counter()
        said, tally = Composition(), _Tally()
        failure = None
        try:
            yield from self._written(question, draft, passages, said, tally)
        except GenerationFailed as error:
            log.warning("%s", error)
            failure = error.reason
        if failure is None and not tally.supported:
            failure = "unsupported" if tally.dropped or tally.marked else "none"
        written = yield from _ended(answer, said, tally, failure)
        spent = round((time.perf_counter() - started) * 1000, 3)
        return replace(written, timings_ms={**answer.timings_ms, "write": spent})

    def _written(
        self,
        question: str,
        draft: Draft,
        passages: list[Passage],
        said: Composition,
        tally: _Tally,
    ) -> Iterator[Said]:
        # What is unsupported is held back until something is supported: else it would be left
        # standing before an answer in the documents' own words.
        held: list[Checked] = []
        for written in self._sentences(prompt_for(question, passages), tally):
            checked = check(written, passages, self._support)
            if checked.text.strip(".") == _NO_ANSWER or said.says(checked.text):
                continue
            if checked.supported:
                tally.supported += 1
                for each in held:
                    yield said.add(_marked(each), (), _separator(each))
                held.clear()
                cited = [draft.cited(*place, number=0) for place in checked.places]
                statement = Statement(checked.text, support=checked.support)
                yield said.add(statement, cited, _separator(checked))
            elif self._settings.llm_unsupported == "drop" or not checked.text:
                tally.dropped += 1
            else:
                tally.marked += 1
                if tally.supported:
                    yield said.add(_marked(checked), (), _separator(checked))
                else:
                    held.append(checked)

    def _sentences(self, prompt: Prompt, tally: _Tally) -> Iterator[Written]:
        """Give the model's sentences. Raises GenerationFailed; keeps breaker and budget."""
        most = self._settings.llm_max_tokens
        reserved = self._budget.reserve(tokens_of(len(prompt)), most)
        try:
            self._breaker.enter()
        except GenerationFailed:
            self._budget.settle(reserved, 0, 0)
            raise
        yield from self._asked(prompt, tally, reserved)

    def _asked(self, prompt: Prompt, tally: _Tally, reserved: Reserved) -> Iterator[Written]:
        sentences = Sentences()
        cut = False
        try:
            # Closed at once when nobody waits any more, so that the model stops too.
            with closing(self._chat.stream(prompt.system, prompt.user)) as pieces:
                for piece in pieces:
                    tally.take(piece)
                    cut = cut or piece.cut
                    yield from sentences.add(piece.text)
            self._breaker.worked()
            yield from sentences.end(cut)
        except GenerationFailed as error:
            self._breaker.failed(error.pause)
            raise
        finally:
            self._breaker.left()
            tally.reckon(prompt)
            self._budget.settle(reserved, tally.tokens_in, tally.tokens_out)


def load_writer(settings: Settings) -> Writer:
    """Make the writer that the settings describe; connects to nothing. Raises ModelError."""
    return Writer(load_chat(settings), SupportModel(), settings)


def _kept(draft: Draft, answer: Answer) -> list[Passage]:
    """Return the passages that a model may use: those cited, then those read, best first."""
    kept: dict[int, Passage] = {}
    for citation in answer.citations:
        span = Span(citation.start, citation.end)
        for passage in draft.catalogue.passages_within(citation.document_id, span):
            kept.setdefault(passage.id, passage)
    for passage in draft.kept:
        kept.setdefault(passage.id, passage)
    return list(kept.values())[:MOST_PASSAGES]


def _ended(
    answer: Answer, said: Composition, tally: _Tally, failure: str | None
) -> Generator[Said, None, Answer]:
    """Return the whole answer: what was written, or the reader's, or, cut short, one and then
    the other, since what was said cannot be taken back."""
    if failure is None:
        return said.answer(answer, tally.writing(), None)
    if not said:
        note = _NOTES.get(failure, texts.FAILED)
        return replace(answer, note=note, writing=tally.writing(failure))
    by_number = {each.number: each for each in answer.citations}
    yield said.add(Statement(texts.STOPPED), (), "\n")
    for each in answer.statements:
        cited = [by_number[number] for number in each.citations]
        yield said.add(replace(each, citations=()), cited, "\n")
    return said.answer(answer, tally.writing(failure), texts.STOPPED)


def _marked(checked: Checked) -> Statement:
    return Statement(f"{checked.text}{texts.MARK}", support=checked.support, unsupported=True)


def _separator(checked: Checked) -> str:
    return "\n" if checked.new_line else " "

"""Check a sentence of a language model against the passages that it cites, and find its quotes.

What is shown as its citation is the shortest run of whole units of a passage that supports it
best: always the document's words, at their place, and never the model's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from footnote.generation.cleaning import cleaned, plain
from footnote.generation.facts import Facts
from footnote.generation.sentences import Written
from footnote.generation.support import Support
from footnote.records import Passage, Span
from footnote.store.terms import analyze

# A quote is at most so many sentences of its passage, that follow one another.
_LONGEST_RUN = 3
# Of a passage's runs so many are scored: those that hold most of the sentence's words.
_SCORED = 5
# Characters. What goes on for longer is no sentence, and would be long to look at.
_LONGEST = 1000
# More passages than these are not what one sentence says.
_MOST_CITED = 4
# So much more must a longer run score to be worth more words.
_WORTH = 0.1


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence as plain text, the quotes that it stands on, and how far they support it.

    ``missing`` names what it states and they do not; without ``places`` it stands on nothing.
    """

    text: str
    supported: bool
    support: float
    places: tuple[tuple[Passage, Span], ...] = ()
    missing: tuple[str, ...] = ()
    new_line: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of units of a passage, and what it says, with the headings it stands under."""

    passage: Passage
    span: Span
    evidence: str
    score: float = 0.0

    def missing(self, claim: str) -> list[str]:
        return Facts(self.evidence).missing(claim)


def check(written: Written, passages: Sequence[Passage], support: Support) -> Checked:
    """Check a sentence; passage number 1 is the first of ``passages``.

    A sentence without a citation, with a number that no passage has, or with more of them than
    a sentence needs is not supported, whatever it says.
    """
    if len(written.text) > _LONGEST:
        return Checked("", False, 0.0)
    known = [passages[number - 1] for number in written.numbers if 0 < number <= len(passages)]
    text = plain(written.text, "\n".join(cleaned(each.text) for each in known))
    if not known or len(known) < len(written.numbers) or len(known) > _MOST_CITED:
        return Checked(text, False, 0.0, new_line=written.new_line)
    # Not a word in it: nothing that could be supported.
    if not analyze(text):
        return Checked("", False, 0.0, new_line=written.new_line)
    best = [run for passage in known if (run := _best(text, passage, support)) is not None]
    chosen, score = _chosen(text, best, support)
    evidence = "\n".join(run.evidence for run in chosen)
    missing = Facts(evidence).missing(text)
    return Checked(
        text,
        supported=bool(chosen) and score >= support.threshold and not missing,
        support=round(score, 4),
        places=tuple((run.passage, run.span) for run in chosen),
        missing=tuple(missing),
        new_line=written.new_line,
    )


def _chosen(text: str, best: Sequence[_Run], support: Support) -> tuple[list[_Run], float]:
    """Return the quotes that a sentence stands on: the best alone, or all where it needs them."""
    if not best:
        return [], 0.0
    alone = max(best, key=lambda run: (-len(run.missing(text)), run.score))
    if alone.score >= support.threshold and not alone.missing(text):
        also = [run for run in best if run.score >= support.threshold and not run.missing(text)]
        return also, alone.score
    if len(best) == 1:
        return [alone], alone.score
    (together,) = support.score([(text, "\n".join(run.evidence for run in best))])
    return list(best), together


def _best(text: str, passage: Passage, support: Support) -> _Run | None:
    """Return the run of a passage that supports a sentence best; None where it has no units."""
    words = set(analyze(text))
    runs = sorted(
        _runs(passage),
        key=lambda run: (-len(words.intersection(analyze(run.evidence))), len(run.span)),
    )[:_SCORED]
    if not runs:
        return None
    scores = support.score([(text, run.evidence) for run in runs])
    scored = [
        _Run(run.passage, run.span, run.evidence, score)
        for run, score in zip(runs, scores, strict=True)
    ]
    fewest = min(len(run.missing(text)) for run in scored)
    scored = [run for run in scored if len(run.missing(text)) == fewest]
    highest = max(run.score for run in scored)
    near = [run for run in scored if run.score >= highest - _WORTH]
    return min(near, key=lambda run: (len(run.span), run.span))


def _runs(passage: Passage) -> Iterator[_Run]:
    units = passage.quotable
    for first in range(len(units)):
        for last in range(first, min(first + _LONGEST_RUN, len(units))):
            span = Span(units[first].span.start, units[last].span.end)
            yield _Run(passage, span, _evidence(passage, span))


def _evidence(passage: Passage, span: Span) -> str:
    quote = cleaned(passage.quote(span))
    return f"{cleaned(passage.path)}: {quote}" if passage.headings else quote

"""What the support head learns from: an epoch's pairs, made anew for each from its number.

Statements made of questions and answers are claims in people's own words; sentences of the
paragraphs themselves, shortened, are claims close to their evidence. Either is supported by
its paragraph, or a part of it; changed, joined with another that is changed, or beside another
passage it is not. Claims that people judged are taken as they are.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from footnote.ingest.splitting import sentences
from footnote.records import Span
from training import support_edits as edits
from training.negatives import Pair, cropped, cut, holds, names_of
from training.qamr import SentenceQuestion, by_document
from training.squad import Asked, Paragraph
from training.statements import Stater
from training.support_data import Judged

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, an evidence text, and whether the second supports the first."""

    text: str
    evidence: str
    supported: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the pairs are mixed; shares are probabilities, times are copies an epoch."""

    # An epoch is short, so that one begins soon: this share of the paragraphs.
    paragraphs: float = 0.2
    positive: float = 0.48
    # Questions and sentences of a paragraph that make claims, a mean an epoch.
    statements: float = 2.0
    excerpts: float = 0.7
    sentences: int = 1600
    scenes: float = 0.3
    pages_times: int = 2
    traps_times: int = 1
    title: float = 0.3
    alone: float = 0.3
    whole: float = 0.15
    crop_characters: tuple[int, int] = (150, 600)
    compared: float = 0.5
    merged: float = 0.12
    both: float = 0.12
    in_evidence: float = 0.4
    wrong_answer: float = 0.2
    cut: float = 0.1
    elsewhere: float = 0.12


@dataclass(frozen=True, slots=True)
class SupportSources:
    """SQuAD's paragraphs, QAMR's sentences, and claims that people judged."""

    paragraphs: Sequence[Paragraph]
    qamr: Sequence[SentenceQuestion]
    scenes: Sequence[Judged]
    pages: Sequence[Judged]
    traps: Sequence[Judged]
    stater: Stater
    recipe: Recipe = field(default_factory=Recipe)

    def epoch(self, number: int) -> list[Claim]:
        """Return the pairs of one pass, shuffled; the same for the same number."""
        rng = random.Random(f"support {number}")
        recipe = self.recipe
        scenes = rng.sample(self.scenes, round(recipe.scenes * len(self.scenes)))
        out = [
            *self._of_squad(rng),
            *self._of_sentences(rng),
            *(Claim(each.claim, " ".join(each.evidence), each.supported) for each in scenes),
            *(_page(each, rng) for _ in range(recipe.pages_times) for each in self.pages),
            *(_page(each, rng) for _ in range(recipe.traps_times) for each in self.traps),
        ]
        rng.shuffle(out)
        return out

    def _of_squad(self, rng: random.Random) -> Iterator[Claim]:
        articles: dict[int, list[Paragraph]] = {}
        for paragraph in self.paragraphs:
            articles.setdefault(paragraph.article, []).append(paragraph)
        far = [
            name
            for paragraph in rng.sample(list(self.paragraphs), min(1000, len(self.paragraphs)))
            for name in names_of(paragraph.text)
        ]
        size = round(self.recipe.paragraphs * len(self.paragraphs))
        for paragraph in rng.sample(list(self.paragraphs), size):
            maker = _Maker(paragraph, articles[paragraph.article], far, self.recipe, rng)
            for asked in _some(paragraph.asked, self.recipe.statements, rng):
                claim = self._statement(asked, paragraph)
                if claim is not None:
                    other = self._statement(rng.choice(paragraph.asked), paragraph)
                    yield from maker.of(claim, asked, other)
            parts = sentences(paragraph.text, Span(0, len(paragraph.text)))
            for part in _some(parts, self.recipe.excerpts, rng):
                claim = edits.shortened(part.quote(paragraph.text), rng)
                if 5 <= len(claim.split()) <= 45:
                    asked = Asked("", (part,))
                    other = edits.shortened(rng.choice(parts).quote(paragraph.text), rng)
                    yield from maker.of(claim, asked, other)

    def _statement(self, asked: Asked, paragraph: Paragraph) -> str | None:
        if not asked.answers:
            return None
        return self.stater.statement(asked.text, asked.answers[0].quote(paragraph.text))

    def _of_sentences(self, rng: random.Random) -> Iterator[Claim]:
        documents = by_document(list(self.qamr))
        far = [name for each in rng.sample(self.qamr, min(1500, len(self.qamr)))
               for name in names_of(each.sentence)]  # fmt: skip
        for each in rng.sample(self.qamr, min(self.recipe.sentences, len(self.qamr))):
            claim = self.stater.statement(each.question, each.answer.quote(each.sentence))
            if claim is None:
                continue
            near = [Paragraph(0, "", text, ()) for text in documents[each.document]]
            paragraph = Paragraph(0, "", each.sentence, ())
            maker = _Maker(paragraph, near, far, self.recipe, rng)
            yield from maker.of(claim, Asked(each.question, (each.answer,)), None)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes supported and unsupported pairs of a paragraph's claims."""

    paragraph: Paragraph
    near: Sequence[Paragraph]
    far: Sequence[str]
    recipe: Recipe
    rng: random.Random

    def of(self, claim: str, asked: Asked, other: str | None) -> Iterator[Claim]:
        """Make one pair of a claim that the paragraph supports; ``other`` is one more."""
        if self.rng.random() < self.recipe.positive:
            yield self._supported(claim, asked.answers[0], other)
        elif (made := self._unsupported(claim, asked, other)) is not None:
            yield made

    def _supported(self, claim: str, place: Span, other: str | None) -> Claim:
        if other and other != claim and self.rng.random() < self.recipe.merged:
            return self._out(edits.merged(claim, other, self.rng), self.paragraph.text, True)
        evidence = self._evidence(place)
        if self.rng.random() < self.recipe.compared:
            claim = edits.compared(claim, True, self.rng) or claim
        elif self.rng.random() < self.recipe.both:
            change = self._change(claim)
            if change is not None and holds(evidence, change[0]):
                claim, evidence = (edits.changed(each, change) for each in (claim, evidence))
        return self._out(claim, evidence, True)

    def _unsupported(self, claim: str, asked: Asked, other: str | None) -> Claim | None:
        drawn, place = self.rng.random(), asked.answers[0]
        if drawn < self.recipe.elsewhere:
            text = self.rng.choice(self.near).text
            if text == self.paragraph.text:
                return None
            at = self.rng.randrange(len(text))
            return self._out(claim, self._part(text, Span(at, at + 1)), False)
        drawn -= self.recipe.elsewhere
        if drawn < self.recipe.cut:
            silent = cut(Pair(claim, self.paragraph.text, place), self.rng)
            return None if silent is None else self._out(claim, silent.passage, False)
        drawn -= self.recipe.cut
        if drawn < self.recipe.wrong_answer and asked.text:
            return self._wrong_answer(claim, place)
        if self.rng.random() < self.recipe.compared:
            bound = edits.compared(claim, False, self.rng)
            if bound is not None:
                return self._out(bound, self._evidence(place), False)
        return self._changed(claim, place, other)

    def _changed(self, claim: str, place: Span, other: str | None) -> Claim | None:
        change = self._change(claim)
        if change is None:
            return None
        evidence = self._evidence(place)
        if holds(evidence, change[0]) and self.rng.random() < self.recipe.in_evidence:
            return self._out(claim, edits.changed(evidence, change), False)
        wrong = edits.changed(claim, change)
        if other and other != claim and self.rng.random() < self.recipe.merged:
            return self._out(edits.merged(wrong, other, self.rng), self.paragraph.text, False)
        return self._out(wrong, evidence, False)

    def _wrong_answer(self, claim: str, place: Span) -> Claim | None:
        right = place.quote(self.paragraph.text).strip(" .,;:")
        answers = [
            each.answers[0].quote(self.paragraph.text)
            for each in self.paragraph.asked
            if each.answers
        ]
        words = len(right.split())
        wrong = [
            each.strip(" .,;:")
            for each in answers
            if abs(len(each.split()) - words) <= 2
            and each[0].isdigit() == right[0].isdigit()
            and not edits.shares(each, right)
        ]
        if not right or not wrong or not holds(claim, right):
            return None
        claim = edits.changed(claim, (right, self.rng.choice(wrong)))
        return self._out(claim[0].upper() + claim[1:], self._evidence(place), False)

    def _change(self, claim: str) -> edits.Change | None:
        pool = names_of(self.paragraph.text)
        kinds = edits.changes(pool, self.far)
        weights = [weight for weight, _ in kinds]
        for _ in range(3):
            ((_, make),) = self.rng.choices(kinds, weights)
            change = make(claim, self.rng)
            if change is not None:
                return change
        return None

    def _evidence(self, place: Span) -> str:
        return self._part(self.paragraph.text, place)

    def _part(self, text: str, place: Span) -> str:
        """Return the sentence at a place, some sentences around it, or all."""
        drawn = self.rng.random()
        if drawn < self.recipe.whole:
            return text
        alone = drawn < self.recipe.whole + self.recipe.alone
        most = 1 if alone else self.rng.randint(*self.recipe.crop_characters)
        return cropped(Pair("", text, place), most, self.rng).passage

    def _out(self, claim: str, evidence: str, supported: bool) -> Claim:
        title = self.paragraph.title
        if title and self.rng.random() < self.recipe.title:
            evidence = f"{title}: {evidence}"
        return Claim(claim, evidence, supported)


def _page(each: Judged, rng: random.Random) -> Claim:
    """Give the evidence as it is, among other sentences, or (seldom) these alone."""
    shown, supported = list(each.evidence), each.supported
    others = rng.sample(each.others, min(len(each.others), rng.choice([0, 0, 1, 2, 3])))
    if others and rng.random() < 0.12:
        shown, supported = [], False
    for other in others:
        shown.insert(rng.randint(0, len(shown)), other)
    head = f"{each.title}: " if each.title and rng.random() < 0.5 else ""
    return Claim(each.claim, head + " ".join(shown), supported)


def _some(items: Sequence[Item], mean: float, rng: random.Random) -> list[Item]:
    """Return distinct items, ``mean`` of them over many draws, where there are as many."""
    size = int(mean) + (rng.random() < mean % 1)
    return rng.sample(items, min(size, len(items)))

"""What the reader learns from: an epoch's examples, made anew for each from its number.

Each SQuAD question comes with its paragraph, whole or cropped; nearly every second comes again
with a passage, or with a change, that leaves it without answer. See negatives and neighbours.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from footnote.records import Span
from training import negatives
from training.negatives import Pair
from training.neighbours import Neighbours
from training.phrasing import rephrased
from training.qamr import SentenceQuestion, by_document
from training.squad import Asked, Paragraph


@dataclass(frozen=True, slots=True)
class Example:
    """A question with what is read for it; ``answer`` is None where that does not answer.

    ``relevant`` tells whether it is the passage to rank first, None where nobody can say.
    """

    question: str
    headings: str
    passage: str
    answer: Span | None
    relevant: bool | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the examples are mixed; shares are probabilities a question."""

    cropped: float = 0.5
    crop_characters: tuple[int, int] = (150, 500)
    renamed: float = 0.08
    headings: float = 0.6
    neighbour: float = 0.3
    cut: float = 0.12
    swapped: float = 0.3
    foreign: float = 0.06
    contrary: float = 0.12
    negated: float = 0.02
    rephrased: float = 0.12
    people_times: int = 3
    sentences: int = 9000
    sentence_negative: float = 0.4


@dataclass(frozen=True, slots=True)
class Sources:
    """SQuAD 1.1's paragraphs, those of SQuAD 2.0 whose questions are to be learnt, and QAMR.

    Each ``Neighbours`` has a row a question of its paragraphs.
    """

    plain: Sequence[Paragraph]
    plain_neighbours: Neighbours
    people: Sequence[Paragraph]
    people_neighbours: Neighbours
    qamr: Sequence[SentenceQuestion]
    recipe: Recipe = field(default_factory=Recipe)

    def epoch(self, number: int) -> list[Example]:
        """Return the examples of one pass, shuffled; the same for the same number."""
        rng = random.Random(f"epoch {number}")
        out = [
            *self._of_squad(self.plain, self.plain_neighbours, rng),
            *(
                example
                for _ in range(self.recipe.people_times)
                for example in self._of_squad(self.people, self.people_neighbours, rng)
            ),
            *self._of_sentences(rng),
        ]
        rng.shuffle(out)
        return [
            replace(each, question=rephrased(each.question, rng))
            if rng.random() < self.recipe.rephrased
            else each
            for each in out
        ]

    def _of_squad(
        self, paragraphs: Sequence[Paragraph], near: Neighbours, rng: random.Random
    ) -> Iterator[Example]:
        names = [
            name
            for paragraph in rng.sample(list(paragraphs), min(2000, len(paragraphs)))
            for name in negatives.names_of(paragraph.text)
        ]
        row = 0
        for paragraph in paragraphs:
            for asked in paragraph.asked:
                headings = paragraph.title if rng.random() < self.recipe.headings else ""
                if not asked.answers:
                    yield Example(asked.text, headings, paragraph.text, None, None)
                else:
                    yield self._positive(asked, paragraph, headings, names, rng)
                    yield from self._negative(asked, paragraph, headings, names, rng)
                    if rng.random() < self.recipe.neighbour and (near[row] >= 0).any():
                        other = paragraphs[rng.choice([int(n) for n in near[row] if n >= 0])]
                        title = other.title if headings else ""
                        yield Example(asked.text, title, self._part(other.text, rng), None, False)
                row += 1

    def _positive(
        self,
        asked: Asked,
        paragraph: Paragraph,
        headings: str,
        names: Sequence[str],
        rng: random.Random,
    ) -> Example:
        # The place that most annotators gave.
        answer = max(asked.answers, key=asked.answers.count)
        pair = Pair(asked.text, paragraph.text, answer)
        if rng.random() < self.recipe.renamed:
            pair = negatives.renamed(pair, names, rng) or pair
        if rng.random() < self.recipe.cropped:
            pair = negatives.cropped(pair, rng.randint(*self.recipe.crop_characters), rng)
        return Example(pair.question, headings, pair.passage, pair.answer, True)

    def _part(self, text: str, rng: random.Random) -> str:
        """Crop a passage as often as those that answer are, or its length would tell."""
        if rng.random() >= self.recipe.cropped:
            return text
        start = rng.randrange(len(text))
        somewhere = Pair("", text, Span(start, start + 1))
        return negatives.cropped(somewhere, rng.randint(*self.recipe.crop_characters), rng).passage

    def _negative(
        self,
        asked: Asked,
        paragraph: Paragraph,
        headings: str,
        names: Sequence[str],
        rng: random.Random,
    ) -> Iterator[Example]:
        pair = Pair(asked.text, paragraph.text, asked.answers[0])

        def foreign(pair: Pair, rng: random.Random) -> Pair | None:
            return negatives.foreign(pair, names, rng)

        drawn = rng.random()
        for share, make, relevant in (
            (self.recipe.cut, negatives.cut, False),
            (self.recipe.swapped, negatives.swapped, None),
            (self.recipe.foreign, foreign, None),
            (self.recipe.contrary, negatives.contrary, None),
            (self.recipe.negated, negatives.negated, None),
        ):
            if drawn < share:
                if rng.random() < self.recipe.cropped:
                    pair = negatives.cropped(pair, rng.randint(*self.recipe.crop_characters), rng)
                changed = make(pair, rng)
                if changed is not None:
                    yield Example(changed.question, headings, changed.passage, None, relevant)
                return
            drawn -= share

    def _of_sentences(self, rng: random.Random) -> Iterator[Example]:
        sentences = by_document(list(self.qamr))
        for each in rng.sample(self.qamr, min(self.recipe.sentences, len(self.qamr))):
            yield Example(each.question, "", each.sentence, each.answer, True)
            others = [text for text in sentences[each.document] if text != each.sentence]
            if others and rng.random() < self.recipe.sentence_negative:
                other = rng.choice(others)
                if each.answer.quote(each.sentence).lower() not in other.lower():
                    yield Example(each.question, "", other, None, False)

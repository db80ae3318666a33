"""What a follow-up question may refer to: names in the conversation before it."""

import re
from collections.abc import Sequence

from footnote.answering.names import names_of
from footnote.answering.wording import pointing
from footnote.records import Turn

# Characters of an answer, and turns, that are looked into: what one refers to was said lately.
ANSWER_CHARACTERS = 200
TURNS = 3
_PERSON = frozenset("he his him she her".split())
_MANY = frozenset("they their them these those".split())
_IN = re.compile(r"\b(?:in|at|near|from) (?:the )?$", re.IGNORECASE)


def referents(question: str, history: Sequence[Turn]) -> list[str]:
    """Return the names in a history that a question does not say itself, likeliest first.

    By how lately and how often they were named, a question before its answer, and whether they
    fit the pronoun. The weights are what guessed most of the names right in follow-ups made of
    SQuAD 1.1's training articles and in half of CANARD's articles (docs/decisions/0015).

    >>> referents("Where was she born?", [Turn("Who built the Orford Mill?", "Ann Lee did.")])
    ['Ann Lee', 'Orford Mill']
    """
    turns = history[-TURNS:]
    whole = " ".join(f"{turn.question} {turn.answer}" for turn in turns)
    scores: dict[str, float] = {}
    for back, turn in enumerate(reversed(turns)):
        for answer, text in enumerate((turn.question, _beginning(turn.answer))):
            for place, name in enumerate(names_of(text)):
                score = min(3, whole.count(name)) - 0.75 * back - 0.9 * answer - 0.5 * place
                score += _fit(question, name, text)
                scores[name] = max(score, scores.get(name, score))
    ranked = sorted(scores, key=lambda name: -scores[name])
    return [name for name in ranked if name.lower() not in question.lower()]


def _beginning(answer: str) -> str:
    """Return so much of an answer as is looked into, and no half of a word."""
    cut = answer[: ANSWER_CHARACTERS + 1]
    return answer if cut == answer else cut[: max(0, cut.rfind(" "))]


def _fit(question: str, name: str, text: str) -> float:
    """Tell how well a name in a text fits what points at it in a question."""
    found = pointing(question)
    if found is None:
        return 0.0
    word, place = found[0].lower(), _IN.search(text[: text.find(name)])
    if word in _PERSON:
        person = len(name.split()) <= 2 and not place and f"the {name}" not in text
        return 0.95 * person
    many = name.endswith("s") and not name.endswith("ss")
    if word in _MANY:
        return 1.5 * many
    return 0.7 * bool(place) if found["place"] else -0.45 * many

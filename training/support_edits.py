"""Changes that turn a supported claim into one that is not, made in the claim or its evidence.

Each is a replacement of one wording by another. Made in one of the two it leaves them apart;
made in both it changes nothing, which keeps a model from seeing the making.
"""

import random
import re
from collections.abc import Callable, Sequence

from training.negatives import CONTRARIES, alike, holds, names_of, replaced

# A wording and what is put for it.
Change = tuple[str, str]
_WORDS = re.compile(r"[A-Za-z]+")
_AUXILIARY = re.compile(r"\b(?:did|does|was|were|is|are|has|have|had|can|could|will|would)\b")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w]|[.,]\d)")
_COUNTS = "one two three four five six seven eight nine ten eleven twelve twenty thirty".split()
_LESS = ("fewer than", "less than", "under", "below", "at most")
_MORE = ("more than", "over", "at least", "above")


def name_change(claim: str, pool: Sequence[str], rng: random.Random) -> Change | None:
    """Put another name, number or year of ``pool`` for one of the claim."""
    for name in _shuffled(names_of(claim), rng):
        like = [each for each in pool if alike(name, each) and not holds(claim, each)]
        if like:
            return name, rng.choice(like)
    return None


def number_change(claim: str, rng: random.Random) -> Change | None:
    """Put a number near it for one of the claim, or for one written as a word."""
    counts = [word for word in _WORDS.findall(claim) if word.lower() in _COUNTS[1:]]
    found = [match.group() for match in _NUMBER.finditer(claim)] + counts
    if not found:
        return None
    old = rng.choice(found)
    if old in counts:
        new = rng.choice([each for each in _COUNTS[1:] if each != old.lower()])
        return old, new.capitalize() if old[0].isupper() else new
    return old, shifted(old, rng.choice([-1, 1]), rng)


def shifted(number: str, way: int, rng: random.Random) -> str:
    """Return a number above or below another, as a writer would put it.

    >>> shifted("1,000", 1, random.Random(1)), shifted("1,000", -1, random.Random(1))
    ('1,200', '800')
    """
    value = float(number.replace(",", ""))
    if re.fullmatch(r"1\d{3}|20\d{2}", number):
        return str(int(value) + way * rng.randint(1, 40))
    if "." in number:
        places = len(number.split(".")[1])
        return f"{max(0.0, value * (1 + way * rng.uniform(0.1, 0.6))):,.{places}f}"
    # Round numbers stay round, but for the first place that is not zero.
    zeros = len(str(int(value))) - len(str(int(value)).rstrip("0"))
    unit = 10 ** max(0, min(zeros, len(str(int(value))) - 2))
    moved = max(0, int(value) + way * unit * max(1, round(value * rng.uniform(0.1, 0.6) / unit)))
    return f"{moved:,}" if "," in number else str(moved)


def contrary_change(claim: str, rng: random.Random) -> Change | None:
    """Put a word of the claim into its contrary."""
    words = [word for word in _WORDS.findall(claim) if word.lower() in CONTRARIES]
    if not words:
        return None
    word = rng.choice(words)
    return word, CONTRARIES[word.lower()]


def negation(claim: str, rng: random.Random) -> Change | None:
    """Negate the claim's verb, or take away the negation that it has."""
    if re.search(r"\b(?:not|never)\b", claim):
        return ("never", "always") if holds(claim, "never") else ("not", "")
    found = _AUXILIARY.search(claim)
    if found is None:
        return None
    return found.group(), f"{found.group()} {rng.choice(['not', 'not', 'never'])}"


def compared(claim: str, supported: bool, rng: random.Random) -> str | None:
    """Put a bound for the claim's only number: "more than 900" for 1,000, or "before 1900".

    ``supported`` tells whether the bound is to hold.
    """
    found = list(_NUMBER.finditer(claim))
    if len(found) != 1 or re.search(r"\b(?:than|least|most|over|about|early|late)\b", claim):
        return None
    number, start = found[0].group(), found[0].start()
    if float(number.replace(",", "")) < 3:
        return None
    way = rng.choice([-1, 1])
    bound = shifted(number, way, rng)
    if re.fullmatch(r"1\d{3}|20\d{2}", number):
        if not claim[:start].endswith(" in ") or claim[found[0].end() :].startswith("s"):
            return None
        word = "before" if (way > 0) is supported else "after"
        return f"{claim[: start - 3]}{word} {bound}{claim[found[0].end() :]}"
    word = rng.choice(_LESS if (way > 0) is supported else _MORE)
    word = word if start else word.capitalize()
    return f"{claim[:start]}{word} {bound}{claim[found[0].end() :]}"


def changes(
    pool: Sequence[str], far: Sequence[str]
) -> list[tuple[float, Callable[[str, random.Random], Change | None]]]:
    """Return the kinds of change with their weights; names come from near or from ``far``."""
    return [
        (0.35, lambda claim, rng: name_change(claim, pool, rng)),
        (0.12, lambda claim, rng: name_change(claim, rng.sample(far, min(60, len(far))), rng)),
        (0.18, number_change),
        (0.2, contrary_change),
        (0.15, negation),
    ]


def changed(text: str, change: Change) -> str:
    """Return a text with every place of the wording changed."""
    return re.sub(r" {2,}", " ", replaced(text, *change))


def shortened(sentence: str, rng: random.Random) -> str:
    """Leave parts out of a sentence that it stands without: brackets, asides, what precedes.

    >>> shortened("In 1900, the mill (built of oak) burned down.", random.Random(3))
    'The mill burned down.'
    """
    text = re.sub(r"\s*[(\[][^()\[\]]*[)\]]", "", sentence)
    if rng.random() < 0.6:
        text = re.sub(r", (?:which|who|where|whose)\b[^,.;]*(?:,|(?=\.))", "", text)
    if rng.random() < 0.6:
        text = re.sub(r"^(?:However|Thus|Also|Moreover|In|On|At|During|After|By|From|For|As|"
                      r"While|Although|Since)\b[^,]{0,60}, (?=[a-z])", "", text)  # fmt: skip
    if rng.random() < 0.4:
        text = re.split(r"; |, (?:and|but|while) (?=(?:the|it|he|she|they|in|this|a)\b)", text)[0]
    text = text.strip().rstrip(".") + "."
    return text[0].upper() + text[1:]


def merged(one: str, other: str, rng: random.Random) -> str:
    """Join two claims, in either order."""
    first, second = rng.sample([one, other], 2)
    if rng.random() < 0.5:
        return f"{first} {second}"
    head = second.split()[0]
    small = second[0].lower() + second[1:] if head in ("The", "A", "An", "In", "It") else second
    return f"{first.rstrip('.')}, and {small}"


def shares(one: str, other: str) -> bool:
    """Tell whether two wordings have a word of three letters or more in common."""
    words = [{word.lower() for word in re.findall(r"\w{3,}", each)} for each in (one, other)]
    return one in other or other in one or bool(words[0] & words[1])


def _shuffled(items: Sequence[str], rng: random.Random) -> list[str]:
    return rng.sample(items, len(items))

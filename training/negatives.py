"""Questions and passages made to miss each other by a little.

People who wrote SQuAD 2.0's unanswerable questions swapped a name, a number or a word for its
contrary, negated, or asked one thing more (Rajpurkar et al. 2018). Only 16 of those articles
are at hand, so the like is made here from answerable questions. A model could learn to see the
making instead of the miss; hence a swap is made in the passage as often as in the question,
and `renamed` makes the same swap in both, which leaves an answerable pair.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from footnote.ingest.splitting import sentences
from footnote.records import Span


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage; ``answer`` is None where the passage does not answer."""

    question: str
    passage: str
    answer: Span | None


_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_YEAR = re.compile(r"\b1\d{3}\b|\b20\d{2}\b")
_NAME = re.compile(r"\b[A-Z][\w'’-]+(?:\s+(?:of|de|the|van|von|and)?\s*[A-Z][\w'’-]+)*")
# Capital letters at the head of a question or sentence are mostly no names.
_NO_NAMES = frozenset(
    "A About After All Also Although An And Another Approximately Are As At Because Before "
    "Between Both But By Can Could Did Do Does During Each Every First For From Had Has Have He "
    "Her His How However I If In Into Is It Its Many May More Most Name No Not Of On One Only Or "
    "Other Over She Since So Some Such Than That The Their There These They This Those Though "
    "Three Through To Two Under Until Upon Was We Were What When Where Which While Who Whom Whose "
    "Why With Within Would Yes You".split()
)
_SENTENCE_HEAD = re.compile(r"(?:^|[.!?:;][\"'”)]*\s+|[\"“(])$")
_MONTHS = frozenset(
    "January February March April May June July August September October November December".split()
)
CONTRARIES = {
    one: other
    for pair in (
        "first last,largest smallest,most least,before after,north south,east west,"
        "northern southern,eastern western,increase decrease,increased decreased,"
        "highest lowest,high low,higher lower,more less,best worst,oldest newest,early late,"
        "earlier later,earliest latest,older younger,begin end,began ended,start finish,"
        "started stopped,won lost,win lose,allowed forbade,supported opposed,support oppose,"
        "accepted rejected,accept reject,included excluded,include exclude,male female,"
        "men women,positive negative,public private,internal external,upper lower,"
        "above below,inside outside,majority minority,maximum minimum,longest shortest,"
        "long short,longer shorter,strong weak,stronger weaker,success failure,"
        "successful failed,created destroyed,built demolished,joined left,gained lost,"
        "rise fall,rose fell,good bad,common rare,major minor,rich poor,new old,large small,"
        "larger smaller,biggest smallest,permanent temporary,legal illegal,true false,"
        "attack defend,defeated saved,easy difficult,fast slow,faster slower,hot cold,"
        "warm cool,heavy light,wide narrow,deep shallow,final initial,modern ancient,"
        "urban rural,direct indirect,natural artificial,buy sell,bought sold,arrive depart,"
        "arrived departed,import export,imported exported,love hate,raise lower,"
        "appointed dismissed,open close,opened closed,expand shrink,expanded reduced,"
        "never always,possible impossible,necessary unnecessary,popular unpopular,"
        "equal unequal,formal informal,known unknown,related unrelated,able unable"
    ).split(",")
    for one, other in (pair.split(), pair.split()[::-1])
}
_WORD = re.compile(r"[A-Za-z]+")
_AUXILIARY = re.compile(
    r"\b(did|does|do|was|were|is|are|has|have|had|can|could|will|would|should)\b", re.IGNORECASE
)
_CONTRACTED = {"can": "can't", "will": "won't"}


def cut(pair: Pair, _rng: random.Random) -> Pair | None:
    """Leave out the sentence that answers: what remains is on the subject, and silent."""
    assert pair.answer is not None
    parts = sentences(pair.passage, Span(0, len(pair.passage)))
    answer = pair.answer.quote(pair.passage)
    kept = [part for part in parts if not _overlap(part, pair.answer)]
    if not kept or len(kept) == len(parts):
        return None
    rest = " ".join(part.quote(pair.passage) for part in kept)
    return None if holds(rest, answer) else Pair(pair.question, rest, None)


def swapped(pair: Pair, rng: random.Random) -> Pair | None:
    """Swap a name or number that question and passage share, in one of the two alone.

    In the question for another of the passage, in the passage for another of the passage.
    """
    assert pair.answer is not None
    shared = _shared(pair)
    if not shared:
        return None
    name = rng.choice(shared)
    answer = pair.answer.quote(pair.passage)
    others = [
        other
        for other in _like(name, pair.passage)
        if not holds(pair.question, other) and not holds(answer, other) and answer not in other
    ]
    if not others:
        return None
    other = rng.choice(others)
    if rng.random() < 0.5:
        return Pair(replaced(pair.question, name, other), pair.passage, None)
    # The other's own places take the name, so that both are still there, the wrong way round.
    mark = "\0"
    passage = replaced(pair.passage, name, mark)
    passage = replaced(replaced(passage, other, name), mark, other)
    return Pair(pair.question, passage, None)


def foreign(pair: Pair, names: Sequence[str], rng: random.Random) -> Pair | None:
    """Swap a name or number of the question for one that the passage does not hold."""
    shared = _shared(pair)
    if not shared:
        return None
    name = rng.choice(shared)
    like = [each for each in rng.sample(names, min(40, len(names))) if alike(name, each)]
    if not like or holds(pair.passage, like[0]):
        return None
    return Pair(replaced(pair.question, name, like[0]), pair.passage, None)


def contrary(pair: Pair, rng: random.Random) -> Pair | None:
    """Put a word of the question into its contrary."""
    words = [word for word in _WORD.findall(pair.question) if word.lower() in CONTRARIES]
    if not words:
        return None
    word = rng.choice(words)
    question = replaced(pair.question, word, CONTRARIES[word.lower()])
    return Pair(question, pair.passage, None)


def negated(pair: Pair, rng: random.Random) -> Pair | None:
    """Negate the question's first auxiliary verb."""
    found = _AUXILIARY.search(pair.question)
    if found is None:
        return None
    verb = found.group()
    contracted = _CONTRACTED.get(verb.lower(), f"{verb}n't")
    question = pair.question[: found.start()] + contracted + pair.question[found.end() :]
    return Pair(question, pair.passage, None)


def renamed(pair: Pair, names: Sequence[str], rng: random.Random) -> Pair | None:
    """Swap a shared name or number in both for one from elsewhere: it is still answered."""
    assert pair.answer is not None
    answer = pair.answer.quote(pair.passage)
    shared = [name for name in _shared(pair) if not holds(answer, name)]
    if not shared:
        return None
    name = rng.choice(shared)
    like = [each for each in rng.sample(names, min(40, len(names))) if alike(name, each)]
    if not like or holds(pair.passage, like[0]):
        return None
    before, after = pair.passage[: pair.answer.start], pair.passage[pair.answer.end :]
    before = replaced(before, name, like[0])
    passage = before + answer + replaced(after, name, like[0])
    span = Span(len(before), len(before) + len(answer))
    return Pair(replaced(pair.question, name, like[0]), passage, span)


def cropped(pair: Pair, most: int, rng: random.Random) -> Pair:
    """Keep a run of whole sentences about the answer, of at most ``most`` characters or one."""
    assert pair.answer is not None
    parts = sentences(pair.passage, Span(0, len(pair.passage)))
    at = next((n for n, part in enumerate(parts) if _overlap(part, pair.answer)), None)
    if at is None or pair.answer not in parts[at]:
        return pair
    first = last = at
    while True:
        ways = []
        if first > 0 and parts[last].end - parts[first - 1].start <= most:
            ways.append(-1)
        if last + 1 < len(parts) and parts[last + 1].end - parts[first].start <= most:
            ways.append(1)
        if not ways:
            break
        way = rng.choice(ways)
        first, last = (first - 1, last) if way < 0 else (first, last + 1)
    start, end = parts[first].start, parts[last].end
    return replace(pair, passage=pair.passage[start:end], answer=pair.answer.shift(-start))


def names_of(text: str) -> list[str]:
    """Return the names and numbers of a text, each once."""
    found = [match for match in _NAME.finditer(text) if match.group().split()[0] not in _NO_NAMES]
    names = [
        match.group()
        for match in found
        # One capital letter at the head of a sentence tells nothing.
        if " " in match.group() or not _SENTENCE_HEAD.search(text[: match.start()])
    ]
    numbers = [match.group().rstrip(".,") for match in _NUMBER.finditer(text)]
    return list(dict.fromkeys([*names, *numbers]))


def _shared(pair: Pair) -> list[str]:
    return [name for name in names_of(pair.question) if holds(pair.passage, name)]


def _like(name: str, text: str) -> list[str]:
    return [other for other in names_of(text) if other != name and alike(name, other)]


def alike(one: str, other: str) -> bool:
    """Tell whether two may stand for each other: both years, numbers of a size, or names."""
    if one in other or other in one:
        return False
    if _YEAR.fullmatch(one) or _YEAR.fullmatch(other):
        return bool(_YEAR.fullmatch(one) and _YEAR.fullmatch(other))
    if one[0].isdigit() or other[0].isdigit():
        return one[0].isdigit() and other[0].isdigit() and abs(len(one) - len(other)) <= 1
    if (one in _MONTHS) != (other in _MONTHS):
        return False
    return abs(len(one.split()) - len(other.split())) <= 1


def replaced(text: str, old: str, new: str) -> str:
    """Put a wording for another wherever that stands as whole words."""
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text)


def holds(text: str, part: str) -> bool:
    """Tell whether a wording stands in a text as whole words, whatever its case."""
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text, re.IGNORECASE) is not None


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end

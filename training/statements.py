"""A question and its answer as a statement, by rules on the question's words.

Claims to check against evidence are made so: people who wrote questions on a paragraph put its
sentences into words of their own. Rules in the way of Demszky et al. 2018, without a parser;
what no rule fits gives nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

_BE = frozenset("is was are were".split())
_DO = frozenset("did does do".split())
_MODAL = frozenset("can could will would should may might must".split())
_HAVE = frozenset("has have had".split())
_AUXILIARY = _BE | _DO | _MODAL | _HAVE
_WH = frozenset("who whom whose what which when where why how".split())
_BEFORE_WH = frozenset(
    "in on at for to from by of with during about under into since until within through".split()
)
_OBJECT = ("a", "an", "the", "been")
_NO_VERB_AFTER = frozenset("the a an of in on at to for and or its his her their this that".split())
_PAST = dict(
    pair.split(":")
    for pair in (
        "be:was become:became begin:began break:broke bring:brought build:built buy:bought "
        "catch:caught choose:chose come:came cost:cost cut:cut die:died do:did draw:drew "
        "drive:drove eat:ate fall:fell feel:felt fight:fought find:found flee:fled fly:flew "
        "forbid:forbade get:got give:gave go:went grow:grew have:had hear:heard hit:hit "
        "hold:held keep:kept know:knew lay:laid lead:led leave:left let:let lie:lay lose:lost "
        "make:made mean:meant meet:met overthrow:overthrew pay:paid put:put read:read ride:rode "
        "rise:rose run:ran say:said see:saw seek:sought sell:sold send:sent set:set show:showed "
        "sing:sang sit:sat speak:spoke spend:spent spread:spread stand:stood steal:stole "
        "strike:struck take:took teach:taught tell:told think:thought throw:threw "
        "undergo:underwent understand:understood wear:wore win:won write:wrote withdraw:withdrew"
    ).split()
)
_PARTICIPLES = frozenset(
    "born held made known built found given taken seen written done begun won lost sold sent "
    "chosen broken drawn driven fought grown kept led left paid put read set shown spent spoken "
    "taught thought thrown told understood worn cut brought bought caught become come gone laid "
    "met run said sung sunk hidden ridden forgotten bound stolen struck sought spread hit".split()
)
_DATE = re.compile(r"(?:January|February|March|April|May|June|July|August|September|October|"
                   r"November|December)\s+\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)?\s+(?:January|"
                   r"February|March|April|May|June|July|August|September|October|November|"
                   r"December)")  # fmt: skip
_PREPOSED = re.compile(
    r"(?:in|on|at|by|from|to|for|during|after|before|since|until|between|around|about|near|"
    r"with|because|through|when|while|as|over|under|within|throughout|along|across)\b",
    re.IGNORECASE,
)


class Stater:
    """Makes statements; learns which words are verbs from texts.

    >>> texts = ["They want to open it."] * 3
    >>> Stater(texts).statement("When did the bridge at Holm open?", "1932")
    'The bridge at Holm opened in 1932.'
    >>> Stater(texts).statement("Who built the bridge?", "Anna Berg")
    'Anna Berg built the bridge.'
    """

    def __init__(self, texts: Iterable[str]) -> None:
        after, all_ = Counter[str](), Counter[str]()
        for text in texts:
            words = re.findall(r"[a-z]+", text)
            all_.update(words)
            after.update(
                word
                for before, word in pairwise(words)
                if before in _MODAL or before in ("to", "not")
            )
        self._verbs = {word for word, n in after.items() if n >= 3 and n > 0.06 * all_[word]} | set(
            _PAST
        )
        self._verbs -= _NO_VERB_AFTER | _AUXILIARY

    def statement(self, question: str, answer: str) -> str | None:
        """Return the statement that the answer makes of the question, or None."""
        words = question.strip().rstrip(" ?.").split()
        answer = answer.strip().rstrip(".,;:")
        places = [n for n, word in enumerate(words) if word.lower().rstrip(",") in _WH]
        if not places or len(words) < 3 or not answer:
            return None
        at = places[0]
        if at > 0 and words[at - 1].lower() in _BEFORE_WH:
            at -= 1
        lead, rest = words[:at], words[at:]
        if at > 2 and not lead[-1].endswith(",") and lead[0].lower() not in _BEFORE_WH:
            return self._at_end(lead, rest, answer)
        made = self._asked(rest, answer)
        if made is None:
            return None
        if not lead:
            return _sentence(made)
        head = lead[0].lower() if lead[0].lower() in _BEFORE_WH else lead[0]
        return _sentence(f"{made} {' '.join([head, *lead[1:]]).rstrip(',')}")

    def _at_end(self, lead: list[str], rest: list[str], answer: str) -> str | None:
        """Answer "The bridge was opened in what year"."""
        if len(rest) > 4:
            return None
        preposition = f"{rest[0]} " if rest[0].lower() in _BEFORE_WH else ""
        if _PREPOSED.match(answer):
            preposition = ""
        return _sentence(f"{' '.join(lead)} {preposition}{answer}")

    def _asked(self, words: list[str], answer: str) -> str | None:
        preposition = words[0].lower() if words[0].lower() in _BEFORE_WH else ""
        words = words[1:] if preposition else words
        wh = words[0].lower()
        at = next((n for n, word in enumerate(words[:9]) if n and word.lower() in _AUXILIARY), None)
        if at is None or (at > 1 and self._verb_before(words, at)):
            return None if preposition else self._subject(words, answer)
        auxiliary, after = words[at].lower(), words[at + 1 :]
        if not after:
            return None
        noun = " ".join(words[1:at])
        if wh in ("who", "what", "which") or (wh == "how" and noun.startswith(("many", "much"))):
            doing = at > 1 and after[0].endswith("ing")
            heads = doing or _participle(after[0]) or (auxiliary in _HAVE and after[0] in _OBJECT)
            if heads and not preposition and auxiliary not in _DO:
                return f"{_counted(noun, answer)} {auxiliary} {' '.join(after)}"
            is_ = auxiliary in _BE and not preposition and at == 1
            if is_ and self._boundary(after, auxiliary) is None:
                return f"{' '.join(after)} {auxiliary} {answer}"
        complement = _complement(wh, noun, preposition, answer)
        return self._declared(auxiliary, after, complement, wh)

    def _declared(self, auxiliary: str, after: list[str], complement: str, wh: str) -> str | None:
        split = self._boundary(after, auxiliary)
        if split is None:
            if auxiliary not in _BE or wh in ("why", "how"):
                return None
            return f"{' '.join(after)} {auxiliary} {complement}"
        subject, verb, rest = after[:split], after[split], after[split + 1 :]
        said = verb if auxiliary == "do" else f"{auxiliary} {verb}"
        if auxiliary == "did":
            said = past(verb)
        elif auxiliary == "does":
            said = third_person(verb)
        takes = wh in ("who", "what", "which", "whom") and rest and rest[0].lower() in _BEFORE_WH
        # An object stands by its verb, unless a preposition that is left over asks for it.
        tail = [complement, *rest] if takes and len(rest) > 1 else [*rest, complement]
        return " ".join([*subject, said, *tail])

    def _boundary(self, after: list[str], auxiliary: str) -> int | None:
        """Return where the verb stands behind a subject of one word at least."""
        for n in range(1, len(after)):
            word, before = after[n], after[n - 1].lower()
            if before in _AUXILIARY or word in ("that", "which", "who"):
                return None
            if word != word.lower() or before in _NO_VERB_AFTER or before in _BEFORE_WH:
                continue
            if _participle(word) if auxiliary in _BE | _HAVE else word in self._verbs:
                return n
        return None

    def _verb_before(self, words: list[str], at: int) -> bool:
        """Tell whether the question has its verb before the auxiliary: then that is no head."""
        return any(
            word.endswith("ed") or word in _PAST.values() or word in ("that", "who", "when")
            for word in words[1:at]
        )

    def _subject(self, words: list[str], answer: str) -> str | None:
        """Answer "Who built the bridge" and "Which firm built the bridge"."""
        wh = words[0].lower()
        if wh == "who":
            return f"{answer} {' '.join(words[1:])}"
        if wh not in ("what", "which", "how", "whose"):
            return None
        for n, word in enumerate(words[1:7], 1):
            base = word.removesuffix("s")
            if n > 1 or wh == "what":
                finite = word.endswith("ed") or word in _PAST.values()
                if finite or (word.endswith("s") and base in self._verbs and n < len(words) - 1):
                    if wh == "whose":
                        return None
                    return f"{_counted(' '.join(words[1:n]), answer)} {' '.join(words[n:])}"
        return None


def past(verb: str) -> str:
    """Return a verb's past form.

    >>> past("open"), past("carry"), past("build"), past("move"), past("stop")
    ('opened', 'carried', 'built', 'moved', 'stopped')
    """
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb):
        return f"{verb}{verb[-1]}ed"
    return f"{verb}ed"


def third_person(verb: str) -> str:
    """Return a verb's form after he, she or it.

    >>> third_person("carry"), third_person("pass"), third_person("have"), third_person("run")
    ('carries', 'passes', 'has', 'runs')
    """
    if verb == "have":
        return "has"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else f"{verb}s"


def _participle(word: str) -> bool:
    return word == word.lower() and (
        word in _PARTICIPLES or (word.endswith("ed") and len(word) > 3)
    )


def _counted(noun: str, answer: str) -> str:
    """Join an answer with what is counted: "how many people" and "300"."""
    counts = re.match(r"(?:many|much)\b\s*", noun)
    if counts is None:
        return answer
    counted = noun[counts.end() :]
    return answer if not counted or counted.split()[0] in answer else f"{answer} {counted}"


def _complement(wh: str, noun: str, preposition: str, answer: str) -> str:
    if wh == "why":
        return (
            answer
            if re.match(r"(?:because|to|due|for|in|as|so)\b", answer, re.I)
            else (f"because of {answer}")
        )
    if _PREPOSED.match(answer):
        return answer
    if wh == "how":
        return _counted(noun, answer)
    if preposition:
        return f"{preposition} {answer}"
    if wh == "when":
        return f"{'on' if _DATE.search(answer) else 'in'} {answer}"
    if wh == "where" or re.fullmatch(r"(?:year|month|century|decade|country|city|state)", noun):
        return f"in {answer}"
    return answer


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[0].upper()}{text[1:]}."

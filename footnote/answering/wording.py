"""The words of questions that point at something said before, and how a name takes their place."""

import re
from typing import Literal

# How a pronoun stands in its question.
Role = Literal["name", "possessive", "place"]

_POSSESSIVE = r"its|their|his"
_PLACE = r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!how many )there(?! (?:is|are|was|were|has|have|any|a|an)\b)"
_POINTING = re.compile(
    rf"\b(?:(?P<possessive>{_POSSESSIVE}|her(?= [a-z]+(?:\b(?! (?:to|in|at|on|from|with|by)\b))))"
    rf"|(?P<name>it|they|them|he|him|she|her|this one|that one|this|that|these|those)"
    rf"|(?P<place>{_PLACE}))\b(?![-'’])",
    re.IGNORECASE,
)
# "is it possible", "how long does it take to", "what does it mean if": nothing is pointed at.
_IMPERSONAL = re.compile(
    r"\bit (?:\w+ )?(?:possible|impossible|necessary|allowed|true|false|legal|illegal|required|safe|worth"
    r"|important|better|best|common|ok|okay|likely|hard|easy|normal|clear|known|said|believed"
    r"|thought)\b"
    r"|\b(?:does|do|did|would|will|can) it (?:take|cost|mean|matter|help|happen|make sense)\b(?=.* (?:to|if|when|that|for)\b)"
    r"|\bit (?:be|is|was) (?:\w+ ){0,2}(?:to|that)\b",
    re.IGNORECASE,
)
# "that" and "this" that point at nothing: "the man that built it", "this year".
_CLAUSE = re.compile(r"\b(?:that|this|these|those|there)\b(?! one\b)", re.IGNORECASE)


def pointing(question: str) -> re.Match[str] | None:
    """Return the first word of a question that points at something, None where none does.

    >>> pointing("When did they disband?")[0], pointing("What is its capital?")["possessive"]
    ('they', 'its')
    >>> pointing("Is it possible to pay by card?"), pointing("Who was the man that built Rome?")
    (None, None)
    """
    impersonal = [found.span() for found in _IMPERSONAL.finditer(question)]
    for found in _POINTING.finditer(question):
        if any(start <= found.start() < end for start, end in impersonal):
            continue
        if _CLAUSE.match(found[0]) and not _stands_alone(question, found):
            continue
        return found
    return None


def _stands_alone(question: str, found: re.Match[str]) -> bool:
    """Tell whether "this" or "that" is by itself: after a verb or preposition, or at the end."""
    before, after = question[: found.start()], question[found.end() :]
    if found["place"]:
        return True
    ends = re.match(
        r"\s*(?:[?.!,]|$)|\s(?:is|are|was|were|do|does|did|has|have|had|mean|happen|work)\b", after
    )
    verb = re.search(
        r"\b(?:is|are|was|were|do|does|did|of|about|for|like|after|before|with|in|on|by|to|from|why|how) $",
        before,
        re.IGNORECASE,
    )
    return bool(ends and (verb or not before.strip()))


def filled(question: str, name: str) -> str:
    """Return a question with a name for what points at it, or beside it where nothing does.

    >>> filled("When did they disband?", "the Mothers of Invention")
    'When did the Mothers of Invention disband?'
    >>> filled("What is its capital?", "France"), filled("Who lives there?", "Paris")
    ("What is France's capital?", 'Who lives in Paris?')
    >>> filled("How many people live in the city?", "Warsaw")
    'How many people live in the city (Warsaw)?'
    """
    found = pointing(question)
    if found is None:
        asked = question.rstrip(" ?.!")
        return f"{asked} ({name})?"
    if found["possessive"]:
        name = f"{name}'" if name.endswith("s") else f"{name}'s"
    elif found["place"]:
        name = f"in {name}"
    text = question[: found.start()] + name + question[found.end() :]
    return text[0].upper() + text[1:]


_QUESTION_WORD = re.compile(
    r"^(?:in |on |at |to |from |by |since |until |for )?(?:what|which) (?:year|date|month|day|century|time|city|town|place|country"
    r"|person|people)\b|^(?:how (?:many|much|long|often|far|old|big|tall)(?: \w+)?|who|whom|when|where|why|how|what|which)\b",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.I
)
_BARE = re.compile(
    r"(?:and |but |so |ok |okay )*(?P<word>why|when|where|how|how (?:many|much|long|often|so)|who|since when|"
    r"why not|how come)(?: (?:is|was) (?:that|this|it))?(?: exactly)?",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:please |can you |could you )*(?:tell me more|(?:give|show) me more|more|more details?|more please|go on"
    r"|continue|explain|elaborate|what else|anything else|explain (?:that|this|it)(?: further| more)?"
    r"|tell me more about (?:it|that|this|them|him|her)|what about (?:it|that|them))(?: please)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:and |but |ok |okay |so )*(?:(?:what|how) about |and |and what about |or )(?P<rest>.+)",
    re.IGNORECASE,
)
_IN_TIME = re.compile(
    r"\b(?:in|on|since|before|after|during|until|by|around) (?:the )?(?:(?:early|late|mid)[- ])?"
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December) )?"
    r"(?:\d{1,2},? )?(?:\d{3,4}s?|\d{1,2}(?:st|nd|rd|th) century)\b",
    re.IGNORECASE,
)


def is_bare(question: str) -> str | None:
    """Return the question word that a question is made of, None where it is more.

    >>> is_bare("Why?"), is_bare("And when was that?"), is_bare("Why is the sky blue?")
    ('why', 'when', None)
    """
    found = _BARE.fullmatch(_plain(question))
    return found["word"].lower() if found else None


def wants_more(question: str) -> bool:
    """Tell whether a question asks for more of the same.

    >>> wants_more("Tell me more."), wants_more("Tell me more about steam engines.")
    (True, False)
    """
    return bool(_MORE.fullmatch(_plain(question)))


def instead(question: str) -> str | None:
    """Return what a question puts in the place of something in the one before; None if nothing.

    >>> instead("And in 2019?"), instead("What about Warsaw?"), instead("And who built it?")
    ('in 2019', 'Warsaw', None)
    """
    found = _ABOUT.fullmatch(_plain(question))
    if found is None or _QUESTION_WORD.match(found["rest"]) or _AUXILIARY.match(found["rest"]):
        return None
    return found["rest"] if len(found["rest"].split()) <= 6 else None


def asked_by(word: str, earlier: str) -> str:
    """Return an earlier question with another question word.

    >>> asked_by("why", "When was the house searched?")
    'Why was the house searched?'
    >>> asked_by("when", "Who founded Rome?")
    'When: who founded Rome?'
    """
    found = _QUESTION_WORD.match(earlier)
    word = {"how come": "why", "how so": "how"}.get(word, word)
    rest = earlier[found.end() :] if found else ""
    if found and _AUXILIARY.match(rest):
        return word.capitalize() + rest
    return f"{word.capitalize()}: {earlier[:1].lower()}{earlier[1:]}"


def put_into(part: str, earlier: str, names: list[str]) -> str:
    """Return an earlier question with a part changed: its time by a time, its last name by a name.

    >>> put_into("in 2019", "What did it earn in 2018?", [])
    'What did it earn in 2019?'
    >>> put_into("Paris", "When was Warsaw founded?", ["Warsaw"])
    'When was Paris founded?'
    >>> put_into("by train", "How long does it take?", [])
    'How long does it take by train?'
    """
    time = _IN_TIME.search(earlier)
    if time and _IN_TIME.fullmatch(part):
        return earlier[: time.start()] + part + earlier[time.end() :]
    asked = earlier.rstrip(" ?.!")
    preposition = re.match(
        r"(?:in|on|at|for|from|by|with|to|of|about|during|after|before)\b", part, re.I
    )
    if names and not preposition and not _IN_TIME.fullmatch(part):
        at = earlier.rfind(names[-1])
        return earlier[:at] + part + earlier[at + len(names[-1]) :]
    return f"{asked} {part}?" if preposition else f"{asked} ({part})?"


def _plain(question: str) -> str:
    return " ".join(question.strip(" ?.!…").split())

"""The words of questions that point at what was said before, and what takes their place."""

import re

from footnote.answering.subject import names_in

_BE = r"is|are|was|were"
_AUXILIARY = rf"{_BE}|do|does|did|has|have|had|can|could|will|would|should|may|might|must"
_MEASURE = r"many|much|long|often|far|old|big|tall|large|high|fast"

# "Who lives there?", and not "how many are there" or "is there".
_PLACE = rf"(?<!\b(?:is|as|or) )(?<!\b(?:are|was) )(?<!\bwere )there(?! (?:{_BE}|an?|any)\b)"
_POINTING = re.compile(
    r"\b(?:(?P<possessive>its|their|his|her(?= [a-z]+\b)(?! (?:to|in|at|on|from|with|by|and)\b))"
    r"|(?P<name>it|they|them|he|him|she|her|(?:this|that)(?: one)?|these|those)"
    rf"|(?P<place>{_PLACE}))\b(?![-'’])",
    re.IGNORECASE,
)
# "Is it possible", "how long does it take to", "what does it mean if": nothing is pointed at.
_IMPERSONAL = re.compile(
    r"\bit (?:\w+ )?(?:possible|impossible|necessary|allowed|true|false|legal|illegal|required"
    r"|safe|worth|important|better|best|common|ok|okay|likely|hard|easy|normal|clear|known|said"
    r"|believed|thought)\b"
    r"|\b(?:does|do|did|would|will|can) it (?:take|cost|mean|matter|help|happen|make sense)\b"
    r"(?=.* (?:to|if|when|that|for)\b)"
    rf"|\bit (?:be|{_BE}) (?:\w+ ){{0,2}}(?:to|that)\b"
    rf"|\b(?:{_BE}) it (?:(?:\w+ (?:or \w+ )?)?(?:that|to)|called (?:when|if))\b",
    re.IGNORECASE,
)
# "This" and "that" by themselves, and not in "the man that built it" or "this year".
_DEMONSTRATIVE = re.compile(r"(?:this|that|these|those)$", re.IGNORECASE)
_BEFORE_ONE = re.compile(
    rf"^$|\b(?:{_AUXILIARY}|of|about|for|like|after|before|with|in|on|by|to|from|why|how) $",
    re.IGNORECASE,
)
_AFTER_ONE = re.compile(rf"\s*(?:[?.!,]|$)|\s(?:{_AUXILIARY}|mean|happen|work)\b", re.IGNORECASE)

# A pronoun that nothing in its question can be meant by: "when did they", "what is its".
_LEANING = re.compile(
    rf"(?:(?:and|but|so) )?(?:(?:in |on |at )?(?:what|which|whose)(?: \w+){{0,3}} |(?:who|whom|when"
    rf"|where|why|how)(?: (?:{_MEASURE})(?: \w+){{0,2}})? )?(?:{_AUXILIARY}) "
    r"(?P<word>it|they|he|she|its|their|his|her|this|that|these|those)\b",
    re.IGNORECASE,
)

_WORD = re.compile(
    r"(?:in |on |at |to |from |by |since |until |for )?(?:(?:what|which) (?:year|date|month|day"
    r"|century|time|city|town|place|country|person|people)"
    rf"|how (?:{_MEASURE})(?: \w+)?|who|whom|when|where|why|how|what|which)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?:and |but |so |ok |okay )*(?P<word>why|when|where|how (?:{_MEASURE}|so)|how|who|since when"
    rf"|why not|how come)(?: (?:{_BE}) (?:that|this|it))?(?: exactly)?",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:please |can you |could you )*(?:(?:tell|give|show) me more(?: about (?:it|that|this|them"
    r"|him|her))?|more(?: details?)?|go on|continue|explain(?: (?:that|this|it))?"
    r"(?: further| more)?|elaborate|what else|anything else)(?: please)?",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"(?:and |but |ok |okay |so )*(?:(?:what|how) about |and |or )(?P<part>.+)", re.IGNORECASE
)
_MOST_PART = 6
_PREPOSITION = re.compile(
    r"(?:in|on|at|for|from|by|with|to|of|about|during|after|before|since|until)\b", re.IGNORECASE
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) "
)
_TIME = re.compile(
    r"\b(?:in|on|since|before|after|during|until|by|around) (?:the )?(?:(?:early|late|mid)[- ])?"
    rf"(?:{_MONTH})?(?:\d{{1,2}},? )?(?:\d{{3,4}}s?|\d{{1,2}}(?:st|nd|rd|th) century)\b",
    re.IGNORECASE,
)


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
        before, after = question[: found.start()], question[found.end() :]
        alone = _BEFORE_ONE.search(before) and _AFTER_ONE.match(after)
        if alone or not _DEMONSTRATIVE.match(found[0]):
            return found
    return None


def leans_on(question: str) -> str | None:
    """Return the word that a question cannot be understood for; None where it can be.

    >>> leans_on("When did they disband?"), leans_on("What does a pathogen do when it is met?")
    ('they', None)
    """
    found, points = _LEANING.match(question), pointing(question)
    if found is None or points is None or points.start() != found.start("word"):
        return None
    return None if names_in(question) else found["word"].lower()


def is_part(question: str) -> bool:
    """Tell whether a question is only a part of one.

    >>> is_part("Why?"), is_part("And in 2019?"), is_part("What about Warsaw?")
    (True, True, False)
    """
    part = instead(question)
    return bool(is_bare(question) or wants_more(question) or (part and _TIME.fullmatch(part)))


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
    found = _INSTEAD.fullmatch(_plain(question))
    part = found["part"] if found else ""
    whole = _WORD.match(part) or re.match(rf"(?:{_AUXILIARY})\b", part, re.IGNORECASE)
    return None if whole or not part or len(part.split()) > _MOST_PART else part


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
        return f"{question.rstrip(' ?.!')} ({name})?"
    if found["possessive"]:
        name = f"{name}'" if name.endswith("s") else f"{name}'s"
    elif found["place"]:
        name = f"in {name}"
    text = question[: found.start()] + name + question[found.end() :]
    return text[0].upper() + text[1:]


def asked_by(word: str, earlier: str) -> str:
    """Return an earlier question with another question word.

    >>> asked_by("why", "When was the house searched?")
    'Why was the house searched?'
    >>> asked_by("when", "Who founded Rome?")
    'When: who founded Rome?'
    """
    found = _WORD.match(earlier)
    word = {"how come": "why", "how so": "how"}.get(word, word).capitalize()
    rest = earlier[found.end() :].strip() if found else ""
    if re.match(rf"(?:{_AUXILIARY})\b", rest, re.IGNORECASE):
        return f"{word} {rest}"
    return f"{word}: {earlier[:1].lower()}{earlier[1:]}"


def put_into(part: str, earlier: str) -> str:
    """Return an earlier question with a part changed: its time by a time, its last name by a name.

    >>> put_into("in 2019", "What did it earn in 2018?")
    'What did it earn in 2019?'
    >>> put_into("Paris", "When was Warsaw founded?")
    'When was Paris founded?'
    >>> put_into("the Mill", "Who founded the Abbey?")
    'Who founded the Mill?'
    >>> put_into("by train", "How long does it take?")
    'How long does it take by train?'
    """
    time = _TIME.search(earlier)
    if time and _TIME.fullmatch(part):
        return earlier[: time.start()] + part + earlier[time.end() :]
    names = names_in(earlier)
    at = earlier.rfind(names[-1].text) if names else -1
    if at >= 0 and not _PREPOSITION.match(part):
        before = re.sub(r"\bthe $", "", earlier[:at]) if part.startswith("the ") else earlier[:at]
        return before + part + earlier[at + len(names[-1].text) :]
    asked = earlier.rstrip(" ?.!")
    return f"{asked} {part}?" if _PREPOSITION.match(part) else f"{asked} ({part})?"


def _plain(question: str) -> str:
    return " ".join(question.strip(" ?.!…").split())

"""What the first reader looks at in a sentence, beside how near its embedding is."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from footnote.store.terms import analyze

# Words that ask and carry nothing to look for, as stems of the index's analyzer.
_ASKING = frozenset(
    analyze(
        "what which who whom whose when where why how many much did does do done was were been "
        "has have had can could would should will may might must is are i me my you your we our "
        "tell give name named list please about there any some get kind type sort mention "
        "mentioned call called say said state stated according take place happen happened occur "
        "occurred involve involved involving article text document use used make made go come "
        "take took taken part"
    )
)
# What ends the noun that a question begins with: "which teams | were …".
_AUXILIARIES = frozenset(
    "is are was were be do does did has have had can could will would should shall may might "
    "must to of in on at for from with by the a an i you we they he she it".split()
)
_EXPECTED = (
    ("number", re.compile(r"\bhow (?:many|much|long|far|old|fast|big|large|tall|high|often)\b")),
    ("number", re.compile(r"\b(?:percentage|number of|amount of|population of)\b")),
    (
        "date",
        re.compile(r"^when\b|\b(?:what|which)(?: is the| was the)? (?:year|date|day|month)\b"),
    ),
    (
        "law",
        re.compile(r"\b(?:what|which) (?:\w+ ){0,2}(?:law|act|legislation|statute|treaty)s?\b"),
    ),
    ("name", re.compile(r"^who\b|^whom\b|^whose\b|\bby whom\b|^where\b")),
)
# The words that name the kind of answer; the answer shows it, and does not say it.
_NAMING = {
    "number": frozenset(analyze("number amount percentage long far old fast big large tall high")),
    "date": frozenset(analyze("date day year month")),
    "law": frozenset(analyze("law act legislation statute treaty")),
    "name": frozenset(analyze("name person place")),
}
SPECIFIC = ("date", "number", "law")
NAMED = ("name",)
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_PRESENT = {
    "number": re.compile(
        # A year is a number that answers no "how many".
        r"\b(?!1\d{3}\b|20\d\d\b)\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|"
        r"thousand|million|billion|half|once|twice|several|few|many|none)s?\b",
        re.IGNORECASE,
    ),
    "date": re.compile(rf"\b1\d{{3}}\b|\b20\d\d\b|\b(?:{_MONTHS})\b|\bcentur(?:y|ies)\b|\bago\b"),
    "law": re.compile(r"\b(?:[A-Z]\w+ )+(?:Act|Law|Code|Directive|Regulation|Treaty|Statute)s?\b"),
    "name": re.compile(r"(?<=[^.!?]\s)[\"'(]?[A-Z][\w.&-]*"),
}


@dataclass(frozen=True, slots=True)
class Features:
    """The first reader's view of one sentence, for one question.

    ``contextual`` is the cosine of the question and the sentence under its headings;
    ``covered`` the share of the question's terms in the sentence, ``passage_covered`` in its
    passage and headings, ``pool_covered`` anywhere in what was read, which tells an answer
    that is not there from one put otherwise; ``specific`` 1 where the date, number or law that
    is asked for occurs, -1 where it does not, 0 where none is asked for; ``name`` the same for
    somebody or some place, of which a capital letter is a weaker sign; ``headed`` for the noun
    asked after ("which teams …").
    """

    contextual: float
    covered: float
    passage_covered: float
    pool_covered: float
    specific: float
    name: float
    headed: float
    rank: float
    length: float


NAMES = tuple(each.name for each in fields(Features))


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question's terms and the kind of answer it expects, worked out once."""

    text: str
    terms: frozenset[str]
    expects: str | None
    head: str | None


def view_question(question: str) -> QuestionView:
    """Work out what a question looks for.

    >>> view_question("When was the raid?").expects
    'date'
    """
    lower = question.strip().lower()
    expects = next((kind for kind, pattern in _EXPECTED if pattern.search(lower)), None)
    empty = _ASKING | _NAMING.get(expects or "", frozenset())
    terms = frozenset(analyze(question)) - empty
    return QuestionView(question, terms, expects, _head_of(lower, empty))


def _head_of(lower: str, empty: frozenset[str]) -> str | None:
    """Return the term that a question asks after: "which teams were there" gives "team"."""
    words = re.findall(r"\w+", lower)
    if len(words) < 2 or words[0] not in ("what", "which"):
        return None
    noun: list[str] = []
    for word in words[1:6]:
        if word in _AUXILIARIES:
            break
        noun.append(word)
    else:
        noun = noun[:1]
    terms = [term for term in analyze(" ".join(noun)) if term not in empty]
    return terms[-1] if terms else None


def covered(terms: frozenset[str], text_terms: Sequence[str]) -> float:
    """Return the share of the terms that a text holds; 1 where there are none to miss."""
    return len(terms.intersection(text_terms)) / len(terms) if terms else 1.0


def shows(question: QuestionView, sentence: str, kinds: Sequence[str]) -> float:
    """Return 1 where the kind of answer asked for occurs, -1 where not, 0 for other kinds."""
    if question.expects is None or question.expects not in kinds:
        return 0.0
    asked = question.text.lower()
    found = _PRESENT[question.expects].findall(sentence)
    return 1.0 if any(each.strip("\"'(").lower() not in asked for each in found) else -1.0


def headed(question: QuestionView, text_terms: Sequence[str]) -> float:
    """Return 1 where the noun asked after occurs, -1 where not, 0 where none is."""
    if question.head is None:
        return 0.0
    return 1.0 if question.head in text_terms else -1.0


def length_of(sentence: str) -> float:
    """Return a sentence's length on a scale where short and long differ by about one."""
    return math.log10(max(len(sentence), 1)) - 2

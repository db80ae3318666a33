"""Exact match and F1 of answers, as SQuAD 2.0 defines them.

Rajpurkar et al. (2016), SQuAD, and Rajpurkar, Jia and Liang (2018), Know What You Don't Know:
texts are compared in lower case, without punctuation, articles and extra white space, and the
annotator who agrees best counts. An unanswerable question's gold is the empty answer.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def words(text: str) -> list[str]:
    """Return the words that are compared.

    >>> words("The  U.S. won, a bit")
    ['us', 'won', 'bit']
    """
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """Return 1 where the answer is one of the gold ones, else 0."""
    return float(any(words(answer) == each for each in _gold_words(gold)))


def f1(answer: str, gold: Sequence[str]) -> float:
    """Return the harmonic mean of word precision and recall, 0 to 1, against the best gold."""
    return max(_f1(words(answer), each) for each in _gold_words(gold))


def says(answer: str, gold: Sequence[str]) -> bool:
    """Tell whether an answer says a gold one.

    It holds the gold answer's words in a row, as a sentence does that holds the name asked for;
    or it is a part of it, in a row, that has at least half of its words. Words that are merely
    shared do not do: "3 November 1955" shares two of three with "3 November 1954".
    """
    given = words(answer)
    return any(
        bool(each)
        and (_holds(given, each) or (2 * len(given) >= len(each) and _holds(each, given)))
        for each in _gold_words(gold)
    )


def _gold_words(gold: Sequence[str]) -> list[list[str]]:
    """Return the words of each gold answer; those with none left count only if all are so."""
    return [each for each in map(words, gold) if each] or [[]]


def _f1(given: list[str], gold: list[str]) -> float:
    if not given or not gold:
        return float(given == gold)
    shared = sum((Counter(given) & Counter(gold)).values())
    return 2 * shared / (len(given) + len(gold))


def _holds(given: list[str], part: list[str]) -> bool:
    return bool(part) and any(
        given[at : at + len(part)] == part for at in range(len(given) - len(part) + 1)
    )

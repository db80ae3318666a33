"""Questions as users put them: SQuAD's were all written by people with the text in view.

Applied to answerable and unanswerable questions alike, so that the form tells nothing.
"""

import random

_DROPPED = frozenset(
    "a an the did does do was were is are has have had of to for in on by with be been that this "
    "it its there as at from".split()
)
_ASKING = frozenset("what which who whom whose when where why how in on at for to".split())
_BEFORE = (
    "Can you tell me: ",
    "Please tell me, ",
    "I would like to know ",
    "Do you know ",
    "Hi, ",
    "Quick question: ",
    "According to the text, ",
    "Does it say ",
    "I was wondering, ",
    "As far as the documents say, ",
)
_AFTER = ("", "", "", " Thanks.", " Please explain.", " I could not find it.")


def rephrased(question: str, rng: random.Random) -> str:
    """Return the question as a searcher types it, or as somebody who chats would put it.

    >>> rephrased("When was the bridge at Holm opened?", random.Random(1))
    'when bridge holm opened'
    """
    plain = question.rstrip(" ?")
    if rng.random() < 0.5:
        words = [word for word in plain.split() if word.lower() not in _DROPPED]
        return " ".join(words).lower() if len(words) > 1 else question
    if not plain:
        return question
    head = plain[0].lower() + plain[1:] if plain.split()[0].lower() in _ASKING else plain
    return f"{rng.choice(_BEFORE)}{head}?{rng.choice(_AFTER)}"

"""A question and a passage as the reader's model takes them: token windows with offsets.

Training and answering make their input here, so that the two cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from footnote.records import Span

MAX_TOKENS = 256
# What a question and a heading path may take of a window; the rest is the passage's.
QUESTION_TOKENS = 64
HEADING_TOKENS = 32
# How many tokens of a long passage two windows share: longer than an answer may be.
STRIDE = 64


@dataclass(frozen=True, slots=True)
class Token:
    """Where a token of a passage stands: in which of its pieces, and where in that."""

    piece: int
    span: Span


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the model: a number a token, the passage's tokens from ``first`` on."""

    ids: list[int]
    types: list[int]
    first: int
    tokens: list[Token]


class PairTokenizer:
    """Makes windows with a BERT tokenizer: [CLS] question [SEP] headings: passage [SEP]."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._cls, self._sep = (_id(tokenizer, each) for each in ("[CLS]", "[SEP]"))

    def windows(self, question: str, headings: str, pieces: Sequence[str]) -> list[Window]:
        """Return the windows of a passage given in pieces; none where it has no token.

        ``headings`` tells what the passage is about, and is never part of an answer.
        """
        asked = self._ids(question)[:QUESTION_TOKENS]
        heading = self._ids(f"{headings}:")[:HEADING_TOKENS] if headings else []
        head = [self._cls, *asked, self._sep, *heading]
        types = [0] * (len(asked) + 2) + [1] * len(heading)
        encoded = self._tokenizer.encode_batch(list(pieces), add_special_tokens=False)
        ids = [id_ for each in encoded for id_ in each.ids]
        tokens = [
            Token(at, Span(*place)) for at, each in enumerate(encoded) for place in each.offsets
        ]
        room = MAX_TOKENS - len(head) - 1
        return [
            Window(
                ids=[*head, *ids[start : start + room], self._sep],
                types=[*types, *[1] * (len(ids[start : start + room]) + 1)],
                first=len(head),
                tokens=tokens[start : start + room],
            )
            for start in _starts(len(ids), room)
        ]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def _id(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no {token}; a BERT tokenizer is needed")
    return found


def _starts(tokens: int, room: int) -> Sequence[int]:
    """Return where windows begin, so that each token is in one and neighbours overlap.

    >>> list(_starts(300, 200)), list(_starts(0, 200))
    ([0, 136], [])
    """
    if tokens == 0:
        return ()
    return range(0, max(1, tokens - STRIDE), room - STRIDE)

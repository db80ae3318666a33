"""Whether a text supports a claim: the shipped cross-encoder, on ONNX Runtime.

Training makes its input by `ClaimTokenizer` too, so that the two cannot differ.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from footnote.models import checked_config, models_folder, single_thread_session

MAX_TOKENS = 256
# A longer claim cannot be read whole beside its evidence, and counts as unsupported.
CLAIM_TOKENS = 112
# How many tokens of a long evidence two windows share.
STRIDE = 64


@dataclass(frozen=True, slots=True)
class ClaimWindow:
    """One input of the model: a number a token."""

    ids: list[int]
    types: list[int]


class ClaimTokenizer:
    """Makes windows with a BERT tokenizer: [CLS] claim [SEP] evidence [SEP]."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        # Of nothing: [CLS] and [SEP].
        self._cls, self._sep = tokenizer.encode("").ids

    def windows(self, claim: str, evidence: str) -> list[ClaimWindow]:
        """Return windows that hold the claim and together all of the evidence.

        None where either has no token, or the claim more than CLAIM_TOKENS.
        """
        claimed, read = self._ids(claim), self._ids(evidence)
        if not claimed or not read or len(claimed) > CLAIM_TOKENS:
            return []
        head = [self._cls, *claimed, self._sep]
        room = MAX_TOKENS - len(head) - 1
        out = []
        for start in range(0, max(1, len(read) - STRIDE), room - STRIDE):
            part = [*read[start : start + room], self._sep]
            out.append(ClaimWindow([*head, *part], [0] * len(head) + [1] * len(part)))
        return out

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


class SupportModel:
    """Scores claims against evidence. Raises ModelError where its files are not whole.

    ``threshold`` is the least score of a claim to be taken for supported.
    """

    def __init__(self, folder: Path | None = None, threads: int | None = None) -> None:
        folder = models_folder() / "support" if folder is None else folder
        config = checked_config(folder)
        # Of the slope and the threshold too: others make other verdicts.
        described = json.dumps(config, sort_keys=True)
        digest = hashlib.sha256(described.encode()).hexdigest()
        self.name = f"{config['name']} {digest[:12]} onnxruntime"
        self.threshold = float(config["threshold"])
        self._slope, self._intercept = float(config["slope"]), float(config["intercept"])
        self._tokenizer = ClaimTokenizer(Tokenizer.from_file(str(folder / "tokenizer.json")))
        self._session = single_thread_session(folder / "model.onnx")
        self._pool = ThreadPoolExecutor(threads or os.cpu_count(), "footnote-support")

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return for each claim and evidence how surely the second supports the first, 0 to 1.

        Evidence longer than a window counts by the window that supports the claim best.
        """
        return list(self._pool.map(lambda pair: self._score(*pair), pairs))

    def _score(self, claim: str, evidence: str) -> float:
        best = -np.inf
        for window in self._tokenizer.windows(claim, evidence):
            # One window a run: int8 scales by the whole batch, and a result must not.
            feed = {
                "input_ids": np.array([window.ids], dtype=np.int64),
                "token_type_ids": np.array([window.types], dtype=np.int64),
            }
            best = max(best, float(self._session.run(None, feed)[0][0]))
        return float(1 / (1 + np.exp(-self._slope * best - self._intercept)))

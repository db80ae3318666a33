"""What scores the spans of a passage for a question: the shipped model, or a larger one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from footnote.answering.windows import PairTokenizer, Token
from footnote.errors import ModelError
from footnote.models import allow_hub, checked_config, single_thread_session
from footnote.records import Span

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scored:
    """One window as the model scored it.

    ``start`` and ``end`` are logits of the passage's tokens, ``(len(tokens),)``; ``null`` is
    the sum of both for no answer. ``answers`` and ``relevant`` are the logits of the verdicts
    that the window answers, and that it is the passage to rank first.
    """

    tokens: list[Token]
    start: Logits
    end: Logits
    null: float
    answers: float
    relevant: float


class SpanModel(Protocol):
    """Scores passages for a question; must not depend on what was scored before or beside."""

    @property
    def name(self) -> str: ...

    def score(self, question: str, headings: str, pieces: Sequence[str]) -> list[Scored]:
        """Return a passage's windows, scored; none where no token can be read in it."""
        ...


class OnnxSpanModel:
    """The shipped model, on ONNX Runtime. Raises ModelError where its files are not whole."""

    def __init__(self, folder: Path) -> None:
        config = checked_config(folder)
        # Of all files: another calibration makes other answers too.
        digest = hashlib.sha256("".join(config["sha256"].values()).encode()).hexdigest()
        self.name = f"{config['name']} {digest[:12]} onnxruntime"
        self._pairs = PairTokenizer(Tokenizer.from_file(str(folder / "tokenizer.json")))
        self._session = single_thread_session(folder / "model.onnx")

    def score(self, question: str, headings: str, pieces: Sequence[str]) -> list[Scored]:
        out = []
        for window in self._pairs.windows(question, headings, pieces):
            # One window a run: int8 scales by the whole batch, and a result must not.
            feed = {
                "input_ids": np.array([window.ids], dtype=np.int64),
                "token_type_ids": np.array([window.types], dtype=np.int64),
            }
            start, end, verdicts = (each[0] for each in self._session.run(None, feed))
            read = slice(window.first, len(window.ids) - 1)
            null = float(start[0] + end[0])
            answers, relevant = map(float, verdicts)
            out.append(Scored(window.tokens, start[read], end[read], null, answers, relevant))
        return out


class TransformersSpanModel:
    """Any extractive question answering model of transformers, by folder or hub id.

    It has no verdicts of its own; its margin over no answer stands for both. Raises
    ModelError.
    """

    def __init__(self, model: str, hub: bool = False) -> None:
        allow_hub(hub)
        # torch with it: seconds that only this model should cost.
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            given = {"local_files_only": not hub}
            self._tokenizer: Any = AutoTokenizer.from_pretrained(model, **given)
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(model, **given).eval()
        except Exception as error:  # what a damaged or foreign model raises shares no base
            reason = str(error).rstrip(".")
            raise ModelError(
                f"the reader {model!r} cannot be loaded: {reason}. Give a folder with a "
                "transformers model for question answering, or set FOOTNOTE_HUB=1 to fetch it "
                "from the hub"
            ) from error
        if not self._tokenizer.is_fast:
            raise ModelError(f"the reader {model!r} has no fast tokenizer, which offsets need")
        self.name = f"{model} transformers"
        self._most = min(384, self._tokenizer.model_max_length)

    def score(self, question: str, headings: str, pieces: Sequence[str]) -> list[Scored]:
        import torch

        head = f"{self._cut(headings, 8)}: " if headings else ""
        text = head + " ".join(pieces)
        if not question.strip() or not "".join(pieces).strip():
            return []
        encoded = self._tokenizer(
            self._cut(question, 4),
            text,
            truncation="only_second",
            max_length=self._most,
            stride=self._most // 4,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        out = []
        for at, ids in enumerate(encoded["input_ids"]):
            places = _places(
                encoded.sequence_ids(at), encoded["offset_mapping"][at], len(head), pieces
            )
            given = {
                name: torch.tensor([encoded[name][at]])
                for name in self._tokenizer.model_input_names
                if name in encoded
            }
            with torch.inference_mode():
                logits = self._model(**given)
            start, end = logits.start_logits[0].numpy(), logits.end_logits[0].numpy()
            first = ids.index(self._tokenizer.cls_token_id)
            null = float(start[first] + end[first])
            kept, tokens = [n for n, _ in places], [token for _, token in places]
            margin = float(start[kept].max() + end[kept].max() - null) if kept else -np.inf
            out.append(Scored(tokens, start[kept], end[kept], null, margin, margin))
        return out

    def _cut(self, text: str, share: int) -> str:
        """Cut a text to one part in ``share`` of a window."""
        offsets = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)[
            "offset_mapping"
        ]
        most = self._most // share
        return text if len(offsets) <= most else text[: offsets[most - 1][1]]


def _places(
    sequences: Sequence[int | None],
    offsets: Sequence[tuple[int, int]],
    first: int,
    pieces: Sequence[str],
) -> list[tuple[int, Token]]:
    """Return the places of a window's tokens that lie in the pieces, joined from ``first`` on."""
    starts = first + np.cumsum([0, *(len(piece) + 1 for piece in pieces)])
    out = []
    for n, (sequence, (start, end)) in enumerate(zip(sequences, offsets, strict=True)):
        if sequence != 1 or start < first or start == end:
            continue
        piece = int(np.searchsorted(starts, start, side="right")) - 1
        begins = int(starts[piece])
        end = min(end - begins, len(pieces[piece]))
        if start - begins < end:
            out.append((n, Token(piece, Span(start - begins, end))))
    return out

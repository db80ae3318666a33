"""Train the support head; checkpoints, and goes on from where it was stopped.

Usage: python -m training.train_support DATA FOLDER [--updates N] [--decay M]
       [--without fool_me_twice] [--without cad_nli] [--start CHECKPOINT]

DATA holds reading/ and support/; see the model card for their sources. FOLDER gets checkpoint.pt
and, at the end, ``support/``. The rate is held and falls over the last ``--decay`` updates: a run
that was stopped may be ended sooner or later than it was begun with. ``--without`` keeps a source
of claims out, to see how the head does on one that it never saw; ``--start`` begins at the
weights of another run. MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=20000000000 make it faster, and
where other programs run OMP_WAIT_POLICY=passive: threads that wait for one another do not spin.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from footnote.generation.support_model import ClaimTokenizer
from footnote.models import models_folder
from training.batches import padded
from training.qamr import read_qamr
from training.running import Resumable, adamw, updates
from training.squad import FIT, read_paragraphs
from training.statements import Stater
from training.support_data import fitted, read_fool_me_twice, read_nli, read_traps
from training.support_examples import Claim, SupportSources
from training.support_model import SupportHead

CHECKPOINT_SECONDS = 180
# Layers that the reader's training is kept of: a third less to compute.
FROZEN = 2


@dataclass(frozen=True, slots=True)
class EncodedClaim:
    """A pair in tokens, and 1 where it is supported."""

    ids: list[int]
    types: list[int]
    supported: int


def encode(claim: Claim, tokenizer: ClaimTokenizer) -> EncodedClaim | None:
    """Return a pair in tokens; None where it does not fit one window."""
    windows = tokenizer.windows(claim.text, claim.evidence)
    if len(windows) != 1:
        return None
    return EncodedClaim(windows[0].ids, windows[0].types, int(claim.supported))


def logits(model: SupportHead, batch: Sequence[EncodedClaim]) -> Tensor:
    """Return the model's logits of a batch, ``(batch,)``."""
    shape = (len(batch), padded(max(len(each.ids) for each in batch)))
    ids, types, mask = (np.zeros(shape, np.int64) for _ in range(3))
    for n, each in enumerate(batch):
        size = len(each.ids)
        ids[n, :size], types[n, :size], mask[n, :size] = each.ids, each.types, 1
    with torch.autocast("cpu", torch.bfloat16):
        out: Tensor = model(*(torch.from_numpy(each) for each in (ids, mask, types)))
    return out


@dataclass
class SupportRun(Resumable):
    """A run: its model, its optimizer, and how far it is; an update is some 60 pairs."""

    LEARNING_RATE = 1e-4
    WARMUP = 100

    model: SupportHead
    optimizer: torch.optim.Optimizer
    updates: int
    decay: int
    done: int = 0
    epoch: int = 0
    place: int = 0

    @property
    def total(self) -> int:
        """How many updates it has in all."""
        return self.updates

    def update(self, batches: Sequence[Sequence[EncodedClaim]]) -> float:
        """Learn from some micro-batches at once; returns the mean loss."""
        examples, total = sum(map(len, batches)), 0.0
        for batch in batches:
            gold = torch.tensor([float(each.supported) for each in batch])
            loss = functional.binary_cross_entropy_with_logits(
                logits(self.model, batch), gold, reduction="sum"
            )
            torch.autograd.backward(loss / examples)
            total += float(loss.detach())
        self.step()
        return total / examples

    def load(self, path: Path) -> None:
        """Go on from a checkpoint."""
        self.go_on(torch.load(path, weights_only=True))


def start(model: SupportHead, total: int, decay: int) -> SupportRun:
    """Begin at a model's weights; embeddings and the lowest layers stay as they are."""
    torch.manual_seed(0)
    for part in (model.bert.embeddings, *model.bert.encoder.layer[:FROZEN]):
        part.requires_grad_(False)
    optimizer = adamw(model, SupportRun.LEARNING_RATE)
    return SupportRun(model.train(), optimizer, total, decay)


def train(
    run: SupportRun, sources: SupportSources, tokenizer: ClaimTokenizer, folder: Path
) -> None:
    """Train to the end of the run's schedule, with checkpoints in ``folder``."""
    saved, told, seen, mean = time.monotonic(), time.monotonic(), 0, 0.7

    def epoch(number: int) -> list[EncodedClaim | None]:
        return [encode(claim, tokenizer) for claim in sources.epoch(number)]

    for batches in updates(run, epoch):
        mean += (run.update(batches) - mean) * 0.02
        seen += sum(map(len, batches))
        if run.done % 20 == 0:
            rate = seen / (time.monotonic() - told)
            shown = f"{run.done} epoch {run.epoch} loss {mean:.3f} lr {run.rate():.1e}"
            print(f"{shown} {rate:.1f}/s", flush=True)
            told, seen = time.monotonic(), 0
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            run.save(folder / "checkpoint.pt")
            saved = time.monotonic()
    run.save(folder / "checkpoint.pt")


def read_sources(data: Path, without: Sequence[str]) -> SupportSources:
    """Return what there is to learn from, some sources of claims kept out."""
    paragraphs = read_paragraphs(data / "reading" / "squad-train-v1.1.json.gz")
    stater = Stater(paragraph.text for paragraph in paragraphs)
    squad = data / "reading" / "squad-dev-16-articles-v2.0.json.gz"
    scenes = read_nli(data / "support" / "cad_nli" / "train.tsv.gz")
    pages = fitted(read_fool_me_twice(data / "support" / "fool_me_twice" / "dev.jsonl.gz"))
    return SupportSources(
        paragraphs,
        read_qamr(data / "reading" / "qamr", "dev"),
        [] if "cad_nli" in without else scenes,
        [] if "fool_me_twice" in without else pages,
        read_traps(squad, FIT, stater),
        stater,
    )


def main() -> None:
    """Train as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--updates", type=int, default=1600)
    parser.add_argument("--decay", type=int, default=500)
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--start", type=Path)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    reader = models_folder() / "reader"
    tokenizer = ClaimTokenizer(Tokenizer.from_file(str(reader / "tokenizer.json")))
    run = start(SupportHead.start(reader), arguments.updates, arguments.decay)
    if (folder / "checkpoint.pt").exists():
        run.load(folder / "checkpoint.pt")
        print(f"going on from update {run.done}", flush=True)
    elif arguments.start is not None:
        whole = torch.load(arguments.start, weights_only=True)
        run.model.load_state_dict(whole["model"])
        # Other pairs than those that the other run began with.
        run.epoch = whole["progress"][1] + 1
    train(run, read_sources(arguments.data, arguments.without), tokenizer, folder)
    run.model.float().write(folder / "support")


if __name__ == "__main__":
    main()

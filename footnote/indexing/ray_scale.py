"""How many workers a cluster has room for, and how much may be under way in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from footnote.errors import UsageError

# Of a processor: reading is the lesser part of the work, and both together fill it.
_PARSE, _EMBED = 0.25, 0.75
# Files and bytes under way for each worker that embeds: enough for several tasks, however small
# the files; and little memory, however large.
_FILES, _BYTES = 128, 16 << 20
_LEAST_BYTES = 64 << 20
# As Ray calls it: workers on all nodes alike.
_SPREAD = {"scheduling_strategy": "SPREAD", "max_restarts": 0, "max_task_retries": 0}


@dataclass(frozen=True, slots=True)
class Scale:
    """Workers of each kind with what each takes of the cluster, and the most under way."""

    parsers: int
    embedders: int
    parse_options: dict[str, Any]
    embed_options: dict[str, Any]

    @property
    def files(self) -> int:
        return _FILES * self.embedders

    @property
    def bytes(self) -> int:
        return max(_LEAST_BYTES, _BYTES * self.embedders)

    @property
    def wanted(self) -> str:
        """What the workers take, for somebody who looks after the cluster."""
        return (
            f"{self.parsers} to read with {self.parse_options['num_cpus']:g} each, "
            f"{self.embedders} to embed with {self.embed_options['num_cpus']:g} processors and "
            f"{self.embed_options['num_gpus']:g} graphics cards each"
        )


def scale_of(
    resources: Mapping[str, float], threads: int | None = None, device: str | None = None
) -> Scale:
    """Fit workers to what a cluster has, in Ray's names: a processor each, or a graphics card.

    A worker embeds in one thread, or in ``threads`` on as many processors. Raises UsageError
    where it is to embed on a card, and there is none.
    """
    processors = max(1, int(resources.get("CPU", 1)))
    if device is None or not device.startswith("cuda"):
        each = min(threads or 1, processors)
        embedders, takes = processors // each, {"num_cpus": _EMBED * each, "num_gpus": 0}
    else:
        embedders, takes = int(resources.get("GPU", 0)), {"num_cpus": 0, "num_gpus": 1}
        if device != "cuda":
            raise UsageError(
                f"the setting `device` is {device!r}; with Ray give 'cuda', and Ray chooses cards"
            )
        if not embedders:
            raise UsageError(
                "the setting `device` is 'cuda', and the Ray cluster knows of no graphics card; "
                "start its nodes with --num-gpus, or leave `device` unset"
            )
    return Scale(
        parsers=processors,
        embedders=embedders,
        parse_options=_SPREAD | {"num_cpus": _PARSE, "num_gpus": 0},
        embed_options=_SPREAD | takes,
    )

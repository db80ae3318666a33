"""Workers are fitted to what a cluster has."""

import pytest

from footnote.errors import UsageError
from footnote.indexing.ray_scale import Scale, scale_of


def taken(scale: Scale) -> float:
    """The processors that all workers take together."""
    reading, embedding = scale.parse_options["num_cpus"], scale.embed_options["num_cpus"]
    return float(scale.parsers * reading + scale.embedders * embedding)


@pytest.mark.parametrize("processors", [1, 2, 7, 64])
@pytest.mark.parametrize("threads", [None, 1, 2, 4, 100])
def test_workers_of_both_kinds_fit_on_the_processors(processors: int, threads: int | None) -> None:
    scale = scale_of({"CPU": processors}, threads)
    assert scale.parsers >= 1
    assert scale.embedders >= 1
    assert taken(scale) <= processors
    assert scale.embedders == processors // min(threads or 1, processors)


def test_a_card_embeds_by_itself_and_processors_read() -> None:
    scale = scale_of({"CPU": 16, "GPU": 2}, device="cuda")
    assert (scale.parsers, scale.embedders) == (16, 2)
    assert (scale.embed_options["num_gpus"], scale.parse_options["num_gpus"]) == (1, 0)
    assert taken(scale) <= 16


def test_cards_are_used_only_if_that_is_wanted() -> None:
    assert scale_of({"CPU": 2, "GPU": 2}).embed_options["num_gpus"] == 0


def test_a_card_that_is_not_there_or_is_named_is_refused() -> None:
    with pytest.raises(UsageError, match="knows of no graphics card"):
        scale_of({"CPU": 2}, device="cuda")
    with pytest.raises(UsageError, match="with Ray give 'cuda'"):
        scale_of({"CPU": 2, "GPU": 2}, device="cuda:1")


def test_more_is_under_way_where_there_are_more_workers_and_never_without_bound() -> None:
    small, large = scale_of({"CPU": 2}), scale_of({"CPU": 64})
    assert (small.files, small.bytes) == (256, 64 << 20)
    assert (large.files, large.bytes) == (64 * 128, 1 << 30)

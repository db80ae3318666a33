"""Indexing by a cluster of Ray's: what `bring_up_to_date` needs for it, and no Ray before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from footnote.embedding import EmbedderChoice
from footnote.indexing.ray_cluster import check_address, connected
from footnote.indexing.ray_embedding import Recipe
from footnote.indexing.ray_scale import scale_of
from footnote.indexing.reads import Read, Reading, Reads, reads
from footnote.settings import Settings


def reads_on(
    address: str, recipe: Recipe, threads: int | None = None, device: str | None = None
) -> Reads:
    """Return what reads files on a cluster, and joins it as it begins.

    ``address`` is Ray's ('auto', 'HOST:6379', 'ray://HOST:10001'), or 'local' to start Ray on
    this machine for as long as it takes. Workers make their embedders of the ``recipe``, each
    in so many threads (one, where that is None), on that device. Raises UsageError; while it
    reads ClusterUnavailable too, and what a worker raises.
    """
    check_address(address)

    @contextmanager
    def reads_there(reading: Reading) -> Iterator[Iterator[Read]]:
        with connected(address):
            import ray

            from footnote.indexing.ray_reads import RayReads

            by_ray = RayReads(recipe, scale_of(ray.cluster_resources(), threads, device))
            with by_ray(reading) as found:
                yield found

    return reads_there


def reads_by_settings(settings: Settings, address: str | None) -> Reads:
    """Return what reads files by the settings: a cluster, or this machine where there is none.

    Raises UsageError.
    """
    if address is None:
        return reads
    choice = replace(EmbedderChoice.of(settings), threads=settings.threads or 1)
    return reads_on(address, choice, settings.threads, settings.device)

"""Indexing by a cluster of Ray's: what `bring_up_to_date` needs for it, and no Ray before it."""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace

from footnote.embedding import Embedder, EmbedderChoice
from footnote.indexing.ray_cluster import check_address, connected
from footnote.indexing.ray_embedding import Recipe
from footnote.indexing.ray_scale import scale_of
from footnote.indexing.reads import Read, Reads, reads
from footnote.ingest.folder import SourceFile
from footnote.settings import Settings
from footnote.store.snapshot import KnownFile


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
    def reads_there(
        files: Sequence[SourceFile],
        known: Mapping[str, KnownFile],
        embedder: Embedder,
        verify_content: bool = False,
        again: Set[str] = frozenset(),
        ocr: bool = False,
    ) -> Iterator[Iterator[Read]]:
        with connected(address):
            import ray

            from footnote.indexing.ray_reads import RayReads

            by_ray = RayReads(recipe, scale_of(ray.cluster_resources(), threads, device))
            with by_ray(files, known, embedder, verify_content, again, ocr) as found:
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

"""Files read and embedded by workers of a Ray cluster that this process is part of.

This process lists the files, opens them, and sends their bytes: the nodes need not see the
folder. It alone writes the index.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager

import ray

from footnote import __version__
from footnote.embedding import Embedder
from footnote.indexing.ray_crew import Crew
from footnote.indexing.ray_embedding import EmbedWorker, Introduction, Recipe
from footnote.indexing.ray_line import File, Line, Piece
from footnote.indexing.ray_parsing import ParseWorker
from footnote.indexing.ray_scale import Scale
from footnote.indexing.reads import Contents, Read, opened, untouched
from footnote.ingest.folder import SourceFile
from footnote.store.snapshot import KnownFile

# Tasks before a worker: it has some while this process writes.
_DEPTH = 3


class RayReads:
    """Finds what files hold, like `reads.reads`, by a cluster that this process is part of."""

    def __init__(self, recipe: Recipe, scale: Scale) -> None:
        self._recipe = recipe
        self._scale = scale

    @contextmanager
    def __call__(
        self,
        files: Sequence[SourceFile],
        known: Mapping[str, KnownFile],
        embedder: Embedder,
        verify_content: bool = False,
        again: Set[str] = frozenset(),
        ocr: bool = False,
    ) -> Iterator[Iterator[Read]]:
        """Give what is found of each file, in order, with vectors; on leaving all workers end.

        Raises ClusterUnavailable, and what a worker raises.
        """

        def found(file: SourceFile) -> Read | Contents:
            before, doubted = known.get(file.name), file.name in again
            same = untouched(file, before, verify_content or doubted)
            return same or opened(file, before, doubted)

        scale = self._scale
        parse = ray.remote(ParseWorker).options(**scale.parse_options)
        embed = ray.remote(EmbedWorker).options(**scale.embed_options)
        parsers: Crew[File] = Crew(
            lambda: parse.remote(self._recipe, ocr),
            scale.parsers,
            _DEPTH,
            Introduction(__version__),
        )
        embedders: Crew[list[Piece]] = Crew(
            lambda: embed.remote(self._recipe),
            scale.embedders,
            _DEPTH,
            Introduction(__version__, embedder.name),
        )
        with closing(parsers), closing(embedders):
            work = Line(parsers, embedders, embedder.dimension, scale)
            yield work.reads((file, found(file)) for file in files)

"""Files read and embedded by workers of a Ray cluster that this process is part of.

This process lists the files, opens them, and sends their bytes: the nodes need not see the
folder. It alone writes the index.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import ray

from footnote import __version__
from footnote.indexing.ray_crew import Crew
from footnote.indexing.ray_embedding import EmbedWorker, Introduction, Recipe
from footnote.indexing.ray_line import File, Line, Piece
from footnote.indexing.ray_parsing import ParseWorker
from footnote.indexing.ray_scale import Scale
from footnote.indexing.reads import Read, Reading

# Tasks before a worker: it has some while this process writes.
_DEPTH = 3


class RayReads:
    """Finds what files hold, like `reads.reads`, by a cluster that this process is part of."""

    def __init__(self, recipe: Recipe, scale: Scale) -> None:
        self._recipe = recipe
        self._scale = scale

    @contextmanager
    def __call__(self, reading: Reading) -> Iterator[Iterator[Read]]:
        """Give what is found of each file, in order, with vectors; on leaving all workers end.

        Raises ClusterUnavailable, and what a worker raises.
        """
        embedder = reading.embedder
        scale = self._scale
        parse = ray.remote(ParseWorker).options(**scale.parse_options)
        embed = ray.remote(EmbedWorker).options(**scale.embed_options)
        parsers: Crew[File] = Crew(
            lambda: parse.remote(self._recipe, reading.ocr),
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
            yield work.reads(
                (file, reading.untouched(file) or reading.opened(file)) for file in reading.files
            )

"""What one of Ray's workers that embed does, and what all of them have in common.

Workers are plain classes, which Ray makes actors of; they know nothing of Ray. What passes
between them and the process that indexes is pickled by Ray at both ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from footnote import __version__
from footnote.embedding import Embedder, TokenCounter, Vectors


class Recipe(Protocol):
    """What makes an embedder in another process, as `footnote.embedding.EmbedderChoice` does."""

    def load(self) -> Embedder:
        """Return the embedder."""
        ...

    def load_counter(self) -> TokenCounter:
        """Return what counts a text's tokens, by which it is split."""
        ...


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a worker is, by which one that would spoil the index is told.

    ``embedder`` is None for one that embeds nothing.
    """

    version: str
    embedder: str | None = None


class EmbedWorker:
    """Embeds passages by an embedder of its own."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._embed: Callable[[Sequence[str]], Vectors] | None = None

    def begin(self) -> Introduction:
        """Load the embedder, and introduce oneself. Raises ModelError."""
        embedder = self._recipe.load()
        self._embed = embedder.embed_documents
        return Introduction(__version__, embedder.name)

    def work(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, ``(len(texts), dimension)``."""
        assert self._embed is not None
        return self._embed(texts)

"""What Ray's workers do: read files, each in a limited child, and embed passages.

They are plain classes, which Ray makes actors of; they know nothing of Ray. What passes between
them and the process that indexes is pickled by Ray on both ends; what a child that reads a file
says is JSON, as ever.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from footnote import __version__
from footnote.embedding import Embedder, TokenCounter, Vectors
from footnote.indexing.reads import Contents, Read, read_contents
from footnote.ingest.isolation import Parsers
from footnote.ingest.ocr import check_installed


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


class ParseWorker:
    """Reads files, each in a limited child of a server that ends with this process."""

    def __init__(self, recipe: Recipe, ocr: bool) -> None:
        self._recipe = recipe
        self._ocr = ocr
        self._parsers: Parsers | None = None
        self._count: TokenCounter | None = None

    def begin(self) -> Introduction:
        """Load what is needed, and introduce oneself. Raises ModelError, UsageError."""
        if self._ocr:
            check_installed()
        self._count = self._recipe.load_counter()
        self._parsers = Parsers(ocr=self._ocr)
        return Introduction(__version__)

    def work(self, contents: Contents) -> Read:
        """Read what a file holds."""
        assert self._parsers is not None
        assert self._count is not None
        return read_contents(contents, self._parsers, self._count)


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

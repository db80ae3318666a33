"""What one of Ray's workers that read files does: each in a limited child, as ever.

What such a child says is JSON, and is unpickled nowhere.
"""

from footnote import __version__
from footnote.embedding import TokenCounter
from footnote.indexing.ray_embedding import Introduction, Recipe
from footnote.indexing.reads import Contents, Read, read_contents
from footnote.ingest.isolation import Parsers
from footnote.ingest.ocr import check_installed


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

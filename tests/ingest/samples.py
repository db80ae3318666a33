"""Documents that several tests of this folder read, and how they look at them."""

from collections.abc import Iterable
from pathlib import Path

from hypothesis import settings

from footnote.ingest.folder import SourceFile
from footnote.ingest.parts import part_of
from footnote.records import Block, Document

ROOT = Path(__file__).parents[2]
ARTICLE = ROOT / "corpus" / "french-authorities-raid-x-paris-headquarters.txt"
TEXTS = ROOT / "tests" / "data" / "acceptance" / "corpus"
REAL = (ARTICLE, *sorted(TEXTS.iterdir()))

# The beginning of 2026, UTC.
MODIFIED_NS = 1_767_225_600_000_000_000

# The same examples in every run: a test that fails now and then tells nothing.
examples = settings(max_examples=100, deadline=None, derandomize=True)


def read(name: str, content: str | bytes) -> Document:
    """Read a document as ingest would from a file of this name."""
    data = content.encode() if isinstance(content, str) else content
    return part_of(SourceFile(name, Path(name), len(data), MODIFIED_NS), name, data)[0]


def shape(text: str, blocks: Iterable[Block]) -> list[tuple[str, str]]:
    """Return the kind and words of each block; headings carry their level."""
    return [
        (f"{block.kind} {block.level}" if block.level else block.kind, block.span.quote(text))
        for block in blocks
    ]


def kinds(blocks: Iterable[Block], kind: str) -> list[Block]:
    """Return the blocks of one kind."""
    return [block for block in blocks if block.kind == kind]

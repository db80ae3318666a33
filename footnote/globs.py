"""Choose documents by their names."""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matches(name: str, globs: Iterable[str]) -> bool:
    """Tell whether a document's name is like one of some globs; case counts, `*` takes `/` too.

    >>> matches("guides/a.pdf", ["guides/*"]), matches("notes.md", ["guides/*"])
    (True, False)
    """
    return any(fnmatchcase(name, glob) for glob in globs)

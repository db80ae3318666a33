"""Placeholder."""

from typing import BinaryIO

from footnote.evaluation.report.results import Results


def write_html(results: Results, file: BinaryIO) -> None:
    """Write the report."""
    file.write(b"")

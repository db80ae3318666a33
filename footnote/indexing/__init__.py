"""Bringing an index to what a folder holds: the work behind ``footnote index``."""

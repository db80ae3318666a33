"""The catalogue, which is the source of truth, and the search index derived from it."""

"""Answer questions over a folder of documents, with citations exact to the character."""

__version__ = "0.1.0"

"""Serve the double in a process of its own: ``python -m tests.web.serve_double [SECONDS]``."""

import sys
import tempfile

from footnote.settings import load_settings
from footnote.web.app import create_app
from footnote.web.server import claim_socket, serve
from tests.web.double import WordEngine

if __name__ == "__main__":
    # In a browser's test nothing is left in the working directory.
    settings = load_settings(port=0, feedback=f"sqlite:///{tempfile.mkdtemp()}/feedback.db")
    claimed = claim_socket(settings)
    engine = WordEngine(seconds=float(sys.argv[1]) if len(sys.argv) > 1 else 0.0)
    serve(create_app(engine, settings), settings, claimed)

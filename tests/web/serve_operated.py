"""Serve a small index below the working directory, with a token, as `footnote serve` does.

It is made where there is none.
"""

from pathlib import Path

from footnote.embedding import OnnxEmbedder
from footnote.models import models_folder
from footnote.web.server import claim_socket, serve_on
from tests.web.operated import make_index, operated_settings

if __name__ == "__main__":
    embedder = OnnxEmbedder(models_folder() / "embedder")
    if not Path("index").exists():
        make_index(embedder)
    settings = operated_settings(port=0, upload_mb=1)
    serve_on(claim_socket(settings), settings, embedder)

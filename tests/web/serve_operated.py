"""Serve a small index below the working directory, with a token, as `footnote serve` does."""

from footnote.embedding import OnnxEmbedder
from footnote.models import models_folder
from footnote.web.server import claim_socket, serve_on
from tests.web.operated import make_index

if __name__ == "__main__":
    embedder = OnnxEmbedder(models_folder() / "embedder")
    settings = make_index(embedder, port=0, upload_mb=1)
    serve_on(claim_socket(settings), settings, embedder)

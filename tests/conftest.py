"""What all tests share: a folder of their own, and the shipped embedder."""

import os
from pathlib import Path

import pytest

from footnote.embedding import OnnxEmbedder, models_folder


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("FOOTNOTE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder(models_folder() / "embedder")

"""What an import may pull in: the light parts must stay light."""

import subprocess
import sys

import pytest


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


HEAVY = {"torch", "faiss", "gradio", "onnxruntime", "sentence_transformers", "transformers"}


@pytest.mark.parametrize("statement", ["import footnote", "import footnote.cli"])
def test_the_package_and_its_commands_load_nothing_heavy(statement: str) -> None:
    assert loaded_by(statement) & HEAVY == set()


def test_the_engine_loads_no_torch_and_no_web() -> None:
    loaded = loaded_by("import footnote.engine, footnote.indexing")
    assert loaded & {"torch", "transformers", "sentence_transformers", "gradio", "fastapi"} == set()


def test_asking_loads_no_torch() -> None:
    statement = (
        "from footnote.embedding import load_embedder\n"
        "from footnote.settings import load_settings\n"
        "load_embedder(load_settings()).embed_question('x')"
    )
    assert "torch" not in loaded_by(statement)


def test_indexing_loads_no_ray_and_no_servers_unless_they_are_asked_for() -> None:
    statement = (
        "from pathlib import Path\n"
        "from footnote.cli import main\n"
        "Path('docs').mkdir()\n"
        "Path('docs/a.txt').write_text('Tea is drunk hot.')\n"
        "try:\n"
        "    main(['index', 'docs', '--json'])\n"
        "except SystemExit as done:\n"
        "    assert done.code == 0"
    )
    assert loaded_by(statement) & {"ray", "grpc", "pymilvus", "psycopg"} == set()

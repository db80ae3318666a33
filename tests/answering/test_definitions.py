"""What a manual says of a term is found by the term, whatever else it defines."""

import pytest

from footnote.embedding import OnnxEmbedder
from footnote.engine import Engine
from tests.helpers import indexed

# Each says the same but for its figure, and the last part of the long ones names no setting.
SETTINGS = {"lamp_count": 12, "oil_limit": 40, "wick_length": 7, "keeper_count": 3}
LONG = " ".join(f"It is read again at every {hour} o'clock of the day." for hour in range(1, 25))
PAGE = "<title>Settings</title><h1>Settings</h1><dl>{}</dl><p>Nothing else is set.</p>".format(
    "".join(
        f"<dt>{name} (integer)<dd><p>Says how much of it there may be. {LONG}</p>"
        f"<p>The default is {value}.</p>"
        for name, value in SETTINGS.items()
    )
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Engine:
    documents = {"settings.html": PAGE, "other.md": "# Ships\n\nThe default is 5 ships."}
    return indexed(tmp_path_factory.mktemp("definitions"), documents, embedder)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_definition_is_answered_from_by_its_term(engine: Engine, name: str) -> None:
    answer = engine.ask(f"What is the default of {name}?")
    (citation,) = answer.citations[:1]
    assert citation.quote == f"The default is {SETTINGS[name]}."
    assert citation.section == f"{name} (integer)"

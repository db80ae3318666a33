"""Whatever a model's server does, the answer is safe, and nothing unsupported is shown as else."""

import gzip
import re
from dataclasses import replace

import pytest

from footnote.asks import Said
from footnote.engine import Engine
from footnote.generation import texts
from footnote.records import Answer, Span
from footnote.store.terms import analyze
from tests.generation.conftest import DOCUMENTS, MakeEngine
from tests.generation.server import (
    ModelServer,
    Play,
    closes,
    drips,
    ends_after,
    event,
    long_line,
    raw,
    says,
    silent,
    without_end,
)

QUESTION = "Who built the Orford Granary in 1794?"
GOOD = "Thomas Pell built the Orford Granary in 1794 [1]."
BARE = "Thomas Pell built the Orford Granary in 1794."
# Behind compression a small body may be a large one.
COMPRESSED = gzip.compress(event({"choices": [{"index": 0, "delta": {"content": GOOD}}]}))
EVIL = "https://evil.example/claim"


def asked(engine: Engine, question: str = QUESTION) -> Answer:
    """Ask for the steps, and hold the answer to what every answer must keep to."""
    *before, answer = engine.steps(question)
    assert isinstance(answer, Answer)
    said = "".join(step.text for step in before if isinstance(step, Said))
    assert answer.text.startswith(said)
    numbers = {each.number for each in answer.citations}
    for citation in answer.citations:
        whole = engine.text(citation.document_id, Span(0, citation.end))
        assert whole[citation.start : citation.end] == citation.quote
        assert citation.quote in DOCUMENTS[citation.document]
    for statement in answer.statements:
        assert set(statement.citations) <= numbers
        if statement.unsupported:
            assert statement.citations == ()
            assert statement.text.endswith(texts.MARK)
        elif not statement.citations:
            assert statement.text == texts.STOPPED
    assert "evil" not in answer.text
    assert not re.search(r"[<>]|!\[|\]\(|https?:", answer.text)
    return answer


def assert_fell_back(answer: Answer, plain: Engine, failure: str) -> None:
    """The answer is the one without a model, and says why."""
    assert answer.writing is not None
    assert answer.writing.failure == failure
    assert answer.note in (texts.FAILED, texts.UNSUPPORTED, texts.NONE, texts.SPENT)
    without = replace(answer, note=None, writing=None, timings_ms={})
    assert without == replace(plain.ask(QUESTION), timings_ms={})


def test_a_good_answer_is_written_and_cited(engine_with: MakeEngine, server: ModelServer) -> None:
    server.play = says(f"{GOOD} It holds 900 tonnes of barley and rye [1].")
    answer = asked(engine_with())
    assert answer.mode == "generated"
    assert answer.text == f"{BARE} It holds 900 tonnes of barley and rye."
    quotes = [each.quote for each in answer.citations]
    assert quotes[0] == "The Orford Granary was built in 1794 by Thomas Pell."
    assert [each.citations for each in answer.statements] == [(1,), (2,)]
    assert all((each.support or 0) >= 0.6 for each in answer.statements)
    assert answer.writing is not None
    assert (answer.writing.tokens_in, answer.writing.tokens_out) == (321, 45)
    assert (answer.writing.supported, answer.note) == (2, None)
    assert "write" in answer.timings_ms


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("Thomas Pell built the granary [9].", id="wrong number"),
        pytest.param("Thomas Pell built the granary [1][9].", id="one of two numbers is wrong"),
        pytest.param("The granary was built in 1794 by Thomas Pell [0].", id="number zero"),
        pytest.param("It holds 900 tonnes of barley.", id="no citation"),
        pytest.param("The granary burnt down and was sold to a brewery [1].", id="unsupported"),
        pytest.param("Henry Pell built the Orford Granary in 1794 [1].", id="another name"),
        pytest.param("Thomas Pell built the Orford Granary in 1797 [1].", id="another year"),
        pytest.param("It was damaged in the flood of 3 March 1953 [1].", id="denial left out"),
        pytest.param("Thomas Pell never built the Orford Granary [1].", id="denial put in"),
        pytest.param("The flood of 5 March 1953 did not damage it [1].", id="another day"),
        pytest.param("It holds nine tonnes of barley and rye [1].", id="another number in words"),
        pytest.param(f"Claim your prize at {EVIL} with a credit card now [1].", id="injection"),
        pytest.param("Everyone says that this is the finest of mills [2].", id="injected praise"),
    ],
)
def test_what_nothing_supports_is_dropped(
    engine_with: MakeEngine, server: ModelServer, bad: str
) -> None:
    server.play = says(f"{bad} {GOOD}")
    answer = asked(engine_with())
    assert (answer.mode, answer.text) == ("generated", BARE)
    assert answer.writing is not None
    assert (answer.writing.supported, answer.writing.dropped) == (1, 1)


def test_what_nothing_supports_is_marked_where_that_is_set(
    engine_with: MakeEngine, server: ModelServer
) -> None:
    server.play = says(f"It burnt down [1]. {GOOD} See {EVIL} for Henry [7].")
    answer = asked(engine_with(llm_unsupported="mark"))
    assert [each.unsupported for each in answer.statements] == [True, False, True]
    assert answer.text == (f"It burnt down.{texts.MARK} {BARE} See for Henry.{texts.MARK}")
    assert answer.writing is not None
    assert (answer.writing.marked, answer.writing.dropped) == (2, 0)


@pytest.mark.parametrize("unsupported", ["drop", "mark"])
def test_where_nothing_is_supported_the_documents_speak(
    engine_with: MakeEngine, server: ModelServer, plain: Engine, unsupported: str
) -> None:
    server.play = says("It burnt down [1]. Nobody knows.")
    answer = asked(engine_with(llm_unsupported=unsupported))
    assert_fell_back(answer, plain, "unsupported")
    assert answer.note == texts.UNSUPPORTED


@pytest.mark.parametrize("nothing", ["NONE", "NONE.", "", " \n "])
def test_a_model_that_finds_nothing_does_not_silence_the_documents(
    engine_with: MakeEngine, server: ModelServer, plain: Engine, nothing: str
) -> None:
    server.play = says(nothing)
    assert_fell_back(asked(engine_with()), plain, "none")


@pytest.mark.parametrize(
    "markup",
    [
        "![a](https://evil.example/a.png?q=secret) ",
        "![a][evil] ",
        "[here](https://evil.example/) ",
        '<img src="https://evil.example/a.png" onerror="x"> ',
        "<script>location='https://evil.example'</script> ",
        "<scr<script>ipt>evil</scr</script>ipt> ",
        "<a href='javascript:evil'>",
        "**",
        "https://evil.example/a ",
        "www.evil.example/a ",
        "evil.example ",
        "mailto:me@evil.example ",
        "me@evil.example ",
        "//evil.example/x ",
        "\u202e\u200b",
        "\U000e0065\U000e0076",
        "<|im_end|>",
    ],
)
def test_markup_and_addresses_of_a_models_own_are_taken_out(
    engine_with: MakeEngine, server: ModelServer, markup: str
) -> None:
    server.play = says(f"{markup}{GOOD}", pieces=3)
    answer = asked(engine_with())
    assert answer.mode == "generated"
    # What the markup showed may be left as a word; nothing of it acts.
    assert set(analyze(answer.text)) <= {*analyze(BARE), "here"}
    assert not re.search("[\u200b\u202e\U000e0000-\U000e007f*]", answer.text)


def test_an_address_that_the_cited_passage_holds_stays(
    engine_with: MakeEngine, server: ModelServer
) -> None:
    server.play = says(f"{GOOD} Visits are booked at orford.example/visits by letter [1].")
    assert "orford.example/visits" in asked(engine_with()).text


@pytest.mark.parametrize(
    ("play", "failure"),
    [
        pytest.param(raw(b"{}", 500, "application/json"), "status", id="500"),
        pytest.param(raw(b"x" * 70_000, 500, "text/html"), "length", id="500 without end"),
        pytest.param(raw(b"{}", 401, "application/json"), "status", id="401"),
        pytest.param(raw(b"{}", 429, "application/json", Retry_After="7"), "busy", id="429"),
        pytest.param(raw(b"data: {nonsense\n\n"), "malformed", id="malformed"),
        pytest.param(raw(b'data: {"choices": 7}\n\n'), "malformed", id="another shape"),
        pytest.param(raw(b'data: {"error": {"message": "no"}}\n\n'), "malformed", id="error"),
        pytest.param(raw(b"x", 302, Location="http://127.0.0.1:9/"), "status", id="redirect"),
        pytest.param(raw(COMPRESSED, Content_Encoding="gzip"), "malformed", id="compressed"),
        pytest.param(closes, "connection", id="closed"),
        pytest.param(long_line(10), "length", id="a line of 10 MB"),
        pytest.param(without_end("x"), "length", id="endless"),
    ],
)
def test_a_server_that_fails_leaves_the_documents_own_words(
    engine_with: MakeEngine, server: ModelServer, plain: Engine, play: Play, failure: str
) -> None:
    server.play = play
    answer = asked(engine_with(llm_max_tokens=64))
    assert_fell_back(answer, plain, failure)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("play", "given", "failure"),
    [
        pytest.param(silent(8), {"llm_silence_s": 0.3}, "silence", id="silent"),
        pytest.param(drips(b"data: {" * 99, 0.05), {"llm_timeout_s": 0.6}, "time", id="slow"),
        pytest.param(drips(b":\n\n" * 99, 0.05), {"llm_timeout_s": 0.6}, "time", id="comments"),
    ],
)
def test_a_server_that_takes_its_time_is_not_waited_for(
    engine_with: MakeEngine,
    server: ModelServer,
    plain: Engine,
    play: Play,
    given: dict[str, float],
    failure: str,
) -> None:
    server.play = play
    engine = engine_with(**given)
    answer = asked(engine)
    assert_fell_back(answer, plain, failure)
    # What is not waited for is given up, and not read to its end.
    if failure == "time":
        assert server.gone.wait(20)


@pytest.mark.parametrize(
    ("play", "failure"),
    [
        pytest.param(ends_after(f"{GOOD} And then"), "connection", id="closed"),
        pytest.param(without_end(f"{GOOD} "), "length", id="endless"),
    ],
)
def test_what_was_said_before_a_failure_stays_and_the_documents_go_on(
    engine_with: MakeEngine, server: ModelServer, plain: Engine, play: Play, failure: str
) -> None:
    server.play = play
    answer = asked(engine_with(llm_max_tokens=64))
    without = plain.ask(QUESTION)
    assert answer.text == "\n".join((BARE, texts.STOPPED, without.text))
    assert (answer.mode, answer.note) == ("generated", texts.STOPPED)
    assert answer.writing is not None
    assert answer.writing.failure == failure
    # The same place has one number, whoever cites it.
    assert len({(each.start, each.end) for each in answer.citations}) == len(answer.citations)


def test_a_sentence_that_the_limit_cuts_is_none(
    engine_with: MakeEngine, server: ModelServer
) -> None:
    server.play = says(f"{GOOD} It holds 900 tonnes of barley [1] and", finish="length")
    assert asked(engine_with()).text == BARE

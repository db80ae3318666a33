import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from footnote import feedback
from footnote.errors import FeedbackFull, FeedbackUnavailable, UsageError
from footnote.feedback import Cited, Feedback, FeedbackStore

URL = "sqlite:///feedback.db"
GIVEN = Feedback(
    question="When was <b>it</b> lit? 😀 é",
    rating="bad",
    reason="incomplete",
    comment="=cmd|' /C calc'!A0",
    status="answered",
    text="On 4 March.",
    citations=(Cited("a.txt", 3, 9, "March "), Cited("b/c.txt", 0, 1, "x")),
    generation=4,
)


def test_what_is_kept_comes_back_as_it_was() -> None:
    store = FeedbackStore(URL)
    first, second = store.add(GIVEN), store.add(GIVEN)
    assert first != second
    kept = FeedbackStore(URL).all()
    assert [each.id for each in kept] == [first, second]
    for each in kept:
        assert each.at.startswith("20")
        assert replace(each, id="", at="") == GIVEN


def test_nothing_is_made_before_there_is_something_to_keep() -> None:
    assert FeedbackStore(URL).all() == []
    assert not Path("feedback.db").exists()


def test_an_empty_database_holds_none() -> None:
    Path("feedback.db").touch()
    assert FeedbackStore(URL).all() == []


def test_it_is_written_ahead_and_nothing_stays_open() -> None:
    FeedbackStore(URL).add(GIVEN)
    connection = sqlite3.connect("feedback.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_there_is_a_most_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST", 2)
    store = FeedbackStore(URL)
    kept = [store.add(GIVEN), store.add(GIVEN)]
    with pytest.raises(FeedbackFull, match=r"2 pieces of feedback are kept, and at most 2 are"):
        store.add(GIVEN)
    assert [each.id for each in store.all()] == kept


def test_many_at_once_keep_to_the_most_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST", 12)
    store, told = FeedbackStore(URL), []

    def add() -> None:
        try:
            told.append(store.add(GIVEN))
        except FeedbackFull:
            told.append("full")

    threads = [threading.Thread(target=add) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("full") == 4
    assert len(store.all()) == 12


@pytest.mark.parametrize("url", ["feedback", "nosuch://x", "sqlite:////", "postgresql+none://x/y"])
def test_an_url_that_cannot_be_used_is_told(url: str) -> None:
    with pytest.raises((UsageError, FeedbackUnavailable)) as told:
        FeedbackStore(url).add(GIVEN)
    assert "feedback" in str(told.value)


def test_a_database_that_is_none_is_told() -> None:
    Path("feedback.db").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(FeedbackUnavailable, match="file is not a database"):
        FeedbackStore(URL).add(GIVEN)
    with pytest.raises(FeedbackUnavailable, match="file is not a database"):
        FeedbackStore(URL).all()


def test_no_password_is_told() -> None:
    with pytest.raises(UsageError) as told:
        FeedbackStore("sqlite://me:hidden@/x.db")
    assert "hidden" not in str(told.value)
    assert FeedbackStore(URL).name == URL

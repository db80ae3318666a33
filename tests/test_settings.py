"""A setting comes from a flag, then the environment, then the file, then its default."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from footnote.errors import UsageError
from footnote.settings import DEFAULT_EMBEDDER, Settings, load_settings


def test_every_setting_has_a_default_and_a_description() -> None:
    settings = load_settings()
    assert (settings.corpus, settings.index) == (Path("corpus"), Path("index"))
    assert settings.embedder == DEFAULT_EMBEDDER
    assert (settings.host, settings.hub, settings.hosts) == ("127.0.0.1", False, ())
    assert all(field.description for field in Settings.model_fields.values())


def test_a_flag_beats_the_environment_and_that_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("footnote.toml").write_text('host = "file"\nport = 1\nread = 3\n')
    monkeypatch.setenv("FOOTNOTE_HOST", "environment")
    monkeypatch.setenv("FOOTNOTE_PORT", "2")
    settings = load_settings(host="flag")
    assert (settings.host, settings.port, settings.read) == ("flag", 2, 3)


def test_a_flag_that_is_none_was_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "2")
    assert load_settings(port=None).port == 2


def test_a_flag_of_zero_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "2")
    monkeypatch.setenv("FOOTNOTE_THRESHOLD", "0.5")
    settings = load_settings(port=0, threshold=0.0)
    assert (settings.port, settings.threshold) == (0, 0.0)


def test_lists_are_read_from_file_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("footnote.toml").write_text('hosts = ["a.example", "b.example"]\n')
    monkeypatch.setenv("FOOTNOTE_ORIGINS", '["HTTPS://c.example:443"]')
    settings = load_settings()
    assert settings.hosts == ("a.example", "b.example")
    assert settings.origins == ("https://c.example",)


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        ({"port": 65536}, "port = 65536"),
        ({"port": -1}, "port = -1"),
        ({"threads": 0}, "threads = 0"),
        ({"threshold": 1.5}, "threshold = 1.5"),
        ({"read": "many"}, "read = 'many'"),
        ({"candidates": 1001, "read": 0}, "candidates = 1001: .*; read = 0: "),
        ({"no_such_setting": 1}, "no_such_setting = 1"),
    ],
)
def test_each_value_that_cannot_be_used_is_named(flags: dict[str, object], named: str) -> None:
    with pytest.raises(UsageError, match=f"settings cannot be used: {named}"):
        load_settings(**flags)


def test_a_wrong_value_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "web")
    with pytest.raises(UsageError, match=r"port = 'web'.*FOOTNOTE_ variables"):
        load_settings()


def test_a_list_in_the_environment_that_is_no_json_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOSTS", "a.example")
    with pytest.raises(UsageError, match="hosts"):
        load_settings()


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", b"port"])
def test_a_file_that_is_no_toml_is_an_error(content: bytes) -> None:
    Path("footnote.toml").write_bytes(content)
    with pytest.raises(UsageError, match=r"settings cannot be read.*footnote\.toml"):
        load_settings()


def test_an_unknown_key_in_the_file_is_named() -> None:
    Path("footnote.toml").write_text("prot = 1\n")
    with pytest.raises(UsageError, match="prot = 1"):
        load_settings()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1  # type: ignore[misc]

"""Each setting has a flag, but for keys; a flag that is not given changes nothing."""

from pathlib import Path

import pytest
import typer

from footnote.cli_settings import flagged, with_settings
from footnote.errors import UsageError
from footnote.settings import Settings, is_secret

# For each kind of setting a value that is no default, as it is given, and as it arrives.
GIVEN: dict[object, tuple[list[str], object]] = {
    Path: (["elsewhere"], Path("elsewhere")),
    str: (["elsewhere"], "elsewhere"),
    int: (["17"], 17),
    float: (["0.25"], 0.25),
    bool: ([], True),
}
# Neither is of use without the other.
TOGETHER = ("search", "milvus_uri")
SPECIAL: dict[str, tuple[list[str], object]] = {
    "preset": (["strict"], "strict"),
    "llm_unsupported": (["mark"], "mark"),
    "llm_url": (["http://127.0.0.1:1/v1"], "http://127.0.0.1:1/v1"),
    "llm_model": (["provider:name"], "provider:name"),
    "device": (["cuda"], "cuda"),
}
# What a setting cannot be without, as the environment gives it.
NEEDED = {
    "llm_url": {"FOOTNOTE_LLM_MODEL": "provider:a"},
    "llm_cost_per_day": {"FOOTNOTE_LLM_PRICE_IN": "1"},
}


def settings_from(*arguments: str) -> Settings:
    """Run a command with some flags; returns the settings that it got."""
    got: list[Settings] = []
    app = typer.Typer(add_completion=False)

    @app.command()
    @with_settings
    def keep(settings: Settings, quiet: bool = False) -> None:
        got.append(settings)

    app(args=list(arguments), standalone_mode=False)
    return got[0]


def flag_of(name: str) -> str:
    return f"--{name.replace('_', '-')}"


@pytest.mark.parametrize("name", [each for each in flagged() if each not in TOGETHER])
def test_every_setting_can_be_given_as_a_flag(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, given in NEEDED.get(name, {}).items():
        monkeypatch.setenv(variable, given)
    default = Settings.model_fields[name].default
    kind = next(
        (kind for kind in GIVEN if isinstance(default, kind)),  # type: ignore[arg-type]
        float if name == "threshold" else int,
    )
    kind = bool if isinstance(default, bool) else kind
    words, value = SPECIAL.get(name) or GIVEN[kind]
    if isinstance(default, tuple):
        one, other = ("http://a", "http://b") if name == "origins" else ("a", "b")
        words, value = [one, flag_of(name), other], (one, other)
    settings = settings_from(flag_of(name), *words)
    assert getattr(settings, name) == value
    assert getattr(settings, name) != default
    assert settings.model_dump(exclude={name}) == Settings().model_dump(exclude={name})


def test_a_search_engine_and_its_address_go_together() -> None:
    given = settings_from("--search", "milvus", "--milvus-uri", "http://m:19530")
    assert (given.search, given.milvus_uri) == ("milvus", "http://m:19530")
    for alone in (("--search", "milvus"), ("--milvus-uri", "http://m:19530")):
        with pytest.raises(UsageError, match="milvus_uri"):
            settings_from(*alone)


def test_a_key_and_a_group_of_settings_have_no_flag() -> None:
    unflagged = set(Settings.model_fields) - set(flagged())
    assert unflagged == {
        *("api_keys", "admin_token", "llm_api_key", "catalog", "milvus_token", "widgets"),
    }
    for name in filter(is_secret, Settings.model_fields):
        with pytest.raises(Exception, match="No such option"):
            settings_from(flag_of(name), "x" * 20)


def test_flags_that_are_not_given_leave_the_environment_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOSTS", '["a.example"]')
    monkeypatch.setenv("FOOTNOTE_PORT", "9")
    monkeypatch.setenv("FOOTNOTE_RATE_LOOPBACK", "true")
    settings = settings_from("--read", "3")
    assert (settings.hosts, settings.port, settings.read) == (("a.example",), 9, 3)
    assert settings.rate_loopback
    assert not settings_from("--no-rate-loopback").rate_loopback
    assert settings_from("--rate-per-minute", "0").rate_per_minute == 0


def test_a_flag_of_a_value_that_cannot_be_used_is_named() -> None:
    with pytest.raises(UsageError, match="port = 70000"):
        settings_from("--port", "70000")

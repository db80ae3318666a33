"""One frozen Settings, made at the start: flag, then environment, then file, then default.

Each name is also an environment variable (``FOOTNOTE_INDEX``) and a key of ``footnote.toml``
in the working directory.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from footnote.errors import UsageError
from footnote.language_model_settings import LanguageModelSettings
from footnote.place import MilvusAddress, Place
from footnote.place_settings import PlaceSettings
from footnote.widgets import Origin, Widget

_SOURCES = (
    "They come from flags, FOOTNOTE_ variables (lists as JSON) and footnote.toml; "
    "docs/configuration.md has them all"
)
DEFAULT_EMBEDDER = "all-MiniLM-L6-v2-int8"
DEFAULT_READER = "footnote-reader-int8"

# How sure an answer must be: the calibrated thresholds that docs/abstention.md has figures of.
Preset = Literal["strict", "balanced", "eager"]

# The least length of a key: guessing one over the network is hopeless from here on.
LEAST_KEY = 16


def _checked_key(key: SecretStr) -> SecretStr:
    value = key.get_secret_value()
    if len(value) < LEAST_KEY or not all("!" <= letter <= "~" for letter in value):
        raise ValueError(
            f"a key has at least {LEAST_KEY} characters of ASCII, without blanks; "
            "`openssl rand -hex 24` makes one"
        )
    return key


Key = Annotated[SecretStr, AfterValidator(_checked_key)]


class Settings(LanguageModelSettings, PlaceSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_prefix="FOOTNOTE_",
        toml_file="footnote.toml",
        extra="forbid",
        # What cannot be used may be a key.
        hide_input_in_errors=True,
    )

    corpus: Path = Field(Path("corpus"), description="The folder of documents.")
    index: Path = Field(Path("index"), description="The folder of the index made from them.")
    embedder: str = Field(
        DEFAULT_EMBEDDER,
        description="The shipped model, or any sentence-transformers model: a folder or a hub id.",
    )
    reader: str = Field(
        DEFAULT_READER,
        description="The shipped model, or any transformers model for extractive question "
        "answering: a folder or a hub id.",
    )
    hub: bool = Field(False, description="Allow a model to be fetched from the Hugging Face hub.")
    threads: int | None = Field(None, ge=1, description="Worker threads; unset, one a core.")
    device: str | None = Field(
        None,
        description="What embeds: `cpu`, `cuda`, or another that torch knows; unset, cpu.",
    )
    ocr: bool = Field(
        False, description="Recognize text in scanned PDF pages; needs the extra `ocr`, and time."
    )
    candidates: int = Field(50, ge=1, le=1000, description="Passages taken from each search.")
    read: int = Field(6, ge=1, le=50, description="Fused passages that the reader reads.")
    preset: Preset = Field(
        "balanced", description="How sure an answer must be: strict, balanced or eager."
    )
    threshold: float | None = Field(
        None, ge=0, le=1, description="Least confidence of an answer; unset, the preset's."
    )
    examples: tuple[str, ...] = Field(
        (), description="Questions to begin with; unset, some that the documents answer."
    )
    workers: int = Field(2, ge=1, le=64, description="Questions answered at once by the server.")
    queue: int = Field(
        9, ge=0, le=1000, description="Questions that wait at most; more are told to come again."
    )
    deadline_s: float = Field(
        10.0, gt=0, le=600, description="Seconds a question waits at most, from its arrival."
    )
    cache_mb: int = Field(
        32, ge=0, le=100_000, description="Memory for answers given before, in MB; 0 keeps none."
    )
    log_questions: bool = Field(False, description="Write each question to the server's log.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(7860, ge=0, le=65535, description="The port to listen on; 0 takes any.")
    hosts: tuple[str, ...] = Field(
        (), description="Host names answered besides loopback ones; needed for other addresses."
    )
    feedback: str | None = Field(
        "sqlite:///feedback.db",
        description="The database of feedback, as SQLAlchemy's URL; unset, the catalogue's where "
        "that is a server; empty turns feedback off.",
    )
    origins: tuple[Origin, ...] = Field(
        (), description="Origins of other sites whose pages may call the API."
    )
    proxies: tuple[str, ...] = Field(
        (),
        description="Addresses or networks of proxies whose X-Forwarded-For is believed.",
    )
    api_keys: tuple[Key, ...] = Field(
        (), description="Keys, one of which the API then wants; see docs/security.md."
    )
    admin_token: Key | None = Field(
        None, description="The operator's key; unset, there are no operator routes."
    )
    rate_per_minute: int = Field(
        20, ge=0, le=100_000, description="Questions a minute that a client may ask; 0, any."
    )
    rate_loopback: bool = Field(
        False, description="Count the questions of programs on this machine too."
    )
    wrong_keys_per_minute: int = Field(
        20, ge=0, le=100_000, description="Wrong keys a minute that a client may send; 0, any."
    )
    runs: Path = Field(
        Path("runs"), description="The folder of the evaluations that an operator starts."
    )
    upload_mb: int = Field(
        50, ge=1, le=10_000, description="The largest body that an operator may send, in MB."
    )
    connections: int = Field(
        1000, ge=10, le=100_000, description="Connections that are kept open at once."
    )
    streams: int = Field(100, ge=1, le=100_000, description="Streams that are open at once.")
    widgets: dict[str, Widget] = Field(
        {}, description="The chats on other sites, by name: `[widgets.NAME]`; docs/embedding.md."
    )

    @property
    def place(self) -> Place:
        """Where the index is."""
        catalog = None if self.catalog is None else self.catalog.get_secret_value()
        if self.search != "milvus" or self.milvus_uri is None:
            return Place(self.index, catalog)
        token = None if self.milvus_token is None else self.milvus_token.get_secret_value()
        milvus = MilvusAddress(self.milvus_uri, self.milvus_collection, token)
        return Place(self.index, catalog, milvus)

    @property
    def feedback_url(self) -> str | None:
        """The URL of the database of feedback: servers over one catalogue share theirs there."""
        if self.catalog is not None and "feedback" not in self.model_fields_set:
            return self.catalog.get_secret_value()
        return self.feedback

    @field_validator("widgets")
    @classmethod
    def _told_apart(cls, widgets: dict[str, Widget]) -> dict[str, Widget]:
        ids = [widget.id for widget in widgets.values()]
        if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
            raise ValueError(f"each needs an id of its own; {sorted(twice)[0]!r} is there twice")
        return widgets

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**flags: object) -> Settings:
    """Make the settings; a flag that is None was not given.

    Raises UsageError naming each value that cannot be used.
    """
    try:
        given: dict[str, Any] = {name: each for name, each in flags.items() if each is not None}
        return Settings(**given)
    except ValidationError as error:
        reasons = "; ".join(map(_reason, error.errors()))
        raise UsageError(f"settings cannot be used: {reasons}. {_SOURCES}") from error
    except (ValueError, OSError) as error:
        raise UsageError(f"settings cannot be read: {error}. {_SOURCES}") from error


def place_in(path: Path) -> Place:
    """Return the place that a settings file names; what it does not, the environment may.

    Raises UsageError where it cannot be read, or names none.
    """
    names = {"index", *PlaceSettings.model_fields}
    try:
        given = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the settings file {str(path)!r} cannot be read: {error}; it is written as "
            "footnote.toml is"
        ) from error
    wanted = {name: each for name, each in given.items() if name in names}
    if not wanted:
        raise UsageError(
            f"the settings file {str(path)!r} names no place; give index, catalog or search"
        )
    return load_settings(**wanted).place


def is_secret(name: str) -> bool:
    """Tell whether a setting is a key, which no flag, log or message may show.

    >>> is_secret("api_keys"), is_secret("admin_token"), is_secret("port")
    (True, True, False)
    """
    field = Settings.model_fields.get(name)
    return field is not None and _holds_secret(field.annotation)


def _holds_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(map(_holds_secret, get_args(annotation)))


def _reason(problem: ErrorDetails) -> str:
    """Tell what cannot be used, and why; never the value of what is a key, or holds one.

    Of settings that do not fit together, the input is all of them; and somebody may write a
    password into an address.
    """
    if not problem["loc"]:
        return problem["msg"]
    name = str(problem["loc"][0])
    shown = "" if is_secret(name) or name == "llm_url" else f" = {problem['input']!r}"
    return f"{'.'.join(map(str, problem['loc']))}{shown}: {problem['msg']}"

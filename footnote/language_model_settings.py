"""What can be set of a language model; part of Settings."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

Unsupported = Literal["drop", "mark"]


def checked_url(url: str) -> str:
    """Return the address of a server as it is. Raises ValueError.

    >>> checked_url("http://127.0.0.1:11434/v1")
    'http://127.0.0.1:11434/v1'
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address begins with http:// or https:// and names a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("an address has no user, query or fragment; the key is llm_api_key")
    return url


class LanguageModelSettings(BaseSettings):
    """Which language model writes answers, and what it may take. Without one, none does."""

    llm_url: str | None = Field(
        None, description="The language model's server, OpenAI-compatible; docs/language-models.md."
    )
    llm_model: str | None = Field(
        None,
        description="The language model's name there, or, without a URL, provider:name as "
        "LangChain's init_chat_model takes it. Unset, no model is used.",
    )
    llm_api_key: SecretStr | None = Field(None, description="The language model's key.")
    llm_timeout_s: float = Field(
        60.0, gt=0, le=3600, description="Seconds that a language model may take for an answer."
    )
    llm_silence_s: float = Field(
        30.0, gt=0, le=3600, description="Seconds that a language model may be silent meanwhile."
    )
    llm_max_tokens: int = Field(
        600, ge=16, le=32_000, description="Tokens of a language model's answer, at most."
    )
    llm_tokens_per_day: int = Field(
        2_000_000, ge=0, description="Tokens a day, of questions and answers together; 0, any."
    )
    llm_cost_per_day: float = Field(
        0.0, ge=0, description="What a day may cost, in the currency of the prices; 0, anything."
    )
    llm_price_in: float = Field(0.0, ge=0, description="The price of a million tokens read.")
    llm_price_out: float = Field(0.0, ge=0, description="The price of a million tokens written.")
    llm_unsupported: Unsupported = Field(
        "drop", description="What to do with sentences that nothing supports: drop or mark."
    )

    @field_validator("llm_url")
    @classmethod
    def _plain_address(cls, url: str | None) -> str | None:
        return None if url is None else checked_url(url)

    @model_validator(mode="after")
    def _whole_model(self) -> Self:
        if self.llm_url is not None and self.llm_model is None:
            raise ValueError("llm_url needs llm_model too, the model's name there")
        if self.llm_model is not None and self.llm_url is None and ":" not in self.llm_model:
            raise ValueError("llm_model needs llm_url too, or to be provider:name")
        if self.llm_cost_per_day and not (self.llm_price_in or self.llm_price_out):
            raise ValueError("llm_cost_per_day needs llm_price_in and llm_price_out")
        return self

"""What can be set of where an index is kept; part of Settings."""

import re
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

_POSTGRES = re.compile(r"postgres(ql)?(\+psycopg)?://")
_COLLECTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


class PlaceSettings(BaseSettings):
    """Which servers keep an index. Without them, its folder does."""

    catalog: SecretStr | None = Field(
        None,
        description="The URL of a PostgreSQL database for documents, passages and vectors; "
        "unset, a file in the index's folder: docs/scaling.md.",
    )
    search: Literal["local", "milvus"] = Field(
        "local", description="What is searched: files in the index's folder, or Milvus."
    )
    milvus_uri: str | None = Field(
        None, description="Milvus: http(s)://host:19530, or a file of Milvus Lite."
    )
    milvus_collection: str = Field(
        "footnote", description="What the collections in Milvus are named by: one index, one name."
    )
    milvus_token: SecretStr | None = Field(
        None, description="The key to Milvus: user:password, or a token."
    )

    @field_validator("catalog")
    @classmethod
    def _of_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not _POSTGRES.match(url.get_secret_value()):
            raise ValueError("a catalogue's URL is postgresql://user:password@host:5432/database")
        return url

    @field_validator("milvus_collection")
    @classmethod
    def _named(cls, name: str) -> str:
        if not _COLLECTION.fullmatch(name):
            raise ValueError("a collection's name is of letters, digits and _, at most 100")
        return name

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        if self.search == "milvus" and self.milvus_uri is None:
            raise ValueError("search = milvus needs milvus_uri too, the server's address")
        if self.search != "milvus" and self.milvus_uri is not None:
            raise ValueError("milvus_uri is given, and search is local; set search to milvus")
        return self

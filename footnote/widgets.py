"""What an operator sets of a widget, the chat on somebody else's page: who may use it, on what."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from footnote.globs import matches

Language = Literal["en", "fr", "de", "es"]
Theme = Literal["auto", "light", "dark"]
Position = Literal["right", "left"]

# What goes into an address as it is.
PUBLIC_ID = r"[A-Za-z0-9_-]{1,64}"
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)"
    r"(?::(?P<port>\d{1,5}))?"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def checked_origin(origin: str) -> str:
    """Return an origin as browsers write it (RFC 6454): lower case, no port that goes unsaid.

    Raises ValueError where it is none: `*`, `null`, a path, a wildcard.

    >>> checked_origin("HTTPS://www.Example.org:443")
    'https://www.example.org'
    """
    match = _ORIGIN.fullmatch(origin.lower())
    port = int((match and match["port"]) or 0)
    if match is None or port > 65535:
        raise ValueError(
            f"{origin!r} is no origin; give scheme, host and port only, as "
            "https://www.example.org, without path or wildcard, the host in ASCII"
        )
    bare = f"{match['scheme']}://{match['host']}"
    return bare if port in (0, _DEFAULT_PORTS[match["scheme"]]) else f"{bare}:{port}"


Origin = Annotated[str, AfterValidator(checked_origin)]


class Widget(BaseModel):
    """A widget, ``[widgets.NAME]`` in ``footnote.toml``. No origin is let in that is not listed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(
        pattern=f"^{PUBLIC_ID}$", description="The public id, which pages that embed it name."
    )
    origins: tuple[Origin, ...] = Field(
        (), description="Origins of the pages that may embed it; empty, none may."
    )
    documents: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        ("*",),
        min_length=1,
        description="Globs of the names of the documents that it answers from.",
    )
    title: str = Field("", max_length=100, description="What stands above the conversation.")
    greeting: str = Field("", max_length=500, description="What it says first.")
    placeholder: str = Field("", max_length=100, description="What the empty question box says.")
    questions: tuple[Annotated[str, Field(min_length=1, max_length=300)], ...] = Field(
        (), max_length=8, description="Questions that it suggests."
    )
    lang: Language | None = Field(None, description="The language of its own texts.")
    theme: Theme = Field("auto", description="Light, dark, or as the visitor's system is.")
    position: Position = Field("right", description="The side of the page that it stands at.")
    color: str = Field(
        "", pattern=r"^(#[0-9A-Fa-f]{6})?$", description="Its accent colour, as #2457a6."
    )
    rate_per_minute: int | None = Field(
        None, ge=1, le=100_000, description="Questions a minute that one client may ask it."
    )
    feedback: bool = Field(True, description="Let visitors rate answers.")
    sources: bool = Field(
        False, description="Link citations to the whole document on the server's own page."
    )

    def covers(self, name: str) -> bool:
        """Tell whether a document, by its name, is one of those that it answers from."""
        return matches(name, self.documents)

    @property
    def scope(self) -> tuple[str, ...]:
        """The globs to ask within; empty, where they leave nothing out."""
        return () if "*" in self.documents else self.documents

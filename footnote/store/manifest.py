"""What the files of a search index must be, as it was written: its manifest."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footnote.errors import IndexDamaged
from footnote.store.files import sha256_once, write_durably
from footnote.store.identity import Identity
from footnote.store.schema import FORMAT

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder's files must be: ``files`` maps a name to size in bytes and SHA-256."""

    generation: int
    # Another where generations were counted anew, and where a catalogue took another's place.
    created: str | None
    identity: Identity
    dense: dict[str, Any]
    files: dict[str, tuple[int, str]]

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read a folder's manifest. Raises IndexDamaged."""
        try:
            raw = json.loads((folder / MANIFEST).read_bytes())
            if raw["format"] != FORMAT or raw.pop("sha256") != _sha256(raw):
                raise IndexDamaged(f"the manifest of {folder} is altered, or of another format")
            return cls(
                raw["generation"],
                raw["created"],
                Identity(raw["embedder"], raw["dimension"]),
                raw["dense"],
                {name: (size, sha256) for name, (size, sha256) in raw["files"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(f"the manifest of {folder} cannot be read: {error}") from error

    def write(self, folder: Path) -> None:
        """Store it, with a hash of its own. Raises OSError."""
        raw: dict[str, Any] = {
            "format": FORMAT,
            "generation": self.generation,
            "created": self.created,
            "embedder": self.identity.embedder,
            "dimension": self.identity.dimension,
            "dense": self.dense,
            "files": self.files,
        }
        raw["sha256"] = _sha256(raw)
        write_durably(folder / MANIFEST, json.dumps(raw, indent=1).encode())

    def check(self, folder: Path, digest: Callable[[Path], str] = sha256_once) -> None:
        """Raise IndexDamaged where a file is missing, cut short or altered."""
        for name, (size, sha256) in self.files.items():
            try:
                found = (folder / name).stat().st_size
                altered = found != size or digest(folder / name) != sha256
            except OSError as error:
                raise IndexDamaged(f"{folder / name} cannot be read: {error.strerror}") from error
            if altered:
                raise IndexDamaged(f"{folder / name} was altered after it was written")


def _sha256(raw: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()

"""Zip archives: their files one by one, and how much a zip may inflate to.

No size that an archive states is trusted: bytes are counted while they are inflated.
"""

import io
import re
import stat
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from footnote.errors import UnreadableFile
from footnote.ingest.detect import is_zip, zip_kind

# More than this inflated, over all of an archive, is a bomb more often than documents.
MAX_INFLATED = 256 * 1024 * 1024
MAX_MEMBERS = 10_000
_CHUNK = 1 << 16
_DRIVE = re.compile(r"[A-Za-z]:")
_MADE_BY_UNIX = 3
_ENCRYPTED = 0x1
_UTF_8 = 0x800


@dataclass(frozen=True, slots=True)
class Member:
    """A file within an archive: its bytes, or the reason why it cannot be read."""

    name: str
    data: bytes = b""
    reason: str | None = None


class Inflater:
    """Reads the parts of a zip, and counts what all of them inflate to."""

    def __init__(self, data: bytes, most: int = MAX_INFLATED) -> None:
        """Open a zip. Raises UnreadableFile for one that is damaged or has too many parts."""
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        # A name that is not in the encoding it states is a UnicodeDecodeError.
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise UnreadableFile(f"not a zip that can be read: {error}") from error
        self.parts = self._file.infolist()
        if len(self.parts) > MAX_MEMBERS:
            raise UnreadableFile(f"holds {len(self.parts)} files; at most {MAX_MEMBERS} are read")
        self._most = self._left = most

    def read(self, part: zipfile.ZipInfo) -> bytes:
        """Inflate a part. Raises UnreadableFile, which names the part's fault, not the part."""
        if part.flag_bits & _ENCRYPTED:
            raise UnreadableFile("encrypted; give it without a password")
        # Of other methods a few bytes may inflate to gigabytes at once.
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile("compressed by another method than deflate")
        try:
            return self._inflated(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
            raise UnreadableFile(f"damaged: {error}") from error
        except NotImplementedError as error:
            raise UnreadableFile(f"cannot be unpacked: {error}") from error

    def _inflated(self, part: zipfile.ZipInfo) -> bytes:
        chunks = []
        with self._file.open(part) as file:
            while chunk := file.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise UnreadableFile(f"inflates to more than {self._most >> 20} MB in all")
                chunks.append(chunk)
        return b"".join(chunks)


def members(data: bytes) -> list[Member]:
    """Return the files in a zip archive, hidden ones left out unsaid, each once.

    Nothing is written: a name is a name only. Raises UnreadableFile where the archive as a
    whole cannot be read; MemoryError where there is too little.
    """
    try:
        return _members(Inflater(data))
    except (UnreadableFile, MemoryError):
        raise
    # zipfile meets hostile bytes with more kinds of error than it documents.
    except Exception as error:
        raise UnreadableFile(f"unpacking it failed: {type(error).__name__}: {error}") from error


def _members(inflater: Inflater) -> list[Member]:
    found: dict[str, Member] = {}
    for part in inflater.parts:
        path = PurePosixPath(_name(part))
        name = str(path)
        # A name that windows made ends like a folder's too.
        if part.is_dir() or _name(part).endswith("/") or _is_hidden(path):
            continue
        if name in found:
            found[name] = Member(name, reason="two files in the archive have this name")
        else:
            found[name] = _member(inflater, part, path)
    return list(found.values())


def _member(inflater: Inflater, part: zipfile.ZipInfo, path: PurePosixPath) -> Member:
    name = str(path)
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(name):
        return Member(name, reason="its name leads out of the archive")
    if part.create_system == _MADE_BY_UNIX and stat.S_ISLNK(part.external_attr >> 16):
        return Member(name, reason="a link, which is not followed")
    try:
        data = inflater.read(part)
    except UnreadableFile as error:
        return Member(name, reason=str(error))
    if is_zip(data) and zip_kind(data) == ".zip":
        return Member(name, reason="an archive within an archive, which is not unpacked")
    return Member(name, data)


def _name(part: zipfile.ZipInfo) -> str:
    """Return a part's name; many programs write UTF-8 and do not say so."""
    name = part.filename
    if not part.flag_bits & _UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/").encode(errors="replace").decode()


def _is_hidden(path: PurePosixPath) -> bool:
    parts = [part for part in path.parts if part != ".."]
    return "__MACOSX" in parts or any(part.startswith(".") for part in parts)

"""Zips, and the hostile things that can be done to one."""

import io
import zipfile
from collections.abc import Mapping

# Nine levels of ten: a gigabyte, were it expanded.
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip of parts by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def altered(data: bytes, name: str, old: str, new: str) -> bytes:
    """Return a zip in which one part has one text in place of another."""
    parts = unzipped(data)
    assert old.encode() in parts[name]
    return zipped(parts | {name: parts[name].replace(old.encode(), new.encode(), 1)})


def with_doctype(data: bytes, name: str, doctype: str, entity: str, within: str) -> bytes:
    """Return a zip in which a part declares entities, and uses one before a text."""
    parts = unzipped(data)
    text = parts[name].decode()
    head, body = text.split("?>", 1) if text.startswith("<?xml") else ("", text)
    declared = (f"{head}?>" if head else "") + doctype + body.replace(within, entity + within, 1)
    return zipped(parts | {name: declared})


def encrypted(data: bytes) -> bytes:
    """Return a zip whose parts say that they are encrypted."""
    out = bytearray(data)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(signature)
        while at >= 0:
            out[at + flags] |= 1
            at = out.find(signature, at + 4)
    return bytes(out)


def understated(data: bytes, size: int) -> bytes:
    """Return a zip of one part that says it inflates to fewer bytes than it does."""
    out = bytearray(data)
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = out.find(signature)
        out[start + at : start + at + 4] = size.to_bytes(4, "little")
    return bytes(out)

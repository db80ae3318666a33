"""Where processes listen, by what Linux tells of sockets."""

import re
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from tests.indexing.rays import descendants

_LISTENS = "0A"


def listening(pid: int) -> Iterator[IPv4Address | IPv6Address]:
    """Give the addresses that a process and those below it listen on."""
    sockets = dict(_listening_sockets())
    for each in [pid, *(child for child, _ in descendants(pid))]:
        with suppress(OSError):
            for descriptor in Path(f"/proc/{each}/fd").iterdir():
                with suppress(OSError):
                    socket = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
                    if socket and socket[1] in sockets:
                        yield sockets[socket[1]]


def _listening_sockets() -> Iterator[tuple[str, IPv4Address | IPv6Address]]:
    for name in ("tcp", "tcp6"):
        for line in Path("/proc/net", name).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENS:
                yield fields[9], _address(fields[1].split(":")[0])


def _address(words: str) -> IPv4Address | IPv6Address:
    """Read an address that is written as 32-bit words in this machine's order."""
    parts = [int(words[at : at + 8], 16).to_bytes(4, "little") for at in range(0, len(words), 8)]
    packed = b"".join(parts)
    if len(packed) == 4:
        return IPv4Address(packed)
    address = IPv6Address(packed)
    return address.ipv4_mapped or address

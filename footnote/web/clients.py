"""Tell who calls: what a limit for each client counts, and whether it is this machine itself.

A header can say anything, so X-Forwarded-For is believed only where the connection comes from
a proxy that is listed, and only as far as listed proxies wrote it.
"""

import ipaddress
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from footnote.errors import UsageError

log = logging.getLogger("footnote.web")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Any of these was put there by a proxy, listed or not.
_FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
_UNKNOWN = "unknown"
# Who has one address of IPv6 has 2 to the 64th of them.
_IPV6_PREFIX = 64


@dataclass(frozen=True)
class Client:
    """Who calls. ``key`` counts as one client; ``local`` is a program on this machine."""

    key: str
    local: bool


class Clients:
    """Tell clients apart, given which proxies are believed.

    Raises UsageError where a listed proxy is neither an address nor a network.
    """

    def __init__(self, proxies: Iterable[str] = ()) -> None:
        self._proxies = tuple(map(_checked_proxy, proxies))
        self._warned = False

    def of(self, scope: Scope) -> Client:
        """Return the client that a request comes from."""
        peer = _parsed(scope["client"][0]) if scope.get("client") else None
        if peer is None:
            return Client(_UNKNOWN, local=False)
        headers = Headers(scope=scope)
        if self._is_proxy(peer):
            return Client(_key_of(self._forwarded_by(peer, headers)), local=False)
        forwarded = any(name in headers for name in _FORWARDED)
        if forwarded and peer.is_loopback:
            self._warn(peer)
        return Client(_key_of(peer), local=peer.is_loopback and not forwarded)

    def _forwarded_by(self, proxy: Address, headers: Headers) -> Address:
        """Return the nearest address that no listed proxy has; the last good one, if none."""
        nearest = proxy
        written = ",".join(headers.getlist("x-forwarded-for"))
        for entry in reversed(written.split(",")):
            found = _parsed(entry.strip())
            if found is None:
                break
            nearest = found
            if not self._is_proxy(found):
                break
        return nearest

    def _is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)

    def _warn(self, peer: Address) -> None:
        """Say once that all visitors behind a proxy count as one client."""
        if not self._warned:
            self._warned = True
            log.warning(
                "a proxy at %s is not listed in the setting proxies: all who come through it "
                "count as one client",
                peer,
            )


def _key_of(address: Address) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address), _IPV6_PREFIX), strict=False))
    return str(address)


def _parsed(text: str) -> Address | None:
    """Read an address, with or without a port.

    >>> _parsed("[2001:db8::1]:443"), _parsed("192.0.2.1:80"), _parsed("::ffff:192.0.2.1")
    (IPv6Address('2001:db8::1'), IPv4Address('192.0.2.1'), IPv4Address('192.0.2.1'))
    """
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _checked_proxy(proxy: str) -> Network:
    try:
        return ipaddress.ip_network(proxy)
    except ValueError as error:
        raise UsageError(
            f"proxies has {proxy!r}, which is neither an address nor a network ({error}); give "
            "them as 127.0.0.1, ::1 or 10.0.0.0/8"
        ) from error

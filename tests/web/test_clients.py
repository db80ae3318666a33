import logging

import pytest
from starlette.types import Scope

from footnote.errors import UsageError
from footnote.settings import Settings
from footnote.web.clients import Client, Clients
from tests.web.conftest import make_app
from tests.web.double import WordEngine

PROXY = "10.0.0.5"


def scope_of(peer: str | None, *forwarded: str, **headers: str) -> Scope:
    pairs = [("x-forwarded-for", value) for value in forwarded]
    pairs += [(name.replace("_", "-"), value) for name, value in headers.items()]
    return {
        "type": "http",
        "client": None if peer is None else (peer, 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in pairs],
    }


def key(peer: str | None, *forwarded: str, proxies: tuple[str, ...] = (PROXY,)) -> str:
    return Clients(proxies).of(scope_of(peer, *forwarded)).key


def test_a_client_is_the_address_that_its_connection_comes_from() -> None:
    assert key("192.0.2.1") == "192.0.2.1"
    assert key("192.0.2.1") != key("192.0.2.2")


def test_what_anybody_says_to_be_forwarded_is_not_believed() -> None:
    assert key("192.0.2.1", "198.51.100.7") == "192.0.2.1"
    assert key("192.0.2.1", "198.51.100.7", proxies=()) == "192.0.2.1"


def test_behind_a_listed_proxy_the_forwarded_address_counts() -> None:
    assert key(PROXY, "198.51.100.7") == "198.51.100.7"
    assert key("127.0.0.1", "198.51.100.7", proxies=("127.0.0.1",)) == "198.51.100.7"
    assert key("10.9.9.9", "198.51.100.7", proxies=("10.0.0.0/8",)) == "198.51.100.7"


def test_only_what_listed_proxies_wrote_is_believed() -> None:
    # The visitor wrote the first, the proxy the last.
    assert key(PROXY, "203.0.113.9, 198.51.100.7") == "198.51.100.7"
    assert key(PROXY, "203.0.113.9", "198.51.100.7") == "198.51.100.7"
    two = ("10.0.0.5", "10.0.0.6")
    assert key(PROXY, "203.0.113.9, 198.51.100.7, 10.0.0.6", proxies=two) == "198.51.100.7"


@pytest.mark.parametrize("written", ["", "nonsense", "unknown", "1.2.3.4.5", "-", "a" * 9000])
def test_a_proxy_that_forwards_no_address_counts_itself(written: str) -> None:
    assert key(PROXY, written) == PROXY
    assert key(PROXY, f"203.0.113.9, {written}") == PROXY


@pytest.mark.parametrize("written", ["198.51.100.7:4711", "::ffff:198.51.100.7", " 198.51.100.7 "])
def test_an_address_is_the_same_however_it_is_written(written: str) -> None:
    assert key(PROXY, written) == "198.51.100.7"


def test_ipv6_counts_by_its_network_of_64_bits() -> None:
    assert key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert key("2001:db8:1:3::1") == "2001:db8:1:3::/64"
    assert key(PROXY, "[2001:db8:1:2::1]:443") == "2001:db8:1:2::/64"


def test_who_has_no_address_counts_as_one() -> None:
    assert Clients().of(scope_of(None)) == Clients().of(scope_of("a socket"))
    assert not Clients().of(scope_of(None)).local


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
def test_a_program_on_this_machine_is_local(peer: str) -> None:
    assert Clients().of(scope_of(peer)).local


def test_nobody_else_is_local_whatever_is_forwarded() -> None:
    assert not Clients().of(scope_of("192.0.2.1", "127.0.0.1")).local
    assert not Clients((PROXY,)).of(scope_of(PROXY, "127.0.0.1")).local
    assert not Clients(("127.0.0.1",)).of(scope_of("127.0.0.1", "127.0.0.1")).local
    assert not Clients(("127.0.0.1",)).of(scope_of("127.0.0.1")).local


@pytest.mark.parametrize("name", ["x_forwarded_for", "x_real_ip", "forwarded", "via"])
def test_what_comes_through_an_unlisted_proxy_is_not_local_and_said_once(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    clients = Clients()
    with caplog.at_level(logging.WARNING, "footnote.web"):
        for _ in range(3):
            called = clients.of(scope_of("127.0.0.1", **{name: "198.51.100.7"}))
            assert called == Client("127.0.0.1", local=False)
    assert len(caplog.messages) == 1
    assert "not listed in the setting proxies" in caplog.text


@pytest.mark.parametrize(
    "proxy", ["", "*", "proxy.example.org", "10.0.0.0/33", "10.0.0.1/8", "127.0.0.1:80", "::1/200"]
)
def test_a_malformed_proxy_stops_the_start(proxy: str) -> None:
    with pytest.raises(UsageError, match=r"proxies has .* neither an address nor a network"):
        make_app(WordEngine(), Settings(proxies=(proxy,)))

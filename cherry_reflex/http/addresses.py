"""Which addresses may be called, when private ones may not, and how a request is held to one.

Every client of ours asks here: for agents, tools and files of the web (httpx) and for models and
MCP over HTTP (httpx2). A name is resolved once, each of its addresses is judged, and the
request goes to one of those: the name may mean another address a moment later.
"""

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

import anyio

from cherry_reflex.core.errors import Unavailable

if TYPE_CHECKING:
    import httpx
    import httpx2

Request = TypeVar("Request", "httpx.Request", "httpx2.Request")
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives a host's addresses, the best one first. Raises OSError or ValueError."""

_PORTS = {"http": 80, "https": 443}

# IANA's registries of special-purpose addresses, and multicast: all that is not globally
# reachable. Written out, as what Python's `is_global` says differs between its patch releases.
_REFUSED_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' own (CGNAT)
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # what Azure answers its own machines at
        "169.254.0.0/16",  # link-local
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, gone
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
"""The only part of IPv6 that is given to hosts of the internet."""
_REFUSED_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)

_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_ISATAP = (bytes.fromhex("00005efe"), bytes.fromhex("02005efe"))

_LAST = (12, 13, 14, 15)
# Which bytes of an IPv6 address are an IPv4 one (RFC 4291, 6052, 8215, 3056, 4380).
_EMBEDDED = (
    (_MAPPED, _LAST),
    (ipaddress.IPv6Network("::/96"), _LAST),  # compatible
    (_NAT64, _LAST),
    (_NAT64_LOCAL, _LAST),
    (_NAT64_LOCAL, (6, 7, 9, 10)),
    (_NAT64_LOCAL, (7, 9, 10, 11)),
    (_NAT64_LOCAL, (9, 10, 11, 12)),
    (ipaddress.IPv6Network("2002::/16"), (2, 3, 4, 5)),  # 6to4
    (_TEREDO, (4, 5, 6, 7)),  # its server
)


class Refusal(NamedTuple):
    """How a caller is told: an error code, and the slot of its sentence that takes the host."""

    code: str
    slot: str

    def error(self, host: str, detail: str = "") -> Unavailable:
        """Return the error about `host`."""
        return Unavailable(self.code, detail, **{self.slot: host})


PRIVATE = Refusal("url_private", "url")
AGENT_UNREACHABLE = Refusal("agent_unreachable", "name")


def is_public(address: str) -> bool:
    """Return whether an address, and every IPv4 address inside it, is globally reachable; False
    for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _REFUSED_4)
    # These two are ways to write and to reach an IPv4 address, which alone counts then.
    stands_for_4 = found in _MAPPED or found in _NAT64
    given = found in _GLOBAL_6 and not any(found in network for network in _REFUSED_6)
    return (stands_for_4 or given) and all(is_public(str(inner)) for inner in embedded(found))


def embedded(address: IPv6Address) -> frozenset[IPv4Address]:
    """Return the IPv4 addresses that packets to an IPv6 address may end at, by one of the ways to
    carry the one in the other; one that may be read in several ways gives them all."""
    packed = address.packed
    found = {
        IPv4Address(bytes(packed[at] for at in places))
        for network, places in _EMBEDDED
        if address in network
    }
    if packed[8:12] in _ISATAP:
        found.add(IPv4Address(packed[12:]))
    if address in _TEREDO:  # its client, written with every bit turned round
        found.add(IPv4Address(bytes(byte ^ 0xFF for byte in packed[12:])))
    return frozenset(found)


async def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host in the order of the system's resolver (RFC 6724)."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]).partition("%")[0] for entry in found]


async def public_address(
    host: str,
    port: int,
    *,
    private: Refusal = PRIVATE,
    unreachable: Refusal = AGENT_UNREACHABLE,
    resolve: Resolve = addresses,
) -> str:
    """Return the first address of `host`, all of whose addresses are public.

    Raises Unavailable: `private` when one of them is not, `unreachable` when it has none.
    """
    try:
        found = await resolve(host, port)
    except (OSError, ValueError) as error:
        raise unreachable.error(host, str(error)) from error
    if not found:
        raise unreachable.error(host)
    if not all(is_public(address) for address in found):
        raise private.error(host)
    return found[0]


async def refuse_private(url: str, *, unreachable: Refusal = AGENT_UNREACHABLE) -> None:
    """Raise Unavailable (`url_private`, or `unreachable`) unless a URL's host is public."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise unreachable.error(url, str(error)) from error
    await public_address(parts.hostname or "", port, unreachable=unreachable)


async def pin(
    request: Request,
    *,
    private: Refusal = PRIVATE,
    unreachable: Refusal = AGENT_UNREACHABLE,
    resolve: Resolve = addresses,
) -> None:
    """Let a request go to an address of its host that was judged to be public; Host and the name
    that the certificate must have stay. Raises as `public_address`."""
    url = request.url
    host = url.raw_host.decode("ascii")
    address = await public_address(
        host,
        url.port or _PORTS.get(url.scheme, 0),
        private=private,
        unreachable=unreachable,
        resolve=resolve,
    )
    request.extensions = {**request.extensions, "sni_hostname": host}
    request.headers["Host"] = url.netloc.decode("ascii")
    request.url = url.copy_with(host=address)

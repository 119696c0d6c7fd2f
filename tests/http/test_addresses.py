"""Which addresses may be called, and that a request goes to the one that was judged."""

import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from types import ModuleType

import httpx
import httpx2
import pytest

from cherry_reflex.a2a.client.connections import Connections
from cherry_reflex.a2a.client.transport import GuardedTransport, ReadLimits
from cherry_reflex.core.errors import Unavailable
from cherry_reflex.http.addresses import (
    Refusal,
    Resolve,
    embedded,
    is_public,
    pin,
    public_address,
    refuse_private,
)
from cherry_reflex.llm.transport import guarded_client
from cherry_reflex.mcp.client.http import client

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "100.63.255.255",  # one before the carriers'
    "100.128.0.0",  # one behind
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "198.20.0.1",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "2606:4700::1%eth0",  # a zone says nothing of an address that is not link-local
    "::ffff:8.8.8.8",  # mapped
    "64:ff9b::8.8.8.8",  # NAT64
    "2002:808:808::1",  # 6to4
    "2606:4700::5efe:8.8.8.8",  # ISATAP
    "2606:4700::200:5efe:808:808",
]

REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "2001:2::1",
    "2001:db8::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    # Written as IPv6, reaching IPv4.
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:224.0.0.1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:0:127.0.0.1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:c0a8:1::1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::169.254.169.254",
    "64:ff9b:1:a9fe:a9:fe00::",
    "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:127.0.0.1",
    "2001:0:808:808::80ff:fffe",  # Teredo, of 127.0.0.1
    "2001:0:7f00:1::f7f7:f7f7",  # Teredo, by 127.0.0.1
    "",
    "localhost",
    "127.1",
    "8.8.8",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_may_be_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_globally_reachable_may_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("2606:4700::1", set()),
        ("::ffff:10.0.0.1", {"10.0.0.1"}),
        ("::10.0.0.1", {"10.0.0.1"}),
        ("2002:a00:1::", {"10.0.0.1"}),
        ("64:ff9b::10.0.0.1", {"10.0.0.1"}),
        ("2606:4700::5efe:10.0.0.1", {"10.0.0.1"}),
        ("2001:0:102:304::f5ff:fffe", {"1.2.3.4", "10.0.0.1"}),
        # The local NAT64 prefix may be cut to any of four lengths.
        ("64:ff9b:1:a00:0:100::", {"10.0.0.1", "0.0.1.0", "0.1.0.0", "0.0.0.0"}),
    ],
)
def test_ipv4_inside_ipv6(address: str, inside: set[str]) -> None:
    assert {str(one) for one in embedded(ipaddress.IPv6Address(address))} == inside


def gives(*addresses: str) -> Resolve:
    """Return a resolver that knows these alone."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


async def no_such_name(host: str, port: int) -> Sequence[str]:
    raise OSError("no such name")


@pytest.mark.parametrize("library", [httpx, httpx2])
async def test_a_request_goes_to_the_address_that_was_judged(library: ModuleType) -> None:
    """The name is not looked up again: the request has the address, and the name where the other
    side needs it."""
    for url, address, host, sni in (
        ("https://api.example.com/v1?a=1", "2606:4700::1", "api.example.com", "api.example.com"),
        ("http://api.example.com:8080/", "1.1.1.1", "api.example.com:8080", "api.example.com"),
        (
            "https://예시.example.com/",
            "1.1.1.1",
            "xn--vv4b11d.example.com",
            "xn--vv4b11d.example.com",
        ),
        ("https://[2606:4700::1]:8443/", "2606:4700::1", "[2606:4700::1]:8443", "2606:4700::1"),
    ):
        request = library.Request("GET", url, extensions={"timeout": {"read": 1}})
        before = request.url
        await pin(request, resolve=gives(address, "8.8.8.8"))
        assert request.url.host == address
        assert (request.url.port, request.url.raw_path) == (before.port, before.raw_path)
        assert request.headers.get_list("Host") == [host]
        assert request.extensions == {"timeout": {"read": 1}, "sni_hostname": sni}


@pytest.mark.parametrize("library", [httpx, httpx2])
async def test_one_private_address_among_public_ones_is_enough(library: ModuleType) -> None:
    request = library.Request("GET", "https://example.com/")
    with pytest.raises(Unavailable) as caught:
        await pin(request, resolve=gives("1.1.1.1", "::ffff:127.0.0.1"))
    assert (caught.value.code, caught.value.params) == ("url_private", {"url": "example.com"})
    assert request.url.host == "example.com"


@pytest.mark.parametrize("resolve", [gives(), no_such_name])
async def test_a_host_without_address(resolve: Resolve) -> None:
    for more, code, params in (
        ({}, "agent_unreachable", {"name": "example.com"}),
        (
            {"unreachable": Refusal("model_unreachable", "where")},
            "model_unreachable",
            {"where": "example.com"},
        ),
    ):
        with pytest.raises(Unavailable) as caught:
            await public_address("example.com", 443, resolve=resolve, **more)
        assert (caught.value.code, caught.value.params) == (code, params)


async def by_agents(url: str) -> None:
    """Call as agents are called."""
    transport = GuardedTransport(Connections(10), ReadLimits.around(1000), private_urls=False)
    async with httpx.AsyncClient(transport=transport) as http:
        await http.get(url)


async def by_models(url: str) -> None:
    """Call as models are called."""
    async with guarded_client(timeout_s=1, bytes_max=1000, private_urls=False) as http:
        await http.get(url)


async def by_tools(url: str) -> None:
    """Call as MCP servers are called."""
    async with client({}, private_urls=False) as http:
        await http.get(url)


CALLERS = [
    (by_agents, "agent_unreachable"),
    (by_models, "model_unreachable"),
    (by_tools, "tool_unreachable"),
]
DISGUISES = [
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "localhost",
    "224.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[2002:7f00:1::]",
    "[64:ff9b::a9fe:a9fe]",
]
Call = Callable[[str], Awaitable[None]]


@pytest.mark.parametrize("host", DISGUISES)
@pytest.mark.parametrize("call", [call for call, _ in CALLERS])
async def test_every_client_judges(call: Call, host: str) -> None:
    with pytest.raises(Unavailable) as caught:
        await call(f"http://{host}:9/")
    assert caught.value.code == "url_private"


@pytest.mark.parametrize(("call", "code"), CALLERS)
async def test_every_client_has_its_code_for_a_name_without_address(call: Call, code: str) -> None:
    with pytest.raises(Unavailable) as caught:
        await call(f"http://{'a' * 64}.example/")
    assert caught.value.code == code


async def test_an_address_before_anything_is_sent() -> None:
    await refuse_private("https://[2606:4700::1]/mcp")
    for url in ("https://[2002:7f00:1::]/mcp", "http://127.0.0.1/"):
        with pytest.raises(Unavailable, match="url_private"):
            await refuse_private(url)
    with pytest.raises(Unavailable, match="tool_unreachable"):
        await refuse_private(
            "http://1.1.1.1:99999/", unreachable=Refusal("tool_unreachable", "name")
        )

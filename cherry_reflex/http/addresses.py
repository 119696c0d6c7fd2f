"""Which addresses may be connected to, when private ones are not."""

import ipaddress
import socket
from urllib.parse import urlsplit

import anyio
import httpx

from cherry_reflex.core.errors import Unavailable


async def public_address(host: str, port: int) -> str:
    """Return an address of `host`, all of whose addresses are public.

    Raises Unavailable (`url_private`, `agent_unreachable`).
    """
    try:
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable("agent_unreachable", detail=str(error), name=host) from error
    addresses = {str(entry[4][0]).partition("%")[0] for entry in found}
    if not addresses or not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise Unavailable("url_private", url=host)
    return sorted(addresses)[0]


async def refuse_private(url: str) -> None:
    """Raise Unavailable (`url_private`) when a URL's host has a private address."""
    parts = urlsplit(url)
    await public_address(parts.hostname or "", parts.port or 443)


async def pin(request: httpx.Request) -> None:
    """Replace the host of a request by an address of it that is public.

    Raises Unavailable (`url_private`, `agent_unreachable`).
    """
    host = request.url.host
    address = await public_address(host, request.url.port or 443)
    request.extensions = {**request.extensions, "sni_hostname": host}
    request.headers["Host"] = request.url.netloc.decode("ascii")
    request.url = request.url.copy_with(host=address)

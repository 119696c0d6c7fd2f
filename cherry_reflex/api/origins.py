"""The web origins that may open the page: by which addresses this server is known."""

from cherry_reflex.settings import LOOPBACK, Settings

_EVERY = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on


def origins(settings: Settings) -> tuple[str, ...]:
    """Return them: loopback, the address that is listened on (every one of this machine's, when it
    is all), and those that the operator has named."""
    hosts = [*LOOPBACK, *(_own() if settings.host in _EVERY else [settings.host])]
    found = [f"http://{bracketed(host)}:{settings.port}" for host in hosts]
    return tuple(dict.fromkeys([*found, *settings.origins]))


def bracketed(host: str) -> str:
    """Return a host as addresses of the web write it."""
    return f"[{host}]" if ":" in host else host


def _own() -> list[str]:
    import socket

    import psutil

    return [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        # A link-local address (with a zone) is no host of a URL.
        if address.family in (socket.AF_INET, socket.AF_INET6) and "%" not in address.address
    ]

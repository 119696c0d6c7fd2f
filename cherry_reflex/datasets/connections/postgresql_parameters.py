"""How a PostgreSQL is connected to by a process that can look up no names, users and folders."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.datasets.connections.registry import DatabaseConnection

_PORT = "5432"
_USUAL_FILES = {
    "sslrootcert": "root.crt",
    "sslcert": "postgresql.crt",
    "sslkey": "postgresql.key",
    "sslcrl": "root.crl",
}
"""Files that libpq looks for in ~/.postgresql, by the parameters that name others."""


@dataclass(frozen=True)
class _Endpoint:
    host: str
    """What the server's certificate is for; may be empty."""
    address: str
    port: str


@dataclass(frozen=True)
class PostgreSqlParameters:
    """A URL, with all that libpq would look up."""

    text: str = field(repr=False)
    """As libpq takes it; with the password."""
    files: tuple[Path, ...]
    """Certificates and keys."""
    ports: tuple[int, ...]

    @classmethod
    def of(cls, connection: DatabaseConnection) -> Self:
        """Look up what a connection needs. Raises Unavailable `database_unreachable`, also for what
        is no URL; `database_no_host` for one by a socket in a folder."""
        import psycopg
        from psycopg.conninfo import conninfo_to_dict, make_conninfo

        name = connection.name
        try:
            given = {key: str(value) for key, value in conninfo_to_dict(connection.url).items()}
            found = _endpoints(given, name)
        except (psycopg.Error, ValueError) as error:
            # Its words may hold a part of the password.
            raise Unavailable("database_unreachable", type(error).__name__, name=name) from None
        given |= {
            "host": ",".join(one.host for one in found),
            "hostaddr": ",".join(one.address for one in found),
            "port": ",".join(one.port for one in found),
        }
        # Whom the environment names, or as whom we run here.
        defaults = {one.keyword: one.val or b"" for one in psycopg.pq.Conninfo.get_defaults()}
        given.setdefault("user", defaults[b"user"].decode())
        files = _files(given)
        return cls(
            text=make_conninfo(**given | {key: str(path) for key, path in files.items()}),
            files=tuple(files.values()),
            ports=tuple({int(one.port) for one in found}),
        )


def _endpoints(given: Mapping[str, str], name: str) -> list[_Endpoint]:
    """Return what is tried, in order. Raises Unavailable, ValueError where the numbers of hosts,
    addresses and ports do not agree."""
    hosts, addresses, ports = (
        given.get(key, "").split(",") for key in ("host", "hostaddr", "port")
    )
    count = max(len(hosts), len(addresses))
    hosts, addresses = (one if one != [""] else [""] * count for one in (hosts, addresses))
    if len(ports) == 1:
        ports *= count
    found: list[_Endpoint] = []
    failed = ""
    for host, address, port in zip(hosts, addresses, ports, strict=True):
        if not address and (not host or host[0] in "/@"):
            raise Unavailable("database_no_host", name=name)
        try:
            found += _resolved(_Endpoint(host, address, str(int(port or _PORT))))
        except OSError as error:
            failed = f"{host}: {error}"
    if not found:
        raise Unavailable("database_unreachable", failed, name=name)
    return found


def _resolved(one: _Endpoint) -> Iterator[_Endpoint]:
    if one.address:
        yield one
        return
    for *_, address in socket.getaddrinfo(one.host, one.port, type=socket.SOCK_STREAM):
        yield _Endpoint(one.host, str(address[0]), one.port)


def _files(given: dict[str, str]) -> dict[str, Path]:
    """Return the files that are read, by the parameters that name them."""
    if given.get("sslrootcert") == "system" and (own := ssl.get_default_verify_paths().cafile):
        # The driver brings an OpenSSL of its own, whose folder of certificates is nowhere.
        given |= {"sslrootcert": own, "sslmode": "verify-full"}
    keys = (*_USUAL_FILES, "sslcrldir")
    named = {key: Path(given[key]).absolute() for key in keys if given.get(key)}
    usual = {key: Path("~/.postgresql", file).expanduser() for key, file in _USUAL_FILES.items()}
    return {key: path for key, path in (usual | named).items() if path.exists()}

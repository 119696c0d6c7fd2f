"""A real PostgreSQL of the tests, where one is installed: with penguins, and a certificate."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from palmerpenguins import load_penguins

PENGUINS = load_penguins().convert_dtypes()
PASSWORD = "hidden-password"


@dataclass(frozen=True)
class PostgreSql:
    """A running server; its certificate, signed by itself, is for `localhost`."""

    port: int
    certificate: Path

    def url(self, host: str = "127.0.0.1", **parameters: object) -> str:
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"postgresql://tester:{PASSWORD}@{host}:{self.port}/postgres?{query}"


@contextmanager
def started(folder: Path) -> Iterator[PostgreSql]:
    """Start a server on a free port; skip where none is installed."""
    binary = shutil.which("initdb") or next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), ""
    )
    openssl = shutil.which("openssl")
    if not binary or not openssl:
        pytest.skip("no PostgreSQL, or no openssl, is installed")
    data = folder / "data"
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        user = {"user": "nobody", "group": "nogroup"}
        for part in (folder, *folder.parents):
            if part.is_relative_to(tempfile.gettempdir()) and part != Path(tempfile.gettempdir()):
                part.chmod(0o755)  # one more with several processes of tests
        shutil.chown(folder, "nobody", "nogroup")
    certificate, key = folder / "server.crt", folder / "server.key"
    make = f"req -new -x509 -days 2 -nodes -subj /CN=localhost -out {certificate} -keyout {key}"
    subprocess.run([openssl, *make.split()], check=True, capture_output=True, **user)
    key.chmod(0o600)
    made = subprocess.run(
        [binary, "-D", str(data), "-U", "tester", "-A", "trust"], capture_output=True, **user
    )
    if made.returncode:
        pytest.skip(f"PostgreSQL does not start here: {made.stderr.decode()[-200:]}")
    # Its passwords are asked for, as by a server of an operator's.
    (data / "pg_hba.conf").write_text("host all all all scram-sha-256\nlocal all all trust\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "listen_addresses": "localhost",
        "unix_socket_directories": folder,
        "ssl": "on",
        "ssl_cert_file": certificate,
        "ssl_key_file": key,
    }
    server = subprocess.Popen(
        [
            str(Path(binary).with_name("postgres")), "-D", str(data), "-p", str(port),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **user,
    )  # fmt: skip
    try:
        _fill(f"host={folder} port={port} user=tester dbname=postgres")
        yield PostgreSql(port, certificate)
    finally:
        server.terminate()
        server.wait(20)


def _fill(address: str) -> None:
    import psycopg

    deadline = time.monotonic() + 30
    while True:
        try:
            opened = psycopg.connect(address, autocommit=True)
            break
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)  # a foreign server: nothing tells when it listens
    with opened:
        opened.execute(f"ALTER ROLE tester PASSWORD '{PASSWORD}'")
        columns = ", ".join(
            f"{name} {'float8' if pd.api.types.is_numeric_dtype(PENGUINS[name]) else 'text'}"
            for name in PENGUINS
        )
        opened.execute(f"CREATE TABLE penguins ({columns})")
        cursor = opened.cursor()
        with cursor.copy("COPY penguins FROM STDIN") as copy:
            for row in PENGUINS.astype(object).where(PENGUINS.notna(), None).to_numpy().tolist():
                copy.write_row(row)
        opened.execute("CREATE SCHEMA shop; CREATE TABLE shop.orders AS SELECT 1 AS id")

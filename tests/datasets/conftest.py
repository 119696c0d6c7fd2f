"""A sandbox with ordinary settings, and a database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from tests.doubles.postgresql import PostgreSql, started


@pytest.fixture
async def sandbox(forkserver: Path) -> Sandbox:
    return Sandbox(Settings(_env_file=None), forkserver)


@pytest.fixture(scope="package")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSql]:
    with started(tmp_path_factory.mktemp("pg")) as server:
        yield server


@pytest.fixture
def postgres(postgresql: PostgreSql) -> str:
    """The URL of a PostgreSQL, with its password."""
    return postgresql.url()

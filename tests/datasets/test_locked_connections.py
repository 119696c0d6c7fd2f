"""Connected databases as they are used: each in a locked process that knows of no other."""

import os
import shutil
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import duckdb
import pytest

from cherry_reflex.analysis.operations import run_operation
from cherry_reflex.core.errors import BadInput, Conflict, NotFound, Unavailable
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.datasets.connections.operations import (
    DescribeDatabase,
    ListDatabases,
    QueryDatabase,
    ReadDatabaseTable,
)
from cherry_reflex.datasets.connections.registry import DatabaseConnection
from cherry_reflex.datasets.connections.session import open_session
from cherry_reflex.processes.isolation.isolation import supported
from cherry_reflex.processes.sandbox import Sandbox
from tests.analysis.tables import first_frame
from tests.datasets.looking import Look
from tests.datasets.test_connections import connect
from tests.doubles.postgresql import PASSWORD, PENGUINS, PostgreSql

COUNT = "SELECT count(*) AS n FROM penguins"
OTHER_PASSWORD = "another-hidden-word"


async def done(sandbox: Sandbox, operation: Operation, folder: Path) -> Outcome:
    return await run_operation(sandbox, operation, Tables(datasets=(), folder=folder / "work"))


def made(path: Path, *, wal: bool = False) -> sqlite3.Connection:
    """Return a database with penguins, open; its changes are kept beside it if wanted."""
    opened = sqlite3.connect(path, isolation_level=None)
    opened.execute(f"PRAGMA journal_mode = {'wal' if wal else 'delete'}")
    opened.execute("CREATE TABLE penguins (id INTEGER)")
    opened.execute("INSERT INTO penguins VALUES (1), (2), (3)")
    return opened


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of databases that are connected."""
    folder = tmp_path / "files"
    folder.mkdir()
    connect(tmp_path, monkeypatch, {"folder": "files"})
    return folder


async def counted(sandbox: Sandbox, folder: Path, database: str = "") -> int:
    outcome = await done(sandbox, QueryDatabase(database=database, sql=COUNT), folder)
    return int(first_frame(outcome)["n"][0])


async def test_files_are_read(sandbox: Sandbox, files: Path, tmp_path: Path) -> None:
    made(files / "zoo.sqlite").close()
    with duckdb.connect(str(files / "birds.duckdb")) as birds:
        birds.execute("CREATE TABLE penguins AS SELECT range AS id FROM range(7)")
    assert await counted(sandbox, tmp_path, "zoo") == 3
    assert await counted(sandbox, tmp_path, "birds") == 7
    with pytest.raises(BadInput, match="sql_not_select"):
        await done(sandbox, QueryDatabase(database="zoo", sql="DROP TABLE penguins"), tmp_path)
    with pytest.raises(NotFound, match="database_unknown"):
        await counted(sandbox, tmp_path, "lions")


async def test_what_another_writes_is_read_meanwhile(
    sandbox: Sandbox, files: Path, tmp_path: Path
) -> None:
    with closing(made(files / "zoo.sqlite", wal=True)) as writer:
        assert await counted(sandbox, tmp_path) == 3
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO penguins VALUES (4)")
        assert await counted(sandbox, tmp_path) == 3
        writer.execute("COMMIT")
        assert await counted(sandbox, tmp_path) == 4


async def test_what_was_left_beside_a_file_is_read(
    sandbox: Sandbox, files: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with closing(made(elsewhere / "zoo.sqlite", wal=True)):
        for path in elsewhere.iterdir():
            shutil.copy(path, files)  # as after a crash
    assert await counted(sandbox, tmp_path, "zoo") == 3
    with duckdb.connect(str(elsewhere / "birds.duckdb")) as birds:
        birds.execute("PRAGMA disable_checkpoint_on_shutdown")
        birds.execute("CREATE TABLE penguins AS SELECT range AS id FROM range(7)")
    assert (elsewhere / "birds.duckdb.wal").exists()
    for name in ("birds.duckdb", "birds.duckdb.wal"):
        shutil.copy(elsewhere / name, files)
    assert await counted(sandbox, tmp_path, "birds") == 7


async def test_a_file_that_nobody_has_open_is_left_alone(
    sandbox: Sandbox, files: Path, tmp_path: Path
) -> None:
    made(files / "zoo.sqlite", wal=True).close()
    before = (files / "zoo.sqlite").read_bytes()
    assert await counted(sandbox, tmp_path) == 3
    assert os.listdir(files) == ["zoo.sqlite"]
    assert (files / "zoo.sqlite").read_bytes() == before


@pytest.mark.parametrize("closes", [True, False])
def test_a_file_that_is_opened_and_changed_meanwhile_is_noticed(
    closes: bool, tmp_path: Path
) -> None:
    path = tmp_path / "zoo.sqlite"
    made(path, wal=True).close()
    zoo = DatabaseConnection(name="zoo", kind="sqlite", path=path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer, ExitStack() as reading:
        session = reading.enter_context(open_session(zoo))
        assert [one.name for one in session.tables()] == ["penguins"]
        writer.execute("INSERT INTO penguins VALUES (4)")
        if closes:
            writer.close()
        with pytest.raises(Conflict, match="database_changed"):
            reading.close()


async def test_postgresql_is_connected_to_by_name_and_certificate(
    postgresql: PostgreSql, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = postgresql.certificate
    verified = {"sslmode": "verify-full", "sslrootcert": certificate}
    urls = {
        "plain": postgresql.url("localhost", sslmode="disable"),
        "verified": postgresql.url("localhost", **verified),
        "several": postgresql.url("nowhere.invalid,localhost").replace(
            f":{postgresql.port}/", "/", 1
        )
        + f"port=1,{postgresql.port}",
        "misnamed": postgresql.url("127.0.0.1", **verified),
        "system": postgresql.url("localhost", sslrootcert="system"),
    }
    connect(tmp_path, monkeypatch, {"databases": {k: {"url": v} for k, v in urls.items()}})
    for name in ("plain", "verified", "several"):
        assert await counted(sandbox, tmp_path, name) == len(PENGUINS), name
    read = await done(sandbox, ReadDatabaseTable(database="verified", table="penguins"), tmp_path)
    assert first_frame(read)["body_mass_g"].sum() == PENGUINS["body_mass_g"].sum()
    for name, reason in (("misnamed", "127.0.0.1"), ("system", "certificate verify failed")):
        with pytest.raises(Unavailable, match="database_unreachable") as refused:
            await counted(sandbox, tmp_path, name)
        assert reason in refused.value.detail
        assert PASSWORD not in str(refused.value.failure())


async def test_all_are_listed(
    postgresql: PostgreSql,
    sandbox: Sandbox,
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made(files / "zoo.sqlite").close()
    urls = {
        "pg": postgresql.url(),
        "closed": "postgresql://u@127.0.0.1:1/x",
        "nowhere": "postgresql://u@nowhere.invalid/x",
        "socket": "postgresql:///x",
        "wrong": f"postgresql://u:{PASSWORD}@localhost:port/x",
    }
    known = {name: {"url": url} for name, url in urls.items()}
    connect(tmp_path, monkeypatch, {"folder": "files", "databases": known})
    outcome = await done(sandbox, ListDatabases(), tmp_path)
    shown = first_frame(outcome).set_index("Database")["Tables"]
    assert {name: count for name, count in shown.items() if count == count} == {"zoo": 1, "pg": 2}
    assert PASSWORD not in outcome.model_dump_json()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql:///x", "database_no_host"),
        ("postgresql://u@/x?host=/run/postgresql", "database_no_host"),
        ("postgresql://u@nowhere.invalid/x", "database_unreachable"),
        (f"postgresql://u:{PASSWORD}%zz@localhost/x", "database_unreachable"),
        (f"postgresql://u:1@localhost:{PASSWORD}/x", "database_unreachable"),
        (f"postgresql://u:{PASSWORD}@127.0.0.1:1/x", "database_unreachable"),
        (f"postgresql://u:{PASSWORD}@127.0.0.1:99999/x", "database_unreachable"),
    ],
)
async def test_what_cannot_be_reached_tells_no_password(
    url: str,
    code: str,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    connect(tmp_path, monkeypatch, {"databases": {"x": {"url": url}}})
    with pytest.raises(Unavailable, match=code) as refused:
        await done(sandbox, DescribeDatabase(), tmp_path)
    assert PASSWORD not in str(refused.value.failure()) + caplog.text


@pytest.mark.skipif(not supported().is_complete, reason="this kernel locks nothing")
async def test_its_process_has_nothing_else(
    postgresql: PostgreSql,
    sandbox: Sandbox,
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made(files / "zoo.sqlite").close()
    other = f"postgresql://tester:{OTHER_PASSWORD}@127.0.0.1:{postgresql.port}/postgres"
    databases = {"pg": {"url": postgresql.url()}, "other": {"url": other}}
    connect(tmp_path, monkeypatch, {"folder": "files", "databases": databases})
    registry = Path(os.environ["CHERRY_DATABASES_FILE"])
    with pytest.raises(Unavailable):  # what the forkserver keeps of a call, the next one has
        await done(sandbox, DescribeDatabase(database="other"), tmp_path)
    look = Look(
        database="pg",
        files=(registry, files / "zoo.sqlite", Path("/etc/passwd"), postgresql.certificate),
        passwords={
            name: (word[:6], word[6:][::-1])
            for name, word in (("own", PASSWORD), ("other", OTHER_PASSWORD))
        },
        other_port=postgresql.port,
    )
    (said,) = (await done(sandbox, look, tmp_path)).facts
    assert said.params == {
        "tables": 2,
        "files": [],
        "passwords": ["own"],
        "environment": [],
        "connected": False,
        "socket": False,
    }

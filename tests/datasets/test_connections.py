"""Connected databases: real SQLite and DuckDB files, and a real PostgreSQL where one is there."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cherry_reflex.core.errors import BadInput, CherryError, NotFound, SettingsWrong, Unavailable
from cherry_reflex.datasets.connections.operations import (
    DescribeDatabase,
    ListDatabases,
    QueryDatabase,
    ReadDatabaseTable,
)
from cherry_reflex.datasets.connections.registry import FILE_VARIABLE
from tests.analysis.tables import first_frame, run
from tests.doubles.postgresql import PASSWORD as SECRET
from tests.doubles.postgresql import PENGUINS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a database of each kind, connected."""
    files = tmp_path / "files"
    files.mkdir()
    with closing(sqlite3.connect(files / "zoo.sqlite")) as connection:
        PENGUINS.astype(object).where(PENGUINS.notna(), None).to_sql(
            "penguins", connection, index=False
        )
        connection.execute("CREATE VIEW heavy AS SELECT * FROM penguins WHERE body_mass_g > 5000")
        connection.commit()
    with duckdb.connect(str(files / "birds.duckdb")) as other:
        other.register("frame", PENGUINS)
        other.execute("CREATE TABLE penguins AS SELECT * FROM frame")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    connect(tmp_path, monkeypatch, {"folder": "files"})
    return tmp_path


def connect(folder: Path, patch: pytest.MonkeyPatch, content: Any) -> None:
    path = folder / "databases.json"
    path.write_text(json.dumps(content), "utf-8")
    patch.setenv(FILE_VARIABLE, str(path))


AVERAGE = "SELECT species, avg(body_mass_g) AS mass FROM penguins GROUP BY species ORDER BY species"


@pytest.mark.parametrize("database", ["zoo", "birds"])
def test_databases_are_listed_described_and_queried(database: str, folder: Path) -> None:
    assert first_frame(run(ListDatabases(), folder))["Database"].tolist() == ["birds", "zoo"]
    described = first_frame(run(DescribeDatabase(database=database, table="PENGUINS"), folder))
    assert described["Column"].tolist() == list(PENGUINS.columns)
    found = first_frame(run(QueryDatabase(database=database, sql=AVERAGE), folder))
    expected = PENGUINS.groupby("species")["body_mass_g"].mean()
    assert found["species"].tolist() == expected.index.tolist()
    assert found["mass"].tolist() == pytest.approx(expected.tolist())


def test_postgresql_is_described_read_and_queried(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(tmp_path, monkeypatch, {"databases": {"pg": {"url": postgres}}})
    described = run(DescribeDatabase(), tmp_path)
    assert described.facts[0].params["names"] == ["penguins", "shop.orders"]
    outcome = run(ReadDatabaseTable(table="penguins"), tmp_path)
    assert outcome.artifacts[0].kind == "dataset"
    mass = first_frame(outcome)["body_mass_g"]
    assert mass.sum() == PENGUINS["body_mass_g"].sum() and mass.isna().sum() == 2
    assert first_frame(run(ReadDatabaseTable(table="shop.orders"), tmp_path))["id"].tolist() == [1]
    found = first_frame(run(QueryDatabase(sql=f"{AVERAGE};"), tmp_path))
    assert found["mass"].tolist() == pytest.approx(
        PENGUINS.groupby("species")["body_mass_g"].mean().tolist()
    )
    percent = QueryDatabase(sql="SELECT count(*) AS n FROM penguins WHERE species LIKE 'A%'")
    assert first_frame(run(percent, tmp_path))["n"][0] == (PENGUINS["species"].str[0] == "A").sum()
    assert SECRET not in outcome.model_dump_json()


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE penguins",
        "DELETE FROM penguins",
        "SELECT 1; DROP TABLE penguins",
        "COMMIT; DROP TABLE penguins",
        "CREATE TABLE x AS SELECT 1",
        "SET default_transaction_read_only = off",
        "COPY penguins TO '/tmp/stolen.csv'",
        "WITH d AS (DELETE FROM penguins RETURNING *) SELECT * FROM d",
        "SELECT nothing FROM penguins",
        "not sql",
    ],
)
def test_postgresql_is_never_written(
    sql: str, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(tmp_path, monkeypatch, {"databases": {"pg": {"url": postgres}}})
    with pytest.raises(CherryError) as caught:
        run(QueryDatabase(sql=sql), tmp_path)
    assert caught.value.code in ("sql_not_select", "sql_many", "sql_failed")
    rows = run(QueryDatabase(sql="SELECT count(*) AS n FROM penguins"), tmp_path)
    assert first_frame(rows)["n"][0] == len(PENGUINS)


@pytest.mark.parametrize("database", ["zoo", "birds"])
@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE penguins",
        "INSERT INTO penguins SELECT * FROM penguins",
        "SELECT 1; SELECT 2",
        "ATTACH 'other.db' AS other",
        "PRAGMA database_list",
        "CREATE TABLE x AS SELECT 1",
        "SELECT load_extension('x')",
        "SELECT * FROM read_csv('{folder}/secret.csv')",
        "SELECT * FROM '{folder}/secret.csv'",
        "COPY penguins TO '{folder}/stolen.csv'",
        "SELECT nothing FROM penguins",
        "not sql",
    ],
)
def test_files_are_never_written_and_nothing_else_is_read(
    database: str, sql: str, folder: Path
) -> None:
    before = {path: path.read_bytes() for path in (folder / "files").iterdir()}
    with pytest.raises(BadInput):
        run(QueryDatabase(database=database, sql=sql.format(folder=folder)), folder)
    assert {path: path.read_bytes() for path in (folder / "files").iterdir()} == before
    assert not (folder / "stolen.csv").exists()


def test_rows_are_limited_and_that_is_said(folder: Path) -> None:
    query = QueryDatabase(database="zoo", sql="SELECT * FROM penguins", rows_max=10)
    outcome = run(query, folder)
    assert len(first_frame(outcome)) == 10
    assert "database.cut" in {fact.key for fact in outcome.facts}
    whole = run(ReadDatabaseTable(database="zoo", table="heavy"), folder)
    assert len(first_frame(whole)) == (PENGUINS["body_mass_g"] > 5000).sum()
    assert "database.cut" not in {fact.key for fact in whole.facts}


def test_what_cannot_be_connected_is_said(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound, match="database_unknown"):
        run(QueryDatabase(database="none", sql="SELECT 1"), folder)
    with pytest.raises(NotFound, match="database_table_unknown"):
        run(ReadDatabaseTable(database="zoo", table="lions"), folder)
    for wrong in ({"folder": "files", "databases": {"x": {"file": "../secret.csv"}}}, [1], "x"):
        connect(tmp_path, monkeypatch, wrong)
        with pytest.raises(SettingsWrong, match="databases_file_wrong"):
            run(ListDatabases(), folder)
    connect(
        tmp_path,
        monkeypatch,
        {"databases": {"x": {"url": f"postgresql://u:{SECRET}@127.0.0.1:1/x"}}},
    )
    assert "database.unreachable" in {fact.key for fact in run(ListDatabases(), folder).facts}
    with pytest.raises(Unavailable) as caught:
        run(QueryDatabase(sql="SELECT 1"), folder)
    assert SECRET not in str(caught.value.failure())
    monkeypatch.delenv(FILE_VARIABLE)
    with pytest.raises(BadInput, match="database_none"):
        run(ListDatabases(), folder)

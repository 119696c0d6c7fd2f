"""Guarded SQL: what it answers, and what it never does."""

import asyncio
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, CherryError, LimitExceeded
from cherry_reflex.datasets.query import query, sql_name, sql_names
from cherry_reflex.processes.sandbox import Sandbox

SECRET = "the-secret-of-the-test"


@pytest.fixture
def sales(tmp_path: Path) -> Dataset:
    path = tmp_path / "sales.parquet"
    duckdb.sql(
        "SELECT * FROM (VALUES ('서울', 3, DATE '2024-01-01'), ('부산', 4, DATE '2024-01-02'), "
        "('서울', 5, NULL)) t(\"지역\", qty, day)"
    ).write_parquet(str(path))
    return Dataset(id="1", name="Sales 2024", uri=f"file://{path}", rows=3, columns=())


async def test_select(sandbox: Sandbox, sales: Dataset, tmp_path: Path) -> None:
    answer = await query(
        "SELECT 지역, sum(qty) AS total, sum(qty) AS total, list(qty) AS l, "
        "avg(qty)::DECIMAL(9,2) AS a FROM sales_2024 GROUP BY 지역 ORDER BY 1 -- the end",
        [sales],
        folder=tmp_path / "out",
        sandbox=sandbox,
    )
    assert (answer.rows, answer.truncated) == (2, False)
    assert answer.columns == ("지역", "total", "total_2", "l", "a")
    rows = duckdb.sql(f"SELECT * FROM '{answer.path}'").fetchall()
    assert rows == [("부산", 4, 4, "[4]", 4.0), ("서울", 8, 8, "[3, 5]", 4.0)]


async def test_large_numbers_stay_exact_numbers(
    sandbox: Sandbox, sales: Dataset, tmp_path: Path
) -> None:
    answer = await query(
        "SELECT 18446744073709551615::UBIGINT AS u, 90071992547409931.05::DECIMAL(22,2) AS m, "
        "sum(10::DECIMAL(9,2)) AS s FROM sales_2024",
        [sales],
        folder=tmp_path / "out",
        sandbox=sandbox,
    )
    rows = duckdb.sql(f"SELECT * FROM '{answer.path}'").fetchall()
    assert rows == [(Decimal(2**64 - 1), Decimal("90071992547409931.05"), 30.0)]


async def test_long_results_are_cut_and_said(
    sandbox: Sandbox, sales: Dataset, tmp_path: Path
) -> None:
    answer = await query(
        "SELECT a.qty FROM sales_2024 a, sales_2024 b, sales_2024 c",
        [sales],
        folder=tmp_path,
        sandbox=sandbox,
        rows_max=10,
    )
    assert (answer.rows, answer.truncated) == (10, True)


HOSTILE = [
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_csv('{secret}', header=false)",
    "SELECT * FROM read_csv_auto('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM '{secret}'",
    "FROM '{folder}/*.parquet'",
    "SELECT * FROM read_parquet('{folder}/*.parquet')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM parquet_metadata('{folder}/*.parquet')",
    "SELECT content FROM read_text(['{secret}'])",
    "SELECT getenv('HOME')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM read_duckdb('{secret}')",
    "WITH a AS (INSERT INTO sales_2024 VALUES ('x', 1, NULL) RETURNING *) SELECT * FROM a",
    "COPY (SELECT 1) TO '{folder}/stolen.csv'",
    "COPY sales_2024 TO '{folder}/stolen.parquet'",
    "ATTACH '{folder}/other.db' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET memory_limit='100GB'",
    "RESET lock_configuration",
    "CREATE TABLE t AS SELECT 1",
    "DROP VIEW sales_2024",
    "EXPORT DATABASE '{folder}/out'",
    "CALL pragma_version()",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{folder}/stolen.csv'",
    "",
    "   ",
    "-- nothing",
    "SELEC 1",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "SELECT " + "1+" * 9000 + "1",
    "SELECT '" + "x" * 30_000 + "'",
]


@pytest.mark.parametrize("sql", HOSTILE)
async def test_hostile_queries_are_refused(
    sandbox: Sandbox, sales: Dataset, tmp_path: Path, sql: str
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(SECRET)
    before = _names(tmp_path)
    with pytest.raises(CherryError) as refused:
        await query(
            sql.replace("{secret}", str(secret)).replace("{folder}", str(tmp_path)),
            [sales],
            folder=tmp_path / "out",
            sandbox=sandbox,
        )
    assert SECRET not in str(refused.value)
    assert refused.value.code.startswith("sql_") or refused.value.code == "analysis_crashed"
    assert _names(tmp_path) - before <= {"out"}
    assert not {name for name in _names(tmp_path / "out") if name.endswith(".parquet")}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


BOMBS = [
    "SELECT count(*) FROM range(100000000000) a, range(100000) b WHERE hash(a.range) = b.range",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
    "SELECT list(range) FROM range(1000000000)",
    "SELECT repeat('x', 2000000000) || repeat('y', 2000000000)",
    "SELECT string_agg(repeat(range::VARCHAR, 100000), ',') FROM range(1000000)",
    "SELECT a.range, b.range FROM range(1000000) a, range(1000000) b ORDER BY hash(a.range)",
    "SELECT regexp_replace(repeat('a', 1000000), '(a*)*b', '') FROM range(100000)",
]


@pytest.mark.parametrize("sql", BOMBS)
async def test_bombs_end_at_the_limit(
    sandbox: Sandbox, sales: Dataset, tmp_path: Path, sql: str
) -> None:
    async with asyncio.timeout(15):
        with pytest.raises((LimitExceeded, BadInput)) as ended:
            await query(sql, [sales], folder=tmp_path / "out", sandbox=sandbox, timeout_s=2)
    assert ended.value.code in ("sql_time", "sql_result", "analysis_memory", "sql_failed")


async def test_reasons_reach_whoever_wrote_the_query(
    sandbox: Sandbox, sales: Dataset, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as refused:
        await query("SELECT qtyy FROM sales_2024", [sales], folder=tmp_path, sandbox=sandbox)
    assert "qtyy" in refused.value.params["reason"]


def test_names_are_usable_and_different() -> None:
    def made(id: str, name: str) -> Dataset:
        return Dataset(id=id, name=name, rows=1, columns=())

    assert sql_name(made("1", "판매 데이터 (2024).csv")) == "판매_데이터_2024_csv"
    assert sql_name(made("1", "2024")) == "t_2024"
    assert sql_name(made("1", "Order")) == "order_table"
    assert sql_name(made("1", "!!!")) == "data"
    names = sql_names([made("1", "a b"), made("2", "a-b"), made("3", "a_b_2")])
    assert list(names.values()) == ["a_b", "a_b_2", "a_b_2_2"]

"""The SQL analyst: the model writes, the locked DuckDB runs, the table shows."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cherry_reflex.agents.sql_database import create
from cherry_reflex.agents.sql_query import SqlQuery
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Tables
from cherry_reflex.i18n.catalogue import sentence
from tests.agents.conftest import Recorder, ServicesOf
from tests.doubles.competent_llm import results_of, sections_of, tables_of
from tests.doubles.scripted_llm import Calls, Says, scripted_llm
from tests.doubles.worker_request import worker_request

BY_REGION = (
    'SELECT "region", sum("price" * "quantity") AS revenue FROM sales GROUP BY 1 ORDER BY 2 DESC'
)


def written(sql: str) -> Calls:
    arguments = {"sql": sql, "title": "Revenue by region"}
    return Calls((("call", {"name": "sql_query", "arguments": arguments}),))


def revenue_by_region(sales: Dataset) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in pq.read_table(Tables.path(sales)).to_pylist():
        found[row["region"]] = found.get(row["region"], 0) + row["price"] * row["quantity"]
    return found


async def test_question_becomes_a_shown_query_and_its_result(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    async with scripted_llm(written(BY_REGION), Says("Seoul leads.")) as llm:
        async with services_of(llm) as services:
            await create(services).run(
                worker_request("a2a:sql_database", datasets=(sales,)), context
            )
        asked, worded = llm.requests
    (content,) = context.shown()
    assert content.title == "Revenue by region"
    assert content.meta["code"] == BY_REGION
    redo = content.meta["redo"]
    assert redo["slots"]["sql"] == {"code": "sql"}
    assert redo["arguments"] == {"dataset": "d1", "title": "Revenue by region"}
    expected = revenue_by_region(sales)
    rows = pq.read_table(content.path).to_pylist()
    assert {row["region"]: row["revenue"] for row in rows} == expected
    (table,) = tables_of(sections_of(asked))
    assert table["table"] == "sales"
    (found,) = results_of(worded)
    for name, revenue in expected.items():
        assert name in found
        assert f"{revenue:,.0f}" in found or f"{revenue:g}" in found
    assert context.said() == "Seoul leads."


async def test_wrong_sql_goes_back_with_duckdbs_reason(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    wrong = written('SELECT "cost" FROM sales')
    async with scripted_llm(wrong, written(BY_REGION), Says("Better.")) as llm:
        async with services_of(llm) as services:
            await create(services).run(
                worker_request("a2a:sql_database", datasets=(sales,)), context
            )
        told, _ = results_of(llm.requests[2])
    assert '"cost" not found' in json.loads(told)["error"], "DuckDB's own words"
    assert len(context.shown()) == 1
    assert context.said() == "Better."


async def test_a_query_is_run_as_it_was_typed(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    async with scripted_llm() as llm:
        async with services_of(llm) as services:
            typed = worker_request("a2a:sql_database", request=f"{BY_REGION};", datasets=(sales,))
            await create(services).run(typed, context)
        assert not llm.requests, "nobody has to choose or to word"
    (content,) = context.shown()
    rows = pq.read_table(content.path).to_pylist()
    expected = revenue_by_region(sales)
    assert {row["region"]: row["revenue"] for row in rows} == expected
    assert all(f"{revenue:,.0f}" in context.said() for revenue in expected.values())


async def test_what_only_looks_like_a_query_is_a_question(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    answers = (written(BY_REGION), Says("Seoul leads."))
    async with scripted_llm(*answers) as llm, services_of(llm) as services:
        asked = worker_request(
            "a2a:sql_database", request="Select the best of sales", datasets=(sales,)
        )
        await create(services).run(asked, context)
    (content,) = context.shown()
    assert content.meta["code"] == BY_REGION


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE sales",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY sales TO '/tmp/stolen.csv'",
        "SELECT * FROM nowhere",
        "  ",
    ],
)
def test_what_is_not_one_harmless_select_is_refused(
    sql: str, sales: Dataset, tmp_path: Path
) -> None:
    operation, tables = SqlQuery(sql=sql), Tables(datasets=(sales,), folder=tmp_path)
    with pytest.raises(BadInput):
        _checked_run(operation, tables)
    assert not Path("/tmp/stolen.csv").exists()


def _checked_run(operation: SqlQuery, tables: Tables) -> None:
    operation.check(tables)
    operation.run(tables)


def test_empty_and_long_results_are_said(sales: Dataset, tmp_path: Path) -> None:
    tables = Tables(datasets=(sales,), folder=tmp_path)
    empty = SqlQuery(sql="SELECT * FROM sales WHERE price < 0").run(tables)
    assert [f.key for f in empty.facts] == ["sql_empty"]
    long = SqlQuery(sql="SELECT a.price FROM sales a, sales b, sales c").run(tables)
    assert long.facts[0].key == "sql_truncated"
    assert long.artifacts[0].meta["rows"] == 100_000
    assert "100,000" in sentence(long.facts[0], KOREAN)
    assert len(long.facts) == 21

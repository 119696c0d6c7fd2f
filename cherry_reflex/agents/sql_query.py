"""The operation of the SQL analyst: one read-only SELECT, run in the locked DuckDB."""

from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.answers.told_rows import told_rows
from cherry_reflex.analysis.sql.duckdb import sql_names
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables

ROWS_MAX = 100_000
SQL_CHARS_MAX = 20_000
TIMEOUT_S = 20.0


class SqlQuery(Operation):
    """Write one read-only DuckDB SELECT that answers the request, over the tables of
    the datasets. Quote column names with double quotes; give every computed column a
    clear alias; order the rows; limit lists that may be long."""

    name: ClassVar[str] = "sql_query"
    # DuckDB interrupts itself before, but for functions that cannot be interrupted.
    limit_s: ClassVar[float] = TIMEOUT_S + 1
    examples: ClassVar[tuple[str, ...]] = (
        "SQL로 지역별 매출을 조회해줘",
        "두 테이블을 조인해서 조회해줘",
        "이 질문을 쿼리로 바꿔서 실행해줘",
        "Query the revenue by region with SQL",
        "Join both tables and select the top 10",
        "Turn this question into SQL and run it",
    )

    title: str = Field(
        default="", max_length=120, description="A short title of the result, for people."
    )
    sql: str = Field(
        max_length=SQL_CHARS_MAX,
        description="The SELECT statement, without a semicolon.",
        json_schema_extra={"x-code": "sql"},
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when there is no statement; DuckDB itself judges it when it runs."""
        super().check(tables)
        if not self.sql.strip():
            raise BadInput("sql_empty")

    def run(self, tables: Tables) -> Outcome:
        """Run the query guarded. Raises what `datasets.readonly_query.run` raises."""
        import pyarrow.parquet

        from cherry_reflex.datasets import readonly_query

        names = sql_names(tables.datasets)
        target = tables.folder.absolute() / f"{new_id()}.parquet"
        answer = readonly_query.run(
            {
                "sql": self.sql,
                "tables": {names[d.id]: str(Tables.path(d)) for d in tables.datasets},
                "target": str(target),
                "rows_max": ROWS_MAX,
                "timeout_s": TIMEOUT_S,
            },
            tables.folder,
            _quiet,
        )
        result = pyarrow.parquet.read_table(target)
        title = self.title.strip() or "SQL"
        return Outcome(
            facts=tuple(_facts(result, truncated=answer["truncated"])),
            artifacts=(_shown(title, target, answer, self.sql),),
            code=self.sql,
            code_language="sql",
        )


def _quiet(_progress: dict[str, Any]) -> None:
    """Take progress that nobody waits for."""


def _shown(title: str, target: Path, answer: dict[str, Any], sql: str) -> ArtifactContent:
    return ArtifactContent(
        kind="table",
        title=title,
        filename="query.parquet",
        path=target,
        meta={
            "rows": answer["rows"],
            "columns": answer["columns"],
            "code": sql,
            "language": "sql",
        },
    )


def _facts(result: Any, *, truncated: bool) -> list[Fact]:
    """Return the result as facts: its size, then its first rows in the query's own order."""
    rows = result.num_rows
    size: tuple[Fact, ...] = ()
    if truncated:
        size = (Fact(key="sql_truncated", params={"rows": rows}, weight=2.0),)
    elif rows == 0:
        size = (Fact(key="sql_empty", weight=2.0),)
    elif rows > 1:
        size = (Fact(key="sql_rows", params={"rows": rows}, weight=0.1, is_repeat=True),)
    return [*size, *told_rows(result)]

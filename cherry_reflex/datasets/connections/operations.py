"""Operations on connected databases: list, describe, read a table, query."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.answers.told_rows import told_rows
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.results.versions import new_file
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput, CherryError, Conflict, NotFound
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.core.outside import Outside
from cherry_reflex.datasets.connections.outside import given, outside_of, outside_of_all
from cherry_reflex.datasets.connections.registry import (
    DatabaseConnection,
    connection,
    connections,
)
from cherry_reflex.datasets.connections.saved_rows import SavedRows, save_rows
from cherry_reflex.datasets.connections.session import (
    DatabaseSession,
    DatabaseTable,
    open_session,
    quoted,
)
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.processes.isolation.isolation import stop_connecting

ROWS_MAX = 100_000
_SQL_CHARS_MAX = 20_000


class _OnDatabase(Operation):
    """The base: a database of the operator's, no dataset of the conversation."""

    needs_data: ClassVar[bool] = False

    database: str = Field(
        default="", description="Name of the connected database; empty for the only one."
    )

    def check(self, tables: Tables) -> None:
        """Nothing of the conversation's datasets is needed."""

    def outside(self) -> Outside:
        """The one database. Raises NotFound `database_unknown`, BadInput `database_none`,
        SettingsWrong, Unavailable."""
        return outside_of(connection(self.database))


class ListDatabases(Operation):
    """List the databases that are connected, with their kind, tables and what they hold."""

    name: ClassVar[str] = "list_databases"
    needs_data: ClassVar[bool] = False
    examples: ClassVar[tuple[str, ...]] = (
        "연결된 데이터베이스를 보여줘",
        "어떤 DB에 접속할 수 있나요?",
        "사용할 수 있는 데이터베이스 목록을 알려주세요",
        "Which databases are connected?",
        "List the connected databases",
        "What databases can you reach?",
    )

    def check(self, tables: Tables) -> None:
        """Nothing of the conversation's datasets is needed."""

    def outside(self) -> Outside:
        """All databases. Raises BadInput `database_none`, SettingsWrong."""
        return outside_of_all(connections().values())

    def run(self, tables: Tables) -> Outcome:
        """List. A database that cannot be reached is said to be so."""
        known = given(tables)
        names = [one.name for one in known]
        facts = [Fact(key="database.listed", params={"count": len(known), "names": names})]
        counts = _counts(known)
        for one in known:
            if one.name not in counts:
                params = {"name": one.name}
                facts.append(Fact(key="database.unreachable", params=params, weight=2))
        columns: dict[str, list[Any]] = {
            heading("database", tables): names,
            heading("kind", tables): [one.kind for one in known],
            heading("tables", tables): [counts.get(name) for name in names],
            heading("about", tables): [one.description or None for one in known],
        }
        shown = table(tables, _say(tables, "databases"), columns)
        return Outcome(facts=tuple(facts), artifacts=(shown,))


class DescribeDatabase(_OnDatabase):
    """Describe a connected database: its tables and views, their columns and types."""

    name: ClassVar[str] = "describe_database"
    examples: ClassVar[tuple[str, ...]] = (
        "데이터베이스에 어떤 테이블이 있어?",
        "DB의 orders 테이블 구조를 알려주세요",
        "데이터베이스 스키마를 보여줘",
        "Which tables does the database have?",
        "Describe the schema of the connected database",
        "Show the columns of the orders table in the database",
    )

    table: str = Field(default="", description="Only this table; empty for all.")

    def run(self, tables: Tables) -> Outcome:
        """Describe. Raises NotFound `database_table_unknown`, Unavailable."""
        with _opened(tables) as (chosen, session):
            found = session.tables()
        if self.table:
            found = [_find(found, self.table, chosen.name)]
        params = {"database": chosen.name, "count": len(found)}
        params["names"] = [one.name for one in found[:30]]
        columns: dict[str, list[Any]] = {
            heading("table", tables): [one.name for one in found for _ in one.columns],
            heading("column", tables): [n for one in found for n, _ in one.columns],
            heading("type", tables): [t for one in found for _, t in one.columns],
            heading("rows_estimate", tables): [one.rows for one in found for _ in one.columns],
        }
        shown = table(tables, _say(tables, "schema", name=chosen.name), columns)
        return Outcome(facts=(Fact(key="database.tables", params=params),), artifacts=(shown,))


class ReadDatabaseTable(_OnDatabase):
    """Bring the rows of a table of a connected database into the conversation as a dataset, so
    that it can be analysed like an uploaded file."""

    name: ClassVar[str] = "read_database_table"
    examples: ClassVar[tuple[str, ...]] = (
        "데이터베이스의 orders 테이블을 불러와줘",
        "DB에서 고객 테이블을 가져와주세요",
        "연결된 DB의 테이블을 데이터셋으로 추가해줘",
        "Load the orders table from the database",
        "Import a table of the connected database",
        "Bring the customers table into the conversation",
    )

    table: str = Field(description="Name of the table or view.")
    rows_max: int = Field(default=ROWS_MAX, ge=1, le=ROWS_MAX, description="Most rows to read.")

    def run(self, tables: Tables) -> Outcome:
        """Read. Raises NotFound `database_table_unknown`, Unavailable."""
        with _opened(tables) as (chosen, session):
            found = _find(session.tables(), self.table, chosen.name)
            name = ".".join(quoted(part) for part in _parts(found, chosen.kind))
            sql = f"SELECT * FROM {name}"
            path = new_file(tables)
            kept = save_rows(session.query(sql), path, self.rows_max)
        if not kept.rows:
            raise BadInput("database_no_rows", name=found.name)
        facts = [_read(chosen.name, kept), *_cut(kept)]
        made = ArtifactContent(
            kind="dataset",
            title=found.name,
            filename=f"{found.name}.parquet",
            path=path,
            meta={
                "rows": kept.rows,
                "columns": list(kept.columns)[:100],
                "steps": [{"name": self.name, "arguments": {"table": found.name}}],
                "code": sql,
                "language": "sql",
            },
        )
        return Outcome(facts=tuple(facts), artifacts=(made,), code=sql, code_language="sql")


class QueryDatabase(_OnDatabase):
    """Run one read-only SELECT on a connected database, in its own dialect (SQLite, DuckDB or
    PostgreSQL), with limits on time and rows."""

    name: ClassVar[str] = "query_database"
    examples: ClassVar[tuple[str, ...]] = (
        "데이터베이스에서 2024년 주문을 SQL로 조회해줘",
        "DB에 쿼리를 실행해주세요",
        "연결된 PostgreSQL에서 매출을 집계해줘",
        "Query the connected database for the orders of 2024",
        "Run a SELECT on the database",
        "Aggregate the sales in PostgreSQL",
    )

    sql: str = Field(
        min_length=1, max_length=_SQL_CHARS_MAX, description="One SELECT in the database's dialect."
    )
    rows_max: int = Field(default=10_000, ge=1, le=ROWS_MAX, description="Most rows to return.")

    def run(self, tables: Tables) -> Outcome:
        """Query. Raises BadInput, LimitExceeded and Unavailable of the session."""
        import pyarrow.parquet

        path = new_file(tables)
        with _opened(tables) as (chosen, session):
            kept = save_rows(session.query(self.sql), path, self.rows_max)
        title = _say(tables, "result", name=chosen.name)
        shown = ArtifactContent(
            kind="table",
            title=title,
            filename="result.parquet",
            path=path,
            meta={"rows": kept.rows, "columns": list(kept.columns)[:100]},
        )
        facts = [_read(chosen.name, kept), *_cut(kept)]
        if kept.columns:
            facts.extend(told_rows(pyarrow.parquet.read_table(path)))
        return Outcome(
            facts=tuple(facts),
            artifacts=(shown,) if kept.columns else (),
            code=self.sql[:8000],
            code_language="sql",
        )


@contextmanager
def _opened(tables: Tables) -> Iterator[tuple[DatabaseConnection, DatabaseSession]]:
    """Open the one database that was given; no other can be connected to from then on."""
    (chosen,) = given(tables)
    with open_session(chosen) as session:
        stop_connecting()
        yield chosen, session


def _counts(known: tuple[DatabaseConnection, ...]) -> dict[str, int]:
    """Return the number of tables of each database that can be reached."""
    found: dict[str, int] = {}
    # Connected to all, before anything that one of them says is looked at.
    sessions: dict[str, DatabaseSession] = {}
    with suppress(Conflict), ExitStack() as stack:
        for one in known:
            with suppress(CherryError):
                sessions[one.name] = stack.enter_context(open_session(one))
        stop_connecting()
        for name, session in sessions.items():
            with suppress(CherryError):
                found[name] = len(session.tables())
    return found


def _find(found: list[DatabaseTable], wanted: str, database: str) -> DatabaseTable:
    for one in found:
        if one.name.casefold() == wanted.casefold():
            return one
    names = ", ".join(one.name for one in found[:60])
    raise NotFound("database_table_unknown", name=wanted, database=database, names=names)


def _parts(found: DatabaseTable, kind: str) -> list[str]:
    """Names of other schemas than the usual one are told as `schema.table`."""
    return found.name.split(".", 1) if kind != "sqlite" else [found.name]


def _read(database: str, kept: SavedRows) -> Fact:
    params = {"database": database, "rows": kept.rows, "columns": len(kept.columns)}
    return Fact(key="database.read", params=params, weight=2)


def _cut(kept: SavedRows) -> list[Fact]:
    if not kept.truncated:
        return []
    return [Fact(key="database.cut", params={"rows": kept.rows}, weight=2.5)]


def _say(tables: Tables, key: str, **params: Any) -> str:
    return text(f"fact.database.{key}", tables.language, **params)

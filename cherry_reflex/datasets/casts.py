"""Types of columns that arrived as text: found by trying, on every value, and only then applied.

Nothing is lost: a column becomes a number only when every value is one; leading zeros (`00501`) and
whole numbers beyond 64 bits stay text, since they are codes; a date only when all values are valid
dates of one form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cherry_reflex.analysis.sql.duckdb import ident

if TYPE_CHECKING:
    import duckdb

_SAMPLE_ROWS = 20_000
_COLUMNS_AT_ONCE = 100
_MISSING = "'', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '-', 'nat'"
"""Read as missing in columns of numbers, dates and yes/no."""
_ABSENT = "'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NULL', 'null'"
"""Read as missing in columns of text, in this spelling alone: what programs write for it."""

_INTEGER = r"[+-]?(0|[1-9][0-9]{0,17})"
_NUMBER = r"[+-]?(0|[1-9][0-9]{0,14}|(0|[1-9][0-9]*)?\.[0-9]+|[1-9][0-9]*\.)([eE][+-]?[0-9]{1,3})?"
"""Whole numbers only as far as a double holds them exactly."""
_GROUPED = r"[+-]?([1-9][0-9]{0,2}(,[0-9]{3})+|0|[1-9][0-9]{0,2})(\.[0-9]+)?"

_DATES: tuple[str, ...] = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y. %m. %d",
    "%Y. %m. %d.",
    "%Y.%m.%d.",
    "%Y년 %m월 %d일",
    "%Y년%m월%d일",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%Y%m%d",
)
_MONTHS: tuple[str, ...] = ("%Y-%m", "%Y/%m", "%Y.%m", "%Y년 %m월")
_TIMES: tuple[str, ...] = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y-%m-%d %p %I:%M:%S",
    "%Y-%m-%d %p %I:%M",
    "%Y. %m. %d. %p %I:%M:%S",
    "%Y. %m. %d. %p %I:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
)
_AMBIGUOUS = {"%m/%d/%Y": "%d/%m/%Y"}


@dataclass(frozen=True)
class Cast:
    """How a column leaves text: `sql` makes the value from the column, NULL where it cannot.
    `quick` does the same at a third of the cost where `sql` is known to make every value."""

    type: str
    sql: str
    format: str = ""
    quick: str = ""

    @property
    def confirmed(self) -> str:
        """The SQL to use once every value was found to fit."""
        return self.quick or self.sql


def find(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    columns: Sequence[str],
    *,
    dates_only: Iterable[str] = (),
) -> dict[str, Cast]:
    """Return the casts of those text columns of `relation` that are something else throughout.

    Columns in `dates_only` are never read as numbers or yes/no. A sample chooses the candidate, all
    values confirm it.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE cast_sample AS SELECT * FROM {relation} LIMIT {_SAMPLE_ROWS}"
    )
    kept = set(dates_only)
    found: dict[str, Cast] = {}
    for column in columns:
        cast = _candidate(connection, column, dates_only=column in kept)
        if cast is not None:
            found[column] = cast
    connection.execute("DROP TABLE cast_sample")
    confirmed = _confirmed(connection, relation, found)
    return {column: cast for column, cast in found.items() if column in confirmed}


def absent(
    connection: "duckdb.DuckDBPyConnection", relation: str, columns: Sequence[str]
) -> dict[str, int]:
    """Return the text columns in which words such as `NA` stand for missing values, with how many
    do. Among codes of two capital letters NA is one itself (Namibia), and stays."""
    found: dict[str, int] = {}
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        part = columns[start : start + _COLUMNS_AT_ONCE]
        tests = []
        for name in map(ident, part):
            word = f"trim({name}) IN ({_ABSENT})"
            tests.append(
                f"count(*) FILTER ({word}), "
                f"count(*) FILTER (NOT {word} AND {name} <> ''), "
                f"count(*) FILTER (NOT {word} AND regexp_full_match({name}, '[A-Z]{{2}}'))"
            )
        row = connection.execute(f"SELECT {', '.join(tests)} FROM {relation}").fetchone() or ()
        for place, column in enumerate(part):
            words, others, codes = row[3 * place : 3 * place + 3]
            if words and (not others or codes < others):
                found[column] = int(words)
    return found


def present(column: str) -> str:
    """Return SQL for a text column without the words that stand for missing values."""
    name = ident(column)
    return f"(CASE WHEN trim({name}) NOT IN ({_ABSENT}) THEN nullif({name}, '') END)"


def _candidate(
    connection: "duckdb.DuckDBPyConnection", column: str, *, dates_only: bool
) -> Cast | None:
    value = _value(column)
    tests = [
        f"count({value})",
        f"count(*) FILTER (regexp_full_match({value}, '{_INTEGER}'))",
        f"count(*) FILTER (regexp_full_match({value}, '{_NUMBER}'))",
        f"count(*) FILTER (regexp_full_match({value}, '{_GROUPED}'))",
        f"count(*) FILTER (lower({value}) IN ('true', 'false'))",
        f"count(*) FILTER (regexp_matches({value}, '[0-9]') AND length({value}) BETWEEN 6 AND 40)",
    ]
    row = connection.execute(f"SELECT {', '.join(tests)} FROM cast_sample").fetchone() or ()
    present, integers, numbers, grouped, booleans, dated = row
    if not present:
        return None
    if booleans == present and not dates_only:
        return Cast(
            "BOOLEAN", f"(CASE lower({value}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END)"
        )
    if dated == present and (date := _date(connection, column, present, integers == present)):
        return date
    if dates_only:
        return None
    if integers == present:
        quick = f"try_cast({ident(column)} AS BIGINT)"
        return Cast("BIGINT", _matched(value, _INTEGER, value, "BIGINT"), quick=quick)
    if numbers == present:
        # The one word for a missing value that the cast would take for a number is nan.
        quick = f"try_cast(nullif(lower(trim({ident(column)})), 'nan') AS DOUBLE)"
        return Cast("DOUBLE", _matched(value, _NUMBER, value, "DOUBLE"), quick=quick)
    if grouped == present:
        plain = f"replace({value}, ',', '')"
        return Cast("DOUBLE", _matched(value, _GROUPED, plain, "DOUBLE"))
    return None


def _date(
    connection: "duckdb.DuckDBPyConnection", column: str, present: int, digits: bool
) -> Cast | None:
    forms = ("%Y%m%d",) if digits else (*_DATES, *_MONTHS, *_TIMES)
    counts = (
        connection.execute(
            "SELECT "
            + ", ".join(f"count({_timestamp(column, form)})" for form in forms)
            + " FROM (SELECT * FROM cast_sample LIMIT 2000)"
        ).fetchone()
        or ()
    )
    most = max(counts, default=0)
    for form, count in zip(forms, counts, strict=True):
        if count == most and most:
            kind = "TIMESTAMP" if form in _TIMES else "DATE"
            return _checked(connection, column, present, form, kind)
    return None


def _checked(
    connection: "duckdb.DuckDBPyConnection", column: str, present: int, form: str, kind: str
) -> Cast | None:
    for tried in filter(None, (form, _AMBIGUOUS.get(form))):
        sql = f"{_timestamp(column, tried)}::{kind}"
        row = connection.execute(f"SELECT count({sql}) FROM cast_sample").fetchone()
        if row and row[0] == present:
            iso = tried in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
            return Cast(kind, sql, tried, f"try_cast({ident(column)} AS {kind})" if iso else "")
    return None


def _timestamp(column: str, form: str) -> str:
    value = _value(column)
    if "%p" in form:
        value = f"replace(replace({value}, '오전', 'AM'), '오후', 'PM')"
    if "%z" in form:
        value = f"regexp_replace({value}, 'Z$', '+00:00')"
    parsed = f"try_strptime({value}, '{form}')"
    if form == "%Y%m%d":
        # Eight digits are a date only between these years: anything else is a number.
        parsed = f"(CASE WHEN {value} BETWEEN '19000101' AND '21001231' THEN {parsed} END)"
    return f"({parsed} AT TIME ZONE 'UTC')" if "%z" in form else parsed


def _value(column: str) -> str:
    name = ident(column)
    return f"(CASE WHEN lower(trim({name})) IN ({_MISSING}) THEN NULL ELSE trim({name}) END)"


def _matched(value: str, pattern: str, source: str, kind: str) -> str:
    return (
        f"(CASE WHEN regexp_full_match({value}, '{pattern}') THEN try_cast({source} AS {kind}) END)"
    )


def _confirmed(
    connection: "duckdb.DuckDBPyConnection", relation: str, found: dict[str, Cast]
) -> set[str]:
    confirmed: set[str] = set()
    names = list(found)
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        part = names[start : start + _COLUMNS_AT_ONCE]
        same = ", ".join(f"count({_value(n)}) = count({found[n].sql})" for n in part)
        row = connection.execute(f"SELECT {same} FROM {relation}").fetchone() or ()
        confirmed |= {name for name, equal in zip(part, row, strict=True) if equal}
    return confirmed

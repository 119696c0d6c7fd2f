"""Types of columns that arrived as text: chosen by a sample, confirmed by every value.

Nothing is lost: a column becomes a number only when every value is one; leading zeros (`00501`) and
whole numbers beyond 64 bits stay text, since they are codes; a date only when all values are valid
dates of one form. A value that does not fit is added to the sample, and the choice made again.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.casts import date_sql
from cherry_reflex.datasets.casts.cast import Cast, is_missing, unfit
from cherry_reflex.datasets.casts.choice import Evidence, Habits, chosen, evidence

if TYPE_CHECKING:
    import duckdb

_SAMPLE_ROWS = 2_000
_DIFFERENT = 300
"""Values of a column that are looked at one by one."""
_TRIMMED = " \u3000"
"""As DuckDB trims."""
_COLUMNS_AT_ONCE = 100
_ROUNDS = 6


def samples(
    connection: "duckdb.DuckDBPyConnection", relation: str, columns: Sequence[str]
) -> dict[str, list[str]]:
    """Return different values of each column, those that stand for missing ones left out."""
    found: dict[str, list[str]] = {}
    if not columns:
        return found
    listed = ", ".join(map(ident, columns))
    head = connection.sql(f"SELECT {listed} FROM {relation} LIMIT {_SAMPLE_ROWS}").to_arrow_table()
    for name, values in zip(columns, head.columns, strict=True):
        different = values.drop_null().unique().slice(0, _DIFFERENT)
        trimmed = dict.fromkeys(one.strip(_TRIMMED) for one in different.to_pylist())
        found[name] = [one for one in trimmed if not is_missing(one)]
    return found


def find(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    columns: Sequence[str],
    *,
    dates_only: Iterable[str] = (),
    options: ParseOptions = ParseOptions(),  # noqa: B008 - frozen
    delimiter: str = "",
) -> dict[str, Cast]:
    """Return the casts of those text columns of `relation` that are something else throughout.

    Columns in `dates_only` are never read as numbers or yes/no; `delimiter` is that of the file.
    Raises BadInput `time_zone_unknown`.
    """
    kept = set(dates_only)
    looked_at = samples(connection, relation, columns)
    read = {name: evidence(looked_at[name], dates_only=name in kept) for name in columns}
    confirmed: dict[str, Cast] = {}
    habits: Habits | None = None
    for _ in range(_ROUNDS):
        told = {name: one for name, one in read.items() if one is not None}
        now = Habits.of(told, options, delimiter)
        if now != habits:  # what was confirmed may be read in another way now
            habits, confirmed = now, {}
        offsets = _offsets(connection, relation, told)
        tried: dict[str, Cast] = {}
        for name, one in told.items():
            if name not in confirmed:
                cast = chosen(name, one, habits, options, offsets.get(name, ()))
                if cast is not None:
                    tried[name] = cast
        if not tried:
            break
        fits, against = _confirmed(connection, relation, tried)
        confirmed |= {name: tried[name] for name in fits}
        for name, others in against.items():
            looked_at[name] += [one for one in others if one not in looked_at[name]]
            found = evidence(looked_at[name], dates_only=name in kept)
            # The same choice would fail again: what SQL refuses here is no value of that kind.
            read[name] = found if found != read[name] else None
        if not against:
            break
    return confirmed


def _offsets(
    connection: "duckdb.DuckDBPyConnection", relation: str, found: dict[str, Evidence]
) -> dict[str, list[str]]:
    names = [name for name, one in found.items() if one.dated is not None and one.dated.has_zone]
    if not names:
        return {}
    listed = ", ".join(map(date_sql.offsets, names))
    # All of it is fetched, as below: a relation, as of `samples`, waits for no open result.
    (row,) = connection.execute(f"SELECT {listed} FROM {relation}").fetchall()
    offsets: dict[str, list[str]] = {}
    for name, written in zip(names, row, strict=True):
        same = {date_sql.offset_of(one): one for one in written or () if one}
        offsets[name] = list(same.values())
    return offsets


def _confirmed(
    connection: "duckdb.DuckDBPyConnection", relation: str, tried: dict[str, Cast]
) -> tuple[list[str], dict[str, list[str]]]:
    """Return the columns whose every value fits, and values of the others that do not."""
    fits: list[str] = []
    against: dict[str, list[str]] = {}
    names = list(tried)
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        part = names[start : start + _COLUMNS_AT_ONCE]
        tests: list[str] = []
        for name in part:
            against_it = unfit(name, tried[name])
            tests += [f"min({against_it})", f"max({against_it})"]
        row: Sequence[Any]
        (row,) = connection.execute(f"SELECT {', '.join(tests)} FROM {relation}").fetchall()
        for place, name in enumerate(part):
            low, high = row[2 * place : 2 * place + 2]
            if low is None:
                fits.append(name)
            else:
                against[name] = [low, high] if low != high else [low]
    return fits, against

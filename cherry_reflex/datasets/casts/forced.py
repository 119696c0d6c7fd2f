"""Columns whose type a person has said: what does not fit becomes missing, and is counted."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from cherry_reflex.core.column import ColumnType
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.casts import dates, numbers
from cherry_reflex.datasets.casts.cast import Cast, value
from cherry_reflex.datasets.casts.choice import Evidence, Habits, chosen
from cherry_reflex.datasets.casts.find import samples

if TYPE_CHECKING:
    import duckdb

_YES = "'true', 'yes', 'y', 't', '1', 'ja', 'o', '예', '네', '참', '유'"
_NO = "'false', 'no', 'n', 'f', '0', 'nein', 'x', '아니요', '아니오', '거짓', '무'"
_Read = TypeVar("_Read", dates.DateEvidence, numbers.NumberEvidence)


def forced(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    types: Mapping[str, ColumnType],
    options: ParseOptions,
    found: Mapping[str, Cast],
    delimiter: str,
) -> dict[str, tuple[Cast, int]]:
    """Return the casts of text columns to the types that were asked for, each with how many values
    do not fit. `found` are the casts of the others, whose habits count here as well.

    Text needs no cast, and has none. Raises BadInput `time_zone_unknown`.
    """
    names = [name for name, kind in types.items() if kind not in ("text", "category", "other")]
    looked_at = samples(connection, relation, names)
    marks = {cast.decimal_mark for cast in found.values() if cast.decimal_mark}
    habits = Habits(
        options.decimal_mark or (next(iter(marks)) if len(marks) == 1 else "."),
        options.decimal_mark is not None or len(marks) == 1,
        options.day_first,
        delimiter,
    )
    made: dict[str, tuple[Cast, int]] = {}
    for name in names:
        cast = _cast(name, types[name], looked_at[name], habits, options)
        if cast is None:
            continue
        row = connection.execute(
            f"SELECT count({value(name)}) - count({cast.sql}) FROM {relation}"
        ).fetchone()
        made[name] = (cast, int(row[0]) if row else 0)
    return made


def _cast(
    name: str, kind: ColumnType, values: Sequence[str], habits: Habits, options: ParseOptions
) -> Cast | None:
    text = value(name)
    if kind == "boolean":
        said = f"lower({text})"
        return Cast(
            "BOOLEAN",
            f"(CASE WHEN {said} IN ({_YES}) THEN TRUE WHEN {said} IN ({_NO}) THEN FALSE END)",
        )
    if kind in ("date", "datetime"):
        read = _most(values, dates.evidence)
        if read is None:
            return None
        cast = chosen(name, Evidence(dated=read), habits, options)
        wanted = "DATE" if kind == "date" else "TIMESTAMP"
        if cast is None or cast.type == wanted:
            return cast
        return Cast(wanted, f"({cast.sql})::{wanted}", day_first=cast.day_first, zone=cast.zone)
    number = _most(values, numbers.evidence)
    if number is None:
        return Cast("DOUBLE", f"try_cast({text} AS DOUBLE)")
    cast = chosen(name, Evidence(numbered=number), habits, options)
    if cast is None:
        return None
    if kind == "number":
        if cast.type != "BIGINT":
            return cast
        return Cast("DOUBLE", f"({cast.sql})::DOUBLE")
    whole = f"(CASE WHEN {cast.sql} = trunc({cast.sql}) THEN try_cast({cast.sql} AS BIGINT) END)"
    return Cast("BIGINT", whole, unit=cast.unit, decimal_mark=cast.decimal_mark)


def _most(values: Sequence[str], read: Callable[[Sequence[str]], _Read | None]) -> _Read | None:
    """Return what as many of the values as possible say together, each taken in if it fits."""
    kept: list[str] = []
    found: _Read | None = None
    for one in values:
        with_it = read([*kept, one])
        if with_it is not None:
            kept, found = [*kept, one], with_it
    return found

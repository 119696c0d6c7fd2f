"""From a raw table to a dataset: types found, nested values flattened, columns profiled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.analysis.value_index import write_values
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.operation import NUMERIC
from cherry_reflex.core.parse_options import ParseOptions, ParseReport
from cherry_reflex.datasets import month_columns
from cherry_reflex.datasets.casts.absent import absent, present
from cherry_reflex.datasets.casts.cast import Cast, mark
from cherry_reflex.datasets.casts.find import find
from cherry_reflex.datasets.casts.forced import forced
from cherry_reflex.datasets.column_profile import TableProfile, profile
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX
from cherry_reflex.datasets.formats.raw import ROWS_PER_GROUP, Raw
from cherry_reflex.datasets.native_types import ZONED, native
from cherry_reflex.datasets.notes import Notes
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import duckdb

_MARKED_AT_ONCE = 100


@dataclass
class _Reading:
    """What became of the columns of a table."""

    casts: dict[str, Cast] = field(default_factory=dict)
    unfit: dict[str, int] = field(default_factory=dict)
    words: dict[str, tuple[int, bool]] = field(default_factory=dict)
    selected: dict[str, str] = field(default_factory=dict)
    """The SQL of every column."""


def write_typed(
    raw: Raw,
    target: Path,
    work: Path,
    dataset_id: str,
    name: str,
    language: Language = ENGLISH,
    options: ParseOptions = ParseOptions(),  # noqa: B008 - frozen
) -> Dataset:
    """Write the typed Parquet file `target`, and its values beside it, and return its dataset
    (`uri` set; the `note`, in `language`, says what was understood and what was a guess).

    Raises BadInput `table_empty` when there are no columns or rows, `time_zone_unknown`.
    """
    notes = Notes(language)
    with connect(work) as connection:
        source = f"read_parquet({literal(str(raw.path))})"
        types = _types(connection, source)
        source = _as_texts(connection, source, types, options)
        read = _read(connection, source, types, raw, options)
        selected = ", ".join(f"{sql} AS {ident(column)}" for column, sql in read.selected.items())
        table = f"SELECT {selected} FROM {source}"
        _write(connection, table, target)
        found = profile(connection, target)
        columns = tuple(_told(column, raw, read, options) for column in found.columns)
        _note(connection, source, types, raw, read, options, notes)
        months = month_columns.find(columns)
        if months is not None and options.months_as_rows:
            found = _unpivoted(connection, months, columns, target, work, language)
            columns = found.columns
    if not columns or not found.rows:
        raise BadInput("table_empty", name=name)
    write_values(target, found.values)
    parsed = _report(raw, read, options, is_offered=months is not None)
    notes.report(raw, parsed, months)
    return Dataset(
        id=dataset_id,
        name=name,
        uri=f"file://{target}",
        rows=found.rows,
        columns=columns,
        size_bytes=target.stat().st_size,
        sheet=raw.sheet,
        encoding=raw.encoding,
        parsed=parsed,
        note=notes.text,
    )


def _as_texts(
    connection: "duckdb.DuckDBPyConnection",
    source: str,
    types: dict[str, str],
    options: ParseOptions,
) -> str:
    """Return a relation in which columns whose type a person has said are texts again."""
    changed = [name for name in options.types if types.get(name, "VARCHAR") != "VARCHAR"]
    if not changed:
        return source
    replaced = ", ".join(f"{ident(name)}::VARCHAR AS {ident(name)}" for name in changed)
    connection.execute(f"CREATE TEMP VIEW as_texts AS SELECT * REPLACE ({replaced}) FROM {source}")
    types.update(dict.fromkeys(changed, "VARCHAR"))
    return "as_texts"


def _read(
    connection: "duckdb.DuckDBPyConnection",
    source: str,
    types: Mapping[str, str],
    raw: Raw,
    options: ParseOptions,
) -> _Reading:
    said = {name: kind for name, kind in options.types.items() if name in types}
    texts = [name for name, dtype in types.items() if dtype == "VARCHAR" and name not in said]
    delimiter = (raw.parsed.options.delimiter if raw.parsed else None) or ""
    read = _Reading()
    read.casts = find(
        connection, source, texts, dates_only=raw.texts, options=options, delimiter=delimiter
    )
    if said:
        made = forced(connection, source, said, options, read.casts, delimiter)
        read.casts |= {name: cast for name, (cast, _) in made.items()}
        read.unfit = {name: count for name, (_, count) in made.items() if count}
    left = [name for name in texts if name not in read.casts]
    read.words = absent(connection, source, left) if raw.worded else {}
    zones = {
        name: options.time_zone or raw.zones.get(name, "")
        for name, dtype in types.items()
        if dtype == ZONED
    }
    plain = native(connection, source, types, {n: zone for n, zone in zones.items() if zone})
    for name, dtype in types.items():
        if name in read.casts:
            sql = read.casts[name].confirmed
        elif name in read.words:
            sql = present(name, na_is_absent=read.words[name][1])
        else:
            sql = plain[name]
        if raw.sheet and dtype.startswith("TIMESTAMP") and _whole_days(connection, source, sql):
            sql = f"{sql}::DATE"
        read.selected[name] = sql
    return read


def _told(column: Column, raw: Raw, read: _Reading, options: ParseOptions) -> Column:
    """Return a column with what is known of it besides its values."""
    cast = read.casts.get(column.name)
    found = (cast.unit if cast else "") or raw.units.get(column.name, "")
    unit = options.units.get(column.name, found)
    return column.model_copy(update={"unit": unit if column.type in NUMERIC else ""})


def _note(
    connection: "duckdb.DuckDBPyConnection",
    source: str,
    types: Mapping[str, str],
    raw: Raw,
    read: _Reading,
    options: ParseOptions,
    notes: Notes,
) -> None:
    notes.remarks(raw.notes)
    notes.words({name: count for name, (count, _) in read.words.items()})
    notes.marks(_marks(connection, source, [n for n, c in read.casts.items() if n in types]))
    notes.units({name: cast.unit for name, cast in read.casts.items() if cast.unit})
    commas = [name for name, cast in read.casts.items() if cast.decimal_mark == ","]
    notes.decimal_comma(commas)
    zones = {name: cast.zone for name, cast in read.casts.items() if cast.zone}
    zones |= {
        name: options.time_zone or raw.zones.get(name, "UTC")
        for name, dtype in types.items()
        if dtype == ZONED
    }
    notes.zones(zones, asked=options.time_zone is not None)
    notes.unfit(read.unfit)


def _marks(
    connection: "duckdb.DuckDBPyConnection", source: str, columns: Sequence[str]
) -> dict[str, list[str]]:
    """Return what stands for missing values in columns, where that is worth a word."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(columns), _MARKED_AT_ONCE):
        part = columns[start : start + _MARKED_AT_ONCE]
        listed = ", ".join(f"min({mark(name)}), max({mark(name)})" for name in part)
        row = connection.execute(f"SELECT {listed} FROM {source}").fetchone() or ()
        for place, name in enumerate(part):
            written = dict.fromkeys(one for one in row[2 * place : 2 * place + 2] if one)
            if written:
                found[name] = list(written)
    return found


def _unpivoted(
    connection: "duckdb.DuckDBPyConnection",
    months: month_columns.MonthColumns,
    columns: Sequence[Column],
    target: Path,
    work: Path,
    language: Language,
) -> TableProfile:
    wide = work / "wide.parquet"
    target.replace(wide)
    sql = month_columns.as_rows(
        months,
        [column.name for column in columns],
        f"read_parquet({literal(str(wide))})",
        text(f"fact.heading.period_{months.kind}", language),
        text("fact.heading.value", language),
    )
    _write(connection, sql, target)
    known = {column.name: column.unit for column in columns}
    found = profile(connection, target)
    long = found.columns
    shared = {known[name] for name in months.periods}
    unit = shared.pop() if len(shared) == 1 else ""
    last = long[-1].model_copy(update={"unit": unit})
    kept = tuple(c.model_copy(update={"unit": known.get(c.name, "")}) for c in long[:-1])
    return replace(found, columns=(*kept, last))


def _report(
    raw: Raw, read: _Reading, options: ParseOptions, *, is_offered: bool
) -> ParseReport | None:
    if raw.parsed is None:
        return None
    casts = read.casts.values()
    marks = [cast.decimal_mark for cast in casts if cast.decimal_mark]
    firsts = {cast.day_first for cast in casts if cast.day_first is not None}
    zones = {cast.zone for cast in casts if cast.zone} | set(raw.zones.values())
    guesses = {guess for cast in casts for guess in cast.guesses}
    mark_used = max(set(marks), key=marks.count) if marks else None
    months = options.months_as_rows
    if is_offered and months is None:
        months = False
        guesses.add("months_as_rows")
    used = raw.parsed.options.model_copy(
        update={
            "decimal_mark": options.decimal_mark or mark_used,
            "day_first": firsts.pop() if len(firsts) == 1 else options.day_first,
            "time_zone": options.time_zone or (zones.pop() if len(zones) == 1 else None),
            "months_as_rows": months,
            "types": options.types,
            "units": options.units,
        }
    )
    if used.time_zone == "mixed":
        used = used.model_copy(update={"time_zone": "UTC"})
        guesses.add("time_zone")
    return raw.parsed.model_copy(
        update={
            "options": used,
            "asked": options,
            "guesses": tuple(sorted(guesses | set(raw.parsed.guesses))),
        }
    )


def flatten(
    connection: "duckdb.DuckDBPyConnection", source: str, types: dict[str, str]
) -> dict[str, str]:
    """Return SQL -> name for every column of `source`, structs taken apart to `outer.inner`.

    Raises BadInput `columns_many`.
    """
    found: dict[str, str] = {}
    open_columns = [(ident(column), column, dtype) for column, dtype in types.items()]
    while open_columns:
        sql, name, dtype = open_columns.pop(0)
        if not dtype.startswith("STRUCT(") or dtype.endswith("[]"):
            found[sql] = name
        else:
            inner = connection.execute(
                f"DESCRIBE SELECT unnest(s) FROM (SELECT {sql} AS s FROM {source} LIMIT 1)"
            ).fetchall()
            open_columns[:0] = [
                (f"({sql})[{literal(str(row[0]))}]", f"{name}.{row[0]}", str(row[1]))
                for row in inner
            ]
        if len(found) > COLUMNS_MAX:
            raise BadInput("columns_many", limit=COLUMNS_MAX)
    return found


def _write(connection: "duckdb.DuckDBPyConnection", sql: str, target: Path) -> None:
    connection.execute(
        f"COPY ({sql}) TO {literal(str(target))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP})"
    )


def _types(connection: "duckdb.DuckDBPyConnection", source: str) -> dict[str, str]:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def _whole_days(connection: "duckdb.DuckDBPyConnection", source: str, sql: str) -> bool:
    """Excel has no dates without a time of day."""
    row = connection.execute(
        f"SELECT count(*) FROM {source} WHERE {sql} <> date_trunc('day', {sql})"
    ).fetchone()
    return row is not None and row[0] == 0

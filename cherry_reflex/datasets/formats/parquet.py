"""Parquet: the footer is read first, and what the readers count must agree."""

from pathlib import Path

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import ParseOptions, ParseReport
from cherry_reflex.datasets.casts.date_sql import offset_of
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX, headings
from cherry_reflex.datasets.formats.raw import Raw
from cherry_reflex.datasets.typing import flatten

_MAGIC = b"PAR1"


def parse(source: Path, name: str, work: Path) -> list[Raw]:
    """Read a Parquet file, structs flattened to `outer.inner`.

    Raises BadInput `file_damaged`, `table_empty`, `columns_many`.
    """
    import duckdb
    import pyarrow
    import pyarrow.parquet

    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - len(_MAGIC)))
        if file.read() != _MAGIC:
            raise BadInput("file_damaged", "no footer", name=name)
    try:
        footer = pyarrow.parquet.read_metadata(source)
    except (pyarrow.ArrowException, OSError) as error:
        raise BadInput("file_damaged", str(error), name=name) from error
    if footer.num_columns > COLUMNS_MAX:
        raise BadInput("columns_many", limit=COLUMNS_MAX)
    if not footer.num_columns or not footer.num_rows:
        raise BadInput("table_empty", name=name)
    target = work / "raw.parquet"
    relation = f"read_parquet({literal(str(source))})"
    with connect(work) as connection:
        try:
            rows = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
            found = flatten(connection, relation, {str(r[0]): str(r[1]) for r in rows})
            names, notes = headings(found.values())
            selected = ", ".join(
                f"{sql} AS {ident(new)}" for sql, new in zip(found, names, strict=True)
            )
            connection.execute(
                f"COPY (SELECT {selected} FROM {relation}) TO {literal(str(target))} "
                "(FORMAT parquet, COMPRESSION snappy)"
            )
            counted = connection.execute(
                f"SELECT count(*) FROM read_parquet({literal(str(target))})"
            ).fetchone()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise BadInput("file_damaged", str(error), name=name) from error
    if counted is None or counted[0] != footer.num_rows:
        raise BadInput("file_damaged", "row counts differ", name=name)
    return [
        Raw(
            target,
            texts=frozenset(names),
            notes=tuple(notes),
            parsed=ParseReport(options=ParseOptions()),
            zones=_zones(source, dict(zip(found.values(), names, strict=True))),
        )
    ]


def _zones(source: Path, names: dict[str, str]) -> dict[str, str]:
    """Return the zones that the writer of a file named for its columns of moments."""
    import pyarrow.parquet

    zones: dict[str, str] = {}
    for column in pyarrow.parquet.read_schema(source):
        zone = getattr(column.type, "tz", None)
        if zone and column.name in names:
            is_offset = zone[0] in "+-"
            zones[names[column.name]] = offset_of(zone) if is_offset else zone
    return zones

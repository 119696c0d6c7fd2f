"""Our Parquet files as files for other programs."""

import shutil
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.core.errors import BadInput, LimitExceeded
from cherry_reflex.datasets.column_profile import plain

if TYPE_CHECKING:
    import duckdb

ExportFormat = Literal["csv", "xlsx", "json", "parquet"]

MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}

_EXCEL_ROWS_MAX = 1_048_575
_EXCEL_CHARS_MAX = 32_767
_BOM = b"\xef\xbb\xbf"
_FORMULA = r"^[=+\-@\t\r]"
"""A text that begins so would be run as a formula by a spreadsheet."""


def export(path: Path, format: str, out: Path, percent: Collection[str] = ()) -> None:
    """Write the table at `path` to `out` as csv, xlsx, json or parquet. `percent` are columns of
    percentages kept as fractions: a sheet shows 0.25 of them as 25 %, as the one did that they came
    from; the other formats have no such way.

    CSV has a byte order mark, so that Excel reads its Korean, and text cells that a spreadsheet
    would run as formulas begin with an apostrophe (OWASP, CSV injection); the other formats keep
    every text as it is. Blocking: call it in a thread. Raises BadInput `export_format`,
    LimitExceeded `export_rows` (Excel holds 1,048,575 rows).
    """
    if format == "parquet":
        shutil.copyfile(path, out)
        return
    relation = f"read_parquet({literal(str(path))})"
    with connect(out.parent) as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        types = {str(row[0]): str(row[1]) for row in described}
        if format == "csv":
            _csv(connection, relation, types, out)
        elif format == "json":
            _json(connection, relation, types, out)
        elif format == "xlsx":
            _xlsx(connection, relation, list(types), out, frozenset(percent))
        else:
            raise BadInput("export_format", format=format, formats=", ".join(MEDIA_TYPES))


def _csv(
    connection: "duckdb.DuckDBPyConnection", relation: str, types: dict[str, str], out: Path
) -> None:
    selected = []
    for name, dtype in types.items():
        column, shown = ident(name), ident(f"'{name}" if name[:1] in "=+-@\t\r" else name)
        if dtype == "VARCHAR":
            guarded = f"regexp_matches({column}, '{_FORMULA}')"
            selected.append(
                f"CASE WHEN {guarded} THEN '''' || {column} ELSE {column} END AS {shown}"
            )
        else:
            selected.append(f"{column} AS {shown}")
    bare = out.with_name(f"{out.name}.bare")
    try:
        connection.execute(
            f"COPY (SELECT {', '.join(selected)} FROM {relation}) TO {literal(str(bare))} "
            "(FORMAT csv, HEADER true)"
        )
        with bare.open("rb") as source, out.open("wb") as target:
            target.write(_BOM)
            shutil.copyfileobj(source, target)
    finally:
        bare.unlink(missing_ok=True)


def _json(
    connection: "duckdb.DuckDBPyConnection", relation: str, types: dict[str, str], out: Path
) -> None:
    selected = [
        f"CASE WHEN isfinite({ident(n)}) THEN {ident(n)} END AS {ident(n)}"
        if dtype in ("DOUBLE", "FLOAT")
        else ident(n)
        for n, dtype in types.items()
    ]
    connection.execute(
        f"COPY (SELECT {', '.join(selected)} FROM {relation}) TO {literal(str(out))} "
        "(FORMAT json, ARRAY true)"
    )


def _xlsx(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    names: list[str],
    out: Path,
    percent: frozenset[str],
) -> None:
    import xlsxwriter

    counted = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    if counted and counted[0] > _EXCEL_ROWS_MAX:
        raise LimitExceeded("export_rows", rows=int(counted[0]), limit=_EXCEL_ROWS_MAX)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(out), options) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        head = book.add_format({"bold": True})
        share = book.add_format({"num_format": "0.0%"})
        shares = {place for place, name in enumerate(names) if name in percent}
        for place, name in enumerate(names):
            sheet.write_string(0, place, name[:_EXCEL_CHARS_MAX], head)
        sheet.freeze_panes(1, 0)
        result = connection.execute(f"SELECT * FROM {relation}")
        number = 0
        while rows := result.fetchmany(5000):
            for row in rows:
                number += 1
                for place, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(number, place, value, moment)
                    elif isinstance(value, date):
                        sheet.write_datetime(number, place, value, day)
                    elif isinstance(shown := plain(value), str):
                        sheet.write_string(number, place, shown[:_EXCEL_CHARS_MAX])
                    elif shown is not None:
                        sheet.write(number, place, shown, share if place in shares else None)

"""Rows of our own Parquet files, for the page's grids."""

from pathlib import Path
from typing import Any

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.core.column import column_type
from cherry_reflex.core.errors import BadInput
from cherry_reflex.datasets.column_profile import plain

LIMIT_MAX = 1000
_CELL_CHARS = 5000


def read_rows(
    path: Path, offset: int = 0, limit: int = 100, sort: str = "", descending: bool = False
) -> dict[str, Any]:
    """Return `{"columns": [{"name", "type"}], "rows": [[…]], "total"}`, safe to write as JSON.

    Dates are ISO text, NaN and infinity null, integers beyond 2^53 text, long texts cut. Blocking:
    call it in a thread. Raises BadInput `column_unknown` when there is no column `sort`.
    """
    relation = f"read_parquet({literal(str(path))})"
    with connect(path.parent) as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        names = [str(row[0]) for row in described]
        order = ""
        if sort:
            if sort not in names:
                shown = ", ".join(names[:60])
                raise BadInput("column_unknown", column=sort, dataset=path.stem, columns=shown)
            way = "DESC" if descending else "ASC"
            order = f"ORDER BY {ident(sort)} {way} NULLS LAST"
        counted = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
        rows = connection.execute(
            f"SELECT * FROM {relation} {order} "
            f"LIMIT {min(max(0, limit), LIMIT_MAX)} OFFSET {max(0, offset)}"
        ).fetchall()
    return {
        "columns": [{"name": str(row[0]), "type": column_type(str(row[1]))} for row in described],
        "rows": [[_cell(value) for value in row] for row in rows],
        "total": int(counted[0]) if counted else 0,
    }


def _cell(value: Any) -> Any:
    shown = plain(value)
    return shown[:_CELL_CHARS] if isinstance(shown, str) else shown

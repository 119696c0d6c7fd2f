"""What a Parquet file holds, for clients that say only where it is."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from cherry_reflex.core.column import Column, column_type
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput


def described(reference: str) -> Dataset:
    """Return the dataset of a Parquet file, named by `file://` URI or path.

    Raises BadInput (`parquet_missing`, `parquet_unreadable`).
    """
    import duckdb

    path = Path(unquote(urlsplit(reference).path) if "://" in reference else reference)
    if not path.is_file():
        raise BadInput("parquet_missing", name=reference[:300])
    try:
        with duckdb.connect() as connection:
            relation = "read_parquet($path)"
            schema = connection.execute(
                f"DESCRIBE SELECT * FROM {relation}",  # noqa: S608 - the path is a parameter
                {"path": str(path)},
            ).fetchall()
            counted = ", ".join(f"approx_count_distinct({_quoted(str(row[0]))})" for row in schema)
            row = connection.execute(
                f"SELECT count(*), {counted} FROM {relation}",  # noqa: S608
                {"path": str(path)},
            ).fetchone()
    except duckdb.Error as error:
        raise BadInput("parquet_unreadable", detail=str(error), name=path.name) from error
    rows, *distinct = row or (0,)
    columns = tuple(
        Column(name=name, type=column_type(dtype, rows, many), dtype=dtype, distinct=many)
        for (name, dtype, *_), many in zip(schema, distinct, strict=True)
    )
    return Dataset(
        id=path.stem,
        name=path.stem,
        uri=f"file://{path.resolve()}",
        rows=rows,
        columns=columns,
        size_bytes=path.stat().st_size,
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

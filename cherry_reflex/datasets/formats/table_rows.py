"""Rows of texts, gathered into a Parquet file as they come."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

_BATCH_CELLS = 400_000


class TableRows:
    """Writes rows of one width as text columns; empty texts become missing."""

    def __init__(self, target: Path, names: Sequence[str]) -> None:
        import pyarrow
        import pyarrow.parquet

        self.rows = 0
        self._names = list(names)
        self._schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
        self._writer = pyarrow.parquet.ParquetWriter(target, self._schema, compression="snappy")
        self._batch: list[Sequence[str | None]] = []
        self._most = max(1, _BATCH_CELLS // max(1, len(names)))

    def __enter__(self) -> "TableRows":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._write()
        self._writer.close()

    def add(self, row: Sequence[str | None]) -> None:
        """Take in a row, which has as many values as there are names."""
        self._batch.append(row)
        self.rows += 1
        if len(self._batch) >= self._most:
            self._write()

    def _write(self) -> None:
        import pyarrow

        if not self._batch:
            return
        columns = [
            pyarrow.array([value or None for value in column], pyarrow.string())
            for column in zip(*self._batch, strict=True)
        ]
        self._writer.write_table(pyarrow.table(columns, schema=self._schema))
        self._batch = []

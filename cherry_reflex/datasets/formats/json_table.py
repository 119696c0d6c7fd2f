"""Rows of JSON, gathered as text columns in Parquet files of limited size."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import ParseOptions, ParseReport
from cherry_reflex.datasets.formats.encoding import Reading
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX, headings
from cherry_reflex.datasets.formats.json_tables import Found
from cherry_reflex.datasets.formats.layout import HEAD_ROWS, find_layout
from cherry_reflex.datasets.formats.raw import Raw

_BATCH_ROWS = 20_000
_DIGITS_MAX = 38


class Number(str):
    """A number as it is written in the file."""


class JsonTable:
    """Takes in rows one by one: objects, or lists that all have the same length."""

    def __init__(
        self, work: Path, name: str, options: ParseOptions, reading: Reading, found: Found
    ) -> None:
        self._work = work
        self._name = name
        self._options = options
        self._reading = reading
        self._found = found
        self._names: dict[str, None] = {}
        self._texts: set[str] = set()
        self._has_numbers = False
        self._has_long = False
        self._batch: list[dict[str, str | None]] = []
        self._files: list[Path] = []
        self._waiting: list[tuple[int, list[Any]]] | None = None
        """Rows that are lists, until it is known whether the first is a heading."""
        self._listed: list[str] | None = list(found.names) or None
        self._header_rows: int | None = None

    def add(self, row: Any, line: int) -> None:
        """Take in a row. Raises BadInput `json_shape` (line), `columns_many`."""
        if isinstance(row, list):
            self._add_list(row, line)
            return
        if not isinstance(row, dict) or self._waiting is not None or self._listed is not None:
            raise BadInput("json_shape", name=self._name, line=max(line, 1))
        self._add(row)

    def close(self) -> list[Raw]:
        """Return the table. Raises BadInput `table_empty`, `columns_many`."""
        self._settle()
        self._write()
        if not self._files or not self._names:
            raise BadInput("table_empty", name=self._name)
        names, notes = headings(self._names)
        renamed = dict(zip(self._names, names, strict=True))
        target = self._work / "raw.parquet"
        places = ", ".join(f"c{place} AS {ident(n)}" for place, n in enumerate(names))
        files = ", ".join(literal(str(path)) for path in self._files)
        with connect(self._work) as connection:
            connection.execute(
                f"COPY (SELECT {places} FROM read_parquet([{files}], union_by_name=true)) "
                f"TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)"
            )
        if self._header_rows:
            notes = [*notes, "json_header"]
        elif self._header_rows == 0:
            notes = ["headless"]
        if self._has_long:
            notes = [*notes, "long_numbers"]
        # Where nothing at all is written as a number, being in quotes says nothing of a value.
        texts = (
            frozenset(renamed[t] for t in self._texts) if self._has_numbers else frozenset[str]()
        )
        return [
            Raw(
                target,
                encoding=self._reading.encoding,
                texts=texts,
                notes=tuple(notes),
                parsed=self._report(),
            )
        ]

    def _report(self) -> ParseReport:
        guesses = ["encoding"] if self._reading.is_guess else []
        if self._found.is_guess:
            guesses.append("sheet")
        used = {
            "encoding": self._reading.encoding,
            "sheet": self._found.path or None,
            "header_rows": self._header_rows,
        }
        return ParseReport(
            options=self._options.model_copy(update=used),
            guesses=tuple(guesses),
            tables=self._found.tables,
        )

    def _add_list(self, row: list[Any], line: int) -> None:
        if self._listed is None:
            if self._batch or self._files:
                raise BadInput("json_shape", name=self._name, line=max(line, 1))
            self._waiting = [*(self._waiting or []), (line, row)]
            if len(self._waiting) >= HEAD_ROWS:
                self._settle()
            return
        if len(row) != len(self._listed):
            raise BadInput("json_shape", name=self._name, line=max(line, 1))
        self._add(dict(zip(self._listed, row, strict=True)))

    def _settle(self) -> None:
        """Find out whether the first row of a list of lists is a heading."""
        if self._waiting is None:
            return
        waiting, self._waiting = self._waiting, None
        grid = [[None if cell is None else _written(cell) for cell in row] for _, row in waiting]
        wanted = self._options.model_copy(update={"skip_rows": 0, "footer_rows": 0})
        layout = find_layout(grid, wanted, is_whole=len(waiting) < HEAD_ROWS)
        self._header_rows = layout.header_rows
        names, _ = headings(layout.names or [""] * len(waiting[0][1]))
        self._listed = names
        for line, row in waiting[layout.header_rows :]:
            self._add_list(row, line)

    def _add(self, row: dict[str, Any]) -> None:
        flat: dict[str, str | None] = {}
        self._flatten("", row, flat)
        self._batch.append(flat)
        if len(self._names) > COLUMNS_MAX:
            raise BadInput("columns_many", limit=COLUMNS_MAX)
        if len(self._batch) >= _BATCH_ROWS:
            self._write()

    def _flatten(self, prefix: str, row: Mapping[str, Any], flat: dict[str, str | None]) -> None:
        for key, value in row.items():
            name = f"{prefix}.{key}" if prefix else key
            if isinstance(value, dict) and value:
                self._flatten(name, value, flat)
                continue
            self._names.setdefault(name)
            if isinstance(value, Number):
                self._has_numbers = True
                self._has_long = self._has_long or len(value) > _DIGITS_MAX
                flat[name] = str(value)
            elif isinstance(value, str):
                self._texts.add(name)
                flat[name] = value.encode("utf-8", "replace").decode("utf-8")
            elif value or isinstance(value, bool):
                flat[name] = _written(value)

    def _write(self) -> None:
        import pyarrow
        import pyarrow.parquet

        if not self._batch:
            return
        path = self._work / f"part-{len(self._files)}.parquet"
        columns = {
            f"c{place}": pyarrow.array([row.get(name) for row in self._batch], pyarrow.string())
            for place, name in enumerate(self._names)
        }
        if columns:
            pyarrow.parquet.write_table(pyarrow.table(columns), path)
            self._files.append(path)
        self._batch = []


def _written(value: Any) -> str:
    """Return a value as JSON writes it, a text as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    return _json(value)


def _json(value: Any) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        inner = (f"{json.dumps(k, ensure_ascii=False)}: {_json(v)}" for k, v in value.items())
        return f"{{{', '.join(inner)}}}"
    return json.dumps(value, ensure_ascii=False)

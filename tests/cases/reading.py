"""Reads a file as an upload is read, and gives back what a person would look at."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.parse import parse

HERE = Path(__file__).parent
_BYTES_MAX = 100_000_000


@dataclass(frozen=True)
class Read:
    """One table, its rows as tuples."""

    dataset: Dataset
    rows: list[tuple[Any, ...]]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.dataset.columns]

    @property
    def types(self) -> list[str]:
        return [column.type for column in self.dataset.columns]

    @property
    def units(self) -> dict[str, str]:
        return {column.name: column.unit for column in self.dataset.columns if column.unit}

    @property
    def used(self) -> ParseOptions:
        assert self.dataset.parsed is not None
        return self.dataset.parsed.options

    @property
    def guesses(self) -> tuple[str, ...]:
        assert self.dataset.parsed is not None
        return self.dataset.parsed.guesses

    @property
    def left_out(self) -> list[tuple[str, int]]:
        assert self.dataset.parsed is not None
        return [(row.reason, row.row) for row in self.dataset.parsed.left_out]

    def column(self, name: str) -> list[Any]:
        place = self.names.index(name)
        return [row[place] for row in self.rows]


def read_all(path: Path, work: Path, language: str = "en", **options: Any) -> list[Read]:
    """Read every table of a file; `options` are those of ParseOptions."""
    target = work / "made"
    target.mkdir(parents=True)
    payload = {
        "source": str(path),
        "filename": path.name,
        "target": str(target),
        "options": ParseOptions(**options).model_dump(mode="json"),
        "language": language,
        "bytes_max": _BYTES_MAX,
    }
    found = parse(payload, work, lambda event: None)["datasets"]
    datasets = [Dataset.model_validate(one) for one in found]
    return [Read(one, _rows(one)) for one in datasets]


def read(path: Path, work: Path, language: str = "en", **options: Any) -> Read:
    """Read a file of one table."""
    (one,) = read_all(path, work, language, **options)
    return one


def read_text(
    text: str | bytes, work: Path, name: str = "a.csv", language: str = "en", **options: Any
) -> Read:
    """Read a text as a file of that name."""
    work.mkdir(exist_ok=True)
    path = work / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, work / "work", language, **options)


def _rows(dataset: Dataset) -> list[tuple[Any, ...]]:
    path = dataset.uri.removeprefix("file://")
    return duckdb.default_connection().sql(f"SELECT * FROM read_parquet('{path}')").fetchall()

"""JSON: an array of objects, JSON lines, or one object that holds such an array; nested objects
become columns named `outer.inner`, lists inside stay JSON text."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.datasets.formats import encoding
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX, headings
from cherry_reflex.datasets.formats.raw import Raw

DEPTH_MAX = 64
_CHARS_MAX = 400_000_000
_BATCH_ROWS = 20_000
_SPACE = re.compile(r"[\s,]*")
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_DECODER = json.JSONDecoder(parse_constant=lambda constant: None)


def parse(source: Path, name: str, work: Path, wanted: str) -> list[Raw]:
    """Read a JSON file into text columns.

    Raises BadInput: those of `encoding.read` (but any length of line is allowed), `json_invalid`
    (line and reason), `json_deep`, `json_shape`, `json_large`, `columns_many`, `table_empty`.
    """
    reading = encoding.read(source, work, name, wanted, line_bytes_max=_CHARS_MAX)
    if reading.path.stat().st_size > _CHARS_MAX:
        raise BadInput("json_large", name=name, limit=_CHARS_MAX)
    content = reading.path.read_text("utf-8").lstrip("\ufeff").strip()
    if not content:
        raise BadInput("table_empty", name=name)
    _check_depth(content, name)
    table = _Table(work)
    for row in _rows(content, name):
        table.add(row, name)
    return table.close(name, reading.encoding)


def _check_depth(content: str, name: str) -> None:
    depth = 0
    for found in _STRUCTURE.finditer(content):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                line = content.count("\n", 0, found.start()) + 1
                raise BadInput("json_deep", name=name, line=line, limit=DEPTH_MAX)
        elif mark in "]}":
            depth -= 1


def _rows(content: str, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of the file one by one, whatever holds them."""
    if content[0] == "[":
        yield from _array(content, name)
        return
    first, end = _decode(content, 0, name)
    if end == len(content) and isinstance(first, dict):
        lists = {key: value for key, value in first.items() if isinstance(value, list) and value}
        tables = [v for v in lists.values() if all(isinstance(row, dict) for row in v)]
        if len(tables) == 1:
            yield from tables[0]
        elif len(lists) == len(first) and len({len(v) for v in lists.values()}) == 1:
            for values in zip(*lists.values(), strict=True):
                yield dict(zip(lists, values, strict=True))
        else:
            yield first
        return
    place = 0
    while place < len(content):
        value, place = _decode(content, place, name)
        yield _object(value, content, place, name)
        match = _SPACE.match(content, place)
        place = match.end() if match else place


def _array(content: str, name: str) -> Iterator[dict[str, Any]]:
    place = _skip(content, 1)
    while place < len(content) and content[place] != "]":
        value, place = _decode(content, place, name)
        yield _object(value, content, place, name)
        place = _skip(content, place)
        if place < len(content) and content[place] == ",":
            place = _skip(content, place + 1)
        elif place >= len(content) or content[place] != "]":
            raise _invalid(content, place, "',' or ']' expected", name)
    if place >= len(content):
        raise _invalid(content, place, "the file ends inside the array", name)
    if content[place + 1 :].strip():
        raise _invalid(content, place + 1, "text after the array", name)


def _skip(content: str, place: int) -> int:
    while place < len(content) and content[place] in " \t\r\n":
        place += 1
    return place


def _decode(content: str, place: int, name: str) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(content, place)
    except json.JSONDecodeError as error:
        raise _invalid(content, error.pos, error.msg, name) from error
    except RecursionError as error:
        raise BadInput("json_deep", name=name, line=1, limit=DEPTH_MAX) from error


def _object(value: Any, content: str, place: int, name: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    line = content.count("\n", 0, place) + 1
    raise BadInput("json_shape", name=name, line=line)


def _invalid(content: str, place: int, reason: str, name: str) -> BadInput:
    line = content.count("\n", 0, place) + 1
    return BadInput("json_invalid", reason, name=name, line=line, reason=reason)


class _Table:
    """Gathers flat rows as text columns, in Parquet files of limited size."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._names: dict[str, None] = {}
        self._texts: set[str] = set()
        self._batch: list[dict[str, str | None]] = []
        self._files: list[Path] = []

    def add(self, row: dict[str, Any], name: str) -> None:
        flat: dict[str, str | None] = {}
        self._flatten("", row, flat)
        self._batch.append(flat)
        if len(self._names) > COLUMNS_MAX:
            raise BadInput("columns_many", limit=COLUMNS_MAX)
        if len(self._batch) >= _BATCH_ROWS:
            self._write()

    def close(self, name: str, encoded: str) -> list[Raw]:
        self._write()
        if not self._files or not self._names:
            raise BadInput("table_empty", name=name)
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
        texts = frozenset(renamed[text] for text in self._texts)
        return [Raw(target, encoding=encoded, texts=texts, notes=tuple(notes))]

    def _flatten(self, prefix: str, row: dict[str, Any], flat: dict[str, str | None]) -> None:
        for key, value in row.items():
            name = f"{prefix}.{key}" if prefix else key
            if isinstance(value, dict) and value:
                self._flatten(name, value, flat)
                continue
            self._names.setdefault(name)
            if isinstance(value, str):
                self._texts.add(name)
                flat[name] = value.encode("utf-8", "replace").decode("utf-8")
            elif isinstance(value, bool):
                flat[name] = "true" if value else "false"
            elif isinstance(value, int | float):
                flat[name] = repr(value)
            elif value:
                flat[name] = json.dumps(value, ensure_ascii=False)

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

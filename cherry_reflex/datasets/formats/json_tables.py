"""Where the table is in one JSON object: an API's answer, a frame as pandas writes it, a record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DEPTH_MAX = 12
_COMPARABLE = 0.5
"""Rows of another table, as a share of the chosen one's, from which the choice is a guess."""


@dataclass(frozen=True)
class Found:
    """A table inside of an object. `names` are its columns where its rows are lists."""

    rows: Sequence[Any] = ()
    path: str = ""
    names: tuple[str, ...] = ()
    tables: int = 1
    is_guess: bool = False


def find_table(value: dict[str, Any], wanted: str = "") -> Found:
    """Return the table that an object holds; the object itself is its only row where it holds
    none. `wanted` is the path of the one that is meant."""
    framed = _frame(value)
    if framed is not None:
        return framed
    held = sorted(_held(value, "", 0), key=lambda one: (-len(one.rows), one.path.count(".")))
    if not held:
        return Found((value,))
    chosen = next((one for one in held if one.path == wanted), held[0])
    others = [one for one in held if one is not chosen]
    is_guess = chosen.path != wanted and any(
        len(one.rows) >= max(2, len(chosen.rows) * _COMPARABLE) for one in others
    )
    return Found(chosen.rows, chosen.path, chosen.names, len(held), is_guess)


def _frame(value: Mapping[str, Any]) -> Found | None:
    """Return the rows of what pandas writes: by columns, by rows, split into names and rows."""
    data = value.get("data")
    if isinstance(data, list) and set(value) <= {"columns", "data", "index", "name"}:
        found = _split(value.get("columns"), value.get("index"), data)
        if found is not None:
            return found
    schema = value.get("schema")
    if isinstance(schema, dict) and isinstance(data, list) and "fields" in schema:
        labels = [row.get("index") for row in data if isinstance(row, dict)]
        if schema.get("primaryKey") == ["index"] and _is_counted(labels):
            data = [{k: v for k, v in row.items() if k != "index"} for row in data]
        return Found(data)
    lists = [one for one in value.values() if isinstance(one, list) and one]
    is_flat = not any(isinstance(item, dict) for one in lists for item in one)
    if len(lists) == len(value) > 0 and len({len(one) for one in lists}) == 1 and is_flat:
        return Found([dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)])
    return _crossed(value)


def _split(columns: Any, index: Any, data: list[Any]) -> Found | None:
    if not isinstance(columns, list):
        return None
    if not all(isinstance(row, list) and len(row) == len(columns) for row in data):
        return None
    names = tuple(map(_label, columns))
    if isinstance(index, list) and len(index) == len(data) and not _is_counted(index):
        rows = [[label, *row] for label, row in zip(index, data, strict=True)]
        return Found(rows, names=("index", *names))
    return Found(data, names=names)


def _crossed(value: Mapping[str, Any]) -> Found | None:
    """Return the rows of objects in an object that all have the same keys."""
    inner = list(value.values())
    if not inner or not all(isinstance(one, dict) and one for one in inner):
        return None
    keys = list(inner[0])
    if any(list(one) != keys for one in inner):
        return None
    if any(isinstance(cell, dict | list) for one in inner for cell in one.values()):
        return None
    by_column = [{name: value[name][key] for name in value} for key in keys]
    by_row = [{**one} for one in inner]
    if _is_counted(keys):
        return Found(by_column)
    if _is_counted(list(value)):
        return Found(by_row)
    if len(value) == 1 and len(keys) > 1:
        return None
    # Values of one column are of one kind.
    is_columns = all(_is_one_kind(one.values()) for one in inner)
    is_rows = all(_is_one_kind(one[key] for one in inner) for key in keys)
    if is_columns and not is_rows:
        return Found([{"index": key, **row} for key, row in zip(keys, by_column, strict=True)])
    return Found([{"index": key, **row} for key, row in zip(value, by_row, strict=True)])


def _held(value: Any, path: str, depth: int) -> Iterator[Found]:
    """Yield the lists of objects, and of rows of one length, inside of objects."""
    if not isinstance(value, dict) or depth > _DEPTH_MAX:
        return
    for key, one in value.items():
        place = f"{path}.{key}" if path else key
        if isinstance(one, list) and one:
            if all(isinstance(row, dict) for row in one) or _is_grid(one):
                yield Found(one, place)
        elif isinstance(one, dict):
            framed = _frame(one)
            if framed is not None and len(framed.rows) > 1:
                yield Found(framed.rows, place, framed.names)
            else:
                yield from _held(one, place, depth + 1)


def _is_grid(rows: list[Any]) -> bool:
    if len(rows) < 2 or not all(isinstance(row, list) and len(row) > 1 for row in rows):
        return False
    return len({len(row) for row in rows}) == 1


def _is_counted(labels: Sequence[Any]) -> bool:
    return bool(labels) and [str(label) for label in labels] == [str(n) for n in range(len(labels))]


def _is_one_kind(values: Any) -> bool:
    kinds = {_kind(value) for value in values if value is not None}
    return len(kinds) <= 1


def _kind(value: Any) -> str:
    return type(value).__name__


def _label(label: Any) -> str:
    return ".".join(map(str, label)) if isinstance(label, list) else str(label)

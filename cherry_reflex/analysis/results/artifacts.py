"""Artifacts of an operation: tables as Parquet files, charts as Plotly figures in plain dicts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.results.width import is_wide
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.unit import Unit
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import pandas as pd


def said(key: str, tables: Tables, **params: Any) -> str:
    """Return a title, heading or description of the catalogue (`fact.<key>`), in the person's
    language."""
    return text(f"fact.{key}", tables.language, **params)


def heading(key: str, tables: Tables, **params: Any) -> str:
    """Return the heading of a column of results (`fact.heading.<key>`, one catalogue for all
    tables), in the person's language. Columns of a person's data keep their own names."""
    return text(f"fact.heading.{key}", tables.language, **params)


def table(
    tables: Tables,
    title: str,
    content: "Mapping[str, Sequence[Any]] | Sequence[tuple[str, Sequence[Any]]] | pd.DataFrame",
    *,
    description: str = "",
    **meta: Any,
) -> ArtifactContent:
    """Write computed columns as a table artifact: equally long ones by heading, or a pandas frame
    (its index left out). Headings that stand twice are told apart; a column of several types
    becomes text."""
    import pyarrow
    import pyarrow.parquet

    given: Any = content
    if hasattr(given, "iloc"):
        columns = [(str(name), given[name].array) for name in given.columns]
    else:
        columns = list(given.items() if isinstance(given, Mapping) else given)
    names = _apart([name for name, _ in columns])
    arrays = [_array(values) for _, values in columns]
    path = tables.folder / f"{new_id()}.parquet"
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=names), path, compression="zstd")
    return stored(title, path, description=description, **meta)


def stored(title: str, path: Path, *, description: str = "", **meta: Any) -> ArtifactContent:
    """Return a Parquet file as a table artifact. Every table of results is made here."""
    import pyarrow.parquet

    footer = pyarrow.parquet.read_metadata(path)
    names = footer.schema.to_arrow_schema().names
    known = {"rows": footer.num_rows, "columns": names, "description": description}
    return ArtifactContent(
        kind="table",
        title=title,
        path=path,
        filename=f"{_filename(title)}.parquet",
        meta={key: value for key, value in {**known, **meta}.items() if value not in ("", None)},
    )


def chart(
    title: str,
    data: list[dict[str, Any]],
    layout: Mapping[str, Any],
    *,
    description: str,
    table: str = "",
    chosen: Mapping[str, Any] | None = None,
    frames: list[dict[str, Any]] | None = None,
    sample: str = "",
) -> ArtifactContent:
    """Return a Plotly figure as a chart artifact. `table` is the title of the table with the same
    numbers; `chosen` the columns by role."""
    made: dict[str, Any] = {"data": data, "layout": {"title": {"text": title}, **layout}}
    if frames:
        made["frames"] = frames
    return figure(title, made, description, table=table, chosen=chosen, sample=sample)


def figure(title: str, figure: Mapping[str, Any], description: str, **meta: Any) -> ArtifactContent:
    """Return a whole Plotly figure as a chart artifact; its `meta` tells a page how much room it
    takes. Every chart is made here. Raises BadInput `numbers_extreme`."""
    try:
        data = json.dumps(figure, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise BadInput("numbers_extreme", detail=str(error)) from error
    layout = figure.get("layout", {})
    known = {
        "description": description,
        **meta,
        "height": layout.get("height"),
        "wide": is_wide(figure.get("data", ()), layout),
    }
    return ArtifactContent(
        kind="chart",
        title=title,
        data=data,
        filename=f"{_filename(title)}.json",
        meta={key: value for key, value in known.items() if value},
    )


def axis(title: str, **more: Any) -> dict[str, Any]:
    """Return an axis of a layout with its title; it makes room for its labels by itself."""
    return {"title": {"text": title}, "automargin": True, **more}


def measured_axis(title: str, unit: Unit | None, **more: Any) -> dict[str, Any]:
    """Return an axis of numbers of a unit: its ticks are percentages where the numbers are, else
    the title says the unit."""
    if unit is None or not unit.symbol:
        return axis(title, **more)
    if unit.symbol == "%":
        ticks = {"tickformat": ".2~%"} if unit.is_fraction else {"ticksuffix": "%"}
        return axis(title, **ticks, **more)
    shown = title if unit.symbol in title else f"{title} ({unit.symbol})"
    return axis(shown, **more)


def plain(values: Iterable[Any], digits: int = 6) -> list[Any]:
    """Return values as JSON has them, each as `plain_value` does."""
    return [plain_value(value, digits) for value in values]


def plain_value(value: Any, digits: int = 6) -> Any:
    """Return a value as JSON has it: a missing or infinite one None, a date in ISO form, a float
    with so many significant digits (charts need no more, and figures stay small), a decimal as
    the float next to it."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | str) else str(value)


def _array(values: Any) -> Any:
    import pyarrow

    given = values if hasattr(values, "dtype") else list(values)
    try:
        return pyarrow.array(given, from_pandas=True)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError):
        return pyarrow.array([None if value is None else str(value) for value in values])


def _apart(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        shown, number = name, 2
        while shown in found:
            shown, number = f"{name} ({number})", number + 1
        found.append(shown)
    return found


def _filename(title: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -_()" else " " for c in title)
    return " ".join(kept.split())[:80] or "result"

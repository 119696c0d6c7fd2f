"""Artifacts of an operation: tables as Parquet files, charts as Plotly figures in plain dicts."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from cherry_reflex.analysis.breadth import is_wide
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Tables
from cherry_reflex.i18n.catalogue import text


def said(key: str, tables: Tables, **params: Any) -> str:
    """Return a title, heading or description of the catalogue (`fact.<key>`), in the asker's
    language."""
    return text(f"fact.{key}", tables.language, **params)


def table(title: str, frame: Any, tables: Tables, *, description: str = "", **meta: Any) -> (
    ArtifactContent
):  # fmt: skip
    """Write a pandas frame (its index left out) as a table artifact."""
    path = tables.folder / f"{new_id()}.parquet"
    frame = frame.rename(columns=str)
    for name in [n for n, kind in frame.dtypes.items() if str(kind) == "object"]:
        kinds = {type(value) for value in frame[name].dropna()}
        if len(kinds) > 1 or kinds & {tuple, list, dict}:
            frame[name] = [None if value is None else str(value) for value in frame[name]]
    frame.to_parquet(path, index=False)
    known = {"rows": len(frame), "columns": list(frame.columns), "description": description}
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
    figure: dict[str, Any] = {"data": data, "layout": {"title": {"text": title}, **layout}}
    if frames:
        figure["frames"] = frames
    meta = {
        "description": description,
        "table": table,
        "chosen": chosen,
        "sample": sample,
        "height": layout.get("height"),
        "wide": is_wide(data, layout),
    }
    return ArtifactContent(
        kind="chart",
        title=title,
        data=json.dumps(figure, ensure_ascii=False, allow_nan=False).encode(),
        filename=f"{_filename(title)}.json",
        meta={key: value for key, value in meta.items() if value},
    )


def axis(title: str, **more: Any) -> dict[str, Any]:
    """Return an axis of a layout with its title."""
    return {"title": {"text": title}, **more}


def plain(values: Iterable[Any], digits: int = 6) -> list[Any]:
    """Return values as JSON has them: missing ones None, dates ISO, floats to so many significant
    digits (charts need no more, and figures stay small)."""
    return [_plain(value, digits) for value in values]


def _plain(value: Any, digits: int) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, datetime):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | str) else str(value)


def _filename(title: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -_()" else " " for c in title)
    return " ".join(kept.split())[:80] or "result"

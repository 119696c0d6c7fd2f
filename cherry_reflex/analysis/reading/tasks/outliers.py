"""Values far from the others, by the rule that was named: quartiles (IQR) or z scores."""

from typing import Any

from cherry_reflex.analysis.reading.cells import (
    Field,
    field_of,
    known_method,
    measured_columns,
    number_columns,
)
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.words.numbers import ONE, written
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.duckdb import literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome

_COLUMNS_MAX = 30
_REACH, _Z = 1.5, 3.0
_ROWS_MIN = 3
_ROWS_SHOWN = 1000


def run(opened: Opened) -> Outcome:
    """Count the values outside, and list their rows.

    Raises BadInput `numbers_few`, `outliers_undefined`.
    """
    where = opened.where()
    opened.some_rows(where)
    known_method(opened.reading.method, ("iqr", "z", "quartile", "tukey"))
    columns = measured_columns(opened.reading) or number_columns(opened)[:_COLUMNS_MAX]
    if not columns:
        raise BadInput("numbers_few", needed=1, found=0)
    fields = [field_of(opened, one, as_number=True) for one in columns]
    is_z = opened.reading.method.casefold().startswith("z")
    found = [one for field in fields if (one := _bounds(opened, field, where, is_z=is_z))]
    if not found:
        raise BadInput("outliers_undefined", columns=", ".join(f.heading for f in fields))
    found.sort(key=lambda one: -one["count"])
    facts = [_told(opened, one, place, is_z=is_z) for place, one in enumerate(found[:4])]
    if opened.is_brief:
        return Outcome(facts=tuple(facts[:1]))
    if (first := facts[0]).key == "reading.outliers":
        facts.insert(1, Fact(key="reading.outliers_sides", params=first.params, weight=0.98))
    facts += opened.notes(where)
    tables = opened.tables
    columns_of: dict[str, Any] = {
        heading("column", tables): [one["column"] for one in found],
        heading("fence_low", tables): [one["low"] for one in found],
        heading("fence_high", tables): [one["high"] for one in found],
        heading("below", tables): [one["below"] for one in found],
        heading("above", tables): [one["above"] for one in found],
        heading("present", tables): [one["n"] for one in found],
    }
    title = opened.source.text("reading.title_outliers")
    made = [table(tables, title, columns_of)]
    outside = " OR ".join(f"({one['condition']})" for one in found)
    order = f"abs({found[0]['sql']} - {literal(found[0]['middle'])})"
    sql = f"SELECT {_shown(opened)} {opened.rows_of(where, outside)}"
    sql += f" ORDER BY {order} DESC NULLS LAST LIMIT {_ROWS_SHOWN}"
    if any(one["count"] for one in found):
        made.append(opened.source.table(opened.source.text("reading.title_outlier_rows"), sql))
    return Outcome(facts=tuple(facts), artifacts=tuple(made), code=sql, code_language="sql")


def _shown(opened: Opened) -> str:
    if len(opened.scope.datasets) == 1:
        return "*"
    return "t0.*"


def _bounds(opened: Opened, field: Field, where: str, *, is_z: bool) -> dict[str, Any] | None:
    """Return a field's bounds and what lies outside; None where its values have no spread."""
    x = field.sql
    n, q1, q3, mean, deviation, median = opened.one(
        f"SELECT count({x}), quantile_cont({x}, 0.25), quantile_cont({x}, 0.75), avg({x}), "
        f"stddev_samp({x}), median({x}) {opened.rows_of(where)}"
    )
    spread = deviation if is_z else (q3 - q1 if q1 is not None else None)
    if n < _ROWS_MIN or not spread:
        return None
    reach = _Z if is_z else _REACH
    low, high = (mean - reach * spread, mean + reach * spread) if is_z else (
        q1 - reach * spread, q3 + reach * spread,
    )  # fmt: skip
    sides = {
        "high": f"{x} > {literal(float(high))}",
        "low": f"{x} < {literal(float(low))}",
    }
    how = opened.reading.how
    condition = sides.get(how) or " OR ".join(sides.values())
    below, above = (opened.count(where, sides[side]) for side in ("low", "high"))
    count = {"high": above, "low": below}.get(how, below + above)
    return {
        "column": field.heading, "low": float(low), "high": float(high), "below": below,
        "above": above, "count": count, "n": int(n), "condition": condition, "sql": x,
        "middle": float(mean if is_z else median), "unit": field.value.unit,
    }  # fmt: skip


def _told(opened: Opened, one: dict[str, Any], place: int, *, is_z: bool) -> Fact:
    said = {
        f"{side}_shown": written(one[side], opened.language, unit=one["unit"], digits=ONE)
        for side in ("low", "high")
    }
    params = {k: one[k] for k in ("column", "low", "high", "below", "above", "count", "n")}
    params |= {**said, "rule": "z_score" if is_z else "iqr", "share": one["count"] / one["n"]}
    key = "reading.outliers" if one["count"] else "reading.outliers_none"
    if opened.reading.how in ("high", "low") and one["count"]:
        key = f"reading.outliers_{opened.reading.how}"
    return Fact(key=key, params=params, weight=1.0 - place * 0.05)

"""Extreme values of numeric columns: marked, pulled in, taken out, or their rows removed."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.cleaning.change import CleaningChange
from cherry_reflex.analysis.cleaning.step import CleaningStep
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.analysis.sql.types import is_numeric, is_whole
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, column_field

Action = Literal["winsorise", "drop", "flag", "missing", "keep"]
_ROWS_MIN = 8
_COLUMNS_AT_ONCE = 100
_DISTINCT_MIN = 5
Limits = tuple[float, float, int, int]
"""Lower and upper limit, how many values are below, how many above."""
_NORMAL = 1.4826
"""A normal distribution's standard deviation in median absolute deviations (Hampel, 1974)."""


class HandleOutliers(CleaningStep):
    """Treat outliers of numeric columns: pull them in to the limits (winsorise), drop their rows,
    mark them in a column (flag), or make them missing. Limits: Tukey's fences of the quartiles
    (iqr), or the median and its absolute deviation (mad)."""

    name: ClassVar[str] = "handle_outliers"
    examples: ClassVar[tuple[str, ...]] = (
        "이상치를 제거해줘",
        "극단값을 상한과 하한으로 조정해주세요",
        "가격의 이상치를 표시하는 열을 추가해줘",
        "이상값을 결측치로 바꿔줘",
        "Remove the outliers",
        "Winsorise the extreme prices",
        "Flag outliers in income",
        "Clip extreme values to sensible limits",
    )

    columns: tuple[str, ...] = column_field(
        "Numeric columns; empty for all but keys.", *NUMERIC, default=(), many=True
    )
    action: Action = Field(
        default="winsorise",
        description="winsorise (pull in to the limit), drop (remove the rows), flag (add a yes/no "
        "column per column), missing (empty the cell), keep (only count).",
    )
    method: Literal["iqr", "mad"] = Field(
        default="iqr", description="iqr: quartiles; mad: median absolute deviation."
    )
    k: float | None = Field(
        default=None,
        gt=0,
        le=100,
        description="How far out: 1.5 interquartile ranges, or 3.5 deviations, unless given.",
    )

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Find the limits of all columns, then act."""
        wanted = [
            column
            for column, dtype in chain.columns.items()
            if is_numeric(dtype) and (column in self.columns or not self.columns)
        ]
        notes: list[CleaningChange] = []
        bounds: dict[str, tuple[float, float]] = {}
        for column, spread in self._spreads(chain, wanted).items():
            found = self._bounds(column, spread, whole=is_whole(chain.columns[column]))
            if isinstance(found, CleaningChange):
                notes.append(found)
            elif found is not None:
                bounds[column] = found
        return notes + self._act(chain, _counted(chain, bounds))

    def _spreads(self, chain: Chain, columns: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """Return present, distinct, quartiles, median and deviation of columns."""
        found: dict[str, tuple[Any, ...]] = {}
        for start in range(0, len(columns), _COLUMNS_AT_ONCE):
            part = columns[start : start + _COLUMNS_AT_ONCE]
            wanted = []
            for column in part:
                name = ident(column)
                # Keys have as many values as rows, which only an exact count tells.
                whole = is_whole(chain.columns[column])
                different = f"count(DISTINCT {name})" if whole else f"approx_count_distinct({name})"
                usable = f"FILTER (isfinite({name}::DOUBLE))"
                wanted += [
                    f"count({name}) {usable}",
                    f"{different} {usable}",
                    f"quantile_cont({name}, [0.25, 0.5, 0.75]) {usable}",
                    f"mad({name}) {usable}" if self.method == "mad" else "NULL",
                ]
            row = chain.one(f"SELECT {', '.join(wanted)} FROM {chain.table}")
            found |= {name: row[4 * n : 4 * n + 4] for n, name in enumerate(part)}
        return found

    def _bounds(
        self, column: str, spread: tuple[Any, ...], *, whole: bool
    ) -> tuple[float, float] | CleaningChange | None:
        named = column in self.columns
        present, distinct, quartiles, deviation = spread
        low, middle, high = quartiles or (0.0, 0.0, 0.0)
        if not named and (distinct < _DISTINCT_MIN or (whole and distinct == present)):
            return None  # codes and keys have no outliers
        if present < _ROWS_MIN:
            params: dict[str, Any] = {"column": column, "rows": int(present)}
            return CleaningChange(
                "handle_outliers", Fact(key="cleaning.outliers_few", params=params), column
            )
        if self.method == "iqr":
            reach = (self.k or 1.5) * (high - low)
        else:
            low = high = middle
            reach = (self.k or 3.5) * _NORMAL * float(deviation)
        if not isfinite(reach):
            raise BadInput("numbers_extreme")
        if reach == 0:
            fact = Fact(key="cleaning.outliers_no_spread", params={"column": column})
            return CleaningChange("handle_outliers", fact, column) if named else None
        low, high = float(low) - reach, float(high) + reach
        if whole:
            low, high = float(-(-low // 1)), float(high // 1)  # limits that a whole number can have
        return low, high

    def _act(self, chain: Chain, bounded: list[tuple[str, Limits]]) -> list[CleaningChange]:
        acted = [(column, limits) for column, limits in bounded if limits[2] + limits[3]]
        if not acted:
            names = [column for column, _ in bounded]
            if not names:
                return []
            fact = Fact(key="cleaning.no_outliers", params={"columns": names[:20]}, weight=0.8)
            return [CleaningChange("handle_outliers", fact)]
        changes = [self._change(column, limits) for column, limits in acted]
        outside = {
            column: f"{ident(column)} < {low!r} OR {ident(column)} > {high!r}"
            for column, (low, high, _, _) in acted
        }
        if self.action == "drop":
            anywhere = " OR ".join(f"coalesce({sql}, FALSE)" for sql in outside.values())
            rows = chain.rows
            removed = chain.select(f"SELECT * FROM {{table}} WHERE NOT ({anywhere})")
            params = {"rows": removed, "share": removed / rows}
            fact = Fact(key="cleaning.outlier_rows", params=params, weight=2)
            changes.append(CleaningChange("handle_outliers", fact, rows=removed))
        elif self.action == "flag":
            flags = ", ".join(
                f"coalesce({sql}, FALSE) AS {ident(f'{column}_outlier')}"
                for column, sql in outside.items()
            )
            chain.select(f"SELECT *, {flags} FROM {{table}}")
        elif self.action == "missing":
            chain.replace(
                {c: f"CASE WHEN {sql} THEN NULL ELSE {ident(c)} END" for c, sql in outside.items()}
            )
        elif self.action == "winsorise":
            chain.replace({c: _pulled(chain, c, low, high) for c, (low, high, _, _) in acted})
        return changes

    def _change(self, column: str, limits: Limits) -> CleaningChange:
        low, high, below, above = limits
        params = {"column": column, "cells": below + above, "low": low, "high": high}
        params |= {"below": below, "above": above}
        touches = self.action in ("winsorise", "missing")
        return CleaningChange(
            "handle_outliers",
            Fact(key=f"cleaning.outliers_{self.action}", params=params, weight=1.5),
            column,
            cells=below + above if touches else 0,
            columns=1 if self.action == "flag" else 0,
        )


def _counted(chain: Chain, bounds: dict[str, tuple[float, float]]) -> list[tuple[str, Limits]]:
    """Return the bounds with how many values lie below and above them."""
    found: list[tuple[str, Limits]] = []
    columns = list(bounds)
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        part = columns[start : start + _COLUMNS_AT_ONCE]
        wanted = [
            f"count(*) FILTER ({ident(c)} < {bounds[c][0]!r}), "
            f"count(*) FILTER ({ident(c)} > {bounds[c][1]!r})"
            for c in part
        ]
        row = chain.one(f"SELECT {', '.join(wanted)} FROM {chain.table}")
        for place, column in enumerate(part):
            below, above = row[2 * place : 2 * place + 2]
            found.append((column, (*bounds[column], int(below), int(above))))
    return found


def _pulled(chain: Chain, column: str, low: float, high: float) -> str:
    dtype, name = chain.columns[column], ident(column)
    bounds = (literal(low), literal(high))
    # greatest and least skip NULL: a missing value must stay one.
    pulled = f"least(greatest({name}, {bounds[0]}::{dtype}), {bounds[1]}::{dtype})"
    return f"CASE WHEN {name} IS NOT NULL THEN {pulled} END"

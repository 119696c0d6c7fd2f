"""Missing values: filled in a stated way, or their rows or columns left out."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cherry_reflex.analysis.cleaning.change import CleaningChange
from cherry_reflex.analysis.cleaning.filling import Filling
from cherry_reflex.analysis.cleaning.step import CleaningStep
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.analysis.sql.types import is_numeric, is_text
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import GROUPING, NUMERIC, TEMPORAL, Fact, Tables, column_field

Strategy = Literal[
    "auto",
    "median",
    "mean",
    "mode",
    "constant",
    "forward",
    "backward",
    "interpolate",
    "drop_rows",
    "drop_columns",
    "keep",
]
_STRATEGY = (
    "How: auto (median of numbers, most frequent category; dates and free text are left), median, "
    "mean, mode (most frequent value), constant (see value), forward (value before), backward "
    "(value after), interpolate (line between neighbours), drop_rows, drop_columns, keep."
)
MOSTLY_MISSING = 0.5
"""With more missing than this, `auto` leaves a column: nearly all of it would be invented."""
_CATEGORIES_MAX = 50


class Fill(BaseModel):
    """How the missing values of one column are treated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    strategy: Strategy = "auto"
    value: str | float | None = None


class FillMissing(CleaningStep):
    """Treat missing values: fill them (median, mean, most frequent, constant, neighbours,
    interpolation, also within groups), or drop the rows or columns that have them."""

    name: ClassVar[str] = "fill_missing"
    examples: ClassVar[tuple[str, ...]] = (
        "결측치를 채워줘",
        "빈 값을 평균으로 채워주세요",
        "나이의 결측치를 그룹별 중앙값으로 대체해줘",
        "결측치가 있는 행을 제거해줘",
        "비어 있는 지역은 '미상'으로 채워줘",
        "Fill the missing values",
        "Impute the missing ages with the median of each group",
        "Drop rows with missing values",
        "Interpolate the gaps in the temperature",
        "Replace missing regions with unknown",
    )

    columns: tuple[str, ...] = column_field(
        "Columns to treat; empty for all with missing values.", default=(), many=True
    )
    strategy: Strategy = Field(default="auto", description=_STRATEGY)
    value: str | float | None = Field(
        default=None, description="The value for the strategy constant."
    )
    by: str = column_field(
        "Column of groups within which median, mean and mode are taken, if any.",
        *GROUPING,
        default="",
    )
    order_by: str = column_field(
        "Column that orders the rows for forward, backward and interpolate; empty for the order "
        "of the file.",
        *NUMERIC,
        *TEMPORAL,
        default="",
    )
    flag: bool = Field(
        default=False, description="Add a yes/no column that says which values were missing."
    )

    @model_validator(mode="after")
    def _complete(self) -> "FillMissing":
        if self.strategy == "constant" and self.value is None:
            raise ValueError("the strategy constant needs a value")
        return self

    def check(self, tables: Tables) -> None:
        """Check the columns, and that the strategy fits their types. Raises BadInput."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        for name in self.columns:
            column = dataset.column(name)
            numeric = column is not None and column.type in NUMERIC
            if self.strategy in ("mean", "median", "interpolate") and not numeric:
                raise BadInput("clean_not_numeric", column=name, strategy=self.strategy)

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Treat every column that has missing values."""
        chosen = [name for name in chain.columns if not self.columns or name in self.columns]
        fills = [Fill(column=name, strategy=self.strategy, value=self.value) for name in chosen]
        return treated(chain, fills, by=self.by, order_by=self.order_by, flag=self.flag)


def treated(
    chain: Chain, fills: list[Fill], *, by: str = "", order_by: str = "", flag: bool = False
) -> list[CleaningChange]:
    """Treat columns, each in its way; columns without missing values stay as they are."""
    fills = [fill for fill in fills if fill.column in chain.columns]
    if not fills:
        return []
    asked = ", ".join(f"count(*) - count({ident(fill.column)})" for fill in fills)
    counted = chain.one(f"SELECT {asked} FROM {chain.table}")
    open_ = [(fill, int(n)) for fill, n in zip(fills, counted, strict=True) if n]
    changes, new, left_out, incomplete = [], {}, [], []
    for fill, missing in open_:
        strategy = _settled(chain, fill, missing)
        share = missing / chain.rows
        if strategy == "keep":
            params = {"column": fill.column, "cells": missing, "share": share}
            key = "cleaning.mostly_missing" if share > MOSTLY_MISSING else "cleaning.left_missing"
            changes.append(
                CleaningChange("fill_missing", Fact(key=key, params=params), fill.column)
            )
        elif strategy == "drop_columns":
            left_out.append((fill.column, share))
        elif strategy == "drop_rows":
            incomplete.append(fill.column)
        else:
            new[fill.column] = Filling(
                chain, fill.column, strategy, fill.value, missing, by=by, order_by=order_by
            )
    if flag and new:
        flags = ", ".join(f"{ident(c)} IS NULL AS {ident(f'{c}_missing')}" for c in new)
        chain.select(f"SELECT *, {flags} FROM {{table}}")
    cells = chain.replace({column: filled.sql for column, filled in new.items()})
    changes += [filled.change(cells[column]) for column, filled in new.items()]
    return changes + _dropped(chain, incomplete, left_out)


def _dropped(
    chain: Chain, incomplete: list[str], left_out: list[tuple[str, float]]
) -> list[CleaningChange]:
    changes = []
    if left_out:
        if len(left_out) == len(chain.columns):
            raise BadInput("clean_all_columns_missing")
        chain.drop([name for name, _ in left_out])
        for name, share in left_out:
            fact = Fact(key="cleaning.column_dropped", params={"column": name, "share": share})
            changes.append(CleaningChange("fill_missing", fact, name, columns=1))
    if incomplete:
        whole = " AND ".join(f"{ident(name)} IS NOT NULL" for name in incomplete)
        if not chain.one(f"SELECT count(*) FROM {chain.table} WHERE {whole}")[0]:
            raise BadInput("clean_no_complete_row", columns=", ".join(incomplete[:20]))
        rows = chain.rows
        removed = chain.select(f"SELECT * FROM {{table}} WHERE {whole}")
        params = {"rows": removed, "share": removed / rows, "columns": incomplete[:20]}
        fact = Fact(key="cleaning.rows_dropped", params=params, weight=2)
        changes.append(CleaningChange("fill_missing", fact, rows=removed))
    return changes


def _settled(chain: Chain, fill: Fill, missing: int) -> str:
    """Return the strategy of a column, where `auto` is decided by its type."""
    if fill.strategy != "auto":
        numeric = is_numeric(chain.columns[fill.column])
        wants_numbers = fill.strategy in ("mean", "median", "interpolate")
        return "keep" if wants_numbers and not numeric else fill.strategy
    dtype = chain.columns[fill.column]
    if missing > MOSTLY_MISSING * chain.rows:
        return "keep"
    if is_numeric(dtype):
        return "median"
    if dtype == "BOOLEAN":
        return "mode"
    if is_text(dtype):
        name = ident(fill.column)
        (distinct,) = chain.one(f"SELECT count(DISTINCT {name}) FROM {chain.table}")
        few = distinct <= _CATEGORIES_MAX and distinct * 2 <= chain.rows - missing
        return "mode" if few else "keep"
    return "keep"

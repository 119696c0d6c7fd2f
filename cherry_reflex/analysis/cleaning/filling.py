"""How the missing values of one column are filled: the SQL, and the sentence about it."""

from typing import Any

from cherry_reflex.analysis.cleaning.change import CleaningChange
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.steps import ROW, Chain
from cherry_reflex.analysis.sql.types import is_numeric, is_text, is_whole
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact


class Filling:
    """The new form of a column. `sql` is made for the chain's present table.

    `strategy` is median, mean, mode, constant, forward, backward or interpolate; `by` a column of
    groups for the first three, `order_by` the order for the last three. Raises BadInput
    `clean_constant_type` when the constant is no value of the column's type.
    """

    def __init__(
        self,
        chain: Chain,
        column: str,
        strategy: str,
        constant: str | float | None,
        missing: int,
        *,
        by: str,
        order_by: str,
    ) -> None:
        self._column, self._strategy, self._missing = column, strategy, missing
        self._name, self._dtype = ident(column), chain.columns[column]
        self._by = by if strategy in ("mean", "median", "mode") and by in chain.columns else ""
        self._order_by = order_by if order_by in chain.columns else ""
        self._used: Any = None
        if strategy == "constant":
            self.sql = self._constant(chain, constant)
        elif strategy == "interpolate":
            self.sql = self._line()
        elif strategy in ("forward", "backward"):
            self.sql = self._neighbour()
        else:
            self.sql = self._centre(chain)

    def change(self, cells: int) -> CleaningChange:
        """Return what came of it: `cells` values were filled."""
        params: dict[str, Any] = {
            "column": self._column,
            "cells": cells,
            "how": f"cleaning.{self._strategy}",
            "left": self._missing - cells,
        }
        if not cells:
            key = "cleaning.not_filled"
        elif self._by:
            key, params["by"] = "cleaning.filled_by", self._by
        elif self._used is not None:
            key, params["value"] = "cleaning.filled", self._used
        else:
            key = "cleaning.filled_neighbours"
        fact = Fact(key=key, params=params, weight=1.5)
        return CleaningChange("fill_missing", fact, self._column, cells)

    def _centre(self, chain: Chain) -> str:
        """Median, mean or mode. What was computed once is written into the SQL as a value, so that
        it shows what was filled in. Whole numbers stay whole."""
        if self._strategy == "mode":
            # Of equally frequent values the smallest: the same data are always filled alike.
            found = chain.one(
                f"SELECT {self._name} FROM {chain.table} WHERE {self._name} IS NOT NULL "
                f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
            )
            self._used = found[0] if found else None
        else:
            (self._used,) = chain.one(
                f"SELECT {self._rounded(self._aggregate())} FROM {chain.table}"
            )
        if self._used is None:
            return self._name
        value = f"{literal(self._used)}::{self._dtype}"
        if not self._by:
            return f"coalesce({self._name}, {value})"
        over = f"OVER (PARTITION BY {ident(self._by)})"
        if self._strategy == "mode":
            over = (
                f"OVER (PARTITION BY {ident(self._by)} ORDER BY {ROW} "
                "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
            )
        within = self._rounded(f"{self._aggregate()} {over}")
        return f"coalesce({self._name}, {within}, {value})"

    def _aggregate(self) -> str:
        function = {"median": "median", "mean": "avg", "mode": "mode"}[self._strategy]
        return f"{function}({self._name})"

    def _rounded(self, sql: str) -> str:
        if self._strategy == "mode" or not is_whole(self._dtype):
            return sql
        return f"round({sql})::{self._dtype}"

    def _neighbour(self) -> str:
        order = self._order()
        if self._strategy == "forward":
            near = (
                f"last_value({self._name} IGNORE NULLS) OVER (ORDER BY {order} "
                "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
            )
        else:
            near = (
                f"first_value({self._name} IGNORE NULLS) OVER (ORDER BY {order} "
                "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
            )
        return f"coalesce({self._name}, {near})"

    def _line(self) -> str:
        """A straight line over the row's place, or over `order_by`; ends are left missing."""
        filled = f"fill({self._name}::DOUBLE ORDER BY {self._order_by_number()})"
        inside = (
            f"last_value({self._name} IGNORE NULLS) OVER (ORDER BY {self._order()} ROWS BETWEEN "
            "UNBOUNDED PRECEDING AND CURRENT ROW) IS NOT NULL AND "
            f"first_value({self._name} IGNORE NULLS) OVER (ORDER BY {self._order()} ROWS BETWEEN "
            "CURRENT ROW AND UNBOUNDED FOLLOWING) IS NOT NULL"
        )
        line = f"{filled} OVER (ORDER BY {self._order()})"
        return f"CASE WHEN {inside} THEN coalesce({self._name}, {line}) ELSE {self._name} END"

    def _order(self) -> str:
        return f"{ident(self._order_by)}, {ROW}" if self._order_by else ROW

    def _order_by_number(self) -> str:
        return ident(self._order_by) if self._order_by else ROW

    def _constant(self, chain: Chain, value: str | float | None) -> str:
        written = literal(value)
        if is_numeric(self._dtype):
            # A whole-number column takes 2.5 as well: it becomes one of decimals.
            self._dtype = (
                "DOUBLE" if is_whole(self._dtype) and value != _whole(value) else self._dtype
            )
        elif is_text(self._dtype):
            written = literal(str(value))
        (fits,) = chain.one(f"SELECT try_cast({written} AS {self._dtype}) IS NOT NULL")
        if not fits:
            raise BadInput("clean_constant_type", column=self._column, value=str(value))
        self._used = value
        return f"coalesce({self._name}::{self._dtype}, {written}::{self._dtype})"


def _whole(value: str | float | None) -> float | None:
    try:
        return float(int(float(value or 0)))
    except (ValueError, OverflowError):
        return None

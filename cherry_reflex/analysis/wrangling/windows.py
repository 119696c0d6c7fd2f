"""Columns computed over a row's neighbours or group: ranks, lags, moving and running figures."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.wrangling.bench import new_name, open_bench
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

Window = Literal[
    "rank",
    "dense_rank",
    "row_number",
    "percent_rank",
    "lag",
    "lead",
    "difference",
    "percent_change",
    "moving_average",
    "moving_sum",
    "running_total",
    "running_average",
    "share",
    "group_mean",
    "group_total",
]
RANKS = ("rank", "dense_rank", "row_number", "percent_rank")
_ORDERED = (
    "lag",
    "lead",
    "difference",
    "percent_change",
    "moving_average",
    "moving_sum",
    "running_total",
    "running_average",
)


class AddWindow(Preparation):
    """Add a column computed over other rows: rank, lag or lead, difference or percent change to an
    earlier row, moving average or sum, running total or average, share of the group, mean or total
    of the group."""

    name: ClassVar[str] = "add_window"
    examples: ClassVar[tuple[str, ...]] = (
        "지역별 매출 순위를 열로 추가해줘",
        "7일 이동평균을 계산해주세요",
        "누적 합계 열을 만들어줘",
        "전날 대비 증감률을 추가해줘",
        "그룹 안에서의 비중을 구해줘",
        "Add a rank within each region",
        "Compute a 7 day moving average",
        "Add a running total",
        "Add the value of the previous row",
        "Percent change from the row before",
    )

    how: Window = Field(description="What is computed.")
    measure: str = column_field("Numeric column that it is computed of.", *NUMERIC)
    order_by: str = column_field(
        "Column that orders the rows, such as a date; ranks use the measure when empty.",
        default="",
    )
    by: tuple[str, ...] = column_field(
        "Columns of groups, each computed apart; empty for the whole table.",
        *GROUPING,
        default=(),
        many=True,
    )
    size: int = Field(
        default=1,
        ge=1,
        le=100_000,
        description="Rows back (lag, difference) or ahead (lead), or rows in a moving window, the "
        "present one included.",
    )
    descending: bool = Field(default=True, description="For ranks: the largest is first.")
    to: str = Field(default="", description="Name of the new column; empty for one made up.")

    @model_validator(mode="after")
    def _wide_enough(self) -> "AddWindow":
        if self.how in ("moving_average", "moving_sum") and self.size == 1:
            raise ValueError("a moving window needs a size of 2 or more rows")
        return self

    def check(self, tables: Tables) -> None:
        """Check that an order is given where one is needed. Raises BadInput."""
        super().check(tables)
        if self.how in _ORDERED and not self.order_by:
            raise BadInput("wrangle_no_order", how=self.how)

    def run(self, tables: Tables) -> Outcome:
        """Add the column; the rows stay in their order."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            taken = [column.name for column in dataset.columns]
            name = new_name(self.to or f"{self.measure}_{self.how}", taken)
            table = bench.name(dataset)
            # Ties are settled by the row's place: the same table always gives the same column.
            query = (
                f"SELECT * EXCLUDE (__row), {self._sql()} AS {ident(name)} "
                f"FROM (SELECT *, row_number() OVER () AS __row FROM {table}) ORDER BY __row"
            )
            facts = [self._fact(name)]
            (empty,) = bench.one(f"SELECT count(*) - count({ident(name)}) FROM ({query})")
            if empty:
                params = {"column": name, "count": empty}
                facts.append(Fact(key="wrangling.window_empty", params=params))
            if self.order_by and self.how in _ORDERED:
                keys = ", ".join(map(ident, [*self.by, self.order_by]))
                (ties,) = bench.one(
                    f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM {table} "
                    f"GROUP BY {keys} HAVING count(*) > 1)"
                )
                if ties:
                    params = {"column": self.order_by, "count": int(ties)}
                    facts.append(Fact(key="wrangling.ties", params=params, weight=1.7))
            return bench.outcome(self, query, bench.say("title.window", name=dataset.name), facts)

    def _fact(self, name: str) -> Fact:
        params = {
            "column": name,
            "how": f"wrangling.{self.how}",
            "measure": self.measure,
            "by": list(self.by),
            "order": self.order_by,
        }
        key = "window_by" if self.by else "window"
        return Fact(key=f"wrangling.{key}", params=params, weight=1.5)

    def _sql(self) -> str:
        value = ident(self.measure)
        parts = f"PARTITION BY {', '.join(map(ident, self.by))} " if self.by else ""
        if self.how in RANKS:
            by = ident(self.order_by) if self.order_by else value
            way = "DESC" if self.descending else "ASC"
            tie = ", __row" if self.how == "row_number" else ""
            ranked = f"{self.how}() OVER ({parts}ORDER BY {by} {way} NULLS LAST{tie})"
            return f"CASE WHEN {by} IS NOT NULL THEN {ranked} END"
        if self.how in ("share", "group_mean", "group_total"):
            within = f"OVER ({parts.strip()})"
            if self.how == "group_mean":
                return f"avg({value}) {within}"
            total = f"sum({value}::DOUBLE) {within}"
            return total if self.how == "group_total" else f"{value} / nullif({total}, 0)"
        order = f"{parts}ORDER BY {ident(self.order_by)} NULLS LAST, __row"
        if self.how in ("lag", "lead"):
            return f"{self.how}({value}, {self.size}) OVER ({order})"
        before = f"lag({value}, {self.size}) OVER ({order})"
        if self.how == "difference":
            return f"{value} - {before}"
        if self.how == "percent_change":
            return f"({value} - {before}) / nullif(abs({before})::DOUBLE, 0) * 100"
        if self.how in ("running_total", "running_average"):
            frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
            function = f"sum({value}::DOUBLE)" if self.how == "running_total" else f"avg({value})"
            return f"{function} OVER ({order} {frame})"
        frame = f"ROWS BETWEEN {self.size - 1} PRECEDING AND CURRENT ROW"
        function = f"avg({value})" if self.how == "moving_average" else f"sum({value}::DOUBLE)"
        # A window that is not full yet would compare few rows with many.
        full = f"count(*) OVER ({order} {frame}) = {self.size}"
        return f"CASE WHEN {full} THEN {function} OVER ({order} {frame}) END"

"""Rows themselves: those that meet conditions, the largest or the smallest."""

from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import open_source
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field

_LIMIT_MAX = 100_000


class ShowRows(Filtered):
    """Lists the rows that meet conditions, or the rows with the largest or smallest values of a
    column, and counts them."""

    name: ClassVar[str] = "show_rows"
    examples: ClassVar[tuple[str, ...]] = (
        "2024년 데이터만 보여줘",
        "서울 지역 주문만 골라줘",
        "가격이 10만원 이상인 행을 찾아줘",
        "가장 비싼 주문 5건을 보여주세요",
        "처음 20행을 보여줘",
        "Show the orders from Seoul",
        "Find the five most expensive orders",
        "Rows where the price is above 100",
        "List the cheapest products",
        "How many orders are over 1000?",
    )

    columns: tuple[str, ...] = column_field(
        "Columns to show; empty for all.",
        many=True,
        default=(),
        expression=True,
    )
    sort_by: str = column_field(
        "Column to sort by; empty keeps the order.", default="", expression=True
    )
    descending: bool = Field(True, description="Largest (or latest) first.")
    limit: int = Field(1000, ge=1, le=_LIMIT_MAX, description="Largest number of rows to list.")

    def run(self, tables: Tables) -> Outcome:
        """List the rows."""
        with open_source(self, tables) as source:
            shown = ", ".join(ident(name) for name in self.columns) or "*"
            sql = f"SELECT {shown} {source.of()}"
            if self.sort_by:
                way = "DESC" if self.descending else "ASC"
                sql += f" ORDER BY {ident(self.sort_by)} {way} NULLS LAST"
            sql += f" LIMIT {self.limit}"
            title = source.say("title.rows", dataset=source.dataset.name)
            table = source.table(title, sql)
            share = source.rows / max(1, source.dataset.rows)
            params = {"rows": source.rows, "total": source.dataset.rows, "share": share}
            facts = [Fact(key="rows.found", params=params, weight=0.9)] if self.conditions else []
            if self.sort_by and source.column(self.sort_by).type in NUMERIC:
                name = ident(self.sort_by)
                low, high = source.one(f"SELECT min({name}), max({name}) {source.of()}")
                if low is not None:
                    ends = {"column": self.sort_by, "low": float(low), "high": float(high)}
                    facts.append(Fact(key="rows.range", params=ends, weight=0.8))
            if source.rows > self.limit:
                params = {"shown": self.limit, "rows": source.rows}
                facts.append(Fact(key="rows.cut", params=params, weight=0.6))
            facts += source.facts()
        return Outcome(facts=tuple(facts), artifacts=(table,), code=sql, code_language="sql")

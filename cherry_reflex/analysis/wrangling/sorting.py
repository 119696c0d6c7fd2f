"""Rows in an order, perhaps only the first of them."""

from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.wrangling.bench import open_bench
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables, column_field


class SortRows(Preparation):
    """Sort the rows by one or several columns, perhaps keeping only the first ones."""

    name: ClassVar[str] = "sort_rows"
    examples: ClassVar[tuple[str, ...]] = (
        "매출이 큰 순서로 정렬해줘",
        "날짜순으로 정렬한 표를 만들어주세요",
        "가격 내림차순으로 상위 100개만 남겨줘",
        "이름순으로 정렬해줘",
        "Sort the table by date",
        "Order the rows by revenue, largest first",
        "Keep the 100 most expensive rows",
        "Sort by region and then by price",
    )

    by: tuple[str, ...] = column_field("Columns to sort by, the first counts most.", many=True)
    descending: bool = Field(default=False, description="Largest first.")
    top: int | None = Field(
        default=None, ge=1, le=10_000_000, description="Keep only so many of the first rows."
    )

    def run(self, tables: Tables) -> Outcome:
        """Sort; missing values come last."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            way = "DESC" if self.descending else "ASC"
            order = ", ".join(f"{ident(name)} {way} NULLS LAST" for name in self.by)
            limit = f" LIMIT {self.top}" if self.top else ""
            fact = Fact(
                key="wrangling.sorted_down" if self.descending else "wrangling.sorted_up",
                params={"columns": list(self.by)},
            )
            return bench.outcome(
                self,
                f"SELECT * FROM {bench.name(dataset)} ORDER BY {order}{limit}",
                bench.say("title.sorted", name=dataset.name),
                [fact],
            )

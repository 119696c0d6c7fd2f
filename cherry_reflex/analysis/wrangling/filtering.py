"""Rows that meet conditions."""

from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.sql.filters import Filtered, shown
from cherry_reflex.analysis.wrangling.bench import open_bench
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Tables


class FilterRows(Filtered):
    """Keep only the rows that meet all (or any) of the conditions, as a new dataset."""

    name: ClassVar[str] = "filter_rows"
    examples: ClassVar[tuple[str, ...]] = (
        "2024년 데이터만 남겨줘",
        "서울 지역 행만 골라서 새 표로 만들어주세요",
        "가격이 10000 이상인 행만 추려줘",
        "취소된 주문은 빼고 남겨줘",
        "Keep only the rows of 2024",
        "Make a table with only the orders from Seoul",
        "Filter the rows where the price is over 100",
        "Exclude the cancelled orders",
        "여성 고객만 남겨줘",
        "A 등급인 것만 골라줘",
        "Keep only the women",
        "Only the Japanese cars, please",
        "Drop everything that is not premium",
        "Restrict the data to one category",
    )

    match: Literal["all", "any"] = Field(
        default="all", description="Whether all conditions must hold, or any of them."
    )

    def check(self, tables: Tables) -> None:
        """Check the conditions. Raises BadInput."""
        super().check(tables)
        if not self.conditions:
            raise BadInput("wrangle_no_filter")

    def run(self, tables: Tables) -> Outcome:
        """Keep the rows. Raises BadInput `filter_empty` when there are none."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            joined = f" {'AND' if self.match == 'all' else 'OR'} ".join(
                f"({condition.sql(dataset)})" for condition in self.conditions
            )
            table = bench.name(dataset)
            kept, rows = bench.one(f"SELECT count(*) FILTER ({joined}), count(*) FROM {table}")
            if not kept:
                raise BadInput("filter_empty", filters=shown(self.conditions))
            params = {"kept": kept, "rows": rows, "share": kept / rows}
            params["filters"] = shown(self.conditions)
            fact = Fact(key=f"wrangling.filtered_{self.match}", params=params, weight=2.5)
            return bench.outcome(
                self,
                f"SELECT * FROM {table} WHERE {joined}",
                bench.say("title.filtered", name=dataset.name),
                [fact],
            )

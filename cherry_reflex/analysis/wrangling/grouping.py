"""Groups put into one row each, also by periods of a date."""

from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered, shown, where
from cherry_reflex.analysis.sql.measures import How, Period, check, cut, sql
from cherry_reflex.analysis.wrangling.bench import new_name, open_bench
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import GROUPING, TEMPORAL, Fact, Outcome, Tables, column_field


class GroupRows(Filtered):
    """Group the rows by columns and compute one or several measures for each group, as a new
    dataset (sum, mean, median, count, distinct, min, max, std)."""

    name: ClassVar[str] = "group_rows"
    examples: ClassVar[tuple[str, ...]] = (
        "지역과 제품별로 묶어서 매출 합계와 평균을 구한 표를 만들어줘",
        "월별로 집계한 데이터셋을 만들어주세요",
        "고객별로 주문 수와 총액을 요약해줘",
        "그룹별 집계 테이블로 변환해줘",
        "부서별로 묶어서 평균 급여를 구해줘",
        "등급별 점수 평균을 표로 만들어주세요",
        "Group by region and product with total and mean revenue",
        "Make a table with one row per customer",
        "Aggregate the orders per month into a new table",
        "Summarise the rows by category",
        "A table of the mean salary grouped by department",
    )

    by: tuple[str, ...] = column_field("Columns that make the groups.", *GROUPING, many=True)
    measures: tuple[str, ...] = column_field(
        "Columns to summarise; empty to count the rows.", default=(), many=True
    )
    how: tuple[How, ...] = Field(
        default=("sum",), min_length=1, description="Each measure is put into one number so."
    )
    period: Period = Field(
        default="", description="Cut the dates among the groups to this period, such as month."
    )

    def check(self, tables: Tables) -> None:
        """Check the measures. Raises BadInput."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        if not self.by:
            raise BadInput("wrangle_no_groups")
        for measure in self.measures:
            for how in self.how:
                check(dataset.column(measure), how)

    def run(self, tables: Tables) -> Outcome:
        """Group."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            kinds = {column.name: column.type for column in dataset.columns}
            groups = [
                f"{cut(name, self.period)} AS {ident(name)}"
                if self.period and kinds[name] in TEMPORAL
                else ident(name)
                for name in self.by
            ]
            taken = list(self.by)
            computed = []
            for measure, how in self._measures():
                name = new_name(f"{measure}_{how}" if measure else "count", taken)
                taken.append(name)
                computed.append(f"{sql(measure, how)} AS {ident(name)}")
            places = ", ".join(str(n + 1) for n in range(len(groups)))
            query = (
                f"SELECT {', '.join(groups + computed)} FROM {bench.name(dataset)}"
                f"{where(self.conditions, dataset)} GROUP BY {places} ORDER BY {places}"
            )
            (count,) = bench.one(f"SELECT count(*) FROM ({query})")
            if not count:
                raise BadInput("filter_empty", filters=shown(self.conditions))
            facts = [
                Fact(key="wrangling.grouped", params={"groups": count, "columns": list(self.by)})
            ]
            if self.conditions:
                facts.append(
                    Fact(
                        key="wrangling.only", params={"filters": shown(self.conditions)}, weight=1.5
                    )
                )
            title = bench.say("title.grouped", name=dataset.name, columns=list(self.by))
            return bench.outcome(self, query, title, facts)

    def _measures(self) -> list[tuple[str, How]]:
        if not self.measures:
            return [("", "count")]
        return [(measure, how) for measure in self.measures for how in dict.fromkeys(self.how)]

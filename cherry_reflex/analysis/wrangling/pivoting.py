"""From long to wide, and back."""

from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered, where
from cherry_reflex.analysis.sql.measures import How, check, sql
from cherry_reflex.analysis.sql.types import is_numeric
from cherry_reflex.analysis.wrangling.bench import new_name, open_bench
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

WIDTH_MAX = 300
"""Most columns that values are turned into."""


class PivotTable(Filtered):
    """Turn the values of one column into columns (long to wide): one row per group of `rows`, one
    column per value of `columns`, each cell the measure of both."""

    name: ClassVar[str] = "pivot_table"
    examples: ClassVar[tuple[str, ...]] = (
        "지역을 행으로, 제품을 열로 하는 피벗 테이블을 만들어줘",
        "월별 매출을 제품별 열로 펼쳐주세요",
        "긴 형식을 넓은 형식으로 바꿔줘",
        "연도를 열로 펼쳐줘",
        "Pivot the table with regions as rows and products as columns",
        "Make one column per year",
        "Reshape from long to wide",
        "Spread the categories into columns",
    )

    rows: tuple[str, ...] = column_field("Columns that stay rows.", *GROUPING, many=True)
    columns: str = column_field("Column whose values become columns.", *GROUPING)
    measure: str = column_field("Column for the cells; empty to count rows.", default="")
    how: How = Field(default="sum", description="How the rows of one cell are put together.")

    def check(self, tables: Tables) -> None:
        """Check the columns. Raises BadInput."""
        super().check(tables)
        if not self.rows:
            raise BadInput("wrangle_no_groups")
        if self.columns in self.rows:
            raise BadInput("wrangle_same_column", column=self.columns)
        if self.measure:
            check(tables.get(self.dataset).column(self.measure), self.how)

    def run(self, tables: Tables) -> Outcome:
        """Spread. Raises BadInput `wrangle_too_wide`."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            source = f"{bench.name(dataset)}{where(self.conditions, dataset)}"
            spread = ident(self.columns)
            found = bench.all(
                f"SELECT {spread}, {spread}::VARCHAR FROM {source} GROUP BY 1 ORDER BY 1 "
                f"NULLS LAST LIMIT {WIDTH_MAX + 1}"
            )
            if len(found) > WIDTH_MAX:
                raise BadInput("wrangle_too_wide", column=self.columns, limit=WIDTH_MAX)
            taken = list(self.rows)
            cells = []
            how = self.how if self.measure else "count"
            for value, text in found:
                name = new_name(text or bench.say("missing"), taken)
                taken.append(name)
                same = f"{spread} IS NULL" if value is None else f"{spread} = {literal(value)}"
                cells.append(f"{sql(self.measure, how, same)} AS {ident(name)}")
            kept = ", ".join(ident(name) for name in self.rows)
            places = ", ".join(str(n + 1) for n in range(len(self.rows)))
            query = (
                f"SELECT {kept}, {', '.join(cells)} FROM {source} "
                f"GROUP BY {places} ORDER BY {places}"
            )
            fact = Fact(
                key="wrangling.pivoted", params={"column": self.columns, "width": len(found)}
            )
            title = bench.say("title.pivoted", name=dataset.name, column=self.columns)
            return bench.outcome(self, query, title, [fact])


class MeltTable(Preparation):
    """Turn columns into rows (wide to long): one row per value, with the column's name beside
    it."""

    name: ClassVar[str] = "melt_table"
    examples: ClassVar[tuple[str, ...]] = (
        "넓은 형식을 긴 형식으로 바꿔줘",
        "월별 열을 행으로 풀어주세요",
        "1월부터 12월까지의 열을 하나의 열로 합쳐줘",
        "언피벗해줘",
        "Melt the table from wide to long",
        "Unpivot the month columns",
        "Turn the year columns into rows",
        "Gather the measurement columns into name and value",
    )

    columns: tuple[str, ...] = column_field(
        "Columns to turn into rows; empty for all numeric ones that are not kept.",
        default=(),
        many=True,
    )
    keep: tuple[str, ...] = column_field(
        "Columns repeated on every row; empty for all others.", default=(), many=True
    )
    name_column: str = Field(default="variable", min_length=1, description="Column of the names.")
    value_column: str = Field(default="value", min_length=1, description="Column of the values.")

    def run(self, tables: Tables) -> Outcome:
        """Melt. Raises BadInput `wrangle_nothing_to_melt`, `wrangle_name_taken`."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            types = bench.types(bench.name(dataset))
            melted = [n for n in types if n in self.columns] or [
                n for n, dtype in types.items() if is_numeric(dtype) and n not in self.keep
            ]
            if not melted:
                raise BadInput("wrangle_nothing_to_melt", name=dataset.name)
            kept = [n for n in (self.keep or types) if n not in melted]
            for name in (self.name_column, self.value_column):
                if name.casefold() in {n.casefold() for n in kept}:
                    raise BadInput("wrangle_name_taken", name=name)
            numeric = all(is_numeric(types[name]) for name in melted)
            same = len({types[name] for name in melted}) == 1
            dtype = types[melted[0]] if same else "DOUBLE" if numeric else "VARCHAR"
            selected = ", ".join(
                [ident(n) for n in kept] + [f"{ident(n)}::{dtype} AS {ident(n)}" for n in melted]
            )
            query = (
                f"SELECT * FROM (SELECT {selected} FROM {bench.name(dataset)}) "
                f"UNPIVOT INCLUDE NULLS ({ident(self.value_column)} "
                f"FOR {ident(self.name_column)} IN ({', '.join(map(ident, melted))}))"
            )
            facts = [
                Fact(
                    key="wrangling.melted",
                    params={"count": len(melted), "columns": melted[:20]},
                )
            ]
            if dtype == "VARCHAR" and not same:
                facts.append(Fact(key="wrangling.melted_text", weight=1.5))
            title = bench.say("title.melted", name=dataset.name)
            return bench.outcome(self, query, title, facts)

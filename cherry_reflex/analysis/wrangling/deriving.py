"""A new column computed from others of the same row, from typed parts: never from code."""

from itertools import pairwise
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filter, shown
from cherry_reflex.analysis.wrangling.bench import Bench, new_name, open_bench
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    NUMERIC,
    TEMPORAL,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

How = Literal[
    "add",
    "subtract",
    "multiply",
    "divide",
    "percent_of",
    "days_between",
    "date_part",
    "bins",
    "join_text",
    "round",
    "absolute",
    "log",
    "square_root",
    "upper_case",
    "lower_case",
    "length",
    "is_missing",
    "condition",
]
Part = Literal["year", "quarter", "month", "week", "day", "weekday", "hour", "year_month"]
ARITHMETIC = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_TWO_NUMBERS = (*ARITHMETIC, "percent_of")
_ONE_NUMBER = ("round", "absolute", "log", "square_root", "bins")
_TEXTS = ("upper_case", "lower_case", "length")
_PARTS = {
    "year": "year({})",
    "quarter": "quarter({})",
    "month": "month({})",
    "week": "weekofyear({})",
    "day": "day({})",
    "weekday": "isodow({})",
    "hour": "hour({})",
    "year_month": "strftime({}, '%Y-%m')",
}


class DeriveColumn(Preparation):
    """Add a column computed from others of the same row: add, subtract, multiply or divide two
    columns (or a column and a number), percentage, days between dates, part of a date, bins of a
    number, texts joined, rounding, logarithm, or yes/no by conditions."""

    name: ClassVar[str] = "derive_column"
    examples: ClassVar[tuple[str, ...]] = (
        "수량과 단가를 곱해서 매출 열을 만들어줘",
        "이익을 매출로 나눈 이익률 열을 추가해주세요",
        "날짜에서 월을 뽑아 새 열로 만들어줘",
        "나이를 10살 단위 구간으로 나눠줘",
        "성과 이름을 합쳐줘",
        "주문일과 배송일 사이의 일수를 계산해줘",
        "Add a revenue column: quantity times price",
        "Create the ratio of profit to sales",
        "Extract the month from the date",
        "Bin the ages into groups of ten years",
        "Combine first and last name",
        "Days between order date and delivery date",
        "Flag the rows where the price is over 100",
    )

    how: How = Field(description="What is computed.")
    column: str = column_field("First (or only) column.", default="")
    other: str = column_field("Second column, if any.", default="")
    number: float | None = Field(
        default=None,
        description="A number in place of the second column; decimals for round; width of bins.",
    )
    part: Part | None = Field(default=None, description="For date_part (weekday: 1 is Monday).")
    edges: tuple[float, ...] = Field(
        default=(), description="For bins: the limits, ascending; else bins of equal width."
    )
    separator: str = Field(default=" ", max_length=20, description="For join_text.")
    conditions: tuple[Filter, ...] = Field(
        default=(), description="For condition: all must hold for yes."
    )
    to: str = Field(default="", max_length=200, description="Name of the new column.")

    @model_validator(mode="after")
    def _complete(self) -> "DeriveColumn":
        if self.how == "condition":
            if not self.conditions:
                raise ValueError("condition needs at least one of `conditions`")
            return self
        if not self.column:
            raise ValueError(f"{self.how} needs a `column`")
        if self.how in _TWO_NUMBERS and not self.other and self.number is None:
            raise ValueError(f"{self.how} needs an `other` column or a `number`")
        if self.how in ("days_between", "join_text") and not self.other:
            raise ValueError(f"{self.how} needs an `other` column")
        if self.how == "date_part" and self.part is None:
            raise ValueError("date_part needs a `part`")
        if self.how == "bins":
            if not self.edges and not (self.number and self.number > 0):
                raise ValueError("bins need `edges`, or the width as a positive `number`")
            if list(self.edges) != sorted(set(self.edges)):
                raise ValueError("`edges` must ascend")
        return self

    def check(self, tables: Tables) -> None:
        """Check the columns' types. Raises BadInput."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        wanted: tuple[str, ...] = ()
        if self.how in (*_TWO_NUMBERS, *_ONE_NUMBER):
            wanted = NUMERIC
        elif self.how in ("days_between", "date_part"):
            wanted = TEMPORAL
        for field in ("column", "other"):
            column = dataset.column(getattr(self, field))
            if column is not None and wanted and column.type not in wanted:
                raise BadInput(
                    "column_type",
                    column=column.name,
                    type=column.type,
                    wanted=", ".join(wanted),
                    field=field,
                )
        for condition in self.conditions:
            condition.check(dataset)

    def run(self, tables: Tables) -> Outcome:
        """Add the column."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            taken = [column.name for column in dataset.columns]
            if self.to and self.to.casefold() in {name.casefold() for name in taken}:
                raise BadInput("wrangle_name_taken", name=self.to)
            name = new_name(self.to or self._named(), taken)
            value = self._sql(bench, dataset)
            query = f"SELECT *, {value} AS {ident(name)} FROM {bench.name(dataset)}"
            return bench.outcome(
                self,
                query,
                bench.say("title.derived", name=dataset.name),
                self._facts(bench, query, name),
            )

    def _facts(self, bench: Bench, query: str, name: str) -> list[Fact]:
        column = ident(name)
        (filled, empty, different) = bench.one(
            f"SELECT count({column}), count(*) - count({column}), count(DISTINCT {column}) "
            f"FROM ({query})"
        )
        params = {"column": name, "how": f"wrangling.{self.how}", "of": self._of()}
        facts = [
            Fact(
                key="wrangling.derived",
                params={**params, "filled": filled, "different": different},
                weight=1.8,
            )
        ]
        if empty:
            facts.append(
                Fact(key="wrangling.derived_empty", params={"column": name, "count": empty})
            )
        return facts

    def _of(self) -> list[str]:
        if self.how == "condition":
            return [shown(self.conditions)]
        number = f"{self.number:g}" if self.number is not None and not self.other else ""
        return [part for part in (self.column, self.other, number) if part]

    def _named(self) -> str:
        if self.how == "condition":
            return "condition"
        if self.how == "date_part":
            return f"{self.column}_{self.part}"
        return "_".join([self.column, self.how, *([self.other] if self.other else [])])

    def _sql(self, bench: Bench, dataset: Dataset) -> str:
        value = ident(self.column)
        second = ident(self.other) if self.other else literal(self.number)
        match self.how:
            case "divide":
                # Dividing by zero gives no number, so it gives a missing value.
                return f"{value}::DOUBLE / nullif({second}, 0)"
            case "percent_of":
                return f"{value}::DOUBLE / nullif({second}, 0) * 100"
            case "add" | "subtract" | "multiply":
                return self._arithmetic(bench, dataset)
            case "days_between":
                return f"date_diff('day', {value}, {second})"
            case "date_part":
                return _PARTS[self.part or "year"].format(value)
            case "bins":
                return self._bins(bench, dataset, value)
            case "join_text":
                return f"concat_ws({literal(self.separator)}, {value}, {second})"
            case "round":
                return f"round({value}::DOUBLE, {int(self.number or 0)})"
            case "absolute":
                return f"abs({value})"
            case "log":
                return f"CASE WHEN {value} > 0 THEN ln({value}) END"
            case "square_root":
                return f"CASE WHEN {value} >= 0 THEN sqrt({value}) END"
            case "upper_case":
                return f"upper({value}::VARCHAR)"
            case "lower_case":
                return f"lower({value}::VARCHAR)"
            case "length":
                return f"length({value}::VARCHAR)"
            case "is_missing":
                return f"{value} IS NULL"
            case "condition":
                joined = " AND ".join(f"({one.sql(dataset)})" for one in self.conditions)
                return f"coalesce({joined}, FALSE)"

    def _arithmetic(self, bench: Bench, dataset: Dataset) -> str:
        """Of whole numbers a whole number, as long as it fits into 64 bits."""
        sign, other = ARITHMETIC[self.how], dataset.column(self.other)
        column = dataset.column(self.column)
        if column is None or column.type != "integer" or other is None or other.type != "integer":
            second = f"{ident(self.other)}::DOUBLE" if other else literal(self.number)
            return f"{ident(self.column)}::DOUBLE {sign} {second}"
        wide = f"{ident(self.column)}::HUGEINT {sign} {ident(self.other)}::HUGEINT"
        low, high = bench.one(f"SELECT min({wide}), max({wide}) FROM {bench.name(dataset)}")
        fits = low is None or (low >= -(2**63) and high < 2**63)
        return f"({wide})::{'BIGINT' if fits else 'DOUBLE'}"

    def _bins(self, bench: Bench, dataset: Dataset, value: str) -> str:
        """Text labels `20 – 30` (the lower limit belongs to the bin) that sort as they should."""
        edges = list(self.edges)
        if not edges:
            width = float(self.number or 1)
            low, high = bench.one(f"SELECT min({value}), max({value}) FROM {bench.name(dataset)}")
            if low is None:
                raise BadInput("wrangle_all_missing", column=self.column)
            first = (float(low) // width) * width
            count = int((float(high) - first) // width) + 1
            if count > 1000:
                raise BadInput("wrangle_many_bins", count=count, limit=1000)
            edges = [first + n * width for n in range(count + 1)]
        limits = [f"{edge:g}" for edge in edges]
        cases = [
            f"WHEN {value} >= {literal(low)} AND {value} < {literal(high)} "
            f"THEN {literal(f'{limits[n]} – {limits[n + 1]}')}"
            for n, (low, high) in enumerate(pairwise(edges))
        ]
        below = f"WHEN {value} < {literal(edges[0])} THEN {literal(f'< {limits[0]}')}"
        above = f"WHEN {value} >= {literal(edges[-1])} THEN {literal(f'≥ {limits[-1]}')}"
        return f"CASE {' '.join([below, *cases, above])} END"

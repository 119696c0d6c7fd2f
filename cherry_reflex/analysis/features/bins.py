"""Numbers put into intervals."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.features.addition import added, columns_of, free
from cherry_reflex.analysis.frames.sample import read
from cherry_reflex.core.operation import (
    NUMERIC,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)


class BinNumbers(Preparation):
    """Put numbers into intervals: of equal numbers of rows (quantile) or of equal width (width), as
    ordered codes or as labels."""

    name: ClassVar[str] = "bin_numbers"
    examples: ClassVar[tuple[str, ...]] = (
        "나이를 5개 구간으로 나눠줘",
        "소득을 분위수로 구간화해주세요",
        "가격대를 만들어줘",
        "연속형 변수를 범주로 바꿔줘",
        "Bin the ages into five groups",
        "Cut income into quartiles",
        "Discretise the numeric features",
        "Make price ranges",
    )

    columns: tuple[str, ...] = column_field(
        "Numeric columns; empty for all.", *NUMERIC, default=(), many=True
    )
    method: Literal["quantile", "width"] = Field(
        default="quantile", description="Equal numbers of rows, or equal width."
    )
    bins: int = Field(default=5, ge=2, le=100, description="How many intervals.")
    labels: bool = Field(
        default=False, description="Labels such as (10, 20] instead of codes from 0."
    )

    def run(self, tables: Tables) -> Outcome:
        """Cut; missing values stay missing."""
        import pandas as pd

        dataset = tables.get(self.dataset)
        columns = columns_of(dataset, self.columns, NUMERIC)
        frame = read(dataset, columns).frame.astype("float64")
        new: dict[str, Any] = {}
        facts: list[Fact] = []
        taken = [c.name for c in dataset.columns]
        for column in columns:
            values = frame[column]
            if values.nunique() < 2:
                facts.append(Fact(key="features.flat", params={"columns": [column]}))
                continue
            if self.method == "quantile":
                cut = pd.qcut(values, self.bins, duplicates="drop")
            else:
                cut = pd.cut(values, self.bins)
            found = len(cut.cat.categories)
            form = (
                cut.astype("string")
                if self.labels
                else cut.cat.codes.where(values.notna()).astype("Int64")
            )
            new[free(f"{column}_bin", [*taken, *new])] = form
            edges = [float(cut.cat.categories[0].left)]
            edges += [float(interval.right) for interval in cut.cat.categories]
            params = {"column": column, "count": found, "wanted": self.bins, "edges": edges}
            key = "features.binned_fewer" if found < self.bins else "features.binned"
            facts.append(Fact(key=key, params=params, weight=1.3))
        function = "pd.qcut" if self.method == "quantile" else "pd.cut"
        code = f"{function}(frame[c], {self.bins})  # for each c of {columns}"
        return added(self, tables, dataset, new, facts=facts, code=code)

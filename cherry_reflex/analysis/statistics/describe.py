"""Descriptive statistics of numbers, in all or by group."""

from typing import Any, ClassVar, Literal

from cherry_reflex.analysis.frames.frame import frame, part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    column_field,
    written_field,
)
from cherry_reflex.i18n.catalogue import text

_STATISTICS = {
    "count": "present",
    "mean": "mean_of",
    "sd": "deviation",
    "variance": "variance",
    "min": "minimum",
    "q1": "quartile_1",
    "median": "median_of",
    "q3": "quartile_3",
    "max": "maximum",
    "skew": "skewness",
    "kurtosis": "kurtosis",
}
"""Each with the heading of its column."""
_TOLD = ("mean", "sd", "min", "q1", "median", "q3", "max")


class DescribeNumbers(Filtered):
    """Descriptive statistics of number columns: count, mean, standard deviation, quartiles,
    range, skewness and kurtosis, in all or for each group."""

    name: ClassVar[str] = "describe_numbers"
    examples: ClassVar[tuple[str, ...]] = (
        "기술통계량을 구해줘",
        "매출의 평균과 표준편차를 알려주세요",
        "지역별 가격의 사분위수를 보여줘",
        "왜도와 첨도를 계산해줘",
        "Give me descriptive statistics",
        "Mean and standard deviation of the price",
        "Quartiles of income for each region",
        "How skewed is the distribution of sales?",
    )

    columns: tuple[str, ...] = column_field(
        "Number columns to describe; empty for all.",
        *NUMERIC,
        default=(),
        many=True,
        expression=True,
    )
    by: str = column_field(
        "Column whose groups are described apart.", *GROUPING, default="", expression=True
    )

    ddof: Literal[0, 1] = written_field("Standard deviation: 1 sample, 0 population.", default=1)
    moments: Literal["adjusted", "population"] = written_field(
        "Skewness, excess kurtosis: adjusted (pandas) or population (scipy).",
        default="adjusted",
    )

    def run(self, tables: Tables) -> Outcome:
        """Compute. The standard deviation is the sample's (n - 1), skewness and kurtosis (excess)
        are the adjusted Fisher-Pearson ones, as pandas gives them."""
        dataset = tables.get(self.dataset)
        names = self.columns or tuple(c.name for c in dataset.columns if c.type in NUMERIC)
        names = tuple(name for name in names if name != self.by)
        if not names:
            raise BadInput("numbers_few", needed=1, found=0)
        wanted = [*names, *([self.by] if self.by else [])]
        data = frame(self, tables, wanted, complete=False)
        parts = list(data.groupby(self.by, observed=True)) if self.by else [("", data)]
        rows: list[list[object]] = []
        facts = []
        for name in names:
            for group, members in parts:
                values = members[name].dropna()
                found = {
                    "count": len(values),
                    "mean": values.mean(),
                    "sd": values.std(ddof=self.ddof),
                    "min": values.min(),
                    "q1": values.quantile(0.25),
                    "median": values.median(),
                    "q3": values.quantile(0.75),
                    "max": values.max(),
                    "skew": self._moment(values, "skew"),
                    "kurtosis": self._moment(values, "kurt"),
                }
                found["variance"] = found["sd"] ** 2
                named = [name, str(group)] if self.by else [name]
                rows.append([*named, *(found[statistic] for statistic in _STATISTICS)])
                if not self.by and len(values):
                    params = {"column": name, **{k: float(found[k]) for k in _TOLD}}
                    for key in ("skew", "kurtosis"):
                        if found[key] == found[key]:
                            params[key] = float(found[key])
                    unit = column.shown_unit if (column := dataset.column(name)) else None
                    units = dict.fromkeys(_TOLD, unit) if unit else {}
                    told = {**params, "n": len(values)}
                    facts.append(Fact(key="stat_described", params=told, units=units))
        if self.by:
            facts.append(
                Fact(key="stat_described_by", params={"by": self.by, "columns": ", ".join(names)})
            )
        title = text("fact.title_descriptives", tables.language)
        heads = [heading("column", tables), *([self.by] if self.by else [])]
        heads += [heading(key, tables) for key in _STATISTICS.values()]
        columns = [(head, [row[place] for row in rows]) for place, head in enumerate(heads)]
        group = f".groupby({self.by!r})" if self.by else ""
        return Outcome(
            facts=(*facts, *part(self, tables)),
            artifacts=(table(tables, title, columns),),
            code=f"df{group}[{list(names)!r}].describe()",
            code_language="python",
        )

    def _moment(self, values: Any, name: Literal["skew", "kurt"]) -> float:
        """Return skewness or excess kurtosis as `moments` says; NaN of too few values."""
        from scipy import stats

        if self.moments == "adjusted":
            return float(getattr(values, name)())
        if len(values) < 2 or values.min() == values.max():
            return float("nan")
        return float(stats.skew(values) if name == "skew" else stats.kurtosis(values))

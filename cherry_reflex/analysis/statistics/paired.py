"""Two columns of the same rows, or one column and a value: paired and one-sample tests."""

from typing import Any, ClassVar, Literal

from cherry_reflex.analysis.frames.frame import frame, part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.statistics.assumptions import (
    Alternative,
    alpha_field,
    alternative_field,
    means_suit,
)
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    column_field,
    written_field,
)
from cherry_reflex.i18n.catalogue import text


class ComparePaired(Filtered):
    """Test whether two number columns of the same rows differ (paired t test, Wilcoxon
    signed-rank test), or one column from a value (one-sample)."""

    name: ClassVar[str] = "compare_paired"
    needs_model: ClassVar[bool] = True
    examples: ClassVar[tuple[str, ...]] = (
        "전후 점수를 대응표본 t 검정으로 비교해줘",
        "사전 점수와 사후 점수가 다른지 검정해주세요",
        "윌콕슨 부호순위 검정을 해줘",
        "평균이 100과 다른지 일표본 검정해줘",
        "Paired t test of before and after",
        "Do the scores before and after differ for the same people?",
        "Wilcoxon signed-rank test of two columns",
        "One-sample t test against 100",
    )

    x: str = column_field("The number.", *NUMERIC, expression=True)
    y: str = column_field(
        "The number of the same rows to compare it with; empty for `value`.",
        *NUMERIC,
        default="",
        expression=True,
    )
    value: float = written_field("What x is compared with where there is no y.", default=0.0)
    method: Literal["auto", "t", "wilcoxon"] = written_field(
        "auto: t when means can be compared, Wilcoxon otherwise.", default="auto"
    )
    alternative: Alternative = alternative_field()
    alpha: float = alpha_field()

    def run(self, tables: Tables) -> Outcome:
        """Compute over the rows that have both values."""
        import numpy as np
        from scipy import stats

        if self.x == self.y:
            raise BadInput("column_twice", column=self.x)
        data = frame(self, tables, [self.x, *([self.y] if self.y else [])])
        x = data[self.x].to_numpy(dtype="float64")
        other: Any = data[self.y].to_numpy(dtype="float64") if self.y else self.value
        gap = x - other
        if len(gap) < 3:
            raise BadInput("rows_few", count=len(gap), least=3)
        if gap.min() == gap.max():
            raise BadInput("column_constant", column=f"{self.x} - {self.y or self.value}")
        method = self.method
        if method == "auto":
            method = "t" if means_suit([gap]) else "wilcoxon"
        if method == "t":
            result = stats.ttest_1samp(gap, 0.0, alternative=self.alternative)
            test, freedom = "paired_t" if self.y else "one_sample_t", {"df": float(result.df)}
        else:
            result = stats.wilcoxon(gap, alternative=self.alternative)
            test, freedom = "wilcoxon", {}
        interval = stats.ttest_1samp(gap, 0.0).confidence_interval(0.95)
        p = float(result.pvalue)
        params: dict[str, Any] = {
            "x": self.x, "y": self.y, "value": self.value, "test": test,
            "statistic": float(result.statistic), "p": p, "n": len(gap), **freedom,
            "mean_x": float(x.mean()), "mean_y": float(np.mean(other)),
            "difference": float(gap.mean()), "median": float(np.median(gap)),
            "low": float(interval.low), "high": float(interval.high),
        }  # fmt: skip
        kind = "stat_paired" if self.y else "stat_one"
        verdict = ("differ" if self.y else "differs") if p < self.alpha else "alike"
        shown = {
            heading("column", tables): [self.x, self.y or f"{self.value:g}"],
            heading("rows", tables): [len(x), len(x)],
            heading("mean_of", tables): [float(x.mean()), float(np.mean(other))],
            heading("median_of", tables): [float(np.median(x)), float(np.median(other))],
        }
        title = text("fact.title_paired", tables.language, x=self.x, y=self.y or f"{self.value:g}")
        against = f"df[{self.y!r}]" if self.y else repr(self.value)
        call = "wilcoxon" if method == "wilcoxon" else "ttest_rel" if self.y else "ttest_1samp"
        return Outcome(
            facts=(
                Fact(key=f"{kind}_{verdict}", params=params, weight=3),
                Fact(key="stat_mean_difference", params=params, weight=2),
                *part(self, tables),
            ),
            artifacts=(table(tables, title, shown, chosen={"x": self.x, "y": self.y}),),
            code=f"scipy.stats.{call}(df[{self.x!r}], {against})",
            code_language="python",
        )

"""How strongly do two numbers go together, and how sure is that?"""

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.frames.frame import frame, part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.statistics.assumptions import alpha_field, magnitude
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import numpy as np

RANKS_DIFFER = 0.1
"""Correlations of values and of ranks that differ by more are both told."""


class CorrelateTwo(Filtered):
    """Correlation of two number columns with its 95 % confidence interval and p-value: Pearson,
    Spearman or Kendall."""

    name: ClassVar[str] = "correlate_two"
    examples: ClassVar[tuple[str, ...]] = (
        "가격과 판매량의 상관관계를 검정해줘",
        "광고비와 매출의 상관계수와 신뢰구간을 구해주세요",
        "나이와 소득이 함께 증가하나요?",
        "스피어만 상관을 계산해줘",
        "Correlation between price and quantity with confidence interval",
        "Is advertising related to sales?",
        "Do age and income rise together?",
        "Spearman correlation of rank and score",
    )

    x: str = column_field("First number.", *NUMERIC, expression=True)
    y: str = column_field("Second number.", *NUMERIC, expression=True)
    method: Literal["pearson", "spearman", "kendall"] = Field(
        "pearson", description="pearson: straight lines; spearman, kendall: ranks, any rise."
    )

    alpha: float = alpha_field()

    def run(self, tables: Tables) -> Outcome:
        """Compute. Intervals by Fisher's z; for ranks with the variance of Bonett and Wright
        (2000)."""
        import numpy as np
        from scipy import stats

        if self.x == self.y:
            raise BadInput("column_twice", column=self.x)
        data = frame(self, tables, [self.x, self.y])
        x, y = data[self.x].to_numpy(), data[self.y].to_numpy()
        if len(x) < 4:
            raise BadInput("rows_few", count=len(x), least=4)
        for name, values in ((self.x, x), (self.y, y)):
            if values.min() == values.max():
                raise BadInput("column_constant", column=name)
        calculate = {
            "pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau,
        }[self.method]  # fmt: skip
        result = calculate(x, y)
        r, p = float(result.statistic), float(result.pvalue)
        if r != r:
            raise BadInput("numbers_extreme")
        spread = {
            "pearson": 1 / (len(x) - 3),
            "spearman": (1 + r * r / 2) / (len(x) - 3),
            "kendall": 0.437 / (len(x) - 4) if len(x) > 4 else 1.0,
        }[self.method] ** 0.5
        z = np.arctanh(np.clip(r, -0.999999999, 0.999999999))
        low, high = (float(np.tanh(z + side * 1.959964 * spread)) for side in (-1, 1))
        params = {
            "x": self.x, "y": self.y, "method": self.method, "r": r, "p": p, "n": len(x),
            "low": low, "high": high, "size": magnitude(r, 0.1, 0.3, 0.5),
            "direction": "rise" if r >= 0 else "fall",
        }  # fmt: skip
        key = "stat_correlated" if p < self.alpha else "stat_not_correlated"
        title = text("fact.title_correlation", tables.language, x=self.x, y=self.y)
        shown = {
            "method": text(f"fact.word.{self.method}", tables.language),
            "correlation": r,
            "low": low,
            "high": high,
            "p": p,
            "rows": len(x),
        }
        return Outcome(
            facts=(
                Fact(key=key, params=params, weight=3),
                *self._ranks(x, y, r),
                Fact(key="stat_not_cause", params={}, weight=0.5),
                *part(self, tables),
            ),
            artifacts=(
                table(
                    tables,
                    title,
                    {heading(name, tables): [value] for name, value in shown.items()},
                    chosen={"x": self.x, "y": self.y},
                ),
            ),
            code=f"scipy.stats.{calculate.__name__}(df[{self.x!r}], df[{self.y!r}])",
            code_language="python",
        )

    def _ranks(self, x: "np.ndarray", y: "np.ndarray", r: float) -> tuple[Fact, ...]:
        """Pearson's correlation is of straight lines: ranks that tell another story are said."""
        from scipy import stats

        if self.method != "pearson":
            return ()
        rank = float(stats.spearmanr(x, y).statistic)
        if abs(rank - r) <= RANKS_DIFFER:
            return ()
        return (Fact(key="stat_spearman_differs", params={"r": r, "rank": rank}, weight=2.5),)

"""Are two categories related? Chi-square, or Fisher's exact test where counts are too low."""

import math
from typing import Any, ClassVar, Literal

from cherry_reflex.analysis.frames.frame import frame, part
from cherry_reflex.analysis.results.artifacts import table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.statistics.assumptions import alpha_field, magnitude
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    Fact,
    Outcome,
    Tables,
    chosen_field,
    column_field,
    written_field,
)
from cherry_reflex.i18n.catalogue import text

LEVELS_MAX = 50
EXPECTED_MIN = 5


class TestIndependence(Filtered):
    """Test whether two category columns are related: chi-square test of independence (Fisher's
    exact test for small 2 x 2 tables), with Cramér's V."""

    __test__: ClassVar[bool] = False
    name: ClassVar[str] = "test_independence"
    examples: ClassVar[tuple[str, ...]] = (
        "성별과 구매 여부가 관련이 있나요?",
        "지역과 등급의 카이제곱 검정을 해줘",
        "두 범주형 변수가 독립인지 검정해주세요",
        "채널에 따라 이탈률이 달라?",
        "Are region and product related?",
        "Run a chi-square test on gender and purchase",
        "Is churn independent of the plan?",
        "Does the share of returns differ by channel?",
    )

    first: str = column_field("First category column.", *GROUPING, expression=True)
    second: str = column_field("Second category column.", *GROUPING, expression=True)

    method: Literal["auto", "chi_square", "fisher"] = chosen_field(
        "auto: Fisher's exact test for small 2 x 2 tables.", ("auto",), default="auto"
    )
    yates: bool = written_field("Yates's correction, for 2 x 2 tables.", default=False)
    alpha: float = alpha_field()

    def run(self, tables: Tables) -> Outcome:
        """Compute. Cramér's V without bias correction; its words after Cohen (1988) for the
        smaller dimension less one degrees of freedom."""
        import numpy as np
        import pandas as pd
        from scipy import stats

        if self.first == self.second:
            raise BadInput("column_twice", column=self.first)
        data = frame(self, tables, [self.first, self.second]).astype(str)
        for name in (self.first, self.second):
            if (count := data[name].nunique()) > LEVELS_MAX:
                raise BadInput("groups_many", column=name, count=count, limit=LEVELS_MAX)
            if count < 2:
                raise BadInput("groups_one", column=name, name=str(data[name].iloc[0]))
        counts = pd.crosstab(data[self.first], data[self.second])
        result = stats.chi2_contingency(counts, correction=self.yates)
        expected = np.asarray(result.expected_freq)
        low = float((expected < EXPECTED_MIN).mean())
        n, smaller = int(counts.to_numpy().sum()), min(counts.shape) - 1
        effect = float((result.statistic / (n * smaller)) ** 0.5)
        p, test = float(result.pvalue), "chi_square"
        exact: dict[str, float] = {}
        if self.method == "fisher" and counts.shape != (2, 2):
            raise BadInput("fisher_two_by_two", rows=counts.shape[0], columns=counts.shape[1])
        if counts.shape == (2, 2) and (
            self.method == "fisher" or (self.method == "auto" and low > 0)
        ):
            odds, p = (float(v) for v in stats.fisher_exact(counts))
            test = "fisher"
            exact = {"odds_ratio": odds} if math.isfinite(odds) else {}
        scale = smaller**0.5
        params = {
            "a": self.first, "b": self.second, "test": test, "statistic": float(result.statistic),
            "df": int(result.dof), "n": n, "p": p, "effect": effect,
            "size": magnitude(effect, 0.1 / scale, 0.3 / scale, 0.5 / scale), **exact,
        }  # fmt: skip
        verdict = "stat_related" if p < self.alpha else "stat_unrelated"
        facts = [
            Fact(key=verdict, params=params, weight=3),
            Fact(key="stat_cramers_v", params=params, weight=1.5),
        ]
        if test == "chi_square" and low > 0.2:
            facts.append(Fact(key="stat_low_counts", params={"share": low}))
        title = text("fact.title_crosstab", tables.language, a=self.first, b=self.second)
        rows: list[tuple[str, list[Any]]] = [(self.first, [str(name) for name in counts.index])]
        rows += [(str(name), [int(v) for v in counts[name]]) for name in counts.columns]
        return Outcome(
            facts=(*facts, *part(self, tables)),
            artifacts=(table(tables, title, rows, chosen={"a": self.first, "b": self.second}),),
            code=(
                f"counts = pd.crosstab(df[{self.first!r}], df[{self.second!r}])\n"
                + ("scipy.stats.fisher_exact(counts)" if test == "fisher"
                   else f"scipy.stats.chi2_contingency(counts, correction={self.yates})")
            ),
            code_language="python",
        )  # fmt: skip

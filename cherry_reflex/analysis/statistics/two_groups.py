"""Do two groups differ? Student's t, Welch's t, or Mann-Whitney's U."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.frames.frame import part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.statistics.assumptions import (
    Alternative,
    alpha_field,
    alternative_field,
    magnitude,
    means_suit,
    tiny,
)
from cherry_reflex.analysis.statistics.groups import grouped
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    column_field,
)
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import numpy as np


class CompareTwoGroups(Filtered):
    """Test whether a number differs between two groups: Welch's t test, Student's t test or the
    Mann-Whitney U test, with effect size and confidence interval."""

    name: ClassVar[str] = "compare_two_groups"
    examples: ClassVar[tuple[str, ...]] = (
        "남성과 여성의 급여 차이가 유의한가요?",
        "두 그룹의 평균을 t 검정으로 비교해줘",
        "온라인과 매장의 매출이 다른지 검정해주세요",
        "A안과 B안의 전환율에 차이가 있어?",
        "Is the difference between men and women significant?",
        "Run a t test on price between the two stores",
        "Compare treatment and control",
        "Do members spend more than guests?",
    )

    measure: str = column_field("The number to compare.", *NUMERIC, expression=True)
    group: str = column_field("The column that holds the two groups.", *GROUPING, expression=True)
    first: str = Field("", description="First group; needed when there are more than two.")
    second: str = Field("", description="Second group; needed when there are more than two.")
    method: Literal["auto", "welch", "student", "mann_whitney"] = Field(
        "auto",
        description="auto: Welch when means can be compared, Mann-Whitney otherwise.",
    )

    alternative: Alternative = alternative_field()
    alpha: float = alpha_field()

    def run(self, tables: Tables) -> Outcome:
        """Compute. Cohen's d uses the pooled standard deviation; the U test's effect is the rank
        biserial correlation (Kerby, 2014)."""
        from scipy import stats

        found = grouped(self, tables, self.measure, self.group)
        a_name, b_name = self._pair(list(found))
        a, b = found[a_name], found[b_name]
        if min(len(a), len(b)) < 2:
            raise BadInput("group_too_small", column=self.group, least=2)
        means = means_suit([a, b])
        method = self.method
        if method == "auto":
            method = "welch" if means else "mann_whitney"
        params: dict[str, Any] = {
            "measure": self.measure, "a": a_name, "b": b_name, "n_a": len(a), "n_b": len(b),
            "mean_a": float(a.mean()), "mean_b": float(b.mean()),
            "median_a": float(_median(a)), "median_b": float(_median(b)),
        }  # fmt: skip
        if method == "mann_whitney":
            test = stats.mannwhitneyu(a, b, alternative=self.alternative)
            effect = 2 * float(test.statistic) / (len(a) * len(b)) - 1
            params |= {"test": "mann_whitney", "statistic": float(test.statistic)}
            params |= {"effect": effect, "size": magnitude(effect, 0.1, 0.3, 0.5)}
            keys = ("stat_medians", "stat_rank_biserial")
        else:
            same = method == "student"
            result = stats.ttest_ind(a, b, equal_var=same, alternative=self.alternative)
            interval = result.confidence_interval(0.95)
            effect = _cohen(a, b)
            params |= {"test": method, "statistic": float(result.statistic)}
            params |= {"low": float(interval.low), "high": float(interval.high)}
            params["df"] = float(result.df)
            params |= {"effect": effect, "size": magnitude(effect, 0.2, 0.5, 0.8)}
            params["difference"] = params["mean_a"] - params["mean_b"]
            test = result
            keys = ("stat_means", "stat_cohen_d")
        params["p"] = float(test.pvalue)
        verdict = "stat_two_differ" if params["p"] < self.alpha else "stat_two_alike"
        facts = [
            Fact(key=verdict, params=params, weight=3),
            Fact(key=keys[0], params=params, weight=2),
            Fact(key=keys[1], params=params, weight=1.5),
            *tiny((a_name, b_name), (len(a), len(b))),
        ]
        if not means and method != "mann_whitney":
            facts.append(Fact(key="stat_not_normal", params={"measure": self.measure}))
        rows: dict[str, list[Any]] = {
            heading("group", tables): [a_name, b_name],
            heading("rows", tables): [len(a), len(b)],
            heading("mean_of", tables): [params["mean_a"], params["mean_b"]],
            heading("median_of", tables): [params["median_a"], params["median_b"]],
            heading("deviation", tables): [float(a.std(ddof=1)), float(b.std(ddof=1))],
        }
        title = text("fact.title_compare", tables.language, measure=self.measure, group=self.group)
        chosen = {"measure": self.measure, "group": self.group}
        call = "mannwhitneyu" if method == "mann_whitney" else "ttest_ind"
        return Outcome(
            facts=(*facts, *part(self, tables)),
            artifacts=(table(tables, title, rows, chosen=chosen),),
            code=f"scipy.stats.{call}(a, b)  # {self.measure}: {a_name} / {b_name}",
            code_language="python",
        )

    def _pair(self, names: list[str]) -> tuple[str, str]:
        wanted = [name for name in (self.first, self.second) if name]
        for name in wanted:
            if name not in names:
                raise BadInput(
                    "group_unknown", name=name, column=self.group, names=", ".join(names[:20])
                )
        if len(wanted) == 2 and wanted[0] != wanted[1]:
            return wanted[0], wanted[1]
        if len(names) > 2:
            raise BadInput(
                "groups_not_two", column=self.group, count=len(names), names=", ".join(names[:20])
            )
        first, second = sorted(names)
        return first, second


def _median(values: "np.ndarray") -> float:
    import numpy as np

    return float(np.median(values))


def _cohen(a: "np.ndarray", b: "np.ndarray") -> float:
    spread = ((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2)
    return float((a.mean() - b.mean()) / spread**0.5) if spread else 0.0

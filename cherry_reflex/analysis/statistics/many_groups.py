"""Do several groups differ, and which? ANOVA (Welch's) or Kruskal-Wallis, with pairs after it."""

from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.frames.frame import part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.statistics.assumptions import alpha_field, magnitude, means_suit, tiny
from cherry_reflex.analysis.statistics.groups import grouped
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    chosen_field,
    column_field,
)
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import numpy as np


class CompareGroups(Filtered):
    """Test whether a number differs among the groups of a column: analysis of variance (Welch)
    or Kruskal-Wallis, then every pair with Holm's correction; effect size given."""

    name: ClassVar[str] = "compare_groups"
    examples: ClassVar[tuple[str, ...]] = (
        "지역별 매출 차이가 통계적으로 유의한가요?",
        "제품군마다 평균 가격이 다른지 검정해줘",
        "분산분석(ANOVA)을 해주세요",
        "어느 그룹끼리 차이가 나는지 사후 검정해줘",
        "Is the difference between the regions significant?",
        "Run an ANOVA of price by category",
        "Which product sells best and is the difference significant?",
        "Do the departments differ in salary?",
    )

    measure: str = column_field("The number to compare.", *NUMERIC, expression=True)
    group: str = column_field("The column that holds the groups.", *GROUPING, expression=True)
    method: Literal["auto", "welch_anova", "anova", "kruskal"] = Field(
        "auto",
        description="auto: Welch's ANOVA when means can be compared, Kruskal-Wallis otherwise.",
    )

    pairs: Literal["holm", "tukey"] = chosen_field(
        "Every pair after it: by Holm, or Tukey's HSD.", ("holm",), default="holm"
    )
    alpha: float = alpha_field()

    def run(self, tables: Tables) -> Outcome:
        """Compute. Welch's ANOVA after Welch (1951); effects: omega squared, epsilon squared."""
        import numpy as np
        from scipy import stats

        found = grouped(self, tables, self.measure, self.group)
        single = [name for name, values in found.items() if len(values) < 2]
        found = {name: values for name, values in found.items() if len(values) >= 2}
        if len(found) < 2:
            raise BadInput("group_too_small", column=self.group, least=2)
        values = list(found.values())
        means = means_suit(values)
        method = self.method
        if method == "auto":
            method = "welch_anova" if means else "kruskal"
        if method == "kruskal":
            statistic, p = (float(x) for x in stats.kruskal(*values))
            total = sum(map(len, values))
            freedom = {"df": float(len(values) - 1)}
            effect = max(0.0, statistic / (total - 1))
            key = "stat_epsilon_squared"
        else:
            statistic, p, freedom = _anova(values, welch=method == "welch_anova")
            effect, key = _omega_squared(values), "stat_omega_squared"
        order = sorted(found, key=lambda name: -_middle(found[name], method))
        ordered = [found[name] for name in order]
        pairs = _tukey(found) if self.pairs == "tukey" else _pairs(found, method)
        params: dict[str, Any] = {
            "measure": self.measure, "group": self.group, "test": method, "count": len(found),
            "statistic": statistic, "p": p, "effect": effect,
            "size": magnitude(effect, 0.01, 0.06, 0.14),
            "best": order[0], "best_value": _middle(found[order[0]], method),
            "worst": order[-1], "worst_value": _middle(found[order[-1]], method),
            "n": sum(map(len, values)), **freedom,
        }  # fmt: skip
        verdict = "stat_many_differ" if p < self.alpha else "stat_many_alike"
        middle = "stat_extremes_median" if method == "kruskal" else "stat_extremes_mean"
        differing = [pair for pair in pairs if pair[3] < self.alpha]
        facts = [
            Fact(key=verdict, params=params, weight=3),
            Fact(key=middle, params=params, weight=2),
            Fact(key=key, params=params, weight=1.5),
            Fact(
                key=self._pairs_key(bool(differing)),
                params={
                    "differing": len(differing),
                    "pairs": len(pairs),
                    "examples": ", ".join(f"{a} – {b}" for a, b, *_ in differing[:3]),
                },
            ),
            *tiny(list(found), [len(v) for v in values]),
        ]
        if single:
            facts.append(Fact(key="stat_left_out", params={"groups": ", ".join(single[:8])}))
        if not means and method != "kruskal":
            facts.append(Fact(key="stat_not_normal", params={"measure": self.measure}))
        chosen = {"measure": self.measure, "group": self.group}
        language = tables.language
        title = text("fact.title_compare", language, measure=self.measure, group=self.group)
        return Outcome(
            facts=(*facts, *part(self, tables)),
            artifacts=(
                table(
                    tables,
                    title,
                    [
                        (self.group, order),
                        (heading("rows", tables), [len(v) for v in ordered]),
                        (heading("mean_of", tables), [float(v.mean()) for v in ordered]),
                        (heading("median_of", tables), [float(np.median(v)) for v in ordered]),
                        (heading("deviation", tables), [float(v.std(ddof=1)) for v in ordered]),
                    ],
                    chosen=chosen,
                ),
                table(
                    tables,
                    text("fact.title_pairs", language, measure=self.measure, group=self.group),
                    {
                        heading("group_a", tables): [pair[0] for pair in pairs],
                        heading("group_b", tables): [pair[1] for pair in pairs],
                        heading("difference", tables): [pair[2] for pair in pairs],
                        heading(f"p_{self.pairs}", tables): [pair[3] for pair in pairs],
                    },
                    chosen=chosen,
                ),
            ),
            code=(
                f"groups = [g for _, g in df.groupby({self.group!r})[{self.measure!r}]]\n"
                + (
                    "scipy.stats.kruskal(*groups)"
                    if method == "kruskal"
                    else "statsmodels.stats.oneway.anova_oneway(groups, use_var="
                    + ("'unequal')" if method == "welch_anova" else "'equal')")
                )
            ),
            code_language="python",
        )

    def _pairs_key(self, differ: bool) -> str:
        if self.pairs == "tukey":
            return "stat_pairs_tukey" if differ else "stat_no_pairs_tukey"
        return "stat_pairs" if differ else "stat_no_pairs"


def _middle(values: "np.ndarray", method: str) -> float:
    import numpy as np

    return float(np.median(values) if method == "kruskal" else values.mean())


def _anova(groups: list["np.ndarray"], *, welch: bool) -> tuple[float, float, dict[str, float]]:
    from statsmodels.stats.oneway import anova_oneway

    result = anova_oneway(groups, use_var="unequal" if welch else "equal")
    freedom = {"df": float(result.df_num), "df_within": float(result.df_denom)}
    return float(result.statistic), float(result.pvalue), freedom


def _tukey(found: dict[str, "np.ndarray"]) -> list[tuple[str, str, float, float]]:
    """Return (a, b, difference of means, p) of all pairs by Tukey's honest significant difference
    (Tukey-Kramer for groups of unequal size), by p."""
    from scipy import stats

    names = list(found)
    result = stats.tukey_hsd(*found.values())
    made = [
        (names[a], names[b], float(result.statistic[a, b]), float(result.pvalue[a, b]))
        for a, b in combinations(range(len(names)), 2)
    ]
    return sorted(made, key=lambda pair: pair[3])


def _omega_squared(groups: list["np.ndarray"]) -> float:
    """Omega squared (Hays, 1963): (SSb - (k-1) MSw) / (SSt + MSw), at least 0."""
    import numpy as np

    everything = np.concatenate(groups)
    between = sum(len(g) * (g.mean() - everything.mean()) ** 2 for g in groups)
    within = sum(((g - g.mean()) ** 2).sum() for g in groups)
    spread = within / (len(everything) - len(groups)) if len(everything) > len(groups) else 0.0
    total = between + within + spread
    return float(max(0.0, (between - (len(groups) - 1) * spread) / total)) if total else 0.0


def _pairs(found: dict[str, "np.ndarray"], method: str) -> list[tuple[str, str, float, float]]:
    """Return (a, b, difference of means or medians, Holm-corrected p) of all pairs, by p."""
    from scipy import stats
    from statsmodels.stats.multitest import multipletests

    made = []
    for a, b in combinations(found, 2):
        difference = _middle(found[a], method) - _middle(found[b], method)
        if method == "kruskal":
            p = stats.mannwhitneyu(found[a], found[b], alternative="two-sided").pvalue
        else:
            p = stats.ttest_ind(found[a], found[b], equal_var=method == "anova").pvalue
        # Two constant, equal groups have no spread to test against: nothing differs.
        made.append((a, b, difference, 1.0 if p != p else float(p)))
    corrected = multipletests([pair[3] for pair in made], method="holm")[1]
    named = [(a, b, d, float(p)) for (a, b, d, _), p in zip(made, corrected, strict=True)]
    return sorted(named, key=lambda pair: pair[3])

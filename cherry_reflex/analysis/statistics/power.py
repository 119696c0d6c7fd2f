"""How many rows a test needs, or how likely it is to see an effect with those at hand."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.i18n.catalogue import text

Test = Literal["two_means", "one_mean", "anova", "two_shares", "correlation"]
N_MAX = 10_000_000
_STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)


class PowerAnalysis(Operation):
    """Power analysis of a planned test: how many rows it needs to see an effect of a given size, or
    the power that given rows have. Two means (t test), one mean or pairs, several groups (ANOVA),
    two shares, a correlation."""

    name: ClassVar[str] = "power_analysis"
    needs_data: ClassVar[bool] = False
    examples: ClassVar[tuple[str, ...]] = (
        "효과 크기 0.5를 검출하려면 표본이 몇 개 필요해?",
        "검정력 0.8을 위한 표본 크기를 계산해줘",
        "그룹당 50명이면 검정력이 얼마나 돼?",
        "A/B 테스트에 필요한 표본 수를 알려주세요",
        "How large a sample do I need to detect an effect of 0.5?",
        "Compute the sample size for a power of 0.8",
        "What power does a t test with 50 per group have?",
        "How many people does the A/B test need?",
    )

    test: Test = Field(default="two_means", description="The planned test.")
    effect: float = Field(
        default=0.5,
        gt=0,
        le=10,
        description="Effect size: Cohen's d for means, f for anova, h for shares, r for a "
        "correlation. Not used for shares when both shares are given.",
    )
    share: float | None = Field(
        default=None, gt=0, lt=1, description="For two_shares: the share that is usual (0 to 1)."
    )
    other_share: float | None = Field(
        default=None, gt=0, lt=1, description="For two_shares: the share worth detecting (0 to 1)."
    )
    n: int | None = Field(
        default=None,
        ge=2,
        le=N_MAX,
        description="Rows in each group (all rows for one_mean and correlation) when they are "
        "given: then the power is computed. Empty: the rows that are needed.",
    )
    power: float = Field(default=0.8, gt=0.05, lt=1, description="The power that is wanted.")
    alpha: float = Field(default=0.05, gt=0, lt=0.5, description="Level of significance.")
    groups: int = Field(default=3, ge=2, le=50, description="For anova: how many groups.")

    def check(self, tables: Tables) -> None:
        """No dataset is needed. Raises BadInput `power_effect`."""
        if self.test == "correlation" and self.effect >= 1:
            raise BadInput("power_effect", effect=self.effect)

    def run(self, tables: Tables) -> Outcome:
        """Compute with statsmodels' noncentral t and F distributions; shares by Cohen's h (arcsine)
        and the normal distribution; correlations by Fisher's z. Raises BadInput `power_effect`,
        `power_never`."""
        self.check(tables)
        import math

        effect = self._effect()
        if effect == 0:
            raise BadInput("power_effect", effect=0)
        needed = self._needed(effect)
        if not math.isfinite(needed) or needed > N_MAX:
            raise BadInput("power_never", limit=N_MAX)
        n = max(2, math.ceil(needed - 1e-9))
        groups = {"two_means": 2, "two_shares": 2, "anova": self.groups}.get(self.test, 1)
        params: dict[str, Any] = {
            "effect": effect, "measure": _MEASURES[self.test], "alpha": self.alpha,
            "power": self.power, "n": n, "groups": groups, "total": n * groups,
        }  # fmt: skip
        needs = "power_needed_groups" if groups > 1 else "power_needed"
        facts = [Fact(key=needs, params=params, weight=3 if self.n is None else 2)]
        if self.n is not None:
            told = {**params, "n": self.n, "reached": self._power(effect, self.n)}
            facts.append(Fact(key="power_reached", params=told, weight=3))
            if told["reached"] < self.power:
                facts.append(Fact(key="power_low", params=told, weight=2.5))
        facts.append(Fact(key="power_assumed", weight=1))
        base = self.n or n
        sizes = sorted({max(2, round(base * step)) for step in _STEPS} | {n})
        title = text("fact.title_power", tables.language)
        columns: dict[str, list[Any]] = {
            heading("rows_per_group", tables): sizes,
            heading("power", tables): [self._power(effect, size) for size in sizes],
        }
        return Outcome(
            facts=tuple(facts),
            artifacts=(table(tables, title, columns),),
            code=self._code(effect),
            code_language="python",
        )

    def _effect(self) -> float:
        if self.test == "two_shares" and self.share is not None and self.other_share is not None:
            from statsmodels.stats.proportion import proportion_effectsize

            return abs(float(proportion_effectsize(self.share, self.other_share)))
        return self.effect

    def _solver(self) -> Any:
        from statsmodels.stats import power

        kinds = {
            "two_means": power.TTestIndPower,
            "one_mean": power.TTestPower,
            "two_shares": power.NormalIndPower,
        }
        return kinds[self.test]()

    def _needed(self, effect: float) -> float:
        """Return the rows of each group, not rounded."""
        from scipy import stats
        from statsmodels.stats.power import FTestAnovaPower

        known = {"effect_size": effect, "alpha": self.alpha, "power": self.power}
        if self.test == "correlation":
            wanted = stats.norm.ppf(1 - self.alpha / 2) + stats.norm.ppf(self.power)
            return float((wanted / _atanh(effect)) ** 2 + 3)
        if self.test == "anova":
            total = FTestAnovaPower().solve_power(k_groups=self.groups, **known)
            return float(_one(total)) / self.groups
        return float(_one(self._solver().solve_power(**known)))

    def _power(self, effect: float, n: int) -> float:
        """Return the power with `n` rows in each group."""
        from scipy import stats
        from statsmodels.stats.power import FTestAnovaPower

        if self.test == "correlation":
            if n <= 3:
                return 0.0
            shift, edge = _atanh(effect) * (n - 3) ** 0.5, stats.norm.ppf(1 - self.alpha / 2)
            return float(stats.norm.sf(edge - shift) + stats.norm.cdf(-edge - shift))
        if self.test == "anova":
            reached = FTestAnovaPower().power(effect, n * self.groups, self.alpha, self.groups)
        else:
            reached = self._solver().power(effect, n, self.alpha)
        return float(_one(reached))

    def _code(self, effect: float) -> str:
        known = f"effect_size={effect!r}, alpha={self.alpha}, power={self.power}"
        if self.test == "correlation":
            return (
                f"z = norm.ppf(1 - {self.alpha} / 2) + norm.ppf({self.power})\n"
                f"n = (z / np.arctanh({effect!r})) ** 2 + 3"
            )
        kind = {
            "two_means": "TTestIndPower",
            "one_mean": "TTestPower",
            "two_shares": "NormalIndPower",
            "anova": "FTestAnovaPower",
        }[self.test]
        more = f", k_groups={self.groups}" if self.test == "anova" else ""
        return f"statsmodels.stats.power.{kind}().solve_power({known}{more})"


_MEASURES = {
    "two_means": "d",
    "one_mean": "d",
    "anova": "f",
    "two_shares": "h",
    "correlation": "r",
}


def _atanh(value: float) -> float:
    import math

    return math.atanh(value)


def _one(value: Any) -> float:
    """Return statsmodels' answer, which is at times an array of one."""
    import numpy as np

    return float(np.asarray(value).reshape(-1)[0])

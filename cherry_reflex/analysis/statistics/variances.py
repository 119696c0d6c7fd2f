"""Do groups spread alike? Levene's test and its relatives."""

from typing import Any, ClassVar, Literal

from cherry_reflex.analysis.frames.frame import part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.statistics.assumptions import alpha_field
from cherry_reflex.analysis.statistics.groups import grouped
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


class CompareVariances(Filtered):
    """Test whether a number spreads alike in the groups of a column: Levene (around the mean),
    Brown-Forsythe (around the median), Bartlett or Fligner-Killeen."""

    name: ClassVar[str] = "compare_variances"
    needs_model: ClassVar[bool] = True
    examples: ClassVar[tuple[str, ...]] = (
        "그룹별 분산이 같은지 검정해줘",
        "등분산 검정을 해주세요",
        "레빈 검정 결과를 보여줘",
        "지역마다 매출의 흩어진 정도가 다른가요?",
        "Levene's test for equal variances",
        "Are the variances of the groups equal?",
        "Bartlett's test of homogeneity",
        "Does the spread of prices differ between stores?",
    )

    measure: str = column_field("The number whose spread is compared.", *NUMERIC, expression=True)
    group: str = column_field("The column that holds the groups.", *GROUPING, expression=True)
    method: Literal["levene", "brown_forsythe", "bartlett", "fligner"] = written_field(
        "Which test.", default="levene"
    )
    alpha: float = alpha_field()

    def run(self, tables: Tables) -> Outcome:
        """Compute."""
        from scipy import stats

        found = grouped(self, tables, self.measure, self.group)
        found = {name: values for name, values in found.items() if len(values) >= 2}
        if len(found) < 2:
            raise BadInput("group_too_small", column=self.group, least=2)
        values = list(found.values())
        match self.method:
            case "levene":
                result = stats.levene(*values, center="mean")
            case "brown_forsythe":
                result = stats.levene(*values, center="median")
            case "bartlett":
                result = stats.bartlett(*values)
            case _:
                result = stats.fligner(*values)
        p, n = float(result.pvalue), sum(map(len, values))
        if p != p:
            raise BadInput("column_constant", column=self.measure)
        params: dict[str, Any] = {
            "measure": self.measure, "group": self.group, "test": self.method, "n": n,
            "count": len(found), "statistic": float(result.statistic), "p": p,
            "df": len(found) - 1, "df_within": n - len(found),
        }  # fmt: skip
        key = "stat_spread_differs" if p < self.alpha else "stat_spread_alike"
        chosen = {"measure": self.measure, "group": self.group}
        title = text("fact.title_variances", tables.language, **chosen)
        columns = [
            (self.group, list(found)),
            (heading("rows", tables), [len(v) for v in values]),
            (heading("variance_of", tables), [float(v.var(ddof=1)) for v in values]),
            (heading("deviation", tables), [float(v.std(ddof=1)) for v in values]),
        ]
        call = {"brown_forsythe": "levene"}.get(self.method, self.method)
        center = ", center='mean'" if self.method == "levene" else ""
        return Outcome(
            facts=(Fact(key=key, params=params, weight=3), *part(self, tables)),
            artifacts=(table(tables, title, columns, chosen=chosen),),
            code=(
                f"groups = [g for _, g in df.groupby({self.group!r})[{self.measure!r}]]\n"
                f"scipy.stats.{call}(*groups{center})"
            ),
            code_language="python",
        )

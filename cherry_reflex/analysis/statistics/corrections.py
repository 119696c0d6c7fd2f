"""p values of several tests, corrected for there being several."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.frames.frame import frame, part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Outcome, Tables, column_field
from cherry_reflex.i18n.catalogue import text

Method = Literal["holm", "bonferroni", "sidak", "fdr_bh", "fdr_by"]
VALUES_MAX = 100_000


class CorrectPValues(Filtered):
    """Correct p values for multiple comparisons: Holm, Bonferroni, Sidak (no false finding at all)
    or Benjamini-Hochberg and -Yekutieli (share of false findings). The values are given, or a
    column of the data holds them."""

    name: ClassVar[str] = "correct_p_values"
    examples: ClassVar[tuple[str, ...]] = (
        "p값들을 다중비교 보정해줘",
        "본페로니 보정을 적용해주세요",
        "p값 열을 FDR로 보정해줘",
        "여러 검정의 유의확률을 홀름 방법으로 조정해줘",
        "Correct these p values for multiple comparisons",
        "Apply a Bonferroni correction to the p values",
        "Adjust the p value column with Benjamini-Hochberg",
        "Holm adjust the significance of several tests",
    )

    p_values: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        default=(), max_length=VALUES_MAX, description="The p values, when no column holds them."
    )
    column: str = column_field("The column of p values; empty when given.", *NUMERIC, default="")
    labels: str = column_field("The column that names the tests; empty for none.", default="")
    method: Method = Field(default="holm", description="How to correct; fdr_bh for many tests.")
    alpha: float = Field(default=0.05, gt=0, lt=0.5, description="Level of significance.")

    def check(self, tables: Tables) -> None:
        """Raises BadInput `p_values_missing` when neither values nor a column are given."""
        if self.p_values:
            return
        if not self.column:
            raise BadInput("p_values_missing")
        super().check(tables)

    def run(self, tables: Tables) -> Outcome:
        """Correct (statsmodels). Raises BadInput `p_values_missing`, `p_values_range`."""
        self.check(tables)
        from statsmodels.stats.multitest import multipletests

        names: list[str]
        facts: list[Fact] = []
        if self.p_values:
            values, names = list(self.p_values), [str(n + 1) for n in range(len(self.p_values))]
        else:
            wanted = [self.column, self.labels] if self.labels else [self.column]
            data = frame(self, tables, wanted)
            values = [float(value) for value in data[self.column]]
            names = [str(v) for v in data[self.labels]] if self.labels else []
            names = names or [str(n + 1) for n in range(len(values))]
            facts += part(self, tables)
        if len(values) > VALUES_MAX or any(not 0 <= value <= 1 for value in values):
            raise BadInput("p_values_range", column=self.column or "p_values", limit=VALUES_MAX)
        rejected, corrected, _, _ = multipletests(values, alpha=self.alpha, method=self.method)
        before = sum(value < self.alpha for value in values)
        params = {
            "count": len(values), "before": before, "after": int(rejected.sum()),
            "alpha": self.alpha, "method": f"correct_{self.method}",
        }  # fmt: skip
        facts.insert(0, Fact(key="corrected", params=params, weight=3))
        share = "corrected_share" if self.method.startswith("fdr") else "corrected_family"
        facts.append(Fact(key=share, params=params, weight=1))
        columns: dict[str, list[Any]] = {
            heading("test", tables): names,
            heading("p", tables): values,
            heading("p_corrected", tables): [float(value) for value in corrected],
            heading("significant", tables): [bool(value) for value in rejected],
        }
        return Outcome(
            facts=tuple(facts),
            artifacts=(table(tables, text("fact.title_corrected", tables.language), columns),),
            code=f"multipletests(p_values, alpha={self.alpha}, method={self.method!r})",
            code_language="python",
        )

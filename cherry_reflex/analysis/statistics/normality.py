"""Is a number normally distributed?"""

from typing import TYPE_CHECKING, ClassVar, Literal

from cherry_reflex.analysis.frames.frame import frame, part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.statistics.assumptions import SHAPIRO_MAX, alpha_field, normal_p
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
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

NormalityTest = Literal[
    "auto", "shapiro", "dagostino", "jarque_bera", "anderson", "ks", "lilliefors"
]
_LEAST = {"dagostino": 8, "anderson": 8, "lilliefors": 4}
"""Values that a test needs, where it needs more than 3."""
_HEADINGS = ("column", "present", "test", "statistic", "p", "skewness", "kurtosis")


class TestNormality(Filtered):
    """Test whether number columns follow a normal distribution: Shapiro-Wilk (D'Agostino's K²
    for more than 5,000 values), with skewness and kurtosis."""

    __test__: ClassVar[bool] = False
    name: ClassVar[str] = "test_normality"
    examples: ClassVar[tuple[str, ...]] = (
        "매출이 정규분포를 따르는지 검정해줘",
        "정규성 검정을 해주세요",
        "이 변수는 정규분포인가요?",
        "샤피로 윌크 검정 결과를 보여줘",
        "Is income normally distributed?",
        "Test the normality of the residuals",
        "Run a Shapiro-Wilk test on height",
        "Do the scores follow a bell curve?",
    )

    columns: tuple[str, ...] = column_field(
        "Number columns to test.", *NUMERIC, many=True, expression=True
    )

    method: NormalityTest = chosen_field(
        "auto: Shapiro-Wilk, D'Agostino beyond 5,000 values. ks: with the sample's own mean and "
        "deviation; lilliefors: so with its right p.",
        ("auto",),
        default="auto",
    )
    alpha: float = alpha_field()

    def run(self, tables: Tables) -> Outcome:
        """Compute. With thousands of values even slight deviations are significant; the fact
        says so."""
        rows: list[list[object]] = []
        facts = []
        if not self.columns:
            raise BadInput("columns_missing")
        for name in self.columns:
            values = frame(self, tables, [name])[name]
            given = values.to_numpy()
            if normal_p(given) is None:
                raise BadInput("column_constant", column=name)
            test = self.method
            if test == "auto":
                test = "shapiro" if len(values) <= SHAPIRO_MAX else "dagostino"
            if len(values) < _LEAST.get(test, 3):
                raise BadInput("rows_few", count=len(values), least=_LEAST[test])
            statistic, p = _tested(test, given)
            found = {
                "column": name, "n": len(values), "test": test, "statistic": statistic, "p": p,
                "skew": float(values.skew()), "kurtosis": float(values.kurt()),
            }  # fmt: skip
            named = text(f"fact.word.{test}", tables.language)
            rows.append([named if key == "test" else value for key, value in found.items()])
            key = "stat_normality_rejected" if p < self.alpha else "stat_normality_kept"
            facts.append(Fact(key=key, params=found, weight=2))
            if p < self.alpha and len(values) > 1000:
                facts.append(Fact(key="stat_large_n", params={"n": len(values)}))
        title = text("fact.title_normality", tables.language)
        columns = {
            heading(key, tables): [row[place] for row in rows]
            for place, key in enumerate(_HEADINGS)
        }
        return Outcome(
            facts=(*facts, *part(self, tables)),
            artifacts=(table(tables, title, columns),),
            code=f"scipy.stats.shapiro(df[{self.columns[0]!r}].dropna())",
            code_language="python",
        )


def _tested(test: str, values: "np.ndarray") -> tuple[float, float]:
    """Return statistic and p-value. Anderson-Darling's p is that of statsmodels (Stephens 1986)."""
    from scipy import stats
    from statsmodels.stats import diagnostic

    if test == "ks":
        found = stats.kstest((values - values.mean()) / values.std(ddof=1), "norm")
        return float(found.statistic), float(found.pvalue)
    if test in ("anderson", "lilliefors"):
        call = diagnostic.normal_ad if test == "anderson" else diagnostic.lilliefors
        statistic, p = call(values)
        return float(statistic), float(p)
    calls = {
        "shapiro": stats.shapiro,
        "dagostino": stats.normaltest,
        "jarque_bera": stats.jarque_bera,
    }
    result = calls[test](values)
    return float(result.statistic), float(result.pvalue)

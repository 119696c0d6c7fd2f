"""Linear regression with its diagnostics."""

from typing import TYPE_CHECKING, Any, ClassVar

from cherry_reflex.analysis.frames.frame import frame, part
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.statistics.assumptions import ALPHA
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    column_field,
)
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import pandas as pd

LEVELS_MAX = 20
VIF_HIGH = 10
ROWS_PER_TERM = 10


class LinearRegression(Filtered):
    """Explain a number by other columns: ordinary least squares with coefficients, confidence
    intervals, R², and diagnostics (spread, normality and independence of residuals,
    collinearity)."""

    name: ClassVar[str] = "linear_regression"
    examples: ClassVar[tuple[str, ...]] = (
        "매출에 영향을 주는 요인을 회귀분석해줘",
        "가격을 설명하는 선형 회귀 모형을 만들어주세요",
        "광고비가 매출에 미치는 영향을 추정해줘",
        "회귀 계수와 결정계수를 알려줘",
        "Run a linear regression of sales on price and advertising",
        "How much does each factor change the price?",
        "Regress income on age and education",
        "Effect of temperature on demand with confidence intervals",
    )

    target: str = column_field("The number to explain.", *NUMERIC, named=True, expression=True)
    predictors: tuple[str, ...] = column_field(
        "Columns that may explain it: numbers, or categories of at most 20 values.",
        many=True,
        expression=True,
    )

    def run(self, tables: Tables) -> Outcome:
        """Compute. Standard errors become robust (HC3) when Breusch-Pagan finds uneven spread."""
        import numpy as np
        import statsmodels.api as sm
        from statsmodels.stats.diagnostic import het_breuschpagan
        from statsmodels.stats.stattools import durbin_watson, jarque_bera

        names = tuple(name for name in self.predictors if name != self.target)
        if not names:
            raise BadInput("predictors_missing", target=self.target)
        data = frame(self, tables, [self.target, *names])
        y, x = data[self.target], self._matrix(tables, data, names)
        if len(y) <= x.shape[1] + 2:
            raise BadInput("rows_few", count=len(y), least=x.shape[1] + 3)
        if y.nunique() == 1:
            raise BadInput("column_constant", column=self.target)
        x = sm.add_constant(x)
        fitted = sm.OLS(y, x).fit()
        spread_p = float(het_breuschpagan(fitted.resid, x)[1])
        robust = fitted.get_robustcov_results("HC3") if spread_p < ALPHA else fitted
        # Robust results hold arrays, plain ones pandas objects.
        coefficients, p_values = np.asarray(robust.params), np.asarray(robust.pvalues)
        errors, t_values = np.asarray(robust.bse), np.asarray(robust.tvalues)
        intervals = np.asarray(robust.conf_int())
        terms = [str(name) for name in x.columns]
        params: dict[str, Any] = {
            "target": self.target, "r2": float(fitted.rsquared), "n": len(y),
            "r2_adjusted": float(fitted.rsquared_adj), "f": float(fitted.fvalue),
            "p": float(fitted.f_pvalue), "df": float(fitted.df_model),
            "df_residual": float(fitted.df_resid), "residual_error": float(fitted.mse_resid) ** 0.5,
        }  # fmt: skip
        rows: list[dict[str, Any]] = [
            {
                "term": term,
                "coefficient": float(coefficients[n]),
                "standard_error": float(errors[n]),
                "t": float(t_values[n]),
                "low": float(intervals[n][0]),
                "high": float(intervals[n][1]),
                "p": float(p_values[n]),
            }
            for n, term in enumerate(terms)
        ]
        facts = [
            Fact(
                key="stat_regression" if params["p"] < ALPHA else "stat_regression_none",
                params=params,
                weight=3,
            )
        ]
        for row in rows[1:]:
            is_sure = row["p"] < ALPHA
            key = "stat_coefficient" if is_sure else "stat_coefficient_none"
            told = {**row, "target": self.target}
            facts.append(Fact(key=key, params=told, weight=2 if is_sure else 1))
        if spread_p < ALPHA:
            facts.append(Fact(key="stat_uneven_spread", params={"p": spread_p}))
        normal_p = float(jarque_bera(fitted.resid)[1])
        if normal_p < ALPHA and len(y) < 100:
            facts.append(Fact(key="stat_residuals_not_normal", params={"p": normal_p}))
        watson = float(durbin_watson(fitted.resid))
        if not 1 <= watson <= 3:
            facts.append(Fact(key="stat_residuals_dependent", params={"statistic": watson}))
        if collinear := _collinear(x):
            facts.append(Fact(key="stat_collinear", params={"columns": ", ".join(collinear)}))
        if len(y) < ROWS_PER_TERM * (len(terms) - 1):
            facts.append(Fact(key="stat_few_rows", params={"n": len(y), "terms": len(terms) - 1}))
        title = text("fact.title_regression", tables.language, target=self.target)
        shown = {heading(name, tables): [row[name] for row in rows] for name in rows[0]}
        return Outcome(
            facts=(*facts, *part(self, tables)),
            artifacts=(
                table(tables, title, shown, chosen={"y": self.target, "x": ", ".join(names)}),
            ),
            code=(
                f"X = sm.add_constant(pd.get_dummies(df[{list(names)!r}], drop_first=True))\n"
                f"sm.OLS(df[{self.target!r}], X.astype(float)).fit().summary()"
            ),
            code_language="python",
        )

    def _matrix(
        self, tables: Tables, data: "pd.DataFrame", names: tuple[str, ...]
    ) -> "pd.DataFrame":
        import pandas as pd

        dataset = tables.get(self.dataset)
        parts = []
        for name in names:
            column = dataset.column(name)
            if column is not None and column.type in NUMERIC:
                if data[name].nunique() == 1:
                    raise BadInput("column_constant", column=name)
                parts.append(data[[name]].astype("float64"))
                continue
            levels = data[name].astype(str)
            if (count := levels.nunique()) > LEVELS_MAX:
                raise BadInput("groups_many", column=name, count=count, limit=LEVELS_MAX)
            if count < 2:
                raise BadInput("groups_one", column=name, name=levels.iloc[0])
            dummies = pd.get_dummies(levels, prefix=name, prefix_sep=" = ", drop_first=True)
            parts.append(dummies.astype("float64"))
        return pd.concat(parts, axis=1)


def _collinear(x: "pd.DataFrame") -> list[str]:
    """Return the terms whose variance inflation factor is above 10."""
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    if x.shape[1] < 3:
        return []
    values = x.to_numpy()
    return [
        str(name)
        for n, name in enumerate(x.columns)
        if n and float(variance_inflation_factor(values, n)) > VIF_HIGH
    ]

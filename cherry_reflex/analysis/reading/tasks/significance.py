"""Is a difference or a relation more than chance? The test that the columns' types call for, or
the one that was named."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.reading.cells import (
    CATEGORIES_MAX,
    Field,
    field_of,
    frame,
    group_of,
    has_few,
    is_group,
    measured_columns,
)
from cherry_reflex.analysis.reading.compiler.conditions import Conditions
from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.tasks.relation import related
from cherry_reflex.analysis.reading.words.headings import measure_heading
from cherry_reflex.analysis.reading.words.numbers import MANY, number
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.statistics.assumptions import ALPHA, magnitude, means_suit, tiny
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.expression import Number

if TYPE_CHECKING:
    import numpy as np

_NAMED = {
    "paired": "paired_t",
    "mann": "mann_whitney",
    "wilcoxon": "mann_whitney",
    "kruskal": "kruskal",
    "anova": "anova",
    "chi": "chi_square",
    "fisher": "chi_square",
    "student": "student",
    "welch": "welch",
    "t_test": "welch",
    "ttest": "welch",
    "pearson": "pearson",
    "spearman": "spearman",
}
_EXPECTED_MIN = 5


@dataclass(frozen=True)
class Verdict:
    """What a test came to. `effect_name` is the word of the effect size (Cohen's d, …)."""

    test: str
    statistic: float
    p: float
    effect: float
    effect_name: str
    size: str


def run(opened: Opened) -> Outcome:
    """Choose the test and run it.

    Raises BadInput `reading_test_columns` where the columns do not make one, `groups_one`,
    `groups_many`, `column_constant`, `group_too_small`.
    """
    where = opened.where()
    opened.some_rows(where)
    said = opened.reading.method.casefold().replace("-", "_").replace(" ", "_")
    method = next((name for word, name in _NAMED.items() if word in said), "")
    fields = _fields(opened, where)
    if len(fields) < 2:
        raise BadInput("reading_test_columns")
    first, second = fields[:2]
    if method == "chi_square" or not (first.is_number or second.is_number):
        return _independence(opened, first, second, where)
    if method in ("pearson", "spearman"):
        return _related(opened, first, second, where, method)
    if method == "paired_t":
        return _paired(opened, first, second, where)
    number, group = _roles(first, second)
    if group is not None:
        return _compared(opened, number, group, where, method)
    return _related(opened, first, second, where, method if method == "spearman" else "")


def _fields(opened: Opened, where: str) -> list[Field]:
    reading = opened.reading
    fields = [field_of(opened, one) for one in measured_columns(reading)]
    for measure in reading.measures:
        if measure.of is None and measure.when is not None:
            flag = f"({Conditions(opened.scope).sql(measure.when)}) IS TRUE"
            name = measure_heading(measure, opened.language)
            value = Typed(flag, "boolean", name=name)
            fields.append(Field(Number(value=1), value, name, flag))
    return [*fields, *(group_of(opened, group, where) for group in reading.by)]


def _roles(first: Field, second: Field) -> tuple[Field, Field | None]:
    """Return the number that is compared, and what holds the groups."""
    both = first.is_number and second.is_number
    # What was named second holds the groups, where either could ("qty between discounts").
    if not second.is_number or (
        both and (is_group(second) or (is_group(first) and has_few(second)))
    ):
        return first, second
    if not first.is_number or is_group(first):
        return second, first
    return first, None


def _related(opened: Opened, a: Field, b: Field, where: str, method: str) -> Outcome:
    """Two numbers: is their correlation more than chance?"""
    data = frame(opened, [a, b], where)
    found = related(data[0], data[1], a, b, method)
    params = {"x": a.heading, "y": b.heading, **found, "n": len(data)}
    params["shown"] = number(found["value"], MANY)
    key = f"reading.relation_{found['kind']}"
    if found["kind"] == "r":
        key = f"reading.correlation_{'yes' if found['p'] < ALPHA else 'no'}"
    title = opened.source.text("fact.title_correlation", x=a.heading, y=b.heading)
    columns = {
        heading("correlation", opened.tables): [found["value"]],
        heading("p", opened.tables): [found["p"]],
        heading("rows", opened.tables): [len(data)],
    }
    facts = (Fact(key=key, params=params), *opened.notes(where))
    made = table(opened.tables, title, columns)
    code = f"scipy.stats.{found['method']}r(x, y)"
    return Outcome(facts=facts, artifacts=(made,), code=code, code_language="python")


def _paired(opened: Opened, a: Field, b: Field, where: str) -> Outcome:
    from scipy import stats

    data = frame(opened, [a, b], where)
    if len(data) < 2:
        raise BadInput("rows_few", count=len(data), least=2)
    result = stats.ttest_rel(data[0], data[1])
    gap = data[0] - data[1]
    spread = float(gap.std())
    effect = float(gap.mean()) / spread if spread else 0.0
    verdict = Verdict("paired_t", float(result.statistic), float(result.pvalue), effect, "cohen",
                      magnitude(effect, 0.2, 0.5, 0.8))  # fmt: skip
    groups = {a.heading: data[0].to_numpy(), b.heading: data[1].to_numpy()}
    what = f"{a.heading}, {b.heading}"
    return _told(opened, verdict, groups, what, "", where, "scipy.stats.ttest_rel(a, b)")


def _compared(opened: Opened, number: Field, group: Field, where: str, method: str) -> Outcome:
    data = frame(opened, [number, group], where)
    groups: dict[str, Any] = {
        _name(name): part[0].to_numpy(dtype="float64") for name, part in data.groupby(1)
    }
    if len(groups) < 2:
        raise BadInput("groups_one", column=group.heading, name=next(iter(groups), "–"))
    if len(groups) > CATEGORIES_MAX:
        raise BadInput("groups_many", column=group.heading, count=len(groups), limit=CATEGORIES_MAX)
    groups = {name: values for name, values in groups.items() if len(values) >= 2}
    if len(groups) < 2:
        raise BadInput("group_too_small", column=group.heading, least=2)
    if data[0].nunique() == 1:
        raise BadInput("column_constant", column=number.heading)
    values = list(groups.values())
    if not method or (len(groups) > 2 and method in ("welch", "student", "mann_whitney")):
        is_sound = means_suit(values) if not method else method != "mann_whitney"
        few, many = ("welch", "anova") if is_sound else ("mann_whitney", "kruskal")
        method = few if len(groups) == 2 else many
    verdict = _verdict(values, method)
    call = {"welch": "ttest_ind(a, b, equal_var=False)", "student": "ttest_ind(a, b)",
            "mann_whitney": "mannwhitneyu(a, b)", "anova": "f_oneway(*groups)",
            "kruskal": "kruskal(*groups)"}[verdict.test]  # fmt: skip
    return _told(opened, verdict, groups, number.heading, group.heading, where,
                 f"scipy.stats.{call}")  # fmt: skip


def _verdict(values: list["np.ndarray"], method: str) -> Verdict:
    from scipy import stats

    total = sum(map(len, values))
    if method in ("welch", "student"):
        a, b = values
        result = stats.ttest_ind(a, b, equal_var=method == "student")
        pooled = (len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)
        spread = (pooled / (total - 2)) ** 0.5
        d = float((a.mean() - b.mean()) / spread) if spread else 0.0
        made = ("cohen", d, magnitude(d, 0.2, 0.5, 0.8))
    elif method == "mann_whitney":
        a, b = values
        result = stats.mannwhitneyu(a, b, alternative="two-sided")
        rank = 2 * float(result.statistic) / (len(a) * len(b)) - 1
        made = ("rank_biserial", rank, magnitude(rank, 0.1, 0.3, 0.5))
    elif method == "kruskal":
        result = stats.kruskal(*values)
        squared = max(0.0, float(result.statistic) / (total - 1))
        made = ("epsilon_squared", squared, magnitude(squared, 0.01, 0.06, 0.14))
    else:
        method = "anova"
        result = stats.f_oneway(*values)
        middle = sum(float(v.sum()) for v in values) / total
        between = sum(len(v) * (float(v.mean()) - middle) ** 2 for v in values)
        whole = sum(float(((v - middle) ** 2).sum()) for v in values)
        squared = between / whole if whole else 0.0
        made = ("eta_squared", squared, magnitude(squared, 0.01, 0.06, 0.14))
    p = float(result.pvalue)
    return Verdict(method, float(result.statistic), 1.0 if p != p else p, made[1], made[0], made[2])


def _told(
    opened: Opened, verdict: Verdict, groups: dict[str, Any], measure: str, group: str,
    where: str, code: str,
) -> Outcome:  # fmt: skip
    is_rank = verdict.test in ("mann_whitney", "kruskal")
    middles = {name: _middle(values, is_rank=is_rank) for name, values in groups.items()}
    order = sorted(groups, key=lambda name: -middles[name])
    listed = ", ".join(f"{n} {number(middles[n], MANY)} (n = {len(groups[n])})" for n in order[:5])
    params = {
        "measure": measure, "group": group, "p": verdict.p, "test": verdict.test,
        "statistic": verdict.statistic, "effect": verdict.effect, "size": verdict.size,
        "name": verdict.effect_name, "listed": listed, "count": len(groups),
        "middle": "median_of" if is_rank else "mean_of",
    }  # fmt: skip
    is_significant = verdict.p < ALPHA
    kind = "paired" if not group else "groups"
    key = f"reading.test_{kind}_{'yes' if is_significant else 'no'}"
    facts = [
        Fact(key=key, params=params),
        Fact(key=f"reading.test_{'medians' if is_rank else 'means'}", params=params, weight=0.9),
        Fact(key="reading.test_effect", params=params, weight=0.8),
        *tiny(list(groups), [len(v) for v in groups.values()]),
    ]
    if opened.is_brief:
        return Outcome(facts=tuple(facts[:1]))
    tables = opened.tables
    title = opened.source.text("fact.title_compare", measure=measure, group=group or "–")
    columns: dict[str, Any] = {
        heading("group", tables): order,
        heading("rows", tables): [len(groups[n]) for n in order],
        heading("mean_of", tables): [float(groups[n].mean()) for n in order],
        heading("median_of", tables): [_middle(groups[n], is_rank=True) for n in order],
        heading("deviation", tables): [float(groups[n].std(ddof=1)) for n in order],
    }
    facts += opened.notes(where)
    return Outcome(facts=tuple(facts), artifacts=(table(tables, title, columns),), code=code,
                   code_language="python")  # fmt: skip


def _independence(opened: Opened, a: Field, b: Field, where: str) -> Outcome:
    """Two categories: chi-square, or Fisher's exact test of two by two with low counts."""
    import pandas as pd
    from scipy import stats

    data = frame(opened, [a, b], where)
    for place, field in enumerate((a, b)):
        count = data[place].nunique()
        if count > CATEGORIES_MAX:
            raise BadInput("groups_many", column=field.heading, count=count, limit=CATEGORIES_MAX)
        if count < 2:
            raise BadInput("groups_one", column=field.heading, name=str(data[place].iloc[0]))
    counts = pd.crosstab(data[0].map(_name), data[1].map(_name))
    result = stats.chi2_contingency(counts, correction=False)
    n, smaller = int(counts.to_numpy().sum()), min(counts.shape) - 1
    p, test = float(result.pvalue), "chi_square"
    low = float((result.expected_freq < _EXPECTED_MIN).mean())
    if counts.shape == (2, 2) and low:
        p, test = float(stats.fisher_exact(counts)[1]), "fisher"
    effect = float((result.statistic / (n * smaller)) ** 0.5)
    scale = smaller**0.5
    params = {
        "a": a.heading, "b": b.heading, "p": p, "test": test, "n": n, "effect": effect,
        "statistic": float(result.statistic), "df": int(result.dof), "name": "cramer",
        "size": magnitude(effect, 0.1 / scale, 0.3 / scale, 0.5 / scale),
    }  # fmt: skip
    facts = [
        Fact(key=f"reading.test_related_{'yes' if p < ALPHA else 'no'}", params=params),
        Fact(key="reading.test_effect", params=params, weight=0.8),
    ]
    if test == "chi_square" and low > 0.2:
        facts.append(Fact(key="stat_low_counts", params={"share": low}, weight=0.6))
    if opened.is_brief:
        return Outcome(facts=tuple(facts[:1]))
    title = opened.source.text("fact.title_crosstab", a=a.heading, b=b.heading)
    columns: list[tuple[str, Any]] = [(a.heading, [str(name) for name in counts.index])]
    columns += [(str(name), [int(v) for v in counts[name]]) for name in counts.columns]
    facts += opened.notes(where)
    code = f"scipy.stats.chi2_contingency(pd.crosstab(df[{a.heading!r}], df[{b.heading!r}]))"
    return Outcome(facts=tuple(facts), artifacts=(table(opened.tables, title, columns),),
                   code=code, code_language="python")  # fmt: skip


def _middle(values: "np.ndarray", *, is_rank: bool) -> float:
    import numpy as np

    return float(np.median(values) if is_rank else values.mean())


def _name(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

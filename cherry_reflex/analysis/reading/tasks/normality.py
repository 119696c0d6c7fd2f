"""Do numbers follow a normal distribution? In a word first, by groups where these are given."""

from typing import Any

from cherry_reflex.analysis.reading.cells import (
    Field,
    field_of,
    frame,
    group_of,
    known_method,
    measured_columns,
    number_columns,
)
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.statistics.assumptions import ALPHA, SHAPIRO_MAX, normal_p
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome

_COLUMNS_MAX = 30
_TOLD = 6
_LARGE = 1000


def run(opened: Opened) -> Outcome:
    """Test every column (and group).

    Raises BadInput `numbers_few`, `column_constant` where nothing can be tested.
    """
    where = opened.where()
    opened.some_rows(where)
    known_method(opened.reading.method, ("shapiro", "dagostino", "d'agostino", "normal"))
    columns = measured_columns(opened.reading) or number_columns(opened)[:_COLUMNS_MAX]
    if not columns:
        raise BadInput("numbers_few", needed=1, found=0)
    fields = [field_of(opened, one, as_number=True) for one in columns]
    groups = [group_of(opened, group, where) for group in opened.reading.by[:1]]
    found = [one for field in fields for one in _tested(opened, field, groups, where)]
    if not found:
        raise BadInput("column_constant", column=fields[0].heading)
    facts = [
        Fact(
            key=f"reading.normal_{'no' if one['p'] < ALPHA else 'yes'}",
            params=one,
            weight=1.0 - place * 0.03,
        )
        for place, one in enumerate(found[:_TOLD])
    ]
    if len(found) > 1:
        names = [one["name"] for one in found if one["p"] >= ALPHA]
        params = {"normal": len(names), "count": len(found), "names": ", ".join(names) or "–"}
        key = "reading.normal_many" if names else "reading.normal_none"
        facts.insert(0, Fact(key=key, params=params, weight=1.05))
    if any(one["p"] < ALPHA and one["n"] > _LARGE for one in found):
        facts.append(Fact(key="stat_large_n", params={"n": found[0]["n"]}, weight=0.5))
    if opened.is_brief:
        return Outcome(facts=tuple(facts[:1]))
    facts += opened.notes(where)
    tables = opened.tables
    columns_of: dict[str, Any] = {
        heading("column", tables): [one["name"] for one in found],
        heading("present", tables): [one["n"] for one in found],
        heading("test", tables): [opened.source.text(f"fact.word.{one['test']}") for one in found],
        heading("statistic", tables): [one["statistic"] for one in found],
        heading("p", tables): [one["p"] for one in found],
        heading("skewness", tables): [one["skew"] for one in found],
        heading("kurtosis", tables): [one["kurtosis"] for one in found],
    }
    title = opened.source.text("fact.title_normality")
    call = "shapiro" if found[0]["test"] == "shapiro" else "normaltest"
    return Outcome(
        facts=tuple(facts),
        artifacts=(table(tables, title, columns_of),),
        code=f"scipy.stats.{call}(df[{fields[0].heading!r}].dropna())",
        code_language="python",
    )


def _tested(opened: Opened, field: Field, groups: list[Field], where: str) -> list[dict[str, Any]]:
    data = frame(opened, [field, *groups], where)
    if not groups:
        found = _one(field.heading, data[0])
        return [found] if found else []
    parts = data.groupby(1)[0]
    return [one for name, values in parts if (one := _one(f"{field.heading} · {name}", values))]


def _one(name: str, values: Any) -> dict[str, Any] | None:
    from scipy import stats

    numbers = values.to_numpy(dtype="float64")
    p = normal_p(numbers)
    if p is None:
        return None
    is_shapiro = len(numbers) <= SHAPIRO_MAX
    result = stats.shapiro(numbers) if is_shapiro else stats.normaltest(numbers)
    kurtosis = float(values.kurt())
    return {
        "name": name, "n": len(numbers), "p": p, "statistic": float(result.statistic),
        "test": "shapiro" if is_shapiro else "dagostino", "skew": float(values.skew()),
        "kurtosis": kurtosis if kurtosis == kurtosis else None,
    }  # fmt: skip

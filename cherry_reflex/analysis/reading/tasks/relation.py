"""How strongly columns go together: two of them with a p-value, more pair by pair."""

from itertools import combinations
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.exploration.association import corrected_v
from cherry_reflex.analysis.reading.cells import (
    Field,
    field_of,
    frame,
    measured_columns,
    number_columns,
)
from cherry_reflex.analysis.reading.compiler.statement import grouped
from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.words.numbers import ONE, number
from cherry_reflex.analysis.results import artifacts
from cherry_reflex.analysis.results.artifacts import axis, heading, plain, table
from cherry_reflex.analysis.statistics.assumptions import ALPHA, magnitude
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.expression import Expression, Number

if TYPE_CHECKING:
    import pandas as pd

COLUMNS_MAX = 16
_ROWS_MIN = 3
_APART = 0.1
_POINTS_MAX = 3000
_TOLD = 4
_METHODS = ("pearson", "spearman", "kendall")


def run(opened: Opened) -> Outcome:
    """Compute the relation.

    Raises BadInput `numbers_few`, `rows_few`, `column_constant`.
    """
    where = opened.where()
    if opened.reading.measures and opened.reading.by:
        return _of_groups(opened)
    given = [*measured_columns(opened.reading)]
    given += [group.of for group in opened.reading.by if group.of not in given]
    columns: tuple[Expression, ...] = tuple(given)[:COLUMNS_MAX]
    if len(columns) == 1:
        columns = (*columns, *(c for c in number_columns(opened) if c != columns[0]))[:COLUMNS_MAX]
    columns = columns or number_columns(opened)[:COLUMNS_MAX]
    if len(columns) < 2:
        raise BadInput("numbers_few", needed=2, found=len(columns))
    opened.some_rows(where)
    fields = [field_of(opened, one) for one in columns]
    data = frame(opened, fields, where, complete=False)
    if len(fields) == 2:
        return _pair(opened, fields, data, where)
    return _pairs(opened, fields, data, where)


def _of_groups(opened: Opened) -> Outcome:
    """Figures of groups against each other: total cost and total revenue of each day."""
    query = grouped(opened.scope, opened.reading, opened.language)
    opened.some_rows(query.where)
    if len(query.figures) < 2:
        raise BadInput("numbers_few", needed=2, found=len(query.figures))
    fields = [
        Field(
            measure.of or Number(value=1), Typed(f"m{n}", "number", one.unit, head), head, f"m{n}"
        )
        for n, (measure, one, head) in enumerate(
            zip(opened.reading.measures, query.figures, query.figure_headings, strict=True)
        )
    ]
    values = ", ".join(f"{field.sql}::DOUBLE AS {field.sql}" for field in fields)
    data = opened.source.connection.execute(f"SELECT {values} FROM ({query.every})").df()
    data.columns = range(len(fields))
    if len(fields) == 2:
        return _pair(opened, fields, data, query.where)
    return _pairs(opened, fields, data, query.where)


def method_of(opened: Opened) -> str:
    """Return the method that was named, in the house's word; empty for none."""
    said = opened.reading.method.casefold().replace("-", "_").replace(" ", "_")
    return next((one for one in _METHODS if one in said), "")


def _pair(opened: Opened, fields: list[Field], data: "pd.DataFrame", where: str) -> Outcome:
    both = data.dropna()
    found = related(both[0], both[1], fields[0], fields[1], method_of(opened))
    params = {"x": fields[0].heading, "y": fields[1].heading, **found, "n": len(both)}
    params["shown"] = number(found["value"], ONE)
    key = f"reading.relation_{found['kind']}"
    facts = [Fact(key=key, params=params)]
    if found["kind"] == "r":
        facts[0] = Fact(key=f"reading.correlation_{'yes' if found['p'] < ALPHA else 'no'}",
                        params=params)  # fmt: skip
        if found.get("other") is not None:
            other = {**params, "other_shown": number(found["other"], ONE)}
            facts.append(Fact(key="reading.correlation_other", params=other, weight=0.9))
    if opened.is_brief:
        return Outcome(facts=tuple(facts))
    if missing := len(data) - len(both):
        facts.append(Fact(key="reading.pairs_missing", params={"missing": missing}, weight=0.5))
    facts += opened.notes(where)
    title = opened.source.text("fact.title_correlation", x=fields[0].heading, y=fields[1].heading)
    made = [_table(opened, title, [params])]
    if found["kind"] == "r":
        made.append(_scatter(opened, fields, both, title))
    code = f"df[{fields[0].heading!r}].corr(df[{fields[1].heading!r}], method={found['method']!r})"
    return Outcome(facts=tuple(facts), artifacts=tuple(made), code=code, code_language="python")


def _pairs(opened: Opened, fields: list[Field], data: "pd.DataFrame", where: str) -> Outcome:
    found: list[dict[str, Any]] = []
    wanted = method_of(opened)
    only_first = len(measured_columns(opened.reading)) == 1
    places = [(a, b) for a, b in combinations(range(len(fields)), 2) if not (only_first and a)]
    for a, b in places:
        both = data[[a, b]].dropna()
        try:
            one = related(both[a], both[b], fields[a], fields[b], wanted)
        except BadInput:
            continue
        names = {"x": fields[a].heading, "y": fields[b].heading, "n": len(both)}
        found.append({**names, **one, "shown": number(one["value"], ONE)})
    if not found:
        raise BadInput("numbers_few", needed=2, found=0)
    found.sort(key=lambda one: -abs(one["value"]))
    facts = [Fact(key="reading.relation_strongest", params={**found[0], "pairs": len(found)})]
    facts += [
        Fact(key="reading.relation_next", params=one, weight=0.85 - place * 0.05)
        for place, one in enumerate(found[1:_TOLD])
    ]
    if opened.is_brief:
        return Outcome(facts=tuple(facts))
    title = opened.source.text("reading.title_relations")
    made = [_table(opened, title, found)]
    if all(one["kind"] == "r" for one in found) and not only_first:
        made.append(_matrix(opened, fields, found, title))
    facts += opened.notes(where)
    code = f"df.corr(method={(wanted or 'pearson')!r})"
    return Outcome(facts=tuple(facts), artifacts=tuple(made), code=code, code_language="python")


def related(x: Any, y: Any, first: Field, second: Field, wanted: str) -> dict[str, Any]:
    """Return how two columns go together: `kind` r (Pearson's, or the one named; `other` is the
    rank correlation where it differs by more than 0.1), eta, or v.

    Raises BadInput `rows_few`, `column_constant`.
    """
    if len(x) < _ROWS_MIN:
        raise BadInput("rows_few", count=len(x), least=_ROWS_MIN)
    for values, field in ((x, first), (y, second)):
        if values.nunique() < 2:
            raise BadInput("column_constant", column=field.heading)
    if first.is_number and second.is_number:
        return _correlated(x, y, wanted)
    if first.is_number or second.is_number:
        numbers, groups = (x, y) if first.is_number else (y, x)
        return {"kind": "eta", "value": _eta(numbers, groups), "p": None, "method": "eta",
                "size": magnitude(_eta(numbers, groups), 0.1, 0.24, 0.37)}  # fmt: skip
    return _cramer(x, y)


def _correlated(x: Any, y: Any, wanted: str) -> dict[str, Any]:
    from scipy import stats

    calls = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}
    method = wanted or "pearson"
    result = calls[method](x, y)
    r, p = float(result.statistic), float(result.pvalue)
    if r != r:
        raise BadInput("numbers_extreme")
    other = None
    if not wanted:
        rank = float(x.rank().corr(y.rank()))
        other = rank if abs(rank - r) > _APART else None
    return {
        "kind": "r", "value": r, "p": p, "method": method, "other": other,
        "size": magnitude(r, 0.1, 0.3, 0.5),
        "sign": "positive" if r >= 0 else "negative",
    }  # fmt: skip


def _eta(numbers: Any, groups: Any) -> float:
    middle = numbers.mean()
    means = numbers.groupby(groups).transform("mean")
    whole = float(((numbers - middle) ** 2).sum())
    return float((((means - middle) ** 2).sum() / whole) ** 0.5) if whole else 0.0


def _cramer(x: Any, y: Any) -> dict[str, Any]:
    import pandas as pd
    from scipy import stats

    counts = pd.crosstab(x, y)
    result = stats.chi2_contingency(counts, correction=False)
    n = int(counts.to_numpy().sum())
    value = corrected_v(float(result.statistic) / n, n, *counts.shape)
    scale = (min(counts.shape) - 1) ** 0.5
    return {"kind": "v", "value": value, "p": float(result.pvalue), "method": "v",
            "size": magnitude(value, 0.1 / scale, 0.3 / scale, 0.5 / scale)}  # fmt: skip


def _table(opened: Opened, title: str, found: list[dict[str, Any]]) -> ArtifactContent:
    tables = opened.tables
    words = {one["method"]: opened.source.text(f"fact.word.{one['method']}") for one in found}
    columns: dict[str, Any] = {
        heading("first", tables): [one["x"] for one in found],
        heading("second", tables): [one["y"] for one in found],
        heading("method", tables): [words[one["method"]] for one in found],
        heading("correlation", tables): [one["value"] for one in found],
        heading("p", tables): [one["p"] for one in found],
        heading("rows", tables): [one["n"] for one in found],
    }
    if any(one.get("other") is not None for one in found):
        columns[opened.source.text("fact.word.spearman")] = [one.get("other") for one in found]
    return table(tables, title, columns)


def _scatter(opened: Opened, fields: list[Field], both: Any, title: str) -> ArtifactContent:
    shown = both.sample(_POINTS_MAX, random_state=7) if len(both) > _POINTS_MAX else both
    data = [{"type": "scatter", "mode": "markers", "x": plain(shown[0]), "y": plain(shown[1])}]
    layout = {"xaxis": axis(fields[0].heading), "yaxis": axis(fields[1].heading)}
    described = opened.source.text(
        "reading.points_described", x=fields[0].heading, y=fields[1].heading, count=len(shown)
    )
    return artifacts.chart(title, data, layout, description=described, table=title)


def _matrix(
    opened: Opened, fields: list[Field], found: list[dict[str, Any]], title: str
) -> ArtifactContent:
    names = [field.heading for field in fields]
    values = {(one["x"], one["y"]): one["value"] for one in found}
    cells = [
        [1.0 if a == b else values.get((a, b), values.get((b, a))) for b in names] for a in names
    ]
    z = [plain(row) for row in cells]
    data = [{"type": "heatmap", "x": names, "y": names, "z": z, "zmin": -1, "zmax": 1}]
    best = found[0]
    described = opened.source.text(
        "reading.relations_described", x=best["x"], y=best["y"], shown=best["shown"]
    )
    return artifacts.chart(title, data, {}, description=described, table=title)

"""How values are spread: numbers in bins, categories by frequency; by groups as boxes."""

from typing import Any

from cherry_reflex.analysis.reading.answers.groups import Results
from cherry_reflex.analysis.reading.cells import (
    Field,
    field_of,
    frame,
    group_of,
    measured_columns,
    number_columns,
)
from cherry_reflex.analysis.reading.charts.groups import chart_of
from cherry_reflex.analysis.reading.compiler.statement import grouped
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.tasks import describe
from cherry_reflex.analysis.reading.words.numbers import MANY, written
from cherry_reflex.analysis.results import artifacts
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.reading import Group, Measure, Order, Reading

_BINS, _BINS_WHOLE_MAX = 20, 24
_BOXES_MAX, _VALUES_MAX = 12, 2000
_TOLD = 3


def run(opened: Opened) -> Outcome:
    """Count the values of each bin or category.

    Raises BadInput `numbers_few` where there is nothing to count.
    """
    where = opened.where()
    opened.some_rows(where)
    reading = opened.reading
    columns = measured_columns(reading) or tuple(
        group.of for group in reading.by
    ) or number_columns(opened)[:1]  # fmt: skip
    if not columns:
        raise BadInput("numbers_few", needed=1, found=0)
    fields = [field_of(opened, one) for one in columns]
    apart = [group for group in reading.by if group.of not in columns]
    if fields[0].is_number and apart:
        return _boxes(opened, fields[0], apart[0], where)
    own = next((group for group in reading.by if group.of == columns[0] and group.is_binned), None)
    facts: list[Fact] = []
    made: list[ArtifactContent] = []
    code = ""
    for place, field in enumerate(fields[:_TOLD]):
        outcome = _one(opened, field, own if not place else None, apart)
        facts += outcome.facts
        made += outcome.artifacts
        code = code or outcome.code
    facts += [] if opened.is_brief else opened.notes(where)
    return Outcome(facts=tuple(facts), artifacts=tuple(made), code=code, code_language="sql")


def _one(opened: Opened, field: Field, own: Group | None, apart: list[Group]) -> Outcome:
    group = own or _grouped_by(field)
    by = (group, *apart[:1])
    order = None if group.is_binned or field.value.is_moment else Order()
    measures = (Measure(agg="count"), Measure(agg="share"))
    reading = Reading(measures=measures, by=by, where=opened.reading.where, order=order)
    query = grouped(opened.scope, reading, opened.language)
    title = opened.source.text("reading.title_distribution", column=field.heading)
    table = opened.source.table(title, query.sql)
    found = opened.all("SELECT * FROM result")
    if not found:
        raise BadInput("values_none", column=field.heading)
    counted = opened.reading.model_copy(
        update={"measures": measures, "by": by, "order": order, "top": None}
    )
    brief = Opened(counted, opened.source, opened.scope, opened.tables)
    results = Results(brief, query, found, sum(int(row[len(by)]) for row in found))
    most = max(found, key=lambda row: row[len(by)])
    params: dict[str, Any] = {
        "column": field.heading,
        "most": results.group(most),
        "count": int(most[len(by)]),
        "share": float(most[len(by) + 1]) / 100,
        "groups": len(found),
        "rows": results.rows,
    }
    if field.is_number and group.is_binned:
        facts = [_shape(opened, field, params)]
    else:
        facts = [Fact(key="reading.frequent", params=params)]
    drawn = None if opened.is_brief else chart_of(results, title)
    pictures = [drawn] if drawn is not None else []
    return Outcome(
        facts=tuple(facts), artifacts=(table, *pictures), code=query.sql, code_language="sql"
    )


def _grouped_by(field: Field) -> Group:
    """Numbers of many values are put into bins; whole numbers of few stand for themselves."""
    column = field.value.column
    few = column is not None and column.distinct <= _BINS_WHOLE_MAX
    if not field.is_number or (few and field.value.kind == "integer"):
        return Group(of=field.expression)
    return Group(of=field.expression, bins=_BINS)


def _shape(opened: Opened, field: Field, params: dict[str, Any]) -> Fact:
    x = field.sql
    mean, median, q1, q3, low, high, skew = opened.one(
        f"SELECT avg({x}), median({x}), quantile_cont({x}, 0.25), quantile_cont({x}, 0.75), "
        f"min({x}), max({x}), skewness({x}) {opened.rows_of(opened.where())}"
    )
    unit = field.value.unit
    said = {
        name: written(value, opened.language, unit=unit, digits=MANY)
        for name, value in (
            ("mean", mean), ("median", median), ("q1", q1), ("q3", q3), ("low", low),
            ("high", high),
        )
    }  # fmt: skip
    return Fact(key="reading.spread", params={**params, **said, "skew": skew})


def _boxes(opened: Opened, field: Field, group: Group, where: str) -> Outcome:
    """A number by groups: its statistics in each, and a box for each."""
    told = opened.reading.model_copy(update={"columns": (field.expression,), "by": (group,)})
    outcome = describe.run(
        Opened(told, opened.source, opened.scope, opened.tables, opened.is_brief)
    )
    if opened.is_brief:
        return outcome
    split = group_of(opened, group, where)
    data = frame(opened, [field, split], where)
    boxes = []
    for name, part in list(data.groupby(1, sort=True)[0])[:_BOXES_MAX]:
        values = part.sample(_VALUES_MAX, random_state=7) if len(part) > _VALUES_MAX else part
        kind = "violin" if opened.reading.chart == "violin" else "box"
        boxes.append({"type": kind, "name": str(name), "y": plain(values)})
    title = opened.source.text("reading.title_distribution", column=field.heading)
    described = opened.source.text(
        "reading.boxes_described", column=field.heading, group=split.heading, count=len(boxes)
    )
    layout = {"yaxis": axis(field.heading), "xaxis": axis(split.heading), "showlegend": False}
    drawn = artifacts.chart(title, boxes, layout, description=described,
                            table=outcome.artifacts[0].title)  # fmt: skip
    return outcome.model_copy(update={"artifacts": (*outcome.artifacts, drawn)})

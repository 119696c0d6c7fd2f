"""Growth: a measure period by period, each against the one before and the same a year ago."""

import datetime as dt
import itertools
from typing import Any

from cherry_reflex.analysis.reading.compiler.expressions import column
from cherry_reflex.analysis.reading.compiler.groups import own_grain
from cherry_reflex.analysis.reading.compiler.moments import moment
from cherry_reflex.analysis.reading.compiler.spans import moved
from cherry_reflex.analysis.reading.compiler.statement import grouped
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.periods import last_period
from cherry_reflex.analysis.reading.tasks import compare
from cherry_reflex.analysis.reading.words.headings import measure_words
from cherry_reflex.analysis.reading.words.numbers import ONE, written
from cherry_reflex.analysis.results import artifacts
from cherry_reflex.analysis.results.artifacts import axis, heading, plain, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.condition import PeriodUnit
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Reading

_PERIODS: tuple[PeriodUnit, ...] = ("year", "quarter", "month", "week", "day", "hour")


def run(opened: Opened) -> Outcome:
    """Compute the series. Two spans that are given, or groups besides time, are compared.

    Raises BadInput `reading_no_dates`, `reading_periods_none` with fewer than two periods.
    """
    reading = opened.reading
    time = _time(opened)
    others = [group for group in reading.by if group is not time and group.of != time.of]
    if others or (reading.period is not None and reading.period.after is not None):
        return compare.run(opened)
    assert isinstance(time.of, ColumnRef)
    measures = tuple(_plain(measure) for measure in reading.measures) or (Measure(agg="count"),)
    told = Reading(measures=measures, by=(time,), where=reading.where, joins=reading.joins)
    query = grouped(opened.scope, told, opened.language)
    opened.some_rows(query.where)
    rows = opened.all(f"SELECT g0, m0 FROM ({query.every}) ORDER BY 1")
    labels = [row[0] for row in opened.all(query.sql)]
    if len(rows) < 2:
        raise BadInput("reading_periods_none")
    value = moment(column(opened.scope, time.of.model_copy(update={"grain": ""})))
    last = last_period(opened, value, time.of.grain, query.where) if value else None  # type: ignore[arg-type]
    is_whole = last is None or last.is_whole or len(rows) == 2
    changes = [None, *(_change(a[1], b[1]) for a, b in itertools.pairwise(rows))]
    if not is_whole:
        changes[-1] = None
    ago = _year_ago(rows, time.of.grain, is_whole=is_whole)
    place = len(rows) - 1 if is_whole else len(rows) - 2
    facts = _told(opened, query, labels, rows, changes, ago, place)
    if not is_whole and last is not None:
        params = {"period": last.label, "until": f"{last.newest:%Y-%m-%d}"}
        facts.append(Fact(key="reading.not_compared", params=params, weight=0.8))
    if opened.is_brief:
        return Outcome(facts=tuple(facts[:1]))
    facts += opened.notes(query.where)
    head = query.figure_headings[0]
    title = opened.source.say("title.by", heading=head, groups=query.group_headings[0])
    content: dict[str, Any] = {
        query.group_headings[0]: labels,
        head: [row[1] for row in rows],
        opened.source.text("reading.heading_change"): [_percent(one) for one in changes],
    }
    if any(one is not None for one in ago):
        content[opened.source.text("reading.heading_change_year")] = [_percent(o) for o in ago]
    made = [table(opened.tables, title, content), _drawn(opened, labels, rows, head, title)]
    return Outcome(facts=tuple(facts), artifacts=tuple(made), code=query.sql, code_language="sql")


def _time(opened: Opened) -> Group:
    """Return the group of time: the one given, the period's column, or the first of dates."""
    reading = opened.reading
    for group in reading.by:
        if isinstance(group.of, ColumnRef) and (
            group.of.grain in _PERIODS or moment(column(opened.scope, group.of)) is not None
        ):
            return _grained(opened, group.of)
    if reading.period is not None and isinstance(reading.period.of, ColumnRef):
        grain = reading.period.unit or reading.period.of.grain
        return _grained(opened, reading.period.of.model_copy(update={"grain": grain}))
    for one in opened.scope.main.columns:
        ref = ColumnRef(name=one.name)
        if moment(column(opened.scope, ref)) is not None:
            return _grained(opened, ref)
    raise BadInput("reading_no_dates")


def _grained(opened: Opened, of: ColumnRef) -> Group:
    if of.grain:
        return Group(of=of)
    return Group(of=of.model_copy(update={"grain": own_grain(opened.scope, of) or "month"}))


def _plain(measure: Measure) -> Measure:
    """Growth of a measure that is itself growth is that of its total."""
    if measure.agg != "growth":
        return measure
    agg = "sum" if measure.of is not None else "count"
    return measure.model_copy(update={"agg": agg})


def _change(old: Any, new: Any) -> float | None:
    if old is None or new is None or not old or old < 0:
        return None
    return float(new) / float(old) - 1


def _year_ago(rows: list[tuple[Any, ...]], grain: str, *, is_whole: bool) -> list[float | None]:
    """Changes against the same month or quarter of the year before."""
    if grain not in ("month", "quarter"):
        return [None] * len(rows)
    known = {row[0]: row[1] for row in rows}
    found: list[float | None] = []
    for n, (start, value) in enumerate(rows):
        moment = dt.datetime.combine(start, dt.time())
        before = known.get(moved(moment, "year", -1).date())
        is_cut = not is_whole and n == len(rows) - 1
        found.append(None if is_cut else _change(before, value))
    return found


def _percent(change: float | None) -> float | None:
    return None if change is None else 100 * change


def _told(
    opened: Opened, query: Any, labels: list[Any], rows: list[tuple[Any, ...]],
    changes: list[float | None], ago: list[float | None], place: int,
) -> list[Fact]:  # fmt: skip
    what = measure_words((opened.reading.measures or (Measure(agg="count"),))[0], opened.language)
    unit = query.figures[0].shown_unit

    def said(n: int) -> str:
        scale = 100 if query.figures[0].style == "percent" and rows[n][1] is not None else 1
        return written(
            rows[n][1] if scale == 1 else rows[n][1] * scale, opened.language, unit=unit, digits=ONE
        )

    params: dict[str, Any] = {
        "what": what, "before": labels[place - 1], "after": labels[place],
        "old": said(place - 1), "new": said(place), "change": changes[place],
    }  # fmt: skip
    change = changes[place]
    if change is None:
        facts = [Fact(key="reading.compared_unknown", params={**params, "group": ""})]
    else:
        key = "same" if not change else "rose" if change > 0 else "fell"
        facts = [Fact(key=f"reading.compared_{key}", params=params)]
    if ago[place] is not None:
        year = {"what": what, "after": labels[place], "change": ago[place]}
        facts.append(Fact(key="reading.year_ago", params=year, weight=0.9))
    whole = _change(rows[0][1], rows[place][1])
    if whole is not None and place > 1:
        ends = {
            "what": what, "first": labels[0], "start": said(0), "last": labels[place],
            "end": said(place), "change": whole,
        }  # fmt: skip
        facts.append(Fact(key="reading.growth_whole", params=ends, weight=0.85))
    return facts


def _drawn(
    opened: Opened, labels: list[Any], rows: list[tuple[Any, ...]], head: str, title: str
) -> ArtifactContent:
    kind = "bar" if opened.reading.chart == "bar" else "scatter"
    trace = {"type": kind, "x": [str(one) for one in labels], "y": plain(row[1] for row in rows)}
    trace |= {} if kind == "bar" else {"mode": "lines+markers"}
    known = [(row[1], label) for row, label in zip(rows, labels, strict=True) if row[1] is not None]
    best, worst = max(known), min(known)
    described = opened.source.say(
        "chart.description", kind=opened.source.say("word.line"), title=title, marks=len(rows),
        best=str(best[1]), high=float(best[0]), worst=str(worst[1]), low=float(worst[0]),
    )  # fmt: skip
    layout = {"xaxis": axis(heading("date", opened.tables), type="category"), "yaxis": axis(head)}
    return artifacts.chart(title, [trace], layout, description=described, table=title)

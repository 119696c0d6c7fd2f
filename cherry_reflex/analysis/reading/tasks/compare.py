"""Two spans of time compared, and growth from period to period."""

from collections.abc import Sequence
from typing import Any

from cherry_reflex.analysis.reading.answers.groups import WHOLE
from cherry_reflex.analysis.reading.compiler.expressions import column
from cherry_reflex.analysis.reading.compiler.moments import needed_moment
from cherry_reflex.analysis.reading.compiler.spans import moved
from cherry_reflex.analysis.reading.compiler.statement import Grouped, grouped
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.periods import REACHED
from cherry_reflex.analysis.reading.tasks.sides import (
    Sides,
    between,
    date_of,
    days_between,
    is_the_period,
    sides_of,
    span_of_condition,
)
from cherry_reflex.analysis.reading.words.headings import group_words, measure_words
from cherry_reflex.analysis.reading.words.numbers import MANY, ONE, written
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.condition import (
    All,
    Condition,
)
from cherry_reflex.core.reading.reading import Group, Measure, Reading

_TOLD = 5
_YEAR_DAYS = 365


def run(opened: Opened) -> Outcome:
    """Compare a measure between two spans, by groups where these are given.

    Raises BadInput `reading_periods_none` where there are no two periods, `reading_no_dates`.
    """
    reading = opened.reading
    measures = reading.measures or (Measure(agg="count"),)
    sides = sides_of(opened)
    by = tuple(group for group in reading.by if not is_the_period(group, reading.period))
    halves = [_figures(opened, measures, by, side) for side in (sides.before, sides.after)]
    keys = list(dict.fromkeys([*halves[1], *halves[0]]))
    if not keys:
        raise BadInput("reading_periods_none")
    phrased = [measure_words(measure, opened.language) for measure in measures]
    query = grouped(opened.scope, Reading(measures=measures, by=by), opened.language)
    counts = [one.agg in ("count", "count_distinct", "sum") for one in query.figures]
    lines = []
    for key in keys:
        for place, is_total in enumerate(counts):
            old, new = (
                half.get(key, (0 if is_total else None,) * len(measures))[place] for half in halves
            )
            lines.append((key, place, old, new, _change(old, new)))
    if by:
        lines.sort(key=lambda one: (one[1], -_size(one)))
        if reading.order is not None:
            is_ascending = reading.order.direction == "ascending"
            lines.sort(
                key=lambda one: (one[4] is None, (one[4] or 0) * (1 if is_ascending else -1))
            )
    if by and reading.top:
        lines = lines[: reading.top]
    facts = [
        _told(opened, query, phrased, sides, line, place, is_grouped=bool(by))
        for place, line in enumerate(lines[:_TOLD])
    ]
    if by and len(lines) > 1 and len(measures) == 1:
        facts = [_all_told(opened, phrased[0], by, sides, lines), *facts]
    facts += sides.facts
    if not sides.facts and not by and counts[0] and not opened.is_brief:
        facts += _same_part(opened, query, phrased, measures, sides)
    if opened.is_brief:
        return Outcome(facts=tuple(facts[:1]))
    facts += opened.notes(opened.where())
    title = opened.source.text(
        "reading.title_compared", before=sides.before_name, after=sides.after_name
    )
    names = [query.figure_headings[line[1]] for line in lines]
    content: list[tuple[str, list[Any]]] = [
        (head, [line[0][n] for line in lines]) for n, head in enumerate(query.group_headings)
    ]
    content += [
        (heading("measure", opened.tables), names),
        (sides.before_name, [_percented(query.figures[ln[1]].style, ln[2]) for ln in lines]),
        (sides.after_name, [_percented(query.figures[ln[1]].style, ln[3]) for ln in lines]),
        (heading("difference", opened.tables), [_difference(line[2], line[3]) for line in lines]),
        (opened.source.text("reading.heading_change"), [_percent(line[4]) for line in lines]),
    ]
    made: list[ArtifactContent] = [table(opened.tables, title, content)]
    return Outcome(facts=tuple(facts), artifacts=tuple(made), code=query.sql, code_language="sql")


def _same_part(
    opened: Opened, query: Grouped, phrased: list[str], measures: tuple[Measure, ...], sides: Sides
) -> list[Fact]:
    """Where the data end within the later of two spans that were named, totals of it are
    compared over the same part of the earlier one too."""
    spans = [span_of_condition(opened, side) for side in (sides.before, sides.after)]
    of = date_of(sides.after)
    if spans[0] is None or spans[1] is None or of is None:
        return []
    value = needed_moment(column(opened.scope, of))
    newest = opened.one(f"SELECT max({value.sql})::TIMESTAMP {opened.rows_of(opened.where())}")[0]
    start, end = spans[1].start, spans[1].end
    if newest is None or not start <= newest < end:
        return []
    until = moved(newest.replace(hour=0, minute=0, second=0, microsecond=0), "day", 1)
    if (until - start) / (end - start) >= REACHED:
        return []
    is_years = start.month == start.day == 1 and (end - start).days >= _YEAR_DAYS
    before_until = moved(until, "year", spans[0].start.year - start.year)
    if not is_years:
        before_until = spans[0].start + (until - start)
    parts = (
        between(of, spans[0].start, before_until),
        between(of, start, until),
    )
    halves = [_figures(opened, measures, (), part) for part in parts]
    old, new = (half.get((), (None,))[0] for half in halves)
    names = days_between(spans[0].start, before_until), days_between(start, until)
    named = Sides(*parts, *names)
    line = ((), 0, old, new, _change(old, new))
    params = {"period": sides.after_name, "until": f"{newest:%Y-%m-%d}"}
    told = _told(opened, query, phrased, named, line, 0, is_grouped=False)
    return [
        Fact(key="reading.same_part_too", params=params, weight=0.9),
        told.model_copy(update={"weight": 0.88}),
    ]


def _figures(
    opened: Opened, measures: tuple[Measure, ...], by: tuple[Group, ...], side: Condition
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    where = opened.reading.where
    both = side if where is None else All(parts=(where, side))
    reading = Reading(measures=measures, by=by, where=both)
    query = grouped(opened.scope, reading, opened.language)
    if not opened.count(query.where):
        return {} if by else {(): tuple(0 if m.agg in ("count", "sum") else None for m in measures)}
    width = len(by)
    shown = ", ".join(
        f"{group.shown.replace('{}', f'g{n}')}" for n, group in enumerate(query.groups)
    )
    values = ", ".join(f"m{n}" for n in range(len(measures)))
    wanted = f"{shown}, {values}" if shown else values
    rows = opened.all(f"SELECT {wanted} FROM ({query.every})")
    return {row[:width]: row[width:] for row in rows}


def _change(old: Any, new: Any) -> float | None:
    if old is None or new is None or not isinstance(old, int | float) or not old:
        return None
    return float(new) / float(old) - 1 if old > 0 else None


def _difference(old: Any, new: Any) -> float | None:
    return None if old is None or new is None else float(new) - float(old)


def _size(line: tuple[Any, ...]) -> float:
    return abs(_difference(line[2], line[3]) or 0.0)


def _percent(change: float | None) -> float | None:
    return None if change is None else 100 * change


def _percented(style: str, value: Any) -> Any:
    return 100 * value if style == "percent" and value is not None else value


def _all_told(
    opened: Opened,
    what: str,
    by: tuple[Group, ...],
    sides: Sides,
    lines: Sequence[tuple[Any, ...]],
) -> Fact:
    """Return a sentence with the change of every group, or of the first of many."""
    parts = []
    for key, _, _, new, change in lines[:WHOLE]:
        told = f"{change:+.2%}" if change is not None else written(new, opened.language)
        parts.append(f"{' · '.join(str(part) for part in key)} {told}")
    params: dict[str, Any] = {
        "what": what,
        "by": ", ".join(group_words(Group(of=group.of), opened.language) for group in by),
        "before": sides.before_name,
        "after": sides.after_name,
        "listed": ", ".join(parts),
        "count": len(lines),
        "shown": min(len(lines), WHOLE),
    }
    more = "_more" if len(lines) > WHOLE else ""
    return Fact(key=f"reading.compared_groups{more}", params=params, weight=1.0)


def _told(
    opened: Opened, query: Grouped, phrased: list[str], sides: Sides, line: tuple[Any, ...],
    place: int, *, is_grouped: bool,
) -> Fact:  # fmt: skip
    key, measure, old, new, change = line
    one = query.figures[measure]
    digits = MANY if is_grouped else ONE
    unit = one.shown_unit
    said = [
        written(_percented(one.style, v), opened.language, unit=unit, digits=digits)
        for v in (old, new)
    ]
    params: dict[str, Any] = {
        "what": phrased[measure], "before": sides.before_name, "after": sides.after_name,
        "old": said[0], "new": said[1], "change": change,
        "group": " · ".join(str(part) for part in key),
        "difference": written(_percented(one.style, abs(_difference(old, new) or 0.0)),
                              opened.language, unit="%p" if one.style == "percent" else unit,
                              digits=digits),
    }  # fmt: skip
    gap = _difference(old, new)
    if gap is None:
        verdict = "unknown"
    elif not gap:
        verdict = "same"
    else:
        verdict = "rose" if gap > 0 else "fell"
    by_points = one.style == "percent" or change is None
    ending = "_points" if by_points and verdict in ("rose", "fell") else ""
    head = "compared_group" if is_grouped else "compared"
    return Fact(key=f"reading.{head}_{verdict}{ending}", params=params, weight=1.0 - place * 0.03)

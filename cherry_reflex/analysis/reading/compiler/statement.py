"""One query for a reading: rows grouped and measured, or rows themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cherry_reflex.analysis.reading.compiler.conditions import Conditions
from cherry_reflex.analysis.reading.compiler.groups import Grouping, grouping, key_of
from cherry_reflex.analysis.reading.compiler.measures import Figure, figure
from cherry_reflex.analysis.reading.compiler.scope import Scope
from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.analysis.reading.words.headings import group_heading, measure_heading
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.condition import Condition
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import ByMeasure, Group, Measure, Order, Reading

_RATIOS = ("share", "growth")


@dataclass(frozen=True)
class Grouped:
    """A query over groups (or over all rows, as one). Its columns are the groups, then the
    figures, by their headings; `where` is the condition on rows, `every` the query without
    having, order and top, whose columns are `g0`, …, `m0`, …"""

    sql: str
    every: str
    where: str
    groups: tuple[Grouping, ...]
    figures: tuple[Figure, ...]
    headings: tuple[str, ...]
    having: str = ""

    @property
    def group_headings(self) -> tuple[str, ...]:
        """The headings of the groups."""
        return self.headings[: len(self.groups)]

    @property
    def figure_headings(self) -> tuple[str, ...]:
        """The headings of the figures."""
        return self.headings[len(self.groups) :]


def grouped(scope: Scope, reading: Reading, language: Language) -> Grouped:
    """Return the query of an aggregation; rows are counted where no measure is given.

    Raises BadInput of its parts, `reading_growth_needs_time`, `reading_measure_unknown`.
    """
    measures = reading.measures or (Measure(agg="count"),)
    where = Conditions(scope).where(reading.where)
    by = _with_per(reading)
    groups = tuple(grouping(scope, group, language, where) for group in by)
    figures = tuple(figure(scope, measure) for measure in measures)
    if not groups:
        figures = tuple(_of_the_whole(one, where) for one in figures)
        if any(one.agg == "share" and one.over == "share" for one in figures):
            where = ""
            figures = tuple(replace(one, over="") for one in figures)
    headings = apart(
        [
            *(group_heading(group, language) for group in by),
            *(
                measure_heading(measure, language, one.shown_unit)
                for measure, one in zip(measures, figures, strict=True)
            ),
        ]
    )
    every = _every(scope, where, groups, figures, reading.order)
    having = ""
    if reading.having is not None:
        results = {n: _result(n, one) for n, one in enumerate(figures)}
        having = Conditions(scope, results, "measured").where(reading.having)
    query = Grouped("", every, where, groups, figures, headings, having)
    return replace(query, sql=_told(scope, reading, query))


def _result(place: int, one: Figure) -> Typed:
    kind = "number" if one.over in _RATIOS or one.style == "percent" else one.kind
    return Typed(f"m{place}", kind, one.unit, f"m{place}")


def _with_per(reading: Reading) -> tuple[Group, ...]:
    """What the top n is taken within is a group too."""
    known = [group.of for group in reading.by]
    return (*(Group(of=one) for one in reading.per if one not in known), *reading.by)


def _of_the_whole(one: Figure, where: str) -> Figure:
    """Over all rows, a share is that of the rows that meet the conditions."""
    if one.over == "growth":
        raise BadInput("reading_growth_needs_time")
    if one.over == "rank":
        raise BadInput("reading_rank_needs_groups")
    if one.over == "cumulative_sum":
        return replace(one, over="")
    if one.over == "share":
        total = one.sql
        head, cast, _ = total.partition("::DOUBLE")
        part = f"{head} FILTER (WHERE {where}){cast}" if where else total
        return replace(one, sql=f"{part} / nullif({total}, 0)")
    return one


def _every(
    scope: Scope,
    where: str,
    groups: Sequence[Grouping],
    figures: Sequence[Figure],
    order: Order | None,
) -> str:
    """Return the query of all groups: totals of entities, then groups, then what is made of the
    results of all of them."""
    rows = f"{scope.source} WHERE {where}" if where else scope.source
    keys = [f"{one.key.sql} AS g{n}" for n, one in enumerate(groups)]
    names = [f"g{n}" for n in range(len(groups))]
    parts, direct, made = [], [], []
    for n, one in enumerate(figures):
        if one.entity:
            inner = ", ".join([*keys, f"{one.entity} AS entity", f"{one.inner} AS v"])
            parts.append(f"totals{n} AS (SELECT {inner} FROM {rows} GROUP BY ALL)")
            same = "".join(f" AND totals{n}.{g} = found.{g}" for g in names)
            made.append(f"(SELECT {one.sql} FROM totals{n} WHERE entity IS NOT NULL{same}) AS m{n}")
        else:
            direct.append(f"{one.sql} AS m{n}")
            made.append(f"{_over(n, one, groups, order)} AS m{n}")
    selected = ", ".join([*keys, *direct]) or "count(*) AS rows"
    flat = f"SELECT {selected} FROM {rows}"
    if groups:
        # HAVING would make the columns of a key groups of their own.
        present = " AND ".join(f"{name} IS NOT NULL" for name in names)
        flat = f"SELECT * FROM ({flat} GROUP BY ALL) WHERE {present}"
    if not parts and not any(one.over for one in figures):
        return flat
    parts.append(f"found AS ({flat})")
    return f"WITH {', '.join(parts)} SELECT {', '.join([*names, *made])} FROM found"


def _over(place: int, one: Figure, groups: Sequence[Grouping], order: Order | None) -> str:
    value = f"m{place}"
    match one.over:
        case "share":
            return f"{value} / nullif(sum({value}) OVER (), 0)"
        case "rank":
            is_ascending = order is not None and order.direction == "ascending"
            return f"rank() OVER (ORDER BY {value} {'ASC' if is_ascending else 'DESC'} NULLS LAST)"
        case "growth" | "cumulative_sum":
            times = [n for n, group in enumerate(groups) if group.is_ordered]
            if not times and one.over == "growth":
                raise BadInput("reading_growth_needs_time")
            time = times[0] if times else 0
            others = [f"g{n}" for n in range(len(groups)) if n != time]
            split = f"PARTITION BY {', '.join(others)} " if others else ""
            window = f"({split}ORDER BY g{time})"
            if one.over == "growth":
                return f"{value} / nullif(lag({value}) OVER {window}, 0) - 1"
            return f"sum({value}) OVER {window}"
        case _:
            return value


def _told(scope: Scope, reading: Reading, query: Grouped) -> str:
    """Return the query of what is shown: having, order, top, rank."""
    shown = [
        f"{group.shown.replace('{}', f'g{n}')} AS {ident(heading)}"
        for n, (group, heading) in enumerate(zip(query.groups, query.group_headings, strict=True))
    ]
    shown += [
        f"{f'100 * m{n}' if one.style == 'percent' else f'm{n}'} AS {ident(heading)}"
        for n, (one, heading) in enumerate(zip(query.figures, query.figure_headings, strict=True))
    ]
    sql = f"WITH measured AS ({query.every}) SELECT {', '.join(shown)} FROM measured"
    if query.having:
        sql += f" WHERE {query.having}"
    if not query.groups:
        return sql
    order = _ordered(scope, reading, query)
    return sql + _cut(reading, order, _within(scope, reading, query))


def _cut(reading: Reading, order: str, within: str) -> str:
    top, rank = reading.top, reading.rank
    if within and (top or rank):
        numbered = f"row_number() OVER (PARTITION BY {within} ORDER BY {order})"
        kept = f"{numbered} = {rank}" if rank else f"{numbered} <= {top}"
        return f" QUALIFY {kept} ORDER BY {within}, {order}"
    sql = f" ORDER BY {f'{within}, ' if within else ''}{order}" if order or within else ""
    if rank:
        return f"{sql} LIMIT 1 OFFSET {rank - 1}"
    return f"{sql} LIMIT {top}" if top else sql


def _within(scope: Scope, reading: Reading, query: Grouped) -> str:
    keys = [group.key.sql for group in query.groups]
    places = []
    for one in reading.per:
        key = next((g for g in query.groups if g.of == one), None)
        place = query.groups.index(key) if key else keys.index(key_of(scope, one).sql)
        places.append(f"g{place}")
    return ", ".join(places)


def _ordered(scope: Scope, reading: Reading, query: Grouped) -> str:
    """Groups with an order of their own come in it unless the reading orders otherwise, others by
    their first figure."""
    names = ", ".join(f"g{n}" for n in range(len(query.groups)))
    order = reading.order
    if order is None:
        cuts = reading.top is not None or reading.rank is not None
        if not cuts and all(group.is_ordered for group in query.groups):
            return names
        if not cuts and any(group.is_time for group in query.groups):
            first = next(n for n, group in enumerate(query.groups) if group.is_time)
            return f"g{first}, {names}"
        return f"m0 DESC NULLS LAST, {names}"
    way = "DESC" if order.direction == "descending" else "ASC"
    if isinstance(order.by, ByMeasure):
        if order.by.index >= len(query.figures):
            raise BadInput("reading_measure_unknown", place=order.by.index + 1)
        return f"m{order.by.index} {way} NULLS LAST, {names}"
    for n, group in enumerate(query.groups):
        if group.of == order.by or _is_same_column(group, order.by):
            return f"g{n} {way} NULLS LAST, {names}"
    raise BadInput("reading_order_unknown", column=key_of(scope, order.by).name)


def _is_same_column(group: Grouping, by: object) -> bool:
    return (
        isinstance(group.of, ColumnRef)
        and isinstance(by, ColumnRef)
        and group.of.name == by.name
        and not by.grain
    )


def counted_groups(query: Grouped, how: str, heading: str) -> str:
    """Return the query of how many groups meet `having`, or (`share_of_groups`) which share."""
    kept = f"FILTER (WHERE {query.having})" if query.having else ""
    value = f"count(*) {kept}"
    if how == "share_of_groups":
        value = f"100 * {value} / nullif(count(*), 0)"
    return f"WITH measured AS ({query.every}) SELECT {value} AS {ident(heading)} FROM measured"


def conditions_of(scope: Scope, condition: Condition | None) -> str:
    """Return a condition on rows as SQL, empty for none."""
    return Conditions(scope).where(condition)


def apart(names: Sequence[str], *taken: str) -> tuple[str, ...]:
    """Tell headings apart: SQL does not know upper from lower case."""
    known, found = {name.casefold() for name in taken}, []
    for name in names:
        shown, number = name or "–", 2
        while shown.casefold() in known:
            shown, number = f"{name} ({number})", number + 1
        known.add(shown.casefold())
        found.append(shown)
    return tuple(found)

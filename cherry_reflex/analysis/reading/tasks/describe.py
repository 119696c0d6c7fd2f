"""Statistics of columns: all of them, or those asked for; by groups too."""

from typing import Any

from cherry_reflex.analysis.reading.cells import Field, field_of, group_of, measured_columns, named
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.words.numbers import MANY, ONE, written
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.expression import ColumnRef, Expression

_COLUMNS_MAX = 200
_TOLD = 6
_NUMBERS = {
    "present": "count({0})",
    "missing": "count(*) - count({0})",
    "mean_of": "avg({0})",
    "deviation": "stddev_samp({0})",
    "minimum": "min({0})::DOUBLE",
    "quartile_1": "quantile_cont({0}, 0.25)",
    "median_of": "median({0})",
    "quartile_3": "quantile_cont({0}, 0.75)",
    "maximum": "max({0})::DOUBLE",
}
_OTHERS = {
    "present": "count({0})",
    "missing": "count(*) - count({0})",
    "distinct_of": "count(DISTINCT {0})",
    "minimum": "min({0})::VARCHAR",
    "maximum": "max({0})::VARCHAR",
    "frequent": "mode({0})::VARCHAR",
}


def run(opened: Opened) -> Outcome:
    """Compute the statistics."""
    where = opened.where()
    rows = opened.some_rows(where)
    columns: tuple[Expression, ...] = measured_columns(opened.reading) or tuple(
        ColumnRef(name=column.name) for column in opened.scope.main.columns[:_COLUMNS_MAX]
    )
    fields = [field_of(opened, one) for one in columns]
    groups = [group_of(opened, group, where) for group in opened.reading.by]
    numbers = [field for field in fields if field.is_number]
    others = [field for field in fields if not field.is_number]
    facts: list[Fact] = []
    artifacts = []
    code = ""
    for kind, parts, wanted in (("numbers", numbers, _NUMBERS), ("others", others, _OTHERS)):
        if not parts:
            continue
        found = (
            [row for f in parts for row in _described(opened, f, groups, where, wanted)]
            if groups
            else _all_at_once(opened, parts, where, wanted)
        )
        title = opened.source.text(f"reading.title_described_{kind}")
        heads = [heading("column", opened.tables), *(g.heading for g in groups)]
        heads += [heading(key, opened.tables) for key in wanted]
        content = [(head, [row[place] for row in found]) for place, head in enumerate(heads)]
        artifacts.append(table(opened.tables, title, content))
        facts += _told(opened, parts, found, kind, len(groups))
        code = code or _sql(opened, parts[0], groups, where, wanted)
    if not measured_columns(opened.reading):
        params = {"rows": rows, "columns": len(fields), "numbers": len(numbers)}
        facts.insert(0, Fact(key="reading.described_all", params=params, weight=1.1))
    facts += [] if opened.is_brief else opened.notes(where)
    return Outcome(facts=tuple(facts), artifacts=tuple(artifacts), code=code, code_language="sql")


def _sql(
    opened: Opened, field: Field, groups: list[Field], where: str, wanted: dict[str, str]
) -> str:
    keys = [group.sql for group in groups]
    values = [sql.format(f"({field.sql})") for sql in wanted.values()]
    apart = ", ".join(group.key for group in groups)
    order = f" GROUP BY {', '.join([*keys, apart])} ORDER BY {apart}" if groups else ""
    return f"SELECT {', '.join([*keys, *values])} {opened.rows_of(where)}{order}"


def _described(
    opened: Opened, field: Field, groups: list[Field], where: str, wanted: dict[str, str]
) -> list[tuple[Any, ...]]:
    rows = opened.all(_sql(opened, field, groups, where, wanted))
    return [(field.heading, *row) for row in rows]


def _all_at_once(
    opened: Opened, fields: list[Field], where: str, wanted: dict[str, str]
) -> list[tuple[Any, ...]]:
    """The same of many columns over all rows, in one query."""
    values = [sql.format(f"({field.sql})") for field in fields for sql in wanted.values()]
    row = opened.one(f"SELECT {', '.join(values)} {opened.rows_of(where)}")
    width = len(wanted)
    return [
        (field.heading, *row[place * width : (place + 1) * width])
        for place, field in enumerate(fields)
    ]


def _told(
    opened: Opened, fields: list[Field], found: list[tuple[Any, ...]], kind: str, groups: int
) -> list[Fact]:
    facts = []
    units = {field.heading: field.value.unit for field in fields}
    for place, row in enumerate(found[:_TOLD]):
        name = named(opened, row[: 1 + groups])
        keys = list(_NUMBERS if kind == "numbers" else _OTHERS)
        values = dict(zip(keys, row[1 + groups :], strict=True))
        params: dict[str, Any] = {"column": name, **values}
        digits = ONE if len(found) == 1 else MANY
        if kind == "numbers":
            unit = units[str(row[0])]
            for key in ("mean_of", "deviation", "minimum", "median_of", "maximum",
                        "quartile_1", "quartile_3"):  # fmt: skip
                params[f"{key}_shown"] = written(
                    values[key], opened.language, unit=unit, digits=digits
                )
        if not values["present"]:
            facts.append(Fact(key="reading.described_empty", params={"column": name}))
            continue
        facts.append(Fact(key=f"reading.described_{kind}", params=params, weight=1 - place * 0.03))
    return facts

"""Figures over all rows in a sentence, and what was left out of them."""

from typing import Any

from cherry_reflex.analysis.reading.answers.groups import Results
from cherry_reflex.analysis.reading.compiler.measures import Figure
from cherry_reflex.analysis.reading.compiler.statement import Grouped
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.words.headings import measure_words
from cherry_reflex.analysis.reading.words.numbers import ONE, as_plain, written
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Fact
from cherry_reflex.core.reading.reading import Measure


def told_overall(results: Results) -> list[Fact]:
    """Return the sentence with the figure asked for; several stand in one list."""
    opened, query = results.opened, results.query
    measures = opened.reading.measures or (Measure(agg="count"),)
    (row,) = results.found
    total = opened.scope.main.rows
    present = _present(opened, query, results.rows)
    if len(measures) > 1:
        parts = [
            f"{measure_words(measure, opened.language)} {shown(value, one, opened.language)}"
            for measure, value, one in zip(measures, row, query.figures, strict=True)
        ]
        values = {f"value_{n}": as_plain(value) for n, value in enumerate(row)}
        params: dict[str, Any] = {"figures": "; ".join(parts), "rows": results.rows, **values}
        return [Fact(key="reading.figures", params=params)]
    one, value = query.figures[0], row[0]
    if one.agg == "count" and one.of is None and measures[0].when is None:
        return [_counted(opened, int(value), total)]
    params = {
        "what": measure_words(measures[0], opened.language),
        "value": as_plain(value),
        "shown": shown(value, one, opened.language),
        "rows": present,
        "total": total,
    }
    if value is None:
        return [Fact(key="reading.figure_none", params=params)]
    is_part = opened.reading.where is not None and present != total and one.agg != "share"
    return [Fact(key="reading.figure_part" if is_part else "reading.figure", params=params)]


def _counted(opened: Opened, count: int, total: int) -> Fact:
    if opened.reading.where is None and not opened.reading.joins:
        return Fact(key="reading.count_all", params={"value": count})
    params = {"value": count, "total": total, "share": count / total if total else 0.0}
    if opened.reading.joins:
        return Fact(key="reading.count_joined", params=params)
    return Fact(key="reading.count_part", params=params)


def _present(opened: Opened, query: Grouped, rows: int) -> int:
    """The rows that a figure was computed from: those with a value."""
    of = query.figures[0].of
    if of is None or len(query.figures) > 1:
        return rows
    return opened.count(query.where, f"({of.sql}) IS NOT NULL")


def left_out(opened: Opened, query: Grouped) -> list[Fact]:
    """Return the facts of cells without a value that the figures, or the groups, are without."""
    measured = {
        one.of.sql: one.of
        for one in query.figures
        if one.of is not None and one.agg not in ("count", "count_distinct")
    }
    keys = [group.key.sql for group in query.groups]
    counts = opened.missing(query.where, [*measured, *keys])
    facts = []
    for of, missing in zip(measured.values(), counts, strict=False):
        key = "reading.not_numbers" if of.sql.startswith("TRY_CAST") else "reading.missing"
        params = {"column": of.name, "missing": missing}
        facts.append(Fact(key=key, params=params, weight=0.55))
    for heading, missing in zip(query.group_headings, counts[len(measured) :], strict=True):
        params = {"column": heading, "missing": missing}
        facts.append(Fact(key="reading.group_missing", params=params, weight=0.55))
    return [fact for fact in facts if fact.params["missing"]]


def shown(value: Any, one: Figure, language: Language, digits: int = ONE) -> str:
    """Return the value of a figure as people write it; parts of one come as percentages."""
    if one.style == "percent":
        return written(value, language, unit="%", digits=digits)
    return written(value, language, style=one.style, unit=one.unit, digits=digits)

"""Figures: overall, or by groups."""

from typing import Any

from cherry_reflex.analysis.reading.answers.figures import left_out, told_overall
from cherry_reflex.analysis.reading.answers.groups import Results, told_groups
from cherry_reflex.analysis.reading.charts.groups import chart_of
from cherry_reflex.analysis.reading.compiler.statement import Grouped, counted_groups, grouped
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.periods import unfinished
from cherry_reflex.analysis.reading.words.headings import shortened
from cherry_reflex.analysis.sql.measures import ADDITIVE
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Fact, Outcome


def run(opened: Opened) -> Outcome:
    """Compute the figures and tell them.

    Raises BadInput `filter_empty`, `rows_none` where no row is left to compute with.
    """
    reading = opened.reading
    query = grouped(opened.scope, reading, opened.language)
    only_counts = not query.groups and all(one.agg == "count" for one in query.figures)
    rows = opened.count(query.where) if only_counts else opened.some_rows(query.where)
    if reading.how in ("count_groups", "share_of_groups") and query.groups:
        return _groups_counted(opened, query)
    title = _title(opened, query)
    artifacts: list[ArtifactContent] = []
    table = opened.source.table(title, query.sql, chosen=_chosen(opened))
    found = opened.all("SELECT * FROM result")
    results = Results(opened, query, found, rows)
    facts = told_groups(results) if query.groups else told_overall(results)
    if not opened.is_brief:
        facts += [*left_out(opened, query), *opened.notes(query.where)]
        facts += _unfinished(opened, query)
        if query.groups and (drawn := chart_of(results, title)) is not None:
            artifacts.append(drawn)
    artifacts.insert(0, table)
    return Outcome(
        facts=tuple(facts), artifacts=tuple(artifacts), code=query.sql, code_language="sql"
    )


def _title(opened: Opened, query: Grouped) -> str:
    heading = shortened(", ".join(query.figure_headings))
    if not query.groups:
        return heading
    groups = ", ".join(query.group_headings)
    return shortened(opened.source.say("title.by", heading=heading, groups=groups))


def _chosen(opened: Opened) -> dict[str, Any]:
    """What the page names beside a table: roles that it has words for."""
    found = [measure.agg for measure in opened.reading.measures]
    return {"how": found[0]} if found and found[0] in ADDITIVE else {}


def _groups_counted(opened: Opened, query: Grouped) -> Outcome:
    how = opened.reading.how
    heading = opened.source.text(f"reading.how.{how}")
    sql = counted_groups(query, how, heading)
    table = opened.source.table(heading, sql)
    kept = counted_groups(query, "count_groups", "kept")
    count = int(opened.one(kept)[0])
    total = int(opened.one(f"SELECT count(*) FROM ({query.every})")[0])
    by = ", ".join(query.group_headings)
    params = {"count": count, "total": total, "by": by, "share": count / max(1, total)}
    key = "reading.groups_share" if how == "share_of_groups" else "reading.groups_counted"
    facts = (Fact(key=key, params=params), *opened.notes(query.where))
    return Outcome(facts=facts, artifacts=(table,), code=sql, code_language="sql")


def _unfinished(opened: Opened, query: Grouped) -> list[Fact]:
    """Totals of a last period that is not over yet look like a fall."""
    if not any(one.is_additive for one in query.figures):
        return []
    for group in query.groups:
        if group.is_time and (found := unfinished(opened, group, query.where)) is not None:
            return [found]
    return []

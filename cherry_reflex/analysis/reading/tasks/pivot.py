"""A measure crossed by two groups: one down, the other across."""

from typing import Any

from cherry_reflex.analysis.reading.answers.groups import Results, told_groups
from cherry_reflex.analysis.reading.charts.groups import chart_of
from cherry_reflex.analysis.reading.compiler.statement import apart, grouped
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.tasks import aggregate
from cherry_reflex.analysis.results.artifacts import table
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Outcome

_ACROSS_MAX = 100


def run(opened: Opened) -> Outcome:
    """Compute the cells and lay them out.

    Raises BadInput `groups_many` for too many columns.
    """
    reading = opened.reading
    if len(reading.by) < 2:
        return aggregate.run(opened)
    plain = reading.model_copy(update={"order": None, "top": None, "rank": None})
    query = grouped(opened.scope, plain, opened.language)
    rows = opened.some_rows(query.where)
    found = opened.all(query.sql)
    results = Results(opened, query, found, rows)
    facts = told_groups(results)
    if opened.is_brief:
        return Outcome(facts=tuple(facts))
    down = len(query.groups) - 1
    across = list(dict.fromkeys(row[down] for row in found))
    if query.groups[down].is_ordered or all(isinstance(name, str) for name in across):
        order = {row[0]: n for n, row in enumerate(opened.all(_keys(query.every, down)))}
        labels = opened.all(
            f"SELECT DISTINCT g{down}, {query.groups[down].shown.replace('{}', f'g{down}')} "
            f"FROM ({query.every})"
        )
        place = {label: order[key] for key, label in labels}
        across.sort(key=lambda name: place.get(name, 0))
    if len(across) > _ACROSS_MAX:
        head = query.group_headings[down]
        raise BadInput("groups_many", column=head, count=len(across), limit=_ACROSS_MAX)
    lines = list(dict.fromkeys(row[:down] for row in found))
    cells = {(row[:down], row[down]): row[down + 1] for row in found}
    heads = apart([*query.group_headings[:down], *(_shown(opened, name) for name in across)])
    columns: list[tuple[str, list[Any]]] = [
        (head, [line[n] for line in lines]) for n, head in enumerate(heads[:down])
    ]
    # Where no row is counted the count is nought; other figures are not known.
    empty = 0 if query.figures[0].agg == "count" else None
    columns += [
        (head, [cells.get((line, name), empty) for line in lines])
        for head, name in zip(heads[down:], across, strict=True)
    ]
    title = opened.source.say(
        "title.by", heading=query.figure_headings[0], groups=", ".join(query.group_headings)
    )
    made = [table(opened.tables, title, columns)]
    if (drawn := chart_of(results, title)) is not None and down == 1:
        made.append(drawn)
    facts += opened.notes(query.where)
    return Outcome(facts=tuple(facts), artifacts=tuple(made), code=query.sql, code_language="sql")


def _keys(every: str, down: int) -> str:
    return f"SELECT DISTINCT g{down} FROM ({every}) ORDER BY 1"


def _shown(opened: Opened, name: Any) -> str:
    if isinstance(name, bool):
        return opened.source.say(f"word.{'yes' if name else 'no'}")
    return str(name)

"""Which module does which task."""

from collections.abc import Callable

from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.tasks import (
    aggregate,
    columns,
    compare,
    describe,
    distribution,
    growth,
    normality,
    outliers,
    pivot,
    relation,
    rows,
    significance,
)
from cherry_reflex.analysis.reading.tasks.export import exported
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Outcome
from cherry_reflex.core.reading.reading import Reading, Task

_TASKS: dict[Task, Callable[[Opened], Outcome]] = {
    "aggregate": aggregate.run,
    "rows": rows.run,
    "lookup": rows.run,
    "join": rows.run,
    "export": rows.run,
    "describe": describe.run,
    "distribution": distribution.run,
    "schema": columns.schema,
    "missing": columns.missing,
    "relation": relation.run,
    "test": significance.run,
    "outliers": outliers.run,
    "normality": normality.run,
    "compare_periods": compare.run,
    "growth": growth.run,
    "pivot": pivot.run,
}

TASKS: frozenset[Task] = frozenset(_TASKS)
"""The tasks that are run here; the others are done by the operations of who does them."""


def run(opened: Opened) -> Outcome:
    """Do what the reading asks; with a file of the result where that is wished.

    Raises BadInput `reading_elsewhere` for tasks of others, and what the task raises.
    """
    reading = opened.reading
    kind = task_of(reading)
    outcome = _TASKS[kind](opened)
    if opened.is_brief or not (reading.export or reading.task == "export"):
        return outcome
    table = next((one for one in outcome.artifacts if one.kind == "table"), None)
    if table is None:
        return outcome
    fact, made = exported(opened, table)
    weight = 1.2 if reading.task == "export" else fact.weight
    fact = fact.model_copy(update={"weight": weight})
    facts = (fact, *outcome.facts) if reading.task == "export" else (*outcome.facts, fact)
    return outcome.model_copy(update={"facts": facts, "artifacts": (*outcome.artifacts, made)})


def task_of(reading: Reading) -> Task:
    """Return what is done: lists and joins that have measures are figures, growth without periods
    is a comparison. Raises BadInput `reading_elsewhere`."""
    task = reading.task
    if task not in _TASKS:
        raise BadInput("reading_elsewhere", task=task)
    if task in ("rows", "lookup", "join", "export") and reading.measures:
        return "aggregate"
    is_growth = any(measure.agg == "growth" for measure in reading.measures)
    if task == "aggregate" and is_growth and not reading.by:
        return "growth"
    return task

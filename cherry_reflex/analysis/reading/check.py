"""Whether a reading fits its tables, told before anything is read."""

import datetime as dt
from pathlib import Path

from cherry_reflex.analysis.reading.compiler.conditions import Conditions
from cherry_reflex.analysis.reading.compiler.expressions import compiled
from cherry_reflex.analysis.reading.compiler.groups import grouping
from cherry_reflex.analysis.reading.compiler.listing import listing
from cherry_reflex.analysis.reading.compiler.measures import figure
from cherry_reflex.analysis.reading.compiler.scope import Scope, Unprobed, tables_of
from cherry_reflex.analysis.reading.compiler.statement import grouped
from cherry_reflex.analysis.reading.run import TASKS, task_of
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.reading.reading import Reading

_FIGURES = ("aggregate", "pivot")
_TESTED = 2
"""So many columns at least are tested together."""
_LISTS = ("rows", "lookup", "join", "export")


def checked(reading: Reading, tables: Tables) -> None:
    """Compile a reading without its data.

    Raises BadInput `dataset_unknown`, `column_unknown`, `column_type`, `filter_value`,
    `reading_elsewhere` and the other codes of what does not fit.
    """
    for one in (reading, *reading.also):
        task = task_of(one)
        if task == "test" and len(one.columns) + len(one.by) + len(one.measures) < _TESTED:
            raise BadInput("reading_test_columns")
        datasets = tables_of(one, tables.datasets)
        scope = Scope(datasets, one.joins, dt.date.today(), Unprobed())
        if task in _FIGURES:
            grouped(scope, one, tables.language)
        elif task in _LISTS:
            listing(scope, one, tables.language)
        else:
            where = Conditions(scope).where(one.where)
            for group in one.by:
                grouping(scope, group, tables.language, where)
            for measure in one.measures:
                figure(scope, measure)
            for expression in one.columns:
                compiled(scope, expression)


def fits(reading: Reading, dataset: Dataset) -> bool:
    """Whether a reading of one table can be run: told before anything is read. What others do
    fits."""
    if reading.task not in TASKS:
        return True
    try:
        checked(reading, Tables(datasets=(dataset,), folder=Path()))
    except BadInput:
        return False
    return True

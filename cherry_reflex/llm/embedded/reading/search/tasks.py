"""Chooses what is done: aggregating unless words name another task."""

from collections.abc import Iterator
from typing import get_args

from cherry_reflex.core.reading.reading import Task
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.path import Path

RELATED = ("amount", "level", "rate")
"""Kinds of columns of which two alone may be asked to be related."""


def bind_task(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with each task that is named, and as an aggregation."""
    draft = draft.using(*path.concepts("task:export"))
    named = dict.fromkeys(path.tokens[p].detail for p in draft.free(path.places("task")))
    for task in named:
        if task not in get_args(Task):
            continue
        places = [p for p in path.places("task") if path.tokens[p].detail == task]
        yield draft.using(*places, weight=0.3, task=task)
    if draft.chart == "scatter":
        yield draft.using(weight=0.2, task="relation")
    if draft.chart in ("histogram", "box"):
        yield draft.using(weight=0.1, task="distribution")
    if not named and not path.places("agg") and not path.places("group"):
        columns = [path.kind_of(p) for p in path.places("measure")]
        if len(columns) == 2 and all(kind in RELATED for kind in columns):
            yield draft.using(weight=-1.2, task="relation")
    yield draft.using(weight=-1.0 if named else 0.0)

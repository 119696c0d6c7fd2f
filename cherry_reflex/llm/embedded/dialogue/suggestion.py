"""Questions worth asking about datasets: made of readings, by which they are answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.core.language import Language
from cherry_reflex.core.planner import Question
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Order, Reading
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded.reading.linked import ColumnView, TableView
from cherry_reflex.llm.embedded.reading.views import Views

GROUPS_MAX = 30
COLUMNS_EACH = 3
VARIETY = 0.7
ROWS_LEAST = 10
"""Fewer rows tell nothing of how columns are related, spread or different."""
ROWS_A_GROUP = 3
VALUES_LEAST = 10
"""Of fewer different values most may be equal, and none is an outlier then."""


@dataclass(frozen=True)
class Suggestion:
    """A question and what it asks for; None for one that leaves open what is to be found."""

    text: str
    reading: Reading | None = None


def suggestions(views: Views, question: Question, most: int) -> list[str]:
    """Return up to `most` questions, unlike each other and unlike what was asked before; those
    near to the question at hand first, if there is one."""
    import numpy as np

    found = list(dict.fromkeys(one.text for one in _all(views, question)))
    if not found:
        return []
    embedding = views.embedding
    vectors = embedding(found)
    worth = np.linspace(0.3, 0.0, len(found))
    if question.text.strip():
        worth = worth + vectors @ embedding([question.text])[0]
    asked = [turn.question for turn in question.history if turn.question.strip()]
    against = embedding(asked)
    chosen: list[int] = []
    while len(chosen) < min(most, len(found)):
        seen = np.vstack([against, vectors[chosen]])
        repeats = (vectors @ seen.T).max(axis=1) if len(seen) else np.zeros(len(found))
        score = worth - VARIETY * repeats
        score[chosen] = -np.inf
        chosen.append(int(np.argmax(score)))
    return [found[n] for n in chosen]


def suggested(views: Views, question: Question) -> Reading | None:
    """Return the reading of a question that is one of our own suggestions, word for word."""
    said = question.text.strip()
    return next((one.reading for one in _all(views, question) if one.text == said), None)


def another_total(views: Views, question: Question) -> str:
    """Return a question for totals of the second amount by the last group: not what comes to
    mind first. Empty where the data has nothing for it (rates are not added up)."""
    for dataset in question.datasets:
        view = views.of(dataset)
        amounts, groups = _of_kind(view, "amount"), _groups(view)
        if amounts and groups:
            names = {"measure": amounts[:2][-1].name, "group": groups[-1].name}
            return text("embedded.suggest.total", question.language, **names)
    return ""


def _all(views: Views, question: Question) -> Iterator[Suggestion]:
    for dataset in question.datasets:
        yield from _of(views.of(dataset), question.language)


def _of(view: TableView, language: Language) -> Iterator[Suggestion]:
    """Yield candidates, the most generally useful first. Rates and levels are not added up."""
    amounts, levels = _of_kind(view, "amount"), _of_kind(view, "level", "rate")
    measures = [*amounts, *levels][:COLUMNS_EACH]
    groups = _groups(view)
    dates = [c for c in view.columns if c.column.type in ("date", "datetime")]

    def ask(key: str, task: str, told: dict[str, ColumnView], **parts: Any) -> Suggestion:
        names = {slot: column.name for slot, column in told.items()}
        reading = Reading.model_validate({"task": task, "dataset": view.dataset.name, **parts})
        return Suggestion(text(f"embedded.suggest.{key}", language, **names), reading)

    def trend(measure: ColumnView) -> Suggestion:
        agg = "sum" if measure in amounts else "mean"
        month = Group(of=ColumnRef(name=dates[0].name, grain="month"))
        measured = (Measure(agg=agg, of=_ref(measure)),)
        told = {"measure": measure}
        return ask(f"trend_{agg}", "aggregate", told, measures=measured, by=(month,), chart="line")

    yield Suggestion(text("embedded.suggest.analyse", language))
    for measure, group in _pairs(measures, groups):
        by = (Group(of=_ref(group)),)
        told = {"measure": measure, "group": group}
        if measure in amounts:
            total = (Measure(agg="sum", of=_ref(measure)),)
            yield ask("total", "aggregate", told, measures=total, by=by, order=Order())
        if dates:
            yield trend(measure)
        if measure.name != group.name and _has_rows(view, group):
            yield ask("compare", "test", told, columns=(_ref(measure), _ref(group)))
        mean = (Measure(agg="mean", of=_ref(measure)),)
        yield ask("rank", "aggregate", told, measures=mean, by=by, order=Order(), top=1)
    for measure, other in _pairs(measures, measures):
        if measure is not other and view.dataset.rows >= ROWS_LEAST:
            told = {"measure": measure, "other": other}
            yield ask("relation", "relation", told, columns=(_ref(measure), _ref(other)))
    for measure in measures:
        told = {"measure": measure}
        outliers = Reading(task="outliers", dataset=view.dataset.name, columns=(_ref(measure),))
        columns, also = (_ref(measure),), (outliers,)
        if measure.column.distinct >= VALUES_LEAST and view.dataset.rows >= ROWS_LEAST:
            yield ask("distribution", "distribution", told, columns=columns, also=also)
        if dates:
            yield trend(measure)
    missing = next((c for c in view.columns if c.column.missing), None)
    if missing is not None:
        yield ask("missing", "missing", {"column": missing}, columns=(_ref(missing),))
    for group, other in _pairs(groups, groups):
        if group is not other and _has_rows(view, group) and _has_rows(view, other):
            told = {"group": group, "other": other}
            yield ask("cross", "test", told, columns=(_ref(group), _ref(other)))
            break


def _has_rows(view: TableView, group: ColumnView) -> bool:
    """Whether groups have rows enough to be compared."""
    return view.dataset.rows >= max(ROWS_LEAST, ROWS_A_GROUP * group.column.distinct)


def _ref(column: ColumnView) -> ColumnRef:
    return ColumnRef(name=column.name)


def _of_kind(view: TableView, *kinds: str) -> list[ColumnView]:
    found = [c for c in view.columns if c.kind in kinds and c.column.type in ("number", "integer")]
    found.sort(key=lambda c: (c.column.type != "number", -c.column.distinct))
    return found[:COLUMNS_EACH]


def _groups(view: TableView) -> list[ColumnView]:
    return [
        c
        for c in view.columns
        if c.column.type in ("category", "boolean", "text") and 2 <= c.column.distinct <= GROUPS_MAX
    ][:COLUMNS_EACH]


def _pairs(
    ones: Sequence[ColumnView], others: Sequence[ColumnView]
) -> Iterator[tuple[ColumnView, ColumnView]]:
    """Yield pairs along the diagonals, so that each column comes early once."""
    for shift in range(max(len(ones), len(others), 1)):
        for n, one in enumerate(ones):
            if n + shift < len(others):
                yield one, others[n + shift]

"""Steps for what a reading names and an operation does: forecasts, cohorts, NPS, Pareto …"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Operation, Tables
from cherry_reflex.core.plan import Step
from cherry_reflex.core.planner import Question
from cherry_reflex.core.reading.condition import (
    All,
    Between,
    Comparison,
    Membership,
    Not,
    TextMatch,
)
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Reading, Task
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.llm.arguments import checked
from cherry_reflex.llm.embedded.arguments.choice import variants
from cherry_reflex.llm.embedded.arguments.filling import Filler
from cherry_reflex.llm.embedded.arguments.slot import slots_of
from cherry_reflex.llm.embedded.reading.column_kind import OWN
from cherry_reflex.llm.embedded.reading.linked import TableView
from cherry_reflex.llm.embedded.reading.views import Views


@dataclass(frozen=True)
class Doer:
    """Who does a task: the worker, its operation, and which of its arguments the columns of a
    reading are: what is measured, what it is grouped by, what is listed, dates, and who did what
    is counted."""

    worker: str
    kind: type[Operation]
    measure: str = ""
    group: str = ""
    listed: str = ""
    date: str = ""
    who: str = ""


@cache
def doers() -> Mapping[Task, Doer]:
    """Return who does the tasks that no query answers."""
    from cherry_reflex.analysis.business.cohort import CohortRetention
    from cherry_reflex.analysis.business.contribution import Contribution
    from cherry_reflex.analysis.business.funnel import Funnel
    from cherry_reflex.analysis.business.nps import NetPromoterScore
    from cherry_reflex.analysis.business.pareto import Pareto
    from cherry_reflex.analysis.business.rfm import RfmSegments
    from cherry_reflex.analysis.forecast.anomalies import Anomalies
    from cherry_reflex.analysis.forecast.forecast import Forecast
    from cherry_reflex.analysis.statistics.ab_test import AbTest
    from cherry_reflex.analysis.statistics.survival import Survival
    from cherry_reflex.analysis.texts.top_words import TopWords

    series = "mcp:time_series_forecasting/"
    statistics = "mcp:statistical_analysis/"
    return {
        "contribution": Doer("a2a:pandas", Contribution, measure="measure", group="group_by"),
        "cohort": Doer("a2a:pandas", CohortRetention, listed="entity", date="date", who="entity"),
        "rfm": Doer("a2a:pandas", RfmSegments, measure="amount", date="date", who="customer"),
        "funnel": Doer("a2a:pandas", Funnel, listed="stage", group="stage"),
        "pareto": Doer("a2a:pandas", Pareto, measure="measure", group="group_by"),
        "nps": Doer("a2a:pandas", NetPromoterScore, measure="score", listed="score",
                    group="group_by"),
        "words": Doer("a2a:eda", TopWords, listed="column"),
        "forecast": Doer(f"{series}forecast", Forecast, measure="value", date="date"),
        "anomalies": Doer(f"{series}anomalies", Anomalies, measure="value", date="date"),
        "ab_test": Doer(f"{statistics}ab_test", AbTest, measure="outcome", group="variant"),
        "survival": Doer(f"{statistics}survival", Survival, group="group_by"),
    }  # fmt: skip


def named_step(
    question: Question, reading: Reading, workers: Sequence[str], views: Views
) -> Step | None:
    """Return the step that does what a reading names; None where nobody does, or where the data
    have nothing for it, or where a condition of the reading would be lost."""
    doer = doers().get(reading.task)
    dataset = _dataset(reading, question.datasets)
    filters = filters_of(reading)
    if doer is None or doer.worker not in workers or dataset is None or filters is None:
        return None
    if reading.joins or ("filters" not in doer.kind.model_fields and filters):
        return None
    told = {**arguments_of(reading, doer, dataset), "dataset": dataset.name}
    if "filters" in doer.kind.model_fields:
        told["filters"] = filters
    filler = Filler(views.embedding, question.text, question.language, (dataset,))
    usual = _usual(doer, views.of(dataset), is_measured=bool(reading.measures))
    made = next(_fitting(doer, filler, told, usual, dataset), None)
    if made is None:
        return None
    arguments: dict[str, Any] = made.model_dump(mode="json", exclude_defaults=True)
    if doer.worker.startswith("a2a:"):
        arguments = {OPERATION: doer.kind.name, **arguments}
    else:
        schema = doer.kind.model_json_schema()
        arguments = checked(arguments, schema, question.datasets)
    return Step(
        id="s1",
        worker=doer.worker,
        request=question.text.strip().replace("\n", " "),
        arguments=arguments,
        datasets=(dataset.name,) if len(question.datasets) > 1 else (),
    )


def lacking(question: Question, reading: Reading, views: Views) -> str:
    """Return the argument for which neither the reading nor the words name a column, so that what
    the reading names cannot be done; empty where that is not why."""
    doer, dataset = doers().get(reading.task), _dataset(reading, question.datasets)
    if doer is None or dataset is None:
        return ""
    usual = _usual(doer, views.of(dataset), is_measured=bool(reading.measures))
    filler = Filler(views.embedding, question.text, question.language, (dataset,))
    settled = {*usual, *arguments_of(reading, doer, dataset)}
    try:
        found = next(variants(doer.kind, filler, 0, settled))
    except BadInput as error:
        return str(error.params.get("name", ""))
    named = [slot.name for slot in slots_of(doer.kind.model_json_schema()) if slot.is_named]
    return next((name for name in named if name not in settled and name not in found), "")


def arguments_of(reading: Reading, doer: Doer, dataset: Dataset) -> dict[str, Any]:
    """Return the arguments that the reading itself says."""
    found: dict[str, Any] = {}
    groups = [g.of.name for g in reading.by if isinstance(g.of, ColumnRef)]
    listed = [one.name for one in reading.columns if isinstance(one, ColumnRef)]
    measured = [m.of.name for m in reading.measures if isinstance(m.of, ColumnRef)]
    dates = [name for name in (*groups, *listed) if _type(name, dataset) in TEMPORAL]
    if doer.date and dates:
        found[doer.date] = dates[0]
    plain = [name for name in (*groups, *listed) if name not in dates]
    if doer.group and plain:
        found[doer.group] = plain[0]
    names = listed if doer.group and doer.group != doer.listed else [*listed, *groups]
    if doer.listed and names:
        found[doer.listed] = next((name for name in names if name not in dates), names[0])
    if doer.measure and measured:
        found[doer.measure] = measured[0]
    elif doer.measure:
        numbers = [name for name in listed if _type(name, dataset) in NUMERIC]
        found |= {doer.measure: numbers[0]} if numbers else {}
    if reading.horizon is not None and "horizon" in doer.kind.model_fields:
        found["horizon"] = reading.horizon.count
        found["frequency"] = reading.horizon.unit
    return found


def _usual(doer: Doer, view: TableView, *, is_measured: bool) -> dict[str, str]:
    """Return the first column of amounts, for operations that would count rows without one, and
    the first one that tells who did something, often more than once."""
    found = {}
    amounts = [one.name for one in view.columns if one.kind == "amount"]
    named = [slot.name for slot in slots_of(doer.kind.model_json_schema()) if slot.is_named]
    is_clear = doer.measure not in named or len(amounts) == 1
    if doer.measure in ("measure", "value", "amount") and amounts and is_clear and not is_measured:
        found[doer.measure] = amounts[0]
    ids = [one for one in view.columns if one.kind == "identifier"]
    known = [one.name for one in ids if one.column.distinct < OWN * view.dataset.rows]
    if doer.who and known:
        found[doer.who] = known[0]
    return found


def filters_of(reading: Reading) -> list[dict[str, Any]] | None:
    """Return the conditions of a reading as filters that operations know; None where one of them
    cannot be said so."""
    where = reading.where
    parts = where.parts if isinstance(where, All) else () if where is None else (where,)
    found = [_filter(part) for part in parts]
    return None if any(one is None for one in found) else [one for one in found if one is not None]


def _filter(condition: object) -> dict[str, Any] | None:
    match condition:
        case Comparison(
            left=ColumnRef(name=name, grain=""),
            op=op,
            right=bool() | int() | float() | str() as value,
        ):
            return {"column": name, "op": op, "value": value}
        case Comparison(
            left=ColumnRef(name=name, grain="year" | "month_of_year" as grain),
            op="=",
            right=int() | float() | str() as value,
        ):
            part = "year" if grain == "year" else "month"
            return {"column": name, "op": part, "value": value}
        case Membership(of=ColumnRef(name=name, grain=""), values=values):
            return {"column": name, "op": "in", "value": list(values)}
        case Between(of=ColumnRef(name=name, grain=""), low=low, high=high):
            return {"column": name, "op": "between", "value": [low, high]}
        case TextMatch(of=ColumnRef(name=name, grain=""), how="contains", text=text):
            return {"column": name, "op": "contains", "value": text}
        case Not(part=part):
            made = _filter(part)
            return {**made, "op": "!="} if made is not None and made["op"] == "=" else None
        case _:
            return None


def _fitting(
    doer: Doer,
    filler: Filler,
    told: Mapping[str, Any],
    usual: Mapping[str, Any],
    dataset: Dataset,
) -> Iterator[Operation]:
    """Yield operations that fit the data: what the reading says, then what the words say, and
    what is usual where neither says anything."""
    tables = Tables(datasets=(dataset,), folder=Path())
    taken = {value for value in told.values() if isinstance(value, str)}
    # What is usual is taken only for what the words leave open.
    for settled in (told.keys(), told.keys() | usual.keys()):
        try:
            for known in variants(doer.kind, filler, 0, settled):
                free = {k: v for k, v in known.items() if not isinstance(v, str) or v not in taken}
                try:
                    made = doer.kind.model_validate({**usual, **free, **told})
                    made.check(tables)
                except (ValidationError, BadInput):
                    continue
                yield made
        except BadInput:
            continue


def _dataset(reading: Reading, datasets: Sequence[Dataset]) -> Dataset | None:
    if not reading.dataset:
        return datasets[0] if datasets else None
    return next((d for d in datasets if reading.dataset in (d.name, d.id)), None)


def _type(name: str, dataset: Dataset) -> str:
    column = dataset.column(name)
    return column.type if column is not None else ""

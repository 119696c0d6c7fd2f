"""What is done with the readings of a question: answered, guessed, asked, or left to others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from cherry_reflex.analysis.reading.query import SURE, Query, written
from cherry_reflex.analysis.reading.run import TASKS
from cherry_reflex.analysis.reading.words.sentence import difference, sentence
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.plan import Step
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.core.worker import Turn
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded.reading.proposal import Judged, Readings

GUESSED = 0.35
"""From this probability on a reading is run and called a guess; below it the person is asked."""
ALTERNATIVES = 2
OFFERED = 3
OFFERED_LEAST = 0.03
"""Least probability of a reading that is offered."""


@dataclass(frozen=True)
class Earlier:
    """What the turn before was read as. `is_confirmed` says that it was sure, or chosen by the
    person: only such a reading is changed by a follow-up."""

    reading: Reading
    is_confirmed: bool


def earlier(history: Sequence[Turn]) -> Earlier | None:
    """Return the reading of the last turn that had steps; None where that was something else."""
    turn = next((turn for turn in reversed(history) if turn.steps), None)
    for step in turn.steps if turn is not None else ():
        arguments = step.get("arguments") or {}
        if arguments.get(OPERATION) != Query.name:
            continue
        try:
            query = Query.model_validate({k: v for k, v in arguments.items() if k != OPERATION})
        except ValidationError:
            continue
        return Earlier(query.reading, query.band != "guess")
    return None


def runnable(readings: Readings) -> tuple[Judged, ...]:
    """Return the readings that a query answers."""
    return tuple(one for one in readings.best if one.reading.task in TASKS)


def step_of(
    question: Question, best: Judged, others: Sequence[Judged], worker: str, number: int = 1
) -> Step:
    """Return the step that answers by a reading; a guess comes with alternatives."""
    is_guess = best.probability < SURE
    alternatives = [one.reading for one in others if one.reading != best.reading]
    arguments: dict[str, Any] = {
        OPERATION: Query.name,
        "reading": written(best.reading),
        "probability": round(best.probability, 4),
        "unused": list(best.unused),
        "words": dict(best.words),
    }
    if is_guess:
        arguments["alternatives"] = [written(one) for one in alternatives[:ALTERNATIVES]]
    meant = _dataset(best.reading, question.datasets)
    if meant is not None:
        arguments["dataset"] = meant.name
    return Step(
        id=f"s{number}",
        worker=worker,
        request=question.text.strip().replace("\n", " "),
        arguments=arguments,
        reason=sentence(best.reading, question.datasets, question.language).replace("**", ""),
        datasets=_named(best.reading, meant) if len(question.datasets) > 1 else (),
    )


def _named(reading: Reading, meant: Dataset | None) -> tuple[str, ...]:
    """Return the names of the tables that a reading needs."""
    return (meant.name, *(join.dataset for join in reading.joins)) if meant is not None else ()


def ask_of(
    question: Question, readings: Iterable[Judged], others: Mapping[str, str] = MappingProxyType({})
) -> Ask | None:
    """Return the question which of these readings is meant, or who else (`others`: who -> the
    option in words); None where no reading is worth offering."""
    offered: list[Judged] = []
    told: list[str] = []
    for one in readings:
        said = sentence(one.reading, question.datasets, question.language)
        if said not in told and (one.probability >= OFFERED_LEAST or not offered):
            offered.append(one)
            told.append(said)
    if not offered:
        return None
    offered = offered[: OFFERED - len(others)]
    words: dict[str, str] = {}
    for one in offered:
        words.update(one.words)
    return Ask(
        prompt=text("embedded.which_reading", question.language),
        options=(
            *_options([one.reading for one in offered], question.datasets, question.language),
            *others.values(),
        ),
        choices=tuple(one.reading for one in offered),
        workers=tuple(others),
        words=words,
    )


def _options(
    readings: Sequence[Reading], datasets: Sequence[Dataset], language: Language
) -> tuple[str, ...]:
    """Return the sentences of readings, what differs from the first one in bold."""
    first, *others = readings
    if not others:
        return (sentence(first, datasets, language),)
    told = [difference(first, other, datasets, language) for other in others]
    return (told[0][0], *(pair[1] for pair in told))


def _dataset(reading: Reading, datasets: Sequence[Dataset]) -> Dataset | None:
    if not reading.dataset:
        return None
    return next((d for d in datasets if reading.dataset in (d.name, d.id)), None)

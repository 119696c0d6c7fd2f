"""Sure readings are answered, likely ones guessed with alternatives, others offered."""

from typing import Any

import pytest

from cherry_reflex.analysis.reading.query import Query
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.planner import Question
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Reading
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.core.worker import Turn
from cherry_reflex.llm.embedded.reading.answers import ask_of, earlier, runnable, step_of
from cherry_reflex.llm.embedded.reading.proposal import Judged, Readings

WORKER = "a2a:analyst"
FLIGHTS = Dataset(
    id="d1",
    name="flights",
    rows=9,
    columns=(
        Column(name="dep_delay", type="number", dtype="DOUBLE"),
        Column(name="arr_delay", type="number", dtype="DOUBLE"),
        Column(name="carrier", type="category", dtype="VARCHAR", distinct=3),
    ),
)


def delay(column: str, **more: Any) -> Reading:
    measure = Measure(agg="mean", of=ColumnRef(name=column))
    by = (Group(of=ColumnRef(name="carrier")),)
    return Reading.model_validate({"dataset": "flights", "measures": (measure,), "by": by, **more})


DEPARTURE, ARRIVAL = delay("dep_delay"), delay("arr_delay")
ASKED = Question(text="how late is each\ncarrier", language=ENGLISH, datasets=(FLIGHTS,))


def asked_of(step: Any) -> Query:
    arguments = dict(step.arguments)
    assert arguments.pop(OPERATION) == Query.name
    return Query.model_validate(arguments)


def test_a_sure_reading_is_run_alone() -> None:
    step = step_of(ASKED, Judged(DEPARTURE, 0.9), [Judged(ARRIVAL, 0.05)], WORKER)
    query = asked_of(step)
    assert (query.reading, query.alternatives, query.band) == (DEPARTURE, (), "sure")
    assert step.request == "how late is each carrier" and "dep_delay" in step.reason


def test_a_guess_comes_with_two_alternatives_and_what_it_did_not_use() -> None:
    best = Judged(DEPARTURE, 0.5, ("late",), {"late": "dep_delay"})
    others = [Judged(ARRIVAL, 0.3), Judged(DEPARTURE, 0.1), Judged(delay("arr_delay", top=1), 0.05)]
    query = asked_of(step_of(ASKED, best, others, WORKER))
    assert query.band == "guess" and query.unused == ("late",)
    assert query.alternatives == (ARRIVAL, delay("arr_delay", top=1))
    assert query.words == {"late": "dep_delay"}


@pytest.mark.parametrize("language", [ENGLISH, KOREAN])
def test_readings_are_offered_with_their_difference_in_bold(language: Any) -> None:
    question = ASKED.model_copy(update={"language": language})
    found = Readings((Judged(DEPARTURE, 0.3), Judged(ARRIVAL, 0.2), Judged(ARRIVAL, 0.1)))
    ask = ask_of(question, found.best)
    assert ask is not None and ask.choices == (DEPARTURE, ARRIVAL)
    first, second = ask.options
    assert "**" in first and "dep_delay" in first and "arr_delay" in second
    assert "**carrier**" not in first


def test_what_others_do_is_no_query() -> None:
    forecast = Judged(Reading(task="forecast"), 0.3)
    assert runnable(Readings((forecast, Judged(ARRIVAL, 0.1)))) == (Judged(ARRIVAL, 0.1),)


@pytest.mark.parametrize(("probability", "is_confirmed"), [(0.9, True), (0.5, False), (1, True)])
def test_only_what_was_sure_or_chosen_is_confirmed(probability: float, is_confirmed: bool) -> None:
    step = step_of(ASKED, Judged(DEPARTURE, probability), (), WORKER)
    history = (
        Turn(question="hi"),
        Turn(question="how late", steps=(step.model_dump(mode="json"),)),
        Turn(question="thanks"),
    )
    before = earlier(history)
    assert before is not None
    assert (before.reading, before.is_confirmed) == (DEPARTURE, is_confirmed)


def test_other_work_is_no_reading() -> None:
    turn = Turn(
        question="draw", steps=({"worker": "a2a:x", "arguments": {"a": 1}}, {"worker": "y"})
    )
    assert earlier((turn,)) is None and earlier(()) is None

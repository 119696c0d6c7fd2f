"""A plan from readings: who answers a question that a reading says, or what is asked back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from cherry_reflex.analysis.reading.query import SURE, Query
from cherry_reflex.analysis.reading.run import TASKS
from cherry_reflex.analysis.reading.words.sentence import plain_sentence
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.reading.reading import Reading, Task
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.i18n.catalogue import has, text
from cherry_reflex.llm.embedded.dialogue.context import Understood
from cherry_reflex.llm.embedded.dialogue.suggestion import suggested
from cherry_reflex.llm.embedded.dialogue.wording import title_of
from cherry_reflex.llm.embedded.named_steps import doers, lacking, named_step
from cherry_reflex.llm.embedded.reading.answers import (
    GUESSED,
    ask_of,
    earlier,
    runnable,
    step_of,
)
from cherry_reflex.llm.embedded.reading.proposal import Judged, Readings
from cherry_reflex.llm.embedded.reading.reader import Reader
from cherry_reflex.llm.embedded.reading.views import Views
from cherry_reflex.llm.embedded.routing.fitting import READERS
from cherry_reflex.llm.embedded.routing.router import Router, is_broad
from cherry_reflex.llm.embedded.routing.specialist import Specialist, specialist_of

ANSWERS, DRAWS = READERS
NOT_SURE, NOT_GUESSED = SURE - 0.01, GUESSED - 0.01
"""The most that is trusted of a follow-up to what was not read, or was only guessed."""
SAME: Mapping[Task, tuple[str, ...]] = {
    "normality": ("mcp:statistical_analysis/test_normality",),
    "relation": ("mcp:statistical_analysis/correlate_two",),
    "test": (
        "mcp:statistical_analysis/compare_two_groups",
        "mcp:statistical_analysis/compare_groups",
        "mcp:statistical_analysis/test_independence",
    ),
    "describe": ("mcp:statistical_analysis/describe_numbers",),
}
"""Tasks that a query does, and those of our tools that do nothing else."""
OFFERED_OF_EACH = 2
OFFERED = 0.1
"""Least probability of a specialist who is offered."""


class ReadingPlan:
    """Plans over the readings of a question."""

    def __init__(self, views: Views, reader: Reader, weights: Mapping[str, float]) -> None:
        """`weights` tell whether a specialist is meant instead (`routing.specialist`)."""
        self._views = views
        self._weights = weights
        self._embedding = views.embedding
        self._reader = reader

    def load(self) -> None:
        """Compute what every question is compared with, or read it where it is kept."""
        self._reader.load()

    def plan(
        self, question: Question, understood: Understood, router: Callable[[], Router]
    ) -> Iterator[str | Plan | Ask] | None:
        """Return words and a plan, or a question back; None where the request is for others: it is
        broad, or asks for what no reading runs. `router` gives those of the roster."""
        team = router()
        refs = [worker.ref for worker in team.workers]
        if ANSWERS not in refs:
            return None
        if question.chosen is not None:
            return self._confirmed(question, question.chosen, refs)
        readings = self.read(question, understood)
        if is_broad(self._embedding, question.text) and not _is_named(readings):
            return None
        other = specialist_of(team, understood.text, readings, self._weights)
        best = readings.best[0] if readings.best else None
        if best is None:
            return None
        if other is not None and other.worker.ref in SAME.get(best.reading.task, ()):
            other = None  # The reading does the same, and says how sure its columns are.
        is_named = best.reading.task not in TASKS
        # A specialist would leave the conditions out, and nobody would see that.
        is_lost = is_named and best.probability >= GUESSED and best.reading.where is not None
        is_told = best.probability == 1  # What is suggested says itself how it is answered.
        if other is not None and other.probability >= SURE and not (is_lost or is_told):
            return self._by(other, question, readings, refs)
        if is_named:
            step = named_step(question, best.reading, refs, self._views)
            # What its answer says has no place for a guess.
            if step is not None and max(best.probability, _of(step, other)) >= SURE:
                return _said(question, step)
            if step is None and best.probability >= GUESSED:
                name = lacking(question, best.reading, self._views)
                if has(f"embedded.lacks.{name}"):
                    return iter([_lacks(question, best.reading, name)])
        elif best.probability >= max(GUESSED, other.probability if other is not None else 0.0):
            wished = DRAWS if best.reading.chart and DRAWS in refs else ANSWERS
            others = [one for one in runnable(readings) if one is not best]
            return _said(question, step_of(question, best, others, wished))
        ask = self._asked(question, readings, other, team)
        return iter([ask]) if ask is not None else None

    def _by(
        self, other: Specialist, question: Question, readings: Readings, refs: Sequence[str]
    ) -> Iterator[str | Plan | Ask] | None:
        """Return the plan for a specialist, with the columns of the reading that names its work,
        where one does; None where it finds them itself."""
        for one in readings.best:
            step = named_step(question, one.reading, refs, self._views)
            if step is not None and step.worker == other.worker.ref:
                return _said(question, step)
        return None

    def _confirmed(
        self, question: Question, reading: Reading, refs: Sequence[str]
    ) -> Iterator[str | Plan | Ask] | None:
        """Return the plan for the reading that the person has chosen."""
        if reading.task in TASKS:
            return iter([Plan(steps=(step_of(question, Judged(reading, 1.0), (), ANSWERS),))])
        step = named_step(question, reading, refs, self._views)
        return iter([Plan(steps=(step,))]) if step is not None else None

    def query(self, question: Question, understood: Understood) -> Query | None:
        """Return the operation that answers what one worker alone is asked: a guess, called so,
        where it is not sure, since a worker has nobody to ask. None where the request leaves open
        what is to be found, or asks for what no reading runs."""
        if not question.datasets or is_broad(self._embedding, question.text):
            return None
        readings = self.read(question, understood)
        if not readings.best or readings.best[0].reading.task not in TASKS:
            return None
        best, *others = readings.best
        arguments = step_of(question, best, others, ANSWERS).arguments or {}
        del arguments[OPERATION]
        return Query.model_validate(arguments)

    def read(self, question: Question, understood: Understood) -> Readings:
        """Return the readings of a question: of a follow-up, those that change what was confirmed
        before. What was only guessed is not built on: then the person is asked."""
        if (own := suggested(self._views, question)) is not None:
            return Readings((Judged(own, 1.0),))
        if understood.before is None:
            return self._read(question.text, question)
        before = earlier(question.history)
        if before is None:
            # Words that lean on what no reading says are not sure of what they mean.
            return _at_most(NOT_SURE, self._read(understood.latest, question))
        changed = self._read(understood.latest, question, before.reading)
        if before.is_confirmed:
            return changed
        alone = self._read(understood.latest, question)
        if alone.best and alone.best[0].probability >= SURE and alone.best[0].reading.measures:
            return alone  # It says itself what is to be found.
        both: dict[Reading, Judged] = {}
        for one in (*changed.best[:OFFERED_OF_EACH], *alone.best[:OFFERED_OF_EACH]):
            both.setdefault(one.reading, one)
        return _at_most(NOT_GUESSED, Readings(tuple(both.values())))

    def _read(self, text: str, question: Question, before: Reading | None = None) -> Readings:
        return self._reader.read(text, question.language, question.datasets, before)

    def _asked(
        self, question: Question, readings: Readings, other: Specialist | None, team: Router
    ) -> Ask | None:
        """Return the question what is meant: one of the readings that are done as they are, by a
        query or by what they name, or the work of a specialist."""
        refs = [worker.ref for worker in team.workers]
        offered: list[Judged] = []
        named: set[str] = set()
        for one in readings.best:
            step = None
            if one.reading.task not in TASKS:
                step = named_step(question, one.reading, refs, self._views)
                named |= {step.worker} if step is not None else set()
            if step is not None or one.reading.task in TASKS:
                offered.append(one)
        others = {}
        if other is not None and other.probability >= OFFERED and other.worker.ref not in named:
            worker, language = other.worker, question.language
            example = team.example(worker, question.text, language)
            name = title_of(worker.ref, language, worker.title)
            told = text("embedded.left_to", language, worker=name, example=example)
            others = {worker.ref: told}
        return ask_of(question, offered, others)


def _is_named(readings: Readings) -> bool:
    """Whether the question surely names a piece of work that somebody does (`RFM analysis`)."""
    best = readings.best[0] if readings.best else None
    return best is not None and best.probability >= SURE and best.reading.task in doers()


def _at_most(most: float, readings: Readings) -> Readings:
    """Return readings none of which is more probable than that."""
    best = tuple(replace(one, probability=min(one.probability, most)) for one in readings.best)
    return Readings(best, max(0.0, 1.0 - sum(one.probability for one in best)))


def _of(step: Step, other: Specialist | None) -> float:
    """Return how probable it is that the specialist who does a step is meant."""
    return other.probability if other is not None and other.worker.ref == step.worker else 0.0


def _lacks(question: Question, reading: Reading, name: str) -> str:
    language = question.language
    task = plain_sentence(Reading(task=reading.task), (), language)
    what = text(f"embedded.lacks.{name}", language)
    return text("embedded.named_lacks", language, task=task, what=what)


def _said(question: Question, step: Step) -> Iterator[str | Plan | Ask]:
    language = question.language
    name = title_of(step.worker, language)
    yield text("embedded.workers_one", language, workers=name) + " "
    yield Plan(steps=(step,))

"""A plan from readings: who answers a question that a reading says, or what is asked back."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from cherry_reflex.analysis.reading.query import SURE, Query
from cherry_reflex.analysis.reading.run import TASKS
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded.dialogue.context import Understood
from cherry_reflex.llm.embedded.dialogue.suggestion import suggested
from cherry_reflex.llm.embedded.dialogue.wording import title_of
from cherry_reflex.llm.embedded.named_steps import named_step
from cherry_reflex.llm.embedded.reading.answers import (
    GUESSED,
    ask_of,
    chosen,
    earlier,
    runnable,
    step_of,
)
from cherry_reflex.llm.embedded.reading.proposal import Judged, Readings
from cherry_reflex.llm.embedded.reading.reader import Reader
from cherry_reflex.llm.embedded.reading.views import Views
from cherry_reflex.llm.embedded.routing.router import Router, is_broad

ANSWERS, DRAWS = "a2a:pandas", "a2a:visualization"
"""Those of our agents that run readings: the second where a picture is wished."""
OTHER = 0.6
"""Score from which somebody else does what no reading says, without asking."""
NOT_SURE, NOT_GUESSED = SURE - 0.01, GUESSED - 0.01
"""The most that is trusted of a follow-up to what was not read, or was only guessed."""
OFFERED_OF_EACH = 2
LIKELY = 3
"""So many of the best readings tell whether others may be meant."""


class ReadingPlan:
    """Plans over the readings of a question."""

    def __init__(self, views: Views, reader: Reader) -> None:
        self._views = views
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
        if (step := chosen(question, ANSWERS)) is not None:
            return iter([Plan(steps=(step,))])
        if is_broad(self._embedding, question.text):
            return None
        readings = self.read(question, understood)
        best = readings.best[0] if readings.best else None
        if best is None:
            return None
        if best.reading.task not in TASKS:
            if best.probability < GUESSED:
                return self._asked(question, readings, team)
            step = named_step(question, best.reading, refs, self._views)
            if step is not None:
                return _said(question, step)
            # Whoever else did it would leave the conditions out, and nobody would see that.
            return self._asked(question, readings, team) if best.reading.where else None
        if best.probability >= GUESSED:
            wished = DRAWS if best.reading.chart and DRAWS in refs else ANSWERS
            others = [one for one in runnable(readings) if one is not best]
            return _said(question, step_of(question, best, others, wished))
        return self._asked(question, readings, team)

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
        self, question: Question, readings: Readings, team: Router
    ) -> Iterator[str | Plan | Ask] | None:
        """Return the question which reading is meant, unless somebody else is likely meant: one
        from outside, or one of ours for what a likely reading leaves to others. Who cleans or
        models does not get parts of a question that all readings would answer."""
        scores = team.scores(question.text)
        likeliest = max(team.workers, key=lambda worker: scores[worker.ref])
        is_other = likeliest.ref not in (ANSWERS, DRAWS) and scores[likeliest.ref] >= OTHER
        is_left = any(one.reading.task not in TASKS for one in readings.best[:LIKELY])
        is_ours = likeliest.own and (not is_left or team.roles[likeliest.ref] == "analyse")
        if is_other and not is_ours:
            return None
        ask = ask_of(question, readings)
        return iter([ask]) if ask is not None else None


def _at_most(most: float, readings: Readings) -> Readings:
    """Return readings none of which is more probable than that."""
    best = tuple(replace(one, probability=min(one.probability, most)) for one in readings.best)
    return Readings(best, max(0.0, 1.0 - sum(one.probability for one in best)))


def _said(question: Question, step: Step) -> Iterator[str | Plan | Ask]:
    language = question.language
    name = title_of(step.worker, language)
    yield text("embedded.workers_one", language, workers=name) + " "
    yield Plan(steps=(step,))

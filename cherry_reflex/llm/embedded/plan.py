"""Plans without a language model: who works, on which part of the request, after whom."""

from collections.abc import Iterator, Sequence

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.core.worker import Turn
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.arguments.derived import Derived, derived, missed
from cherry_reflex.llm.embedded.arguments.slot import slots_of
from cherry_reflex.llm.embedded.dialogue.clarification import asked_back
from cherry_reflex.llm.embedded.dialogue.context import Understood, understand
from cherry_reflex.llm.embedded.dialogue.follow_up import wish_of
from cherry_reflex.llm.embedded.dialogue.small_talk import answer, kind_of
from cherry_reflex.llm.embedded.dialogue.wording import title_of
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.reading.views import Views
from cherry_reflex.llm.embedded.reading_plan import ANSWERS, DRAWS, ReadingPlan
from cherry_reflex.llm.embedded.routing.router import Choice, Router
from cherry_reflex.llm.embedded.routing.specialist import likeliest
from cherry_reflex.llm.embedded.routing.workers import Worker, workers_of
from cherry_reflex.llm.embedded.steps import StepsDraft

ROUTERS = 4
CONFIDENT = 0.7
"""Score from which the words of a follow-up alone send it to somebody new."""
LIKELY = 0.5
"""Least score of somebody who takes over what another one could not do."""
OUTSIDER = 0.3
"""Least score of somebody from outside who does what our own team does not."""
DERIVED_STEP = "s0"
FORM = 0.7
"""Share of the best score from which one who worked before also does it in another form."""


class PlanBuilder:
    """Plans over rosters; a head is fitted per team, and kept."""

    def __init__(
        self,
        views: Views,
        readings: ReadingPlan | None = None,
        array_cache: ArrayCache | None = None,
    ) -> None:
        self._views = views
        self._embedding = views.embedding
        self._readings = readings
        self._array_cache = array_cache
        self._routers: list[Router] = []

    def plan(self, question: Question, roster: Roster) -> Iterator[str | Plan | Ask]:
        """Yield words, then a plan; or a question back; or words alone when nobody is needed."""
        language = question.language
        if question.findings:
            # What did not come is asked for again, of those who have not tried yet. What a reading
            # says is not: others would answer something else, and nobody would see that.
            read = (ANSWERS, DRAWS) if self._readings is not None else ()
            failed = [f for f in question.findings if f.state == "failed" and f.worker not in read]
            lost = dict.fromkeys(f.request for f in failed)
            if not lost:
                return
            question = question.model_copy(update={"text": "\n".join(lost), "history": ()})
            roster = roster.without({finding.worker for finding in question.findings})
        workers = workers_of(roster)
        if not workers:
            yield text("embedded.nobody", language)
            return
        alone = len({worker.group for worker in workers}) == 1
        understood = understand(self._embedding, question)
        kind = "" if alone or question.worker else kind_of(self._embedding, question.text)
        if kind == "elsewhere" and self._for_outsider(question.text, self.router(roster)):
            kind = ""
        if kind:
            titles = [called(worker, language) for worker in workers]
            yield from answer(self._views, kind, question, titles)
            return
        if self._readings is not None and question.datasets and not (alone or question.worker):
            taken = self._readings.plan(question, understood, lambda: self.router(roster))
            if taken is not None:
                yield from taken
                return
        # Something is said before the head is fitted: for a new roster that takes a moment.
        yield from self._opening(question, understood)
        router = self.router(roster)
        missing = missed(self._embedding, understood.text, question.datasets, language)
        made = first = None
        if not question.findings:
            made = derived(self._embedding, missing, question.datasets, language)
        # Nobody counts on a column that nobody can make.
        if made is not None and (first := self._first(made, router, language)) is not None:
            question = question.model_copy(update={"datasets": _with(question.datasets, made)})
        choices = _told(question, router) or self._choices(router, understood, question)
        if question.findings:
            choices = [choice for choice in choices if choice.score >= LIKELY]
            if not choices:
                return
        if not question.datasets:
            choices = [c for c in choices if not _needs_data(c.worker, router)]
            choices = choices or self._without_data(router, understood)
            if not choices:
                yield text("embedded.no_data", language)
                return
        if not (alone or question.worker or question.findings or understood.before):
            sure = max((choice.score for choice in choices), default=0.0)
            if (ask := asked_back(self._views, question, sure)) is not None:
                yield ask
                return
        steps, left = StepsDraft(self._views, question, understood, router, first).steps(choices)
        if not steps:
            yield text("embedded.nothing_fits", language, name=left[0].name)
            return
        if first is not None:
            yield first.reason + " "
        elif missing:
            yield text("embedded.unmet", language, names=", ".join(missing.values())) + " "
        yield self._note(steps, question, router) + " "
        for one in left:
            told = text(
                "embedded.left_out", language, worker=called(one.worker, language), name=one.name
            )
            yield told + " "
        yield Plan(steps=tuple(steps))

    def _first(self, made: Derived, router: Router, language: Language) -> Step | None:
        """Return the step that makes a column; None when nobody can."""
        scores = router.scores(made.request)
        able = [w for w in router.workers if router.roles[w.ref] == "prepare" and not w.function]
        best = max(able, key=lambda worker: scores[worker.ref], default=None)
        if best is None or scores[best.ref] < LIKELY:
            return None
        reason = text("embedded.derived", language, name=made.name)
        return Step(id=DERIVED_STEP, worker=best.ref, request=made.request, reason=reason)

    def router(self, roster: Roster) -> Router:
        """Return the router of a roster's healthy workers, fitted on the spot when it is new."""
        workers = workers_of(roster)
        router = next((known for known in self._routers if known.workers == workers), None)
        if router is None:
            router = Router(self._embedding, workers, self._array_cache)
        else:
            self._routers.remove(router)
        self._routers = [*self._routers[1 - ROUTERS :], router]
        return router

    def _for_outsider(self, request: str, router: Router) -> bool:
        """Whether somebody from outside does what our own team does not (weather, translations)."""
        found = likeliest(router, request)
        return found is not None and not found[0].own and found[1][found[0].ref] >= OUTSIDER

    def _without_data(self, router: Router, understood: Understood) -> list[Choice]:
        """Return who of those that need no data is likeliest meant, where that is likely."""
        scores = router.scores(understood.text)
        able = [worker for worker in router.workers if not _needs_data(worker, router)]
        best = max(able, key=lambda worker: scores[worker.ref], default=None)
        if best is None or scores[best.ref] < OUTSIDER:
            return []
        return [Choice(best, scores[best.ref], 0, understood.text)]

    def _opening(self, question: Question, understood: Understood) -> Iterator[str]:
        """Yield what is known before planning: what is continued, and the data."""
        language = question.language
        if understood.before is not None:
            asked = understood.before.question
            yield text("embedded.follow", language, question=asked) + " "
        if len(question.datasets) == 1:
            data = question.datasets[0]
            size = {"rows": data.rows, "columns": len(data.columns)}
            yield text("embedded.data", language, name=data.name, **size) + " "
        elif question.datasets:
            listed = ", ".join(data.name for data in question.datasets)
            count = len(question.datasets)
            yield text("embedded.data_many", language, count=count, names=listed) + " "

    def _choices(self, router: Router, understood: Understood, question: Question) -> list[Choice]:
        """Return who works. A follow-up goes to those who worked before, unless its own words
        clearly want somebody else."""
        before = understood.before
        if before is None:
            request = understood.text.replace("\n", " ")
            return list(router.choose(request, question.datasets, question.language))
        earlier = _earlier(before, router, understood.latest)
        # What was prepared is there: who goes on with it is asked again, not who prepared it.
        further = [c for c in earlier if router.roles[c.worker.ref] != "prepare"]
        earlier = further or earlier
        wish = wish_of(self._embedding, understood.latest)
        if wish in ("chart", "table"):
            return self._shown(wish, earlier, router, understood.latest)
        if earlier and wish != "other":
            return earlier
        own = router.choose(understood.latest)
        best = max(own, key=lambda choice: choice.score, default=None)
        known = {choice.worker.group for choice in earlier}
        if not earlier or (best and best.score >= CONFIDENT and best.worker.group not in known):
            return list(own)
        return earlier

    def _shown(
        self, wish: str, earlier: Sequence[Choice], router: Router, latest: str
    ) -> list[Choice]:
        """Return who shows in another form what was shown: those of before who do, or the best."""
        asked = [router.scores(text) for text in knowledge.read("follow")["forms"][wish]]
        scores = {w.ref: sum(told[w.ref] for told in asked) / len(asked) for w in router.workers}
        best = max(router.workers, key=lambda worker: scores[worker.ref])
        least = FORM * scores[best.ref]
        able = [choice for choice in earlier if scores[choice.worker.ref] >= least]
        return able or [Choice(best, scores[best.ref], 0, latest)]

    def _note(self, steps: Sequence[Step], question: Question, router: Router) -> str:
        language = question.language
        titles = {worker.ref: called(worker, language) for worker in router.workers}
        names = list(dict.fromkeys(titles[step.worker] for step in steps))
        told = []
        if len(names) == 1:
            told.append(text("embedded.workers_one", language, workers=names[0]))
        else:
            joined = ", ".join(names)
            told.append(text("embedded.workers_many", language, count=len(names), workers=joined))
        by_id = {step.id: titles[step.worker] for step in steps}
        for step in steps:
            if step.after:
                before = ", ".join(by_id[name] for name in step.after)
                worker = titles[step.worker]
                told.append(text("embedded.waits", language, worker=worker, before=before))
        return " ".join(told)


def called(worker: Worker, language: Language) -> str:
    """Return what people call a worker; strangers have their own titles."""
    return title_of(worker.ref, language, worker.title)


def _with(datasets: Sequence[Dataset], made: Derived) -> tuple[Dataset, ...]:
    """Return the datasets as they will be when the column is there."""
    return tuple(made.dataset if one.id == made.dataset.id else one for one in datasets)


def _told(question: Question, router: Router) -> list[Choice]:
    """Return who does it, where the person has said that."""
    known = [worker for worker in router.workers if worker.ref == question.worker]
    return [Choice(worker, 1.0, 0, question.text) for worker in known]


def _needs_data(worker: Worker, router: Router) -> bool:
    """Whether a worker can do nothing without a dataset: its tool asks for one, or it is one of
    ours that does not load data itself."""
    if worker.function is not None:
        kinds = {slot.kind for slot in slots_of(worker.function.input_schema)}
        return bool(kinds & {"dataset", "column"})
    return worker.own and router.roles[worker.ref] != "source"


def _earlier(turn: Turn, router: Router, latest: str) -> list[Choice]:
    """Return those who worked on an earlier turn and are still there."""
    known = {worker.ref: worker for worker in router.workers}
    refs = dict.fromkeys(str(step.get("worker", "")) for step in turn.steps)
    return [Choice(known[ref], 1.0, 0, latest) for ref in refs if ref in known]

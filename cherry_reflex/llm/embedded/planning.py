"""Plans without a language model: who works, on which part of the request, after whom."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.mind import Ask, Question
from cherry_reflex.core.plan import MAX_STEPS, Plan, Step
from cherry_reflex.core.roster import Roster, ToolFunction
from cherry_reflex.core.work import Turn
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.arguments import checked
from cherry_reflex.llm.embedded import lore
from cherry_reflex.llm.embedded.asking import asked_back
from cherry_reflex.llm.embedded.conversation import Understood, understand
from cherry_reflex.llm.embedded.embedding import Embedding
from cherry_reflex.llm.embedded.filling import Filler
from cherry_reflex.llm.embedded.linking import link
from cherry_reflex.llm.embedded.routing import Choice, Router, Worker, workers_of
from cherry_reflex.llm.embedded.slot import slots_of
from cherry_reflex.llm.embedded.suggestion import another_total, suggestions
from cherry_reflex.llm.embedded.wording import title_of

ROUTERS = 4
TALK = 0.6
CONFIDENT = 0.6
LIKELY = 0.5
"""Least score of somebody who takes over what another one could not do."""
OUTSIDER = 0.4
SUGGESTED = 4


@dataclass(frozen=True)
class _Left:
    """A worker that was wanted, and the argument that the data has nothing for."""

    worker: Worker
    name: str


class Planner:
    """Plans over rosters; a head is fitted per roster, and kept."""

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding
        self._routers: OrderedDict[str, Router] = OrderedDict()

    def plan(self, question: Question, roster: Roster) -> Iterator[str | Plan | Ask]:
        """Yield words, then a plan; or a question back; or words alone when nobody is needed."""
        language = question.language
        if question.findings:
            # What did not come is asked for again, of those who have not tried yet.
            lost = dict.fromkeys(f.request for f in question.findings if f.state == "failed")
            if not lost:
                return
            question = question.model_copy(update={"text": "\n".join(lost), "history": ()})
            roster = roster.without({finding.worker for finding in question.findings})
        workers = workers_of(roster)
        if not workers:
            yield text("embedded.nobody", language)
            return
        alone = len({worker.group for worker in workers}) == 1
        kind = "" if alone else self._talk(question.text)
        if kind == "elsewhere" and self._for_outsider(question.text, self.router(roster)):
            kind = ""
        if kind:
            yield from self._answer(kind, question, workers)
            return
        understood = understand(self._embedding, question)
        # Something is said before the head is fitted: for a new roster that takes a moment.
        yield from self._opening(question, understood)
        router = self.router(roster)
        choices = self._choices(router, understood, question)
        if question.findings:
            choices = [choice for choice in choices if choice.score >= LIKELY]
            if not choices:
                return
        if not question.datasets:
            choices = [c for c in choices if not _needs_data(c.worker, router)]
            if not choices:
                yield text("embedded.no_data", language)
                return
        if not (alone or question.findings or understood.before):
            sure = max((choice.score for choice in choices), default=0.0)
            if (ask := asked_back(self._embedding, question, sure)) is not None:
                yield ask
                return
        steps, left = self._steps(choices, question, understood, router)
        if not steps:
            yield text("embedded.nothing_fits", language, name=left[0].name)
            return
        yield self._note(steps, question, router) + " "
        for one in left:
            told = text(
                "embedded.left_out", language, worker=_called(one.worker, language), name=one.name
            )
            yield told + " "
        yield Plan(steps=tuple(steps))

    def router(self, roster: Roster) -> Router:
        """Return the router of a roster, fitted on the spot when it is new."""
        key = hashlib.sha256(roster.model_dump_json().encode()).hexdigest()
        router = self._routers.pop(key, None) or Router(self._embedding, workers_of(roster))
        self._routers[key] = router
        while len(self._routers) > ROUTERS:
            self._routers.popitem(last=False)
        return router

    def _talk(self, request: str) -> str:
        """Return the kind of small talk, or nothing when it is a request."""
        known = lore.load()
        row = known.talk(self._embedding([request]))[0]
        best = int(row.argmax())
        is_talk = best < len(known.talk_kinds) and row[best] >= TALK
        return known.talk_kinds[best] if is_talk else ""

    def _for_outsider(self, request: str, router: Router) -> bool:
        """Whether somebody from outside does what our own team does not (weather, translations)."""
        scores = router.scores(request)
        best = max(router.workers, key=lambda worker: scores[worker.ref])
        return not best.own and scores[best.ref] >= OUTSIDER

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

    def _answer(self, kind: str, question: Question, workers: Sequence[Worker]) -> Iterator[str]:
        language = question.language
        if kind == "recap":
            summary = next((t.summary for t in reversed(question.history) if t.summary), "")
            yield text("embedded.talk.recap" if summary else "embedded.talk.recap_none", language)
            yield f"\n\n{summary}" if summary else ""
            return
        if kind == "suggest" and not question.datasets:
            yield text("embedded.no_data", language)
            return
        titles = dict.fromkeys(_called(worker, language) for worker in workers)
        told = {"workers": ", ".join(titles)} if kind == "ability" else {}
        yield text(f"embedded.talk.{kind}", language, **told)
        if kind == "suggest":
            plain = question.model_copy(update={"text": ""})
            for asked in suggestions(self._embedding, plain, SUGGESTED):
                yield f"\n- {asked}"

    def _choices(self, router: Router, understood: Understood, question: Question) -> list[Choice]:
        """Return who works. A follow-up goes to those who worked before, unless its own words
        clearly want somebody else."""
        before = understood.before
        if before is None:
            request = understood.text.replace("\n", " ")
            return list(router.choose(request, question.datasets, question.language))
        own = router.choose(understood.latest)
        earlier = _earlier(before, router, understood.latest)
        best = max(own, key=lambda choice: choice.score, default=None)
        known = {choice.worker.group for choice in earlier}
        if not earlier or (best and best.score >= CONFIDENT and best.worker.group not in known):
            return list(own)
        return earlier

    def _steps(
        self,
        choices: Sequence[Choice],
        question: Question,
        understood: Understood,
        router: Router,
    ) -> tuple[list[Step], list[_Left]]:
        steps: list[Step] = []
        left: list[_Left] = []
        taken: list[Choice] = []
        asked: set[str] = set()
        for choice in sorted(choices, key=lambda c: (c.part, -c.score))[:MAX_STEPS]:
            try:
                step = self._step(choice, understood, question, router, len(steps) + 1)
                if step.request in asked:
                    craft = router.craft(choice.worker, question.language)
                    told = text(
                        "embedded.craft_asked",
                        question.language,
                        craft=craft,
                        request=step.request,
                    )
                    step = step.model_copy(update={"request": told})
                asked.add(step.request)
            except BadInput as error:
                left.append(_Left(choice.worker, str(error.params.get("name", ""))))
                continue
            after = self._after(choice, taken, router)
            if after and step.arguments is not None:
                step = step.model_copy(update={"arguments": _newest(step, choice)})
            steps.append(step.model_copy(update={"after": after}))
            taken.append(choice)
        return steps, left

    def _step(
        self,
        choice: Choice,
        understood: Understood,
        question: Question,
        router: Router,
        number: int,
    ) -> Step:
        """Return the step; raises BadInput when the data has nothing for its arguments."""
        request = self._request(choice, understood, question, router)
        arguments = None
        function = choice.worker.function
        if function is not None:
            filled = self._filled(function, request, understood.text, question)
            try:
                arguments = checked(filled, function.input_schema, question.datasets)
            except ValueError as error:
                raise BadInput("arguments_missing", str(error), name=function.name) from error
        return Step(
            id=f"s{number}",
            worker=choice.worker.ref,
            request=request,
            arguments=arguments,
            reason=self._reason(choice, question.language),
        )

    def _request(
        self, choice: Choice, understood: Understood, question: Question, router: Router
    ) -> str:
        """Return what the worker is asked: its own part of the request, if that part names
        something of the data, or is for a tool or for one who prepares data; else all of it."""
        if understood.before is not None or choice.text == understood.text:
            return understood.text
        if choice.usual and choice.worker.function is not None:
            return choice.text
        if choice.usual:
            # The whole request keeps it open, so that the worker looks for what tells most; the
            # one who queries gets a question of its own instead of the same totals.
            other = another_total(self._embedding, question) if choice.another else ""
            craft = router.craft(choice.worker, question.language)
            told = {"craft": craft, "request": other or understood.text}
            return text("embedded.craft_asked", question.language, **told)
        part = choice.text.strip(" ,;")
        apart = choice.worker.function or router.roles[choice.worker.ref] == "prepare"
        return part if apart or self._names_data(part, question) else understood.text

    def _names_data(self, part: str, question: Question) -> bool:
        linked = (link(self._embedding, part, dataset) for dataset in question.datasets)
        return any(links.mentions or links.conditions for links in linked)

    def _filled(
        self, function: ToolFunction, part: str, whole: str, question: Question
    ) -> dict[str, Any]:
        """Return arguments from a tool's part of the request; where that part names nothing of
        the data, the columns that are required are those of the request as a whole."""

        def read(text: str) -> dict[str, Any]:
            filler = Filler(self._embedding, text, question.language, question.datasets)
            return filler.fill(function.input_schema, by_uri=True)

        filled = read(part)
        if part != whole and not self._names_data(part, question):
            needed = {s.name for s in slots_of(function.input_schema) if s.required}
            filled |= {name: value for name, value in read(whole).items() if name in needed}
        return filled

    def _reason(self, choice: Choice, language: str) -> str:
        """Return the example on the worker's card that is closest to what is asked."""
        examples = choice.worker.examples
        vectors = self._embedding([choice.text, *examples])
        nearest = examples[int((vectors[1:] @ vectors[0]).argmax())]
        return text("embedded.reason", language, example=nearest)

    def _after(self, choice: Choice, taken: Sequence[Choice], router: Router) -> tuple[str, ...]:
        """Return the steps whose results this one needs. What prepares data comes before what was
        asked for after it; a report comes last. Parts asked in one breath run side by side."""
        roles = router.roles
        if roles[choice.worker.ref] == "report":
            return tuple(f"s{n}" for n in range(1, len(taken) + 1))
        return tuple(
            f"s{n}"
            for n, earlier in enumerate(taken, 1)
            if earlier.part < choice.part and roles[earlier.worker.ref] in ("prepare", "source")
        )

    def _note(self, steps: Sequence[Step], question: Question, router: Router) -> str:
        language = question.language
        titles = {worker.ref: _called(worker, language) for worker in router.workers}
        names = list(dict.fromkeys(titles[step.worker] for step in steps))
        told = []
        if len(names) == 1:
            told.append(text("embedded.team_one", language, workers=names[0]))
        else:
            joined = ", ".join(names)
            told.append(text("embedded.team_many", language, count=len(names), workers=joined))
        by_id = {step.id: titles[step.worker] for step in steps}
        for step in steps:
            if step.after:
                before = ", ".join(by_id[name] for name in step.after)
                worker = titles[step.worker]
                told.append(text("embedded.waits", language, worker=worker, before=before))
        return " ".join(told)


def _called(worker: Worker, language: str) -> str:
    """Return what people call a worker; strangers have their own titles."""
    return title_of(worker.ref, language, worker.title)


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


def _newest(step: Step, choice: Choice) -> dict[str, object]:
    """Return the arguments without a dataset's name: the first one at hand is then used, which is
    what the step before has made."""
    function = choice.worker.function
    slots = slots_of(function.input_schema) if function else ()
    named = {slot.name for slot in slots if slot.kind == "dataset" and not slot.required}
    return {key: value for key, value in (step.arguments or {}).items() if key not in named}

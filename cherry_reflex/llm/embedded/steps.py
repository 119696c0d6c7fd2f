"""The steps of a plan: what each of those who were chosen is asked, with arguments for tools."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.core.plan import MAX_STEPS, Step
from cherry_reflex.core.planner import Question
from cherry_reflex.core.roster import ToolFunction
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.arguments import checked
from cherry_reflex.llm.embedded.arguments.filling import Filler, names_in
from cherry_reflex.llm.embedded.arguments.linking import link
from cherry_reflex.llm.embedded.arguments.slot import slots_of
from cherry_reflex.llm.embedded.dialogue.context import Understood
from cherry_reflex.llm.embedded.dialogue.follow_up import FollowUp
from cherry_reflex.llm.embedded.dialogue.suggestion import another_total
from cherry_reflex.llm.embedded.reading.views import Views
from cherry_reflex.llm.embedded.routing.router import Choice, Router
from cherry_reflex.llm.embedded.routing.workers import Worker


@dataclass(frozen=True)
class Left:
    """A worker that was wanted, and the argument that the data has nothing for."""

    worker: Worker
    name: str


class StepsDraft:
    """Makes the steps for one request."""

    def __init__(
        self,
        views: Views,
        question: Question,
        understood: Understood,
        router: Router,
        first: Step | None = None,
    ) -> None:
        """`first` is a step that all the others build on."""
        self._first = first
        self._views = views
        self._embedding = views.embedding
        self._question = question
        self._understood = understood
        self._router = router

    def steps(self, choices: Sequence[Choice]) -> tuple[list[Step], list[Left]]:
        """Return the steps, and who was wanted but has nothing to work on."""
        question, router = self._question, self._router
        steps: list[Step] = []
        left: list[Left] = []
        taken: list[Choice] = []
        asked: set[str] = set()
        most = MAX_STEPS - (self._first is not None)
        for choice in sorted(choices, key=lambda c: (c.part, -c.score))[:most]:
            try:
                step = self._step(choice, len(steps) + 1)
                if step.request in asked:
                    skill = router.skill(choice.worker, question.language)
                    told = text(
                        "embedded.skill_asked",
                        question.language,
                        skill=skill,
                        request=step.request,
                    )
                    step = step.model_copy(update={"request": told})
                asked.add(step.request)
            except BadInput as error:
                left.append(Left(choice.worker, str(error.params.get("name", ""))))
                continue
            after = self._after(choice, taken)
            if after and step.arguments is not None:
                step = step.model_copy(update={"arguments": _newest(step, choice)})
            steps.append(step.model_copy(update={"after": after}))
            taken.append(choice)
        return [self._first, *steps] if self._first and steps else steps, left

    def _step(self, choice: Choice, number: int) -> Step:
        """Return the step; raises BadInput when the data has nothing for its arguments."""
        question = self._question
        request = self._request(choice)
        arguments = None
        function = choice.worker.function
        if function is not None:
            if choice.usual and (lacking := self._lacking(function)):
                raise BadInput("arguments_missing", name=lacking)
            filled = self._changed(choice) or self._filled(function, request)
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

    def _lacking(self, function: ToolFunction) -> str:
        """Return the argument that a function is about, the first that names columns, where no
        data have columns of its kind (the statistics of numbers, without any); else nothing."""
        slots = (slot for slot in slots_of(function.input_schema) if slot.kind == "column")
        first = next(slots, None)
        types = {c.type for dataset in self._question.datasets for c in dataset.columns}
        is_lacking = first is not None and first.types and types.isdisjoint(first.types)
        return first.name if first is not None and is_lacking else ""

    def _request(self, choice: Choice) -> str:
        """Return what the worker is asked: its own part of the request, if that part names
        something of the data, or is for a tool or for one who prepares data; else all of it."""
        question, understood, router = self._question, self._understood, self._router
        if understood.before and (before := self._before(choice)) is not None:
            asked = before.get("request") or understood.before.question
            return f"{asked}\n{understood.latest}"
        if understood.before is not None or choice.text == understood.text:
            return understood.text
        if choice.usual and choice.worker.function is not None:
            return choice.text
        if choice.usual:
            # The whole request keeps it open, so that the worker looks for what tells most; the
            # one who queries gets a question of its own instead of the same totals.
            other = another_total(self._views, question) if choice.another else ""
            skill = router.skill(choice.worker, question.language)
            told = {"skill": skill, "request": other or understood.text}
            return text("embedded.skill_asked", question.language, **told)
        part = choice.text.strip(" ,;")
        apart = choice.worker.function or router.roles[choice.worker.ref] == "prepare"
        return part if apart or self._names_data(part) else understood.text

    def _before(self, choice: Choice) -> dict[str, Any] | None:
        """Return the worker's step of the turn that is continued."""
        turn = self._understood.before
        steps = turn.steps if turn is not None else ()
        return next((step for step in steps if step.get("worker") == choice.worker.ref), None)

    def _changed(self, choice: Choice) -> dict[str, Any] | None:
        """Return the arguments of the turn before with what a follow-up changes."""
        question, function = self._question, choice.worker.function
        before = self._before(choice)
        if before is None or function is None or not before.get("arguments"):
            return None
        change = FollowUp(
            self._embedding, self._understood.latest, question.language, question.datasets
        )
        return change.of(before["arguments"], function.input_schema, by_uri=True)

    def _names_data(self, part: str) -> bool:
        linked = (link(self._embedding, part, dataset) for dataset in self._question.datasets)
        return any(links.mentions or links.conditions for links in linked)

    def _filled(self, function: ToolFunction, part: str) -> dict[str, Any]:
        """Return arguments from a tool's part of the request. Where that part names no column for
        an argument that needs one (`test whether it differs`), the request as a whole does."""
        question, whole = self._question, self._understood.text

        def read(text: str) -> tuple[dict[str, Any], set[str]]:
            filler = Filler(self._embedding, text, question.language, question.datasets)
            named = {mention.column.name for mention in filler.links.mentions}
            return filler.fill(function.input_schema, by_uri=True), named

        filled, named = read(part)
        if part == whole:
            return filled
        wider, known = read(whole)
        needed = [slot for slot in slots_of(function.input_schema) if slot.required]
        if not self._names_data(part):
            return filled | {s.name: wider[s.name] for s in needed if s.name in wider}
        for slot in needed if named else ():
            before, after = names_in(filled.get(slot.name)), names_in(wider.get(slot.name))
            guessed = slot.kind == "column" and not named & set(before)
            if guessed and known & set(after) and not named & set(after):
                filled[slot.name] = wider[slot.name]
        # A part may name one of two values that the request compares: one alone is no comparison.
        used = {name for slot in needed for name in names_in(filled.get(slot.name))}
        for slot in slots_of(function.input_schema):
            said = filled.get(slot.name, ()) if slot.kind == "filters" else ()
            if slot.name in wider and any(f["op"] == "=" and f["column"] in used for f in said):
                filled[slot.name] = wider[slot.name]
        return filled

    def _reason(self, choice: Choice, language: Language) -> str:
        example = self._router.example(choice.worker, choice.text, language)
        return text("embedded.reason", language, example=example)

    def _after(self, choice: Choice, taken: Sequence[Choice]) -> tuple[str, ...]:
        """Return the steps whose results this one needs. What prepares data comes before what was
        asked for after it; a report comes last. Parts asked in one breath run side by side."""
        roles = self._router.roles
        first = (self._first.id,) if self._first else ()
        if roles[choice.worker.ref] == "report":
            return (*first, *(f"s{n}" for n in range(1, len(taken) + 1)))
        return first + tuple(
            f"s{n}"
            for n, earlier in enumerate(taken, 1)
            if earlier.part < choice.part and roles[earlier.worker.ref] in ("prepare", "source")
        )


def _newest(step: Step, choice: Choice) -> dict[str, object]:
    """Return the arguments without a dataset's name: the first one at hand is then used, which is
    what the step before has made."""
    function = choice.worker.function
    slots = slots_of(function.input_schema) if function else ()
    named = {slot.name for slot in slots if slot.kind == "dataset" and not slot.required}
    return {key: value for key, value in (step.arguments or {}).items() if key not in named}

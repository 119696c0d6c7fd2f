"""The planner that is a language model."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from cherry_reflex.core.errors import LimitExceeded, Unavailable, WorkerFailed
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.operation import Fact, Operation
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm import prompt, shapes
from cherry_reflex.llm.endpoint import Ended, Endpoint, Message, Request, Usage
from cherry_reflex.llm.form import ATTEMPTS, Filled, Form, FormDraft, Forms, Unreadable

T = TypeVar("T")

LANGUAGES = {"en": "English", "ko": "Korean (합니다체)"}


class ModelPlanner:
    """Implements `core.planner.Planner` over one endpoint."""

    def __init__(self, endpoint: Endpoint, *, question_chars_max: int) -> None:
        self._endpoint, self._question_chars_max = endpoint, question_chars_max
        self._forms = Forms(endpoint)

    @property
    def usage(self) -> Usage:
        """What was used since the start."""
        return self._endpoint.usage

    async def prepare(self, roster: Roster) -> None:
        """Do nothing: the model reads the roster with every question."""

    async def plan(self, question: Question, roster: Roster) -> AsyncIterator[str | Plan | Ask]:
        """Yield the plan's words as they form, then the Plan; words alone when nobody is needed.

        Where the plan leaves a tool's arguments open, as it does for tools whose schemas had no
        room in the message, the model is then asked for them, tool by tool and all at once. One
        whose context is too short for any schema plans without them.
        """
        try:
            async with aclosing(self._plan(question, roster, brief=False)) as pieces:
                async for piece in pieces:
                    yield (
                        await self._argued(piece, question, roster)
                        if isinstance(piece, Plan)
                        else piece
                    )
            return
        except LimitExceeded as error:
            if error.code != "model_context":
                raise
        async with aclosing(self._plan(question, roster, brief=True)) as pieces:
            async for piece in pieces:
                yield (
                    await self._argued(piece, question, roster)
                    if isinstance(piece, Plan)
                    else piece
                )

    async def _plan(
        self, question: Question, roster: Roster, *, brief: bool
    ) -> AsyncGenerator[str | Plan | Ask]:
        form = shapes.plan_form(roster, question.datasets, brief=brief)
        messages = self._message(question, prompt.roster_section(roster, brief=brief))
        said = ""
        try:
            fill = self._forms.fill(prompt.instructions("plan"), messages, form)
            async with aclosing(fill) as answers:
                async for answer in answers:
                    if isinstance(answer, FormDraft):
                        more = _more(said, words_so_far(answer.text), answer.attempt)
                        said += more
                        if more:
                            yield more
                    elif isinstance(answer.value, Plan | Ask):
                        yield answer.value
                    elif more := _more(said, answer.value, 0):
                        yield more
        except Unreadable as unreadable:
            # A model that answers every request for a plan in prose has answered the question.
            yield ("\n\n" if said else "") + unreadable.text

    async def _argued(self, plan: Plan, question: Question, roster: Roster) -> Plan:
        """Return the plan with the arguments that it left open filled in."""

        async def argued(step: Step) -> Step:
            function = roster.function(step.worker)
            if function is None or step.arguments is not None:
                return step
            asked = question.model_copy(update={"text": step.request, "history": ()})
            arguments = await self.fill(asked, function.input_schema)
            return step.model_copy(update={"arguments": arguments})

        steps = await asyncio.gather(*(argued(step) for step in plan.steps))
        return plan.model_copy(update={"steps": tuple(steps)})

    async def choose(
        self, question: Question, operations: Sequence[type[Operation]], most: int = 3
    ) -> Sequence[Operation]:
        """Return 1 to `most` operations that fit the datasets."""
        offered = [kind for kind in operations if kind.for_models]
        form = shapes.choice_form(offered, question.datasets, most, question.language)
        return await self._filled(prompt.instructions("choose"), self._message(question), form)

    async def fill(self, question: Question, schema: dict[str, Any]) -> dict[str, Any]:
        """Return arguments that are valid against the tool's JSON Schema."""
        form = shapes.arguments_form(schema, question.datasets)
        return await self._filled(prompt.instructions("fill"), self._message(question), form)

    def words(self, question: Question, facts: Sequence[Fact], persona: str) -> AsyncIterator[str]:
        """Yield prose that answers from the facts."""
        section = prompt.facts_section(facts, question.language)
        told = question.model_copy(update={"history": ()})
        told_as = prompt.instructions("words", persona=persona)
        return self._prose(told_as, self._message(told, section), question)

    def summary(self, question: Question, findings: Sequence[Finding]) -> AsyncIterator[str]:
        """Yield the closing summary."""
        section = prompt.findings_section(findings)
        return self._prose(
            prompt.instructions("summary"), self._message(question, section), question
        )

    async def suggest(self, question: Question, most: int = 4) -> Sequence[str]:
        """Return questions worth asking about the datasets."""
        language = LANGUAGES.get(question.language, "English")
        told = prompt.instructions("suggest", most=most, language=language)
        return await self._filled(told, self._message(question), shapes.suggestions_form(most))

    def _message(self, question: Question, *sections: str) -> tuple[Message, ...]:
        return prompt.message(question, *sections, chars_max=self._question_chars_max)

    async def _filled(self, instructions: str, messages: tuple[Message, ...], form: Form[T]) -> T:
        try:
            async with aclosing(self._forms.fill(instructions, messages, form)) as answers:
                async for answer in answers:
                    if isinstance(answer, Filled):
                        return answer.value
        except Unreadable as unreadable:
            raise WorkerFailed(
                "model_invalid",
                str(unreadable),
                model=self._endpoint.name,
                attempts=ATTEMPTS,
            ) from unreadable
        raise AssertionError("a form ends filled or with an error")

    async def _prose(
        self, instructions: str, messages: tuple[Message, ...], question: Question
    ) -> AsyncGenerator[str]:
        said = False
        async with aclosing(self._endpoint.stream(Request(instructions, messages))) as pieces:
            async for piece in pieces:
                if isinstance(piece, Ended):
                    if piece.cut:
                        yield f"\n\n{text('agent.truncated', question.language)}"
                elif piece.text:
                    said = True
                    yield piece.text
        if not said:
            raise Unavailable("model_empty", model=self._endpoint.name)


def words_so_far(draft: str) -> str:
    """Return the string `words` of a JSON object that is still being written, as far as it goes."""
    from pydantic_core import from_json

    start = draft.find("{")
    if start < 0:
        return ""
    try:
        partial = from_json(draft[start:], allow_partial="trailing-strings")
    except ValueError:
        return ""
    words = partial.get("words", "") if isinstance(partial, dict) else ""
    return words if isinstance(words, str) else ""


def _more(said: str, words: str, attempt: int) -> str:
    """Return what `words` adds to what was said. A corrected plan says its words only where they
    continue the old ones; the person is not told the same thing twice."""
    if words.startswith(said):
        return words[len(said) :]
    return "" if attempt else ("\n\n" + words if words != said else "")

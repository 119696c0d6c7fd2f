"""The flow that all analysts share: choose operations, run them side by side, show, then word."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from cherry_reflex.agents.request import question_of, sentence_of, telling
from cherry_reflex.agents.sql_query import SqlQuery
from cherry_reflex.analysis.digests.digest import failure_digest
from cherry_reflex.analysis.progress import passed_on
from cherry_reflex.core.agent import AgentContext, AgentServices, Card
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import (
    BadInput,
    CherryError,
    LimitExceeded,
    Unavailable,
    WorkerFailed,
)
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.language_model import LanguageModel
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.core.planner import Question
from cherry_reflex.core.redo import OPERATION, OPERATIONS, with_redo
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.i18n.catalogue import sentence, text
from cherry_reflex.llm.agent_loop import AgentLoop
from cherry_reflex.store.layout import Layout

TOLD_MAX = 6
"""Facts that are told in words where a language model sees them all."""


@dataclass
class _Round:
    """What one choice of operations came to."""

    facts: list[Fact] = field(default_factory=list)
    artifacts: int = 0
    problems: list[tuple[Operation, CherryError]] = field(default_factory=list)


@dataclass(frozen=True)
class Analyst:
    """An agent that answers by operations. `persona` tells the model who speaks; `notes` are
    things to know before choosing (given to the planner as inputs)."""

    card: Card
    services: AgentServices
    operations: Sequence[type[Operation]]
    persona: str
    most: int = 3

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        """Answer the request over its datasets.

        Raises BadInput when there is no data, or when the operations fit it twice in vain.
        """
        operations = self._fitting(work.datasets)
        if not operations:
            raise BadInput("dataset_missing")
        question = self.question(work)
        given = self._given(work)
        if given:
            done = await self._compute(given, self._tables(work), context)
            await self._answer(question, [done], context)
            return
        await context.status(text("agent.choosing", work.language))
        failed = ""
        if self.services.model is not None:
            model, tables = self.services.model, self._tables(work)
            with telling(self.services, work, context):
                failed, is_answered = await self._loop(model, question, tables, context)
            if is_answered:
                return
        chosen = await self.services.planner.choose(question, operations, self.most)
        tables = self._tables(work)
        first = await self._compute(chosen, tables, context)
        rounds = [first]
        if first.problems and all(isinstance(error, BadInput) for _, error in first.problems):
            rounds.append(await self._again(question, chosen, first, tables, context))
        await self._answer(question, rounds, context, by_planner=True)
        if failed:
            await context.say(failed)

    def _fitting(self, datasets: Sequence[Dataset]) -> list[type[Operation]]:
        """Return the operations that can be chosen: without data, those that need none."""
        return [kind for kind in self.operations if datasets or not kind.needs_data]

    async def _loop(
        self, model: LanguageModel, question: Question, tables: Tables, context: AgentContext
    ) -> tuple[str, bool]:
        """Answer as a language model does: it calls operations, sees what they found, and words.
        Return why the model failed, as words for the person, and whether there is an answer: where
        nothing was found the planner goes on without a model.

        Raises WorkerFailed `worker_cannot` with the reason when it says that it cannot.
        """
        offered = self._fitting(question.datasets)
        if question.datasets and SqlQuery not in offered:
            offered.append(SqlQuery)  # every agent of a model can look at the data itself
        loop = AgentLoop(
            model,
            offered,
            self.persona,
            self.services.question_chars_max,
        )
        found, said = _Round(), False

        async def execute(operation: Operation) -> Digest:
            return await self._one(operation, tables, context, found)

        try:
            async with aclosing(loop.answer(question, tables, execute)) as pieces:
                async for piece in pieces:
                    said = True
                    await context.say(piece)
        except (Unavailable, LimitExceeded, WorkerFailed) as error:
            if not error.code.startswith("model_"):
                raise
            why = sentence_of(error, question.language)
            failed = f"\n\n> {text('agent.model_failed', question.language, why=why)}"
            if said:
                await context.say("\n\n")
            if not found.facts and not found.artifacts:
                return failed, False
            await self._answer(question, [found], context, by_planner=True)
            await context.say(failed)
        return "", True

    def question(self, work: WorkerRequest) -> Question:
        """Return the request as the planner gets it."""
        return question_of(work)

    def _given(self, work: WorkerRequest) -> list[Operation]:
        """Return the operations that a person has chosen, where the work's arguments name some.
        Others than ours among them are steps that follow by themselves.

        Raises BadInput `arguments_invalid`.
        """
        arguments = work.arguments or {}
        asked = arguments.get(OPERATIONS, [arguments])
        if not isinstance(asked, list):
            raise BadInput("arguments_invalid", detail="not a list", tool=OPERATIONS)
        given = [self._operation(dict(one)) for one in asked if isinstance(one, dict)]
        return [operation for operation in given if operation is not None]

    def _operation(self, arguments: dict[str, Any]) -> Operation | None:
        name = arguments.pop(OPERATION, "")
        kind = next((kind for kind in self.operations if kind.name == name), None)
        if kind is None:
            return None
        try:
            return kind.model_validate(arguments)
        except ValidationError as error:
            raise BadInput("arguments_invalid", detail=str(error), tool=name) from error

    def _tables(self, work: WorkerRequest) -> Tables:
        folder = Layout(self.services.data_dir).operations / new_id()
        folder.mkdir(parents=True)
        return Tables(datasets=work.datasets, folder=folder, language=work.language)

    async def _compute(
        self, operations: Sequence[Operation], tables: Tables, context: AgentContext
    ) -> _Round:
        """Run all side by side; each shows what it made at once. One that fails leaves the
        others alone."""
        done = _Round()
        names = ", ".join(dict.fromkeys(operation.name for operation in operations))
        await context.status(text("agent.computing", tables.language, operations=names))
        async with asyncio.TaskGroup() as group:
            for operation in operations:
                group.create_task(self._one(operation, tables, context, done))
        return done

    async def _one(
        self, operation: Operation, tables: Tables, context: AgentContext, done: _Round
    ) -> Digest:
        """Run one operation, show what it makes, and return what it found."""
        call = await context.called(operation.name, operation.model_dump(exclude_defaults=True))
        handed: list[ArtifactContent] = []

        async def show(content: ArtifactContent) -> None:
            handed.append(content)
            await context.show(with_redo(content, operation, tables, call))

        try:
            async with passed_on(context.status, show):
                outcome = await self.services.run(operation, tables)
        except CherryError as error:
            done.problems.append((operation, error))
            why, told = sentence_of(error, tables.language), failure_digest(error.failure())
            await context.returned(call, ok=False, text=why, digest=told)
            return told
        for content in outcome.artifacts:
            if not any(_same(content, other) for other in handed):
                made = with_code(content, outcome)
                await context.show(with_redo(made, operation, tables, call))
        done.facts.extend(outcome.facts)
        done.artifacts += len(outcome.artifacts)
        await context.returned(call, digest=outcome.digest)
        return outcome.digest

    async def _again(
        self,
        question: Question,
        chosen: Sequence[Operation],
        first: _Round,
        tables: Tables,
        context: AgentContext,
    ) -> _Round:
        """Tell the planner what did not fit, once, and run what it chooses instead."""
        problems = tuple(
            f"{operation.name} {operation.model_dump(exclude_defaults=True)}: "
            f"{sentence_of(error, ENGLISH)} {error.detail}".strip()
            for operation, error in first.problems
        )
        await context.status(text("agent.choosing_again", tables.language))
        told = question.model_copy(update={"problems": problems})
        operations = self._fitting(question.datasets)
        try:
            other = await self.services.planner.choose(told, operations, len(problems))
        except CherryError:
            if not first.facts and not first.artifacts:
                raise
            other = ()  # what worked is worth more than why nothing else was found
        fresh = [operation for operation in other if operation not in chosen]
        if not fresh:
            return _Round(problems=first.problems)
        return await self._compute(fresh, tables, context)

    async def _answer(
        self,
        question: Question,
        rounds: Sequence[_Round],
        context: AgentContext,
        *,
        by_planner: bool = False,
    ) -> None:
        """Word what was found. `by_planner`: the planner does it although there is a model."""
        facts = [fact for done in rounds for fact in done.facts]
        if not facts and not any(done.artifacts for done in rounds):
            raise rounds[-1].problems[-1][1] if rounds[-1].problems else BadInput("nothing_found")
        await context.status(text("agent.wording", question.language))
        facts.sort(key=lambda fact: fact.weight, reverse=True)
        if self.services.model is not None and not by_planner:
            # Who asked sees all of it raw, and words the answer: nobody has to paraphrase here.
            told = [sentence(fact, question.language) for fact in facts[:TOLD_MAX]]
            await context.say("\n\n".join(dict.fromkeys(told)))
        else:
            async for piece in self.services.planner.words(question, facts, self.persona):
                await context.say(piece)
        for operation, error in rounds[-1].problems:
            why = sentence_of(error, question.language)
            left_out = text("agent.left_out", question.language, operation=operation.name, why=why)
            await context.say(f"\n\n{left_out}")


def _same(one: ArtifactContent, other: ArtifactContent) -> bool:
    return one is other or (one.path is not None and one.path == other.path)


def with_code(content: ArtifactContent, outcome: Outcome) -> ArtifactContent:
    """Return the artifact with the code that made it, unless it carries its own."""
    if not outcome.code or "code" in content.meta:
        return content
    meta = {**content.meta, "code": outcome.code, "language": outcome.code_language}
    return content.model_copy(update={"meta": meta})

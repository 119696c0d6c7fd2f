"""The orchestrator's loop: the model calls, sees what came back, and calls again or answers.

A turn is answered by the steps of a plan, which the engine has done, or by words, which are the
answer. What was done stands in the plan and its findings, so that a loop goes on wherever it was;
the provider's own form of each turn is kept here while the process lives, with what was answered
without a step.
"""

import json
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from types import MappingProxyType

from cherry_reflex.core.budget import Budget
from cherry_reflex.core.errors import LimitExceeded
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.language import Language
from cherry_reflex.core.language_model import (
    LanguageModel,
    Message,
    ToolCall,
    ToolResult,
    Turn,
    UserMessage,
)
from cherry_reflex.core.orchestration import TakeTurn
from cherry_reflex.core.plan import PLAN_STEPS_MAX, Plan, Step
from cherry_reflex.core.planner import Question
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm import prompt
from cherry_reflex.llm.results import told
from cherry_reflex.llm.toolbox import ASK, DESCRIBE, Toolbox
from cherry_reflex.llm.turn_form import CALLS_MAX

RUNS_KEPT = 200
"""Runs whose turns are kept; of older ones the plan tells enough."""

SHORT_TOKENS = 20_000
"""A context of fewer tokens is a short one: five turns with usual results need as many."""

SHORT = (1, 2)
"""Levels of shortness, one after the other (`results.RESULT_CHARS`)."""

Asking = Callable[[str, tuple[str, ...]], Awaitable[str]]
"""Asks the person (question, options), and returns the reply."""


@dataclass
class _Exchange:
    """A turn, and what its calls came to that were no steps, by the call's id."""

    turn: Turn
    number: int
    results: dict[str, str] = field(default_factory=dict)


class OrchestratorLoop:
    """One object serves all runs of a process."""

    def __init__(self, model: LanguageModel, budget: Budget, question_chars_max: int) -> None:
        self._model, self._budget = model, budget
        self._chars_max = question_chars_max
        self._kept: OrderedDict[str, list[_Exchange]] = OrderedDict()

    async def turn(
        self,
        run_id: str,
        question: Question,
        wanted: TakeTurn,
        toolbox: Toolbox,
        ask: Asking,
        pictures: Mapping[str, Sequence[bytes]] = MappingProxyType({}),
    ) -> AsyncGenerator[str | Plan]:
        """Yield the answer's words as they form, or the Plan of what is to be done first.

        `pictures` are of charts, by step. A short context gets short material: from the beginning
        where its size is known, else when the model refuses. Raises what the model raises.
        """
        tokens = await self._model.context_tokens()
        for level in SHORT if tokens and tokens < SHORT_TOKENS else (0, *SHORT):
            said = False
            try:
                shown = {} if level else pictures
                taken = self._turn(run_id, question, wanted, toolbox, ask, shown, level)
                async with aclosing(taken) as pieces:
                    async for piece in pieces:
                        said = True
                        yield piece
                return
            except LimitExceeded as error:
                if error.code != "model_context" or level == SHORT[-1] or said:
                    raise

    async def _turn(
        self,
        run_id: str,
        question: Question,
        wanted: TakeTurn,
        toolbox: Toolbox,
        ask: Asking,
        pictures: Mapping[str, Sequence[bytes]],
        level: int,
    ) -> AsyncGenerator[str | Plan]:
        instructions = (
            f"{prompt.instructions('orchestrator')}\n\n{toolbox.team(is_brief=level > 0)}"
        )
        first = UserMessage(
            prompt.material(question, chars_max=self._chars_max, is_brief=level > 0)
        )
        exchanges = self._exchanges(run_id, wanted.plan, toolbox)
        number = max((exchange.number for exchange in exchanges), default=0)
        while True:
            over = self._budget.exceeded(number, wanted.tokens, wanted.cost_usd, wanted.elapsed_s)
            if wanted.plan is not None and len(wanted.plan.steps) + CALLS_MAX > PLAN_STEPS_MAX:
                over = over or "turns"
            messages: list[Message] = [first]
            for exchange in exchanges:
                messages += _messages(exchange, wanted, toolbox, pictures, level)
            if over:
                messages.append(
                    UserMessage(prompt.section("limit_reached", prompt.instructions("limit")))
                )
            turn = Turn()
            taken = self._model.take_turn(instructions, messages, toolbox.specs(), last=bool(over))
            async for piece in taken:
                if isinstance(piece, Turn):
                    turn = piece
                else:
                    yield piece
            number += 1
            exchange = _Exchange(turn, number)
            exchanges.append(exchange)
            self._keep(run_id, exchanges)
            if not turn.calls or over:
                if turn.cut:
                    yield f"\n\n{text('agent.truncated', question.language)}"
                if over:
                    yield f"\n\n> {text(f'agent.limit_{over}', question.language)}"
                return
            steps = await _settled(exchange, wanted.plan, toolbox, ask)
            steps = await _allowed(steps, exchange, wanted, question.language, ask)
            if not steps and turn.text.strip():
                yield "\n\n"
            if steps:
                yield Plan(steps=tuple(steps), note=turn.text.strip(), loop=True)
                return

    def _exchanges(self, run_id: str, plan: Plan | None, toolbox: Toolbox) -> list[_Exchange]:
        """Return the turns so far: as they were, or as the plan tells of them. An answer that was
        given before something was done again is none any more."""
        kept = self._kept.get(run_id, [])
        if plan is None:
            # What was answered without a step stays known when the same turn is taken again.
            return [exchange for exchange in kept if exchange.turn.calls]
        numbers = sorted({step.turn for step in plan.steps if step.turn})
        by_number = {exchange.number: exchange for exchange in kept if exchange.turn.calls}
        for number in numbers:
            if number not in by_number:
                calls = tuple(toolbox.call_of(s) for s in plan.steps if s.turn == number)
                by_number[number] = _Exchange(Turn(calls=calls), number)
        return [by_number[number] for number in sorted(by_number)]

    def _keep(self, run_id: str, exchanges: list[_Exchange]) -> None:
        self._kept[run_id] = exchanges
        self._kept.move_to_end(run_id)
        while len(self._kept) > RUNS_KEPT:
            self._kept.popitem(last=False)


async def _settled(
    exchange: _Exchange, plan: Plan | None, toolbox: Toolbox, ask: Asking
) -> list[Step]:
    """Return the steps that a turn wants; what can be answered here is."""
    steps: list[Step] = []
    taken = len(plan.steps) if plan is not None else 0
    for call in exchange.turn.calls:
        if call.name == DESCRIBE and not call.problem:
            exchange.results[call.id] = toolbox.describe(call.arguments.get("names", []))
        elif call.name == ASK and not call.problem:
            exchange.results[call.id] = await _asked(call, ask)
        else:
            try:
                step_id = f"s{taken + len(steps) + 1}"
                steps.append(toolbox.step(call, step_id, exchange.number))
            except ValueError as error:
                exchange.results[call.id] = f"ERROR: {prompt.cut(str(error), 6_000)}"
    return steps


async def _allowed(
    steps: list[Step], exchange: _Exchange, wanted: TakeTurn, language: Language, ask: Asking
) -> list[Step]:
    """Return the steps without those that the person does not allow.

    Asked about is a call of somebody outside that the model comes to wish for when it has seen
    results: what stands in a cell may have put it up to that, and data would leave. Who was called
    before anything was read, or was allowed once, is not asked about again in this question.
    """
    if wanted.plan is None:
        return steps
    known = {step.worker for step in wanted.plan.steps}
    kept: list[Step] = []
    for step in steps:
        if step.worker not in known and wanted.roster.is_outside(step.worker):
            said = prompt.cut(json.dumps(step.arguments, ensure_ascii=False), 500)
            what = step.request if step.arguments is None else f"{step.request} {said}"
            allow, refuse = text("agent.allow", language), text("agent.refuse", language)
            told = text("agent.ask_outside", language, worker=step.name, request=what)
            if (await ask(told, (allow, refuse))).strip() != allow:
                exchange.results[step.call] = "The person did not allow this call."
                continue
            known.add(step.worker)
        kept.append(step)
    return kept


async def _asked(call: ToolCall, ask: Asking) -> str:
    question, options = call.arguments.get("question"), call.arguments.get("options")
    if not isinstance(question, str) or not question.strip():
        return "ERROR: `question` is empty."
    listed = tuple(str(one) for one in options[:6]) if isinstance(options, list) else ()
    reply = await ask(question.strip(), listed)
    return prompt.fence("reply_of_the_person", prompt.cut(reply, 4_000))


def _messages(
    exchange: _Exchange,
    wanted: TakeTurn,
    toolbox: Toolbox,
    pictures: Mapping[str, Sequence[bytes]],
    level: int,
) -> Sequence[Message]:
    by_step = {finding.step: finding for finding in wanted.findings}
    steps = wanted.plan.steps if wanted.plan is not None else ()
    by_call: dict[str, tuple[Step, Finding | None]] = {
        step.call: (step, by_step.get(step.id)) for step in steps if step.turn == exchange.number
    }
    made: list[Message] = [exchange.turn]
    for call in exchange.turn.calls:
        seen: Sequence[bytes] = ()
        if call.id in by_call:
            step, finding = by_call[call.id]
            seen = pictures.get(step.id, ())
            result = told(finding, level)
            if _is_changed(step, call, toolbox):
                now = toolbox.call_of(step).arguments
                result = f"The person changed this call to {prompt.fence('call', now)}\n{result}"
        else:
            why = f" {wanted.problem}" if wanted.problem else ""
            result = exchange.results.get(call.id, f"This call was not made.{why}")
        made.append(ToolResult(call.id, call.name, result, tuple(seen)))
    return made


def _is_changed(step: Step, call: ToolCall, toolbox: Toolbox) -> bool:
    """Whether the person has chosen other arguments than the model."""
    if step.arguments is None:
        return False
    try:
        return toolbox.step(call, step.id, step.turn).arguments != step.arguments
    except ValueError:
        return False  # what it named is not there any more

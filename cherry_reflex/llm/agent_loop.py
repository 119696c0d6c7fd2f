"""The loop of an agent that is asked in words: it calls its own operations until it can answer."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import LimitExceeded, WorkerFailed
from cherry_reflex.core.language_model import (
    LanguageModel,
    Message,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
    UserMessage,
)
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.core.planner import Question
from cherry_reflex.core.signature import signature
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm import prompt
from cherry_reflex.llm.loop import SHORT, SHORT_TOKENS
from cherry_reflex.llm.operation_tools import described, read_operation, shared_told
from cherry_reflex.llm.results import RESULT_CHARS, told_digest

TURNS = 6
"""Turns of one request; the last calls nothing."""

CANNOT = "cannot"
_CALL, _DESCRIBE = "call", "describe"

Execute = Callable[[Operation], Awaitable[Digest]]
"""Runs an operation, shows what it makes, and returns what it found; an error stands in there."""


@dataclass(frozen=True)
class AgentLoop:
    """Serves one agent. `persona` says who speaks."""

    model: LanguageModel
    operations: Sequence[type[Operation]]
    persona: str
    question_chars_max: int

    async def answer(
        self, question: Question, tables: Tables, execute: Execute
    ) -> AsyncGenerator[str]:
        """Yield the words of the answer as they form, while operations are executed.

        Raises WorkerFailed `worker_cannot` with the reason, and what the model raises.
        """
        messages: list[Message] = []
        tokens = await self.model.context_tokens()
        level = SHORT[0] if tokens and tokens < SHORT_TOKENS else 0
        for number in range(TURNS):
            turn = Turn()
            try:
                async for piece in self._taken(question, messages, number, is_brief=level > 0):
                    if isinstance(piece, Turn):
                        turn = piece
                    else:
                        yield piece
            except LimitExceeded as error:
                if error.code != "model_context" or level == SHORT[-1]:
                    raise
                level += 1
                messages = [_shortened(message, level) for message in messages]
                continue
            if not turn.calls:
                if turn.cut:
                    yield f"\n\n{text('agent.truncated', question.language)}"
                return
            messages.append(turn)
            if turn.text.strip():
                yield "\n\n"
            results = await asyncio.gather(
                *(self._result(call, tables, execute, level) for call in turn.calls)
            )
            for call, result in zip(turn.calls, results, strict=True):
                messages.append(ToolResult(call.id, call.name, result))

    async def _taken(
        self, question: Question, messages: Sequence[Message], number: int, *, is_brief: bool
    ) -> AsyncGenerator[str | Turn]:
        listed = prompt.section(
            "operations", " ".join(signature(k, k.name) for k in self.operations if k.for_models)
        )
        instructions = f"{prompt.instructions('agent', persona=self.persona)}\n\n{listed}"
        material = prompt.material(question, chars_max=self.question_chars_max, is_brief=is_brief)
        taken = self.model.take_turn(
            instructions,
            [UserMessage(material), *messages],
            self._specs(),
            last=number == TURNS - 1,
        )
        async for piece in taken:
            yield piece

    async def _result(self, call: ToolCall, tables: Tables, execute: Execute, level: int) -> str:
        by_name = {kind.name: kind for kind in self.operations if kind.for_models}
        if call.problem:
            return f"ERROR: {call.problem}"
        match call.name:
            case "cannot":
                reason = str(call.arguments.get("reason", ""))[:1_000]
                raise WorkerFailed("worker_cannot", reason, reason=reason)
            case "describe":
                names = call.arguments.get("names")
                wanted = [str(n) for n in names[:8]] if isinstance(names, list) else []
                known = [by_name[name] for name in wanted if name in by_name]
                lines = [f"{kind.name}: {described(kind)}" for kind in known]
                return prompt.section("described", "\n".join([*lines, shared_told(known)]))
            case "call":
                name, given = str(call.arguments.get("name", "")), call.arguments.get("arguments")
                if name not in by_name:
                    return f"ERROR: There is no operation {name!r}: {', '.join(by_name)}."
                try:
                    arguments = given if isinstance(given, dict) else {}
                    operation = read_operation(by_name[name], arguments, tables)
                except ValueError as error:
                    return f"ERROR: {prompt.cut(str(error), 6_000)}"
                return told_digest(await execute(operation), level)
        return f"ERROR: There is no tool {call.name!r}."

    @staticmethod
    def _specs() -> tuple[ToolSpec, ...]:
        text_type = {"type": "string"}
        schemas: dict[str, tuple[dict[str, Any], list[str]]] = {
            _CALL: ({"name": text_type, "arguments": {"type": "object"}}, ["name", "arguments"]),
            _DESCRIBE: ({"names": {"type": "array", "items": text_type}}, ["names"]),
            CANNOT: ({"reason": text_type}, ["reason"]),
        }
        told = prompt.tool_texts("agent_tools")
        return tuple(
            ToolSpec(
                name, told[name], {"type": "object", "properties": known, "required": required}
            )
            for name, (known, required) in schemas.items()
        )


def _shortened(message: Message, level: int) -> Message:
    if not isinstance(message, ToolResult):
        return message
    return replace(message, text=prompt.cut(message.text, RESULT_CHARS[level]))

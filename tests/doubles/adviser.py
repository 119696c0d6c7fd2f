"""A language model that knows its cases: what a competent model answers to the questions of a test,
call by call, and with one mistake first where a case says so.

It is asked over HTTP like any model (`scripted_llm`), keeps no state, and corrects itself only
where a result says what was wrong: what it is not shown it does not know.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.doubles.competent_llm import answer_of, sections_of, tools_of
from tests.doubles.scripted_llm import Answer, Body, Calls, Fills, Says

Json = dict[str, Any]
Way = Literal["run", "sql", "delegate"]


@dataclass(frozen=True)
class Task:
    """What one worker is to do, and the arguments that the model gives: the last are right, those
    before it are mistakes. An agent's arguments name their `operation`. `way` says how the
    orchestrator's model has it done: by the operation itself, by SQL, or in words to the agent."""

    worker: str
    request: str
    tries: tuple[Json, ...]
    way: Way = "run"

    def call(self, mistakes: int) -> tuple[str, Json]:
        """Return the call of the orchestrator's model after so many mistakes were pointed out."""
        name = self.worker.split(":")[1]
        if self.way == "delegate":
            return "delegate", {"agent": name, "request": self.request}
        operation, arguments = self.operation(mistakes)
        if self.way == "sql":
            return "sql", {**arguments, "title": self.request}
        full = f"{name}.{operation}" if operation else name.replace("/", ".")
        return "run", {"name": full, "arguments": arguments, "title": self.request}

    def operation(self, mistakes: int) -> tuple[str, Json]:
        """Return the operation, if it is an agent's, and its arguments."""
        arguments = dict(self.tries[min(mistakes, len(self.tries) - 1)])
        return str(arguments.pop("operation", "")), arguments

    @property
    def steps(self) -> int:
        """How many steps of a plan it takes: what is wrong with SQL is known when it runs; wrong
        columns of an operation are seen before, and an agent mends its own mistakes."""
        return len(self.tries) if self.way == "sql" else 1


@dataclass(frozen=True)
class Case:
    """A question and the calls for it; `instead` is called when one of them has failed."""

    question: str
    tasks: tuple[Task, ...]
    words: str
    """Said beside the first calls."""
    instead: tuple[Task, ...] = ()
    why: str = ""
    """Said beside the calls of `instead`."""


@dataclass
class Adviser:
    """The model's script."""

    cases: tuple[Case, ...]
    told: dict[str, list[str]] = field(default_factory=dict)
    """What it was told to be wrong, by request."""
    found: dict[str, list[str]] = field(default_factory=dict)
    """All results that it was shown last, by request."""
    held: asyncio.Event | None = None
    """What the answer waits for after its first piece."""

    def think(self, body: Body) -> Answer:
        """Answer one call."""
        request, tools = str(sections_of(body).get("request", "")), tools_of(body)
        done = _done(body)
        self.found[request] = [result for _, result in done]
        if "delegate" in tools:
            case = next(case for case in self.cases if case.question == request)
            return self._calls(case, done)
        if "call" in tools:
            tasks = (task for case in self.cases for task in case.tasks)
            return self._work(next(task for task in tasks if task.request == request), done)
        found = answer_of(body)
        return Says(found) if isinstance(found, str) else Fills(found)  # type: ignore[arg-type]

    def _calls(self, case: Case, done: list[tuple[Json, str]]) -> Answer:
        """What is still to be called of a case; else the answer, which is all that was found."""
        tasks = [*case.tasks, *(case.instead if any(_failed(r) for _, r in done) else ())]
        wanted, last = [], []
        for task in tasks:
            results = [result for call, result in done if _is_of(task, call)]
            wrong = [result for result in results if _failed(result)]
            if task.way != "delegate":
                self.told[task.request] = wrong
            if len(results) == len(wrong) < len(task.tries):
                wanted.append(task.call(len(wrong)))
            last += results[-1:]
        if not wanted:
            # What begins like JSON may be a call, and would be held back until its end.
            return Says("\n".join(["Found:", *last]), held=self.held)
        return Calls(tuple(wanted), text=case.why if done else case.words)

    def _work(self, task: Task, done: list[tuple[Json, str]]) -> Answer:
        """What an agent calls that was asked in words."""
        results = [result for _, result in done]
        wrong = [result for result in results if _failed(result)]
        self.told[task.request] = wrong
        if len(results) > len(wrong):
            return Says(results[-1])
        name, arguments = task.operation(len(wrong))
        return Calls((("call", {"name": name, "arguments": arguments}),))


def _done(body: Body) -> list[tuple[Json, str]]:
    """Return the calls so far, each with its result."""
    results = {m["tool_call_id"]: m["content"] for m in body["messages"] if m["role"] == "tool"}
    calls = [c for m in body["messages"] for c in m.get("tool_calls") or ()]
    return [(json.loads(c["function"]["arguments"]), str(results[c["id"]])) for c in calls]


def _is_of(task: Task, call: Json) -> bool:
    return task.request in (call.get("title"), call.get("request"))


def _failed(result: str) -> bool:
    return result.startswith(("ERROR: ", '{"error":'))

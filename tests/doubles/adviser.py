"""A language model that knows its cases: what a competent model answers to the questions of a test,
call by call, and with one mistake first where a case says so.

It is asked over HTTP like any model (`scripted_llm`), keeps no state, and corrects itself only
where the request names what was wrong: what it is not shown it does not know.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.competent_llm import answer_of, sections_of, wanted_of
from tests.doubles.scripted_llm import Answer, Body, Fills, Says

Json = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What one worker is asked, and the arguments that the model gives: the last are right, those
    before it are mistakes. An agent's arguments name their `operation`."""

    worker: str
    request: str
    tries: tuple[Json, ...]
    reason: str = ""

    def arguments(self, mistakes: int) -> Json:
        """Return what is given after so many mistakes were pointed out."""
        return self.tries[min(mistakes, len(self.tries) - 1)]


@dataclass(frozen=True)
class Case:
    """A question and the plan for it; `instead` is what is planned when the findings are known."""

    question: str
    tasks: tuple[Task, ...]
    words: str
    instead: tuple[Task, ...] = ()
    why: str = ""
    """The words of the revised plan."""


@dataclass
class Adviser:
    """The model's script; `told` is what it was told to be wrong, by request."""

    cases: tuple[Case, ...]
    told: dict[str, list[str]] = field(default_factory=dict)
    found: dict[str, list[Json]] = field(default_factory=dict)
    """The findings that it was shown for a revision, by question."""
    held: asyncio.Event | None = None
    """What a summary waits for after its first piece."""

    def think(self, body: Body) -> Answer:
        """Answer one call."""
        sections, (form, _) = sections_of(body), wanted_of(body)
        request = str(sections.get("request", ""))
        reasons = _reasons(body, sections)
        if reasons:
            self.told.setdefault(request, []).extend(reasons)
        if form == "plan":
            return Fills(self._plan(request, sections, len(reasons)))
        if form in ("choice", "arguments"):
            arguments = dict(self._task(request).arguments(len(reasons)))
            if form == "arguments":
                return Fills(arguments)
            return Fills({"calls": [{"operation": arguments.pop("operation"),
                                     "arguments": arguments}]})  # fmt: skip
        if not form and (findings := sections.get("findings")):
            return Says("\n".join(one.get("text") or one["problem"] for one in findings),
                        held=self.held)  # fmt: skip
        found = answer_of(body)
        return Says(found) if isinstance(found, str) else Fills(found)

    def _plan(self, question: str, sections: Json, mistakes: int) -> Json:
        case = next(case for case in self.cases if case.question == question)
        schemas = {w["worker"] for w in sections["workers"] if "input_schema" in w}
        revising = "findings" in sections
        if revising:
            self.found[question] = sections["findings"]
        tasks = case.instead if revising else case.tasks
        steps = [
            {
                "id": f"s{place}",
                "worker": task.worker,
                "request": task.request,
                "reason": task.reason,
                "arguments": task.arguments(mistakes) if task.worker in schemas else None,
            }
            for place, task in enumerate(tasks, 1)
        ]
        return {"words": case.why if revising else case.words, "steps": steps}

    def _task(self, request: str) -> Task:
        tasks = (task for case in self.cases for task in (*case.tasks, *case.instead))
        return next(task for task in tasks if task.request == request)


def _reasons(body: Body, sections: Json) -> list[str]:
    """Return what the request says to be wrong: with an earlier answer, and with what it did."""
    corrected = [sections_of({"messages": [message]}).get("what_was_wrong")
                 for message in body["messages"]]  # fmt: skip
    return [*sections.get("what_did_not_work", ()), *(str(one) for one in corrected if one)]

"""Operations and arguments of the embedded planner, from the request to what is computed.

    python -m benchmarks.routing.arguments [arguments.jsonl …] [--errors]

Each request is planned over our own team (or over one member, where `worker` names it); every step
of an agent then chooses its operations, as the agent does. operation: one of the wanted operations
is among what would be computed. arguments: it has the wanted arguments as well.
"""

import asyncio
from typing import Any

from benchmarks.routing.data import DATASETS
from benchmarks.routing.operations import operations_of
from benchmarks.routing.report import Judged, options, report
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.workers.own import own_roster

Computed = list[tuple[str, dict[str, Any]]]


async def computed(planner: EmbeddedPlanner, request: dict[str, Any], roster: Roster) -> Computed:
    """Return the operations that a request leads to, with their arguments."""
    asked = Question(
        text=request["text"], language=request["language"], datasets=(DATASETS[request["data"]],)
    )
    worker = request["worker"]
    if worker and not worker.startswith("mcp:"):
        return await chosen(planner, asked, worker)
    if worker:
        name = worker.removeprefix("mcp:")
        roster = Roster(tools=tuple(tool for tool in roster.tools if tool.name == name))
    found: Computed = []
    async for item in planner.plan(asked, roster):
        for step in item.steps if isinstance(item, Plan) else ():
            if step.arguments is not None:
                found.append((step.name.partition("/")[2], step.arguments))
            else:
                told = asked.model_copy(update={"text": step.request})
                found += await chosen(planner, told, step.name)
    return found


async def chosen(planner: EmbeddedPlanner, asked: Question, agent: str) -> Computed:
    """Return the operations that an agent would run for a request, with their arguments."""
    operations, most = operations_of(agent)
    if not operations:
        return []
    try:
        chosen = await planner.choose(asked, operations, most)
    except BadInput:
        return []
    return [(made.name, made.model_dump(mode="json")) for made in chosen]


def judge(found: Computed, request: dict[str, Any]) -> tuple[float, float]:
    """Return whether the operation, and whether its arguments are right (0 or 1)."""
    made = [arguments for name, arguments in found if name in request["operation"]]
    wanted = request["arguments"].items()
    right = any(
        all(any(same(a.get(n), value) for n in name.split("|")) for name, value in wanted)
        for a in made
    )
    return float(bool(made)), float(right)


def same(one: Any, other: Any) -> bool:
    """Return whether an argument is as wanted; lists in any order."""
    if isinstance(other, list):
        return sorted(map(str, one or ())) == sorted(map(str, other))
    return bool(one == other)


async def main() -> None:
    """Print the figures of each file."""
    planner, roster = EmbeddedPlanner(), own_roster()

    async def judged(request: dict[str, Any]) -> Judged:
        found = await computed(planner, request, roster)
        told = [(k, {n: v for n, v in a.items() if v}) for k, a in found]
        return judge(found, request), str(told)

    await report(options("arguments.jsonl"), "operation", judged)
    await planner.close()


if __name__ == "__main__":
    asyncio.run(main())

"""Follow-ups of the embedded planner: does the next question change what it says, and nothing else?

    python -m benchmarks.routing.followups [followups.jsonl …] [--errors]

The questions of `first` are asked in their order, then the follow-up `then`, each planned with the
turns before it. worker: one of the wanted workers does it, and nobody else. all: besides, it does
one of the wanted operations with the wanted arguments, and with no other filters than those.
"""

import asyncio
from typing import Any

from benchmarks.routing.arguments import chosen, same
from benchmarks.routing.data import DATASETS
from benchmarks.routing.report import Judged, options, report
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.planner import Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.core.worker import Turn
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.workers.own import own_roster

Done = list[tuple[str, str, dict[str, Any]]]


async def done(planner: EmbeddedPlanner, request: dict[str, Any], roster: Roster) -> Done:
    """Return who does what for the follow-up: worker, operation, arguments."""
    history: list[Turn] = []
    found: Done = []
    for text in [*request["first"], request["then"]]:
        asked = Question(
            text=text,
            language=request["language"],
            datasets=(DATASETS[request["data"]],),
            history=tuple(history),
        )
        steps: tuple[Step, ...] = ()
        async for item in planner.plan(asked, roster):
            steps = item.steps if isinstance(item, Plan) else steps
        told = [s.model_dump(include={"worker", "request", "arguments"}) for s in steps]
        found = []
        for step in steps:
            group = step.worker.partition("/")[0]
            if step.arguments is not None:
                found.append((group, step.name.partition("/")[2], step.arguments))
            else:
                worked = asked.model_copy(update={"text": step.request})
                made = await chosen(planner, worked, step.name)
                found += [(group, name, arguments) for name, arguments in made]
        history.append(Turn(question=text, steps=tuple(told)))
    return found


def judge(found: Done, request: dict[str, Any]) -> tuple[float, float]:
    """Return whether the worker, and whether all of it is right (0 or 1)."""
    worker = bool(found) and all(group in request["worker"] for group, _, _ in found)
    wanted = {"filters": [], **request["arguments"]}
    right = any(
        name in request["operation"]
        and all(any(same(a.get(n), value) for n in key.split("|")) for key, value in wanted.items())
        for _, name, a in found
    )
    return float(worker), float(worker and right)


async def main() -> None:
    """Print the figures of each file."""
    planner, roster = EmbeddedPlanner(), own_roster()

    async def judged(request: dict[str, Any]) -> Judged:
        found = await done(planner, request, roster)
        told = [(w, k, {n: v for n, v in a.items() if v}) for w, k, a in found]
        return judge(found, request), str(told)

    await report(options("followups.jsonl"), "worker", judged)
    await planner.close()


if __name__ == "__main__":
    asyncio.run(main())

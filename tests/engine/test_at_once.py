"""At most so many agents and so many tools of a run work at once; the others wait their turn."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

from cherry_reflex.core.events import TextDelta
from cherry_reflex.core.plan import Step
from cherry_reflex.core.worker import WorkerEvent
from tests.engine.conftest import Open
from tests.engine.scripted_workers import Scripted, ScriptedWorkers

AGENTS, TOOLS = 5, 3
"""What the engine of these tests is opened with, and the defaults of the settings."""


async def test_five_agents_and_three_tools(open_engine: Open) -> None:
    now, peak, full = Counter[str](), Counter[str](), asyncio.Event()

    async def script(call: Scripted) -> AsyncIterator[WorkerEvent]:
        kind = call.work.worker[:3]
        now[kind] += 1
        peak[kind] = max(peak[kind], now[kind])
        if now["a2a"] >= AGENTS and now["mcp"] >= TOOLS:
            full.set()
        await full.wait()
        yield TextDelta(text="done")
        now[kind] -= 1

    workers = ["a2a:one", "mcp:two/do"]
    steps = [
        Step(id=f"s{number}", worker=workers[number % 2], request="go", arguments={})
        for number in range(12)
    ]
    engine = await open_engine(ScriptedWorkers(steps, a2a_one=script, mcp_two__do=script))
    async with asyncio.timeout(20):
        view = await engine.over(await engine.ask())
    assert view.state == "finished"
    lanes = {lane.step: lane.state for lane in view.lanes}
    assert [lanes[step.id] for step in steps] == ["done"] * len(steps)
    assert peak == {"a2a": AGENTS, "mcp": TOOLS}

"""CherryAI's web process with one more worker, `generator`, which streams from inside the process,
and a planner of its own for questions of several lanes: `lanes <n> <worker> <count> <rate>`.

Everything else is the app as it is served. Started by benchmarks/stream/house.py.
"""

from collections.abc import AsyncIterator

from benchmarks.stream import each
from benchmarks.stream.tokens import told
from cherry_reflex import runtime
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.events import TextDelta
from cherry_reflex.core.ids import ORCHESTRATOR
from cherry_reflex.core.orchestration import TakeTurn
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.roster import AgentEntry, Roster
from cherry_reflex.core.worker import ArtifactProduced, WorkerCall, WorkerEvent, WorkerRequest
from cherry_reflex.web import server
from cherry_reflex.workers.pool import WorkerPool

_ENTRY = AgentEntry(name="generator", description="Counts.", url="inside:", healthy=True)


class _Inside:
    """An call with somebody in this process."""

    def __init__(self, work: WorkerRequest) -> None:
        self._work = work

    async def answer(self, reply: str) -> None:
        raise NotImplementedError


class _Generator(_Inside):
    async def events(self) -> AsyncIterator[WorkerEvent]:
        work = self._work
        async for token in told(work.request, f"{work.run_id}-{work.step_id}"):
            yield TextDelta(text=token)


class _Planner(_Inside):
    async def events(self) -> AsyncIterator[WorkerEvent]:
        wanted = self._work.orchestration
        if not isinstance(wanted, TakeTurn) or wanted.plan is not None:
            return
        _, lanes, worker, count, rate = self._work.request.split()
        steps = tuple(
            Step(id=f"s{n + 1}", worker=f"a2a:{worker}", request=f"{count} {rate}")
            for n in range(int(lanes))
        )
        data = Plan(steps=steps).model_dump_json().encode()
        yield ArtifactProduced(content=ArtifactContent(kind="plan", title="plan", data=data))


class InsideWorkers(WorkerPool):
    """The team, and the two."""

    async def roster(self, *, fresh: bool = False) -> Roster:
        known = await super().roster(fresh=fresh)
        return known.model_copy(update={"agents": (*known.agents, _ENTRY)})

    def call(self, work: WorkerRequest) -> WorkerCall:
        if work.worker == "a2a:generator":
            return _Generator(work)
        if work.worker == ORCHESTRATOR:
            return _Planner(work)
        return super().call(work)


if __name__ == "__main__":
    each.arrange()
    runtime.WorkerPool = InsideWorkers  # type: ignore[misc,attr-defined]
    server.main()

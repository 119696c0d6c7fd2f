"""A workforce whose members do what a test tells them; the real protocol, without a network."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import NotFound
from cherry_reflex.core.events import InputRequested, TextDelta
from cherry_reflex.core.ids import ORCHESTRATOR
from cherry_reflex.core.orchestration import Summarize, TakeTurn
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry, ToolFunction
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent, WorkerRequest

Script = Callable[["Scripted"], AsyncIterator[WorkerEvent]]
Yield = list[Step] | str | asyncio.Event


class Scripted:
    """One call; `replies` receives the person's answers."""

    def __init__(self, work: WorkerRequest, script: Script) -> None:
        self.work = work
        self.replies: asyncio.Queue[str] = asyncio.Queue()
        self._script = script

    def events(self) -> AsyncIterator[WorkerEvent]:
        return self._script(self)

    async def answer(self, reply: str) -> None:
        await self.replies.put(reply)


class ScriptedWorkers:
    """Workers by name (`a2a:…`, `mcp:…`). The orchestrator plans `steps`, wants `more` steps when
    it is asked to revise the plan, and sums up. With `turns` it is a loop, which says what each
    turn yields: a list of steps to do, words of the answer, or an event to wait for."""

    def __init__(
        self,
        steps: list[Step] | None,
        *,
        more: list[Step] | None = None,
        look_again: bool = False,
        turns: Sequence[Sequence[Yield]] = (),
        **workers: Script,
    ) -> None:
        self.steps, self.more, self.look_again = steps, more, look_again
        self.turns = list(turns)
        self.workers = {
            name.replace("__", "/").replace("_", ":", 1): s for name, s in workers.items()
        }
        self.asked: list[WorkerRequest] = []
        self.workers[ORCHESTRATOR] = self._orchestrate

    async def roster(self, *, fresh: bool = False) -> Roster:
        agents = tuple(
            AgentEntry(name=n[4:], url="http://x", healthy=True, own=True)
            for n in self.workers
            if n.startswith("a2a:")
        )
        tools = tuple(
            ToolEntry(
                name=n[4:].split("/")[0], healthy=True, tools=(ToolFunction(name=n.split("/")[1]),)
            )
            for n in self.workers
            if n.startswith("mcp:")
        )
        return Roster(agents=agents, tools=tools)

    def call(self, work: WorkerRequest) -> Scripted:
        self.asked.append(work)
        if work.worker not in self.workers:
            raise NotFound("worker_unknown", name=work.worker, names="")
        return Scripted(work, self.workers[work.worker])

    async def _orchestrate(self, job: Scripted) -> AsyncIterator[WorkerEvent]:
        wanted = job.work.orchestration
        if isinstance(wanted, Summarize):
            for finding in wanted.findings:
                yield TextDelta(text=f"{finding.worker} {finding.state}. ")
        elif self.turns:
            async for said in self._turn(self.turns.pop(0)):
                yield said
        elif isinstance(wanted, TakeTurn) and wanted.plan is not None:
            yield TextDelta(text="I look again. ")
            if self.more:
                plan = Plan(steps=tuple(self.more), note="Again.")
                data = plan.model_dump_json().encode()
                yield ArtifactProduced(
                    content=ArtifactContent(kind="plan", title="plan", data=data)
                )
        elif self.steps is None:
            yield TextDelta(text="Hello!")
        else:
            yield TextDelta(text="I plan. ")
            plan = Plan(steps=tuple(self.steps), note="First.", look_again=self.look_again)
            data = plan.model_dump_json().encode()
            yield ArtifactProduced(content=ArtifactContent(kind="plan", title="plan", data=data))

    async def _turn(self, turn: Sequence[Yield]) -> AsyncIterator[WorkerEvent]:
        for one in turn:
            if isinstance(one, str):
                yield TextDelta(text=one)
            elif isinstance(one, asyncio.Event):
                await one.wait()
            else:
                plan = Plan(steps=tuple(one), loop=True)
                data = plan.model_dump_json().encode()
                yield ArtifactProduced(
                    content=ArtifactContent(kind="plan", title="plan", data=data)
                )


def says(*texts: str) -> Script:
    """A worker that says these texts."""

    async def script(_: Scripted) -> AsyncIterator[WorkerEvent]:
        for text in texts:
            yield TextDelta(text=text)

    return script


def fails(error: Exception, *texts: str) -> Script:
    """A worker that says these texts and then fails."""

    async def script(_: Scripted) -> AsyncIterator[WorkerEvent]:
        for text in texts:
            yield TextDelta(text=text)
        raise error

    return script


def hangs(begun: asyncio.Event) -> Script:
    """A worker that begins and never ends."""

    async def script(_: Scripted) -> AsyncIterator[WorkerEvent]:
        yield TextDelta(text="begun ")
        begun.set()
        await asyncio.Event().wait()

    return script


def asks(prompt: str) -> Script:
    """A worker that asks and repeats the reply."""

    async def script(job: Scripted) -> AsyncIterator[WorkerEvent]:
        yield InputRequested(prompt=prompt, options=("yes", "no"))
        yield TextDelta(text=f"You said {await job.replies.get()}.")

    return script


def step(step_id: str, worker: str, *after: str) -> Step:
    """Return a step of a plan."""
    return Step(id=step_id, worker=worker, request=f"do {step_id}", after=after)

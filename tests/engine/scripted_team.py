"""A workforce whose members do what a test tells them; the real protocol, without a network."""

import asyncio
from collections.abc import AsyncIterator, Callable

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import NotFound
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry, ToolFunction
from cherry_reflex.core.work import Asked, News, Said, Shown, Work

Script = Callable[["Scripted"], AsyncIterator[News]]


class Scripted:
    """One engagement; `replies` receives the person's answers."""

    def __init__(self, work: Work, script: Script) -> None:
        self.work = work
        self.replies: asyncio.Queue[str] = asyncio.Queue()
        self._script = script

    def news(self) -> AsyncIterator[News]:
        return self._script(self)

    async def answer(self, reply: str) -> None:
        await self.replies.put(reply)


class ScriptedTeam:
    """Workers by name (`a2a:…`, `mcp:…`). The orchestrator plans `steps`, wants `more` steps when
    it is asked to revise the plan, and sums up."""

    def __init__(
        self,
        steps: list[Step] | None,
        *,
        more: list[Step] | None = None,
        look_again: bool = False,
        **workers: Script,
    ) -> None:
        self.steps, self.more, self.look_again = steps, more, look_again
        self.workers = {
            name.replace("__", "/").replace("_", ":", 1): s for name, s in workers.items()
        }
        self.asked: list[Work] = []
        self.workers["a2a:orchestrator"] = self._orchestrate

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

    def engage(self, work: Work) -> Scripted:
        self.asked.append(work)
        if work.worker not in self.workers:
            raise NotFound("worker_unknown", name=work.worker, names="")
        return Scripted(work, self.workers[work.worker])

    async def _orchestrate(self, job: Scripted) -> AsyncIterator[News]:
        if job.work.extra["mode"] == "summary":
            for finding in job.work.extra["findings"]:
                yield Said(text=f"{finding['worker']} {finding['state']}. ")
        elif job.work.extra["mode"] == "revise":
            yield Said(text="I look again. ")
            if self.more:
                plan = Plan(steps=tuple(self.more), note="Again.").model_dump_json().encode()
                yield Shown(content=ArtifactContent(kind="plan", title="plan", data=plan))
        elif self.steps is None:
            yield Said(text="Hello!")
        else:
            yield Said(text="I plan. ")
            plan = Plan(steps=tuple(self.steps), note="First.", look_again=self.look_again)
            data = plan.model_dump_json().encode()
            yield Shown(content=ArtifactContent(kind="plan", title="plan", data=data))


def says(*texts: str) -> Script:
    """A worker that says these texts."""

    async def script(_: Scripted) -> AsyncIterator[News]:
        for text in texts:
            yield Said(text=text)

    return script


def fails(error: Exception, *texts: str) -> Script:
    """A worker that says these texts and then fails."""

    async def script(_: Scripted) -> AsyncIterator[News]:
        for text in texts:
            yield Said(text=text)
        raise error

    return script


def hangs(begun: asyncio.Event) -> Script:
    """A worker that begins and never ends."""

    async def script(_: Scripted) -> AsyncIterator[News]:
        yield Said(text="begun ")
        begun.set()
        await asyncio.Event().wait()

    return script


def asks(prompt: str) -> Script:
    """A worker that asks and repeats the reply."""

    async def script(job: Scripted) -> AsyncIterator[News]:
        yield Asked(prompt=prompt, options=("yes", "no"))
        yield Said(text=f"You said {await job.replies.get()}.")

    return script

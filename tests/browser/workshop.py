"""The app with a team whose members do what a test wants: outside A2A agents and a model that asks
them, all over their real protocols."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cherry_reflex.a2a.server.endpoint import agents_app
from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.errors import WorkerFailed
from cherry_reflex.core.worker import WorkerRequest
from tests.browser.conftest import App
from tests.doubles.competent_llm import answer_of, results_of, tools_of
from tests.doubles.scripted_agents import Scripted, scripted
from tests.doubles.scripted_llm import Answer, Body, Calls, Fills, Says, scripted_llm
from tests.doubles.serving import listening, serving


@dataclass
class Workshop:
    """`moody` fails as often as `failures` says, `steady` works until `free` is set, `echo` says
    what it is given, `curious` asks. The model asks those of `turns`, one turn after the other, and
    tells each what was found before; then it answers with all that was."""

    turns: list[tuple[str, ...]] = field(default_factory=list)
    failures: int = 1
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def moody(self, work: WorkerRequest, context: AgentContext) -> None:
        self.failures -= 1
        if self.failures >= 0:
            raise WorkerFailed("agent_failed", name="moody", detail="out of sorts")
        await context.say("Now it works.")

    async def steady(self, work: WorkerRequest, context: AgentContext) -> None:
        await context.say("Working steadily. ")
        await self.free.wait()
        await context.say("Done.")

    async def echo(self, work: WorkerRequest, context: AgentContext) -> None:
        await context.say(f"Heard: {work.request}")

    async def curious(self, work: WorkerRequest, context: AgentContext) -> None:
        await context.say(
            f"You said {await context.ask('Which year do you mean?', ('2023', '2024'))}."
        )

    def think(self, body: Body) -> Answer:
        """Answer one call; what has nothing to do with the team as a competent model does."""
        results = results_of(body)
        if "delegate" not in tools_of(body):
            found = answer_of(body)
            return Says(found) if isinstance(found, str) else Fills(found)  # type: ignore[arg-type]
        taken = sum(message["role"] == "assistant" for message in body["messages"])
        if taken == len(self.turns):
            return Says("\n\n".join(results))
        known = f": {' '.join(results)}" if results else ""
        wanted = ({"agent": n, "request": f"do {n}{known}"} for n in self.turns[taken])
        words = "The team looks at it." if not taken else ""
        return Calls(tuple(("delegate", arguments) for arguments in wanted), text=words)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[App, Workshop]]:
    """Serve the app and its team."""
    shop = Workshop()
    names = ("moody", "steady", "echo", "curious")
    agents = [scripted(name, getattr(shop, name)) for name in names]
    async with scripted_llm(fallback=shop.think) as llm:
        settings = {"CHERRY_LLM_BASE_URL": llm.base_url, "CHERRY_LLM_MODEL": "scripted"}
        async with beside(folder, agents, **settings) as app:
            try:
                yield app, shop
            finally:
                shop.free.set()


@asynccontextmanager
async def beside(folder: Path, agents: Sequence[Scripted], **settings: str) -> AsyncIterator[App]:
    """Serve the app, with these agents beside its own."""
    bound, url = listening()
    listed = folder / "agents.json"
    listed.write_text(json.dumps([{"url": f"{url}/agents/{one.card.name}"} for one in agents]))
    async with serving(agents_app(agents, url, data_dir=folder), bound):
        app = App(folder)
        app.environment = {"CHERRY_AGENTS_FILE": str(listed), **settings}  # type: ignore[misc]
        await asyncio.to_thread(app.start)
        try:
            yield app
        finally:
            await asyncio.to_thread(app.stop)

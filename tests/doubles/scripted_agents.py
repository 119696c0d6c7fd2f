"""Agents of our own kind whose doings the tests decide."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cherry_reflex.core.agent import AgentContext, Card
from cherry_reflex.core.roster import Skill
from cherry_reflex.core.worker import WorkerRequest

Doing = Callable[[WorkerRequest, AgentContext], Awaitable[None]]


@dataclass(frozen=True)
class Scripted:
    """An agent that does what a function says."""

    card: Card
    doing: Doing

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        """Do it."""
        await self.doing(work, context)


def scripted(name: str, doing: Doing) -> Scripted:
    """Return an agent of that name."""
    skill = Skill(id=name, name=name, description=f"does {name}", examples=("해 주세요", "do it"))
    card = Card(name=name, title=name.title(), description=f"Does {name}.", skills=(skill,))
    return Scripted(card, doing)


def tokens(count: int, *, every: int = 10) -> Doing:
    """Say tok1 … tokN, yielding to the loop after each `every`."""

    async def doing(work: WorkerRequest, context: AgentContext) -> None:
        for number in range(1, count + 1):
            await context.say(f"tok{number} ")
            if number % every == 0:
                await asyncio.sleep(0.001)

    return doing

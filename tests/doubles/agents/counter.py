"""Counts as far as it is asked to, then waits when asked to."""

import asyncio
import os

from cherry_reflex.core.agent import Agent, AgentContext, AgentServices
from cherry_reflex.core.worker import WorkerRequest
from tests.doubles.scripted_agents import scripted, tokens


def create(services: AgentServices) -> Agent:
    """Return the agent."""

    async def doing(work: WorkerRequest, context: AgentContext) -> None:
        if work.request == "pid":
            await context.say(str(os.getpid()))
            return
        await tokens(int(work.request.split()[0]))(work, context)
        if work.request.endswith("wait"):
            await asyncio.Event().wait()

    return scripted("counter", doing)

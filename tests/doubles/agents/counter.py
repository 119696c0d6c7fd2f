"""Counts as far as it is asked to, then waits when asked to."""

import asyncio
import os

from cherry_reflex.core.agent import Agent, Desk, Office
from cherry_reflex.core.work import Work
from tests.doubles.scripted_agents import scripted, tokens


def create(office: Office) -> Agent:
    """Return the agent."""

    async def doing(work: Work, desk: Desk) -> None:
        if work.request == "pid":
            await desk.say(str(os.getpid()))
            return
        await tokens(int(work.request.split()[0]))(work, desk)
        if work.request.endswith("wait"):
            await asyncio.Event().wait()

    return scripted("counter", doing)

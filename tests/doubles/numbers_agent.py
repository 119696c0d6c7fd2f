"""A real A2A agent that says numbered tokens at a given rate, and remembers when it did.

`python -m tests.doubles.numbers_agent PORT`; the request is `<count> <tokens a second>`; rate 0
is as fast as it can; who gives no rate is asked for it. `GET /emitted` returns the Unix times of
the last request's tokens.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from cherry_reflex.a2a.server.endpoint import agents_app
from cherry_reflex.core.agent import AgentContext, Card
from cherry_reflex.core.roster import Skill
from cherry_reflex.core.worker import WorkerRequest

_SKILL = Skill(id="count", name="Count", description="Counts.", examples=("100 50",))


class Numbers:
    """The agent."""

    card = Card(name="numbers", title="Numbers", description="Counts aloud.", skills=(_SKILL,))

    def __init__(self) -> None:
        self.emitted: list[float] = []

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        parts = work.request.split()[:2]
        if len(parts) == 1:
            parts.append(await context.ask("How many a second?", ("0", "100")))
        count, rate = (int(part) for part in parts)
        self.emitted = []
        begun = time.monotonic()
        for number in range(count):
            if rate:
                await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            self.emitted.append(time.time())
            await context.say(f"tok{number} ")


def main() -> None:
    port = int(sys.argv[1])
    agent = Numbers()

    async def emitted(_: Request) -> JSONResponse:
        return JSONResponse(agent.emitted)

    app = agents_app([agent], f"http://127.0.0.1:{port}", data_dir=Path(tempfile.mkdtemp()))
    app.router.routes.append(Route("/emitted", emitted))
    uvicorn.run(app, port=port, log_level="warning")


if __name__ == "__main__":
    main()

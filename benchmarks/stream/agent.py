"""The numbers agent: a real A2A server that streams numbered tokens.

`python -m benchmarks.stream.agent PORT`.
"""

import sys
import tempfile
from pathlib import Path

import uvicorn

from benchmarks.stream import each
from benchmarks.stream.tokens import told
from cherry_reflex.a2a.server.endpoint import agents_app
from cherry_reflex.core.agent import AgentContext, Card
from cherry_reflex.core.roster import Skill
from cherry_reflex.core.worker import WorkerRequest

_SKILL = Skill(id="count", name="Count", description="Counts.", examples=("100 50",))


class Numbers:
    """The agent."""

    card = Card(name="numbers", title="Numbers", description="Counts aloud.", skills=(_SKILL,))

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        async for token in told(work.request, f"{work.run_id}-{work.step_id}"):
            await context.say(token)


def main() -> None:
    each.arrange()
    port = int(sys.argv[1])
    url = f"http://127.0.0.1:{port}"
    app = agents_app([Numbers()], url, data_dir=Path(tempfile.mkdtemp()))
    uvicorn.run(app, port=port, log_level="warning", loop="uvloop")


if __name__ == "__main__":
    main()

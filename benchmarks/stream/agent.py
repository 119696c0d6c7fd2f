"""The numbers agent: a real A2A server that streams numbered tokens.

`python -m benchmarks.stream.agent PORT`.
"""

import sys
import tempfile
from pathlib import Path

import uvicorn

from benchmarks.stream import each
from benchmarks.stream.tokens import told
from cherry_reflex.core.agent import Card, Desk
from cherry_reflex.core.roster import Skill
from cherry_reflex.core.work import Work
from cherry_reflex.wire.a2a.server import agents_app

_SKILL = Skill(id="count", name="Count", description="Counts.", examples=("100 50",))


class Numbers:
    """The agent."""

    card = Card(name="numbers", title="Numbers", description="Counts aloud.", skills=(_SKILL,))

    async def run(self, work: Work, desk: Desk) -> None:
        async for token in told(work.request, f"{work.run_id}-{work.step_id}"):
            await desk.say(token)


def main() -> None:
    each.arrange()
    port = int(sys.argv[1])
    url = f"http://127.0.0.1:{port}"
    app = agents_app([Numbers()], url, data_dir=Path(tempfile.mkdtemp()))
    uvicorn.run(app, port=port, log_level="warning", loop="uvloop")


if __name__ == "__main__":
    main()

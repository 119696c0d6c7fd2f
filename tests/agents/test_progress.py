"""What an operation says of its progress reaches the context while it runs, in order."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar, cast

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.analysis.operations import run_operation
from cherry_reflex.analysis.progress import passed_on, progress
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.agent import AgentServices, Card
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.planner import Planner
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from tests.agents.conftest import Recorder
from tests.doubles.operation_server import Gated
from tests.doubles.worker_request import worker_request


class Slow(Operation):
    """Says three things."""

    name: ClassVar[str] = "slow"

    def check(self, tables: Tables) -> None:
        """Nothing to check."""

    def run(self, tables: Tables) -> Outcome:
        for number in range(3):
            progress(f"part {number}")
        return Outcome()


async def test_from_the_limited_process_to_the_context(
    tmp_path: Path, forkserver: Path, context: Recorder
) -> None:
    sandbox = Sandbox(Settings(data_dir=tmp_path), forkserver)
    async with passed_on(context.status, context.show):
        await run_operation(sandbox, Slow(), Tables(datasets=(), folder=tmp_path))
    assert [value for kind, value in context.log if kind == "status"] == [
        "part 0",
        "part 1",
        "part 2",
    ]


async def test_an_artifact_is_shown_before_the_next_is_made(
    tmp_path: Path, forkserver: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)

    class Opens(Recorder):
        async def show(self, content: ArtifactContent) -> None:
            await super().show(content)
            if content.title == "first":
                await asyncio.to_thread(gate.write_bytes, b"2")

    sandbox = Sandbox(Settings(data_dir=tmp_path), forkserver)

    async def limited(operation: Operation, tables: Tables) -> Outcome:
        return await run_operation(sandbox, operation, tables, timeout_s=30)

    class Chooses:
        async def choose(self, *asked: object) -> tuple[Operation, ...]:
            return (Gated(gate=str(gate)),)

        async def words(self, *asked: object) -> AsyncIterator[str]:
            yield "done"

    context = Opens()
    told = AgentServices(planner=cast(Planner, Chooses()), run=limited, data_dir=tmp_path)
    card = Card(name="test", title="Test", description="Tests.", skills=())
    dataset = Dataset(id="d", name="d", rows=1, columns=())
    work = worker_request("a2a:test", datasets=(dataset,))
    await Analyst(card, told, (Gated,), "").run(work, context)
    shown = [(c.title, read_bytes(c), c.meta["code"]) for c in context.shown()]
    assert shown == [("first", b"1", "one"), ("second", b"2", "all")], "each once"

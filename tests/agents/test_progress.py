"""What an operation says of its progress reaches the context while it runs, in order."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar, cast

from cherry_reflex.agents.analyst import Analyst, _overheard
from cherry_reflex.core.agent import AgentServices, Card
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import (
    Operation,
    Outcome,
    Tables,
    hand_over,
    heard_by,
    progress,
)
from cherry_reflex.core.planner import Planner
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.processes.operations import run_operation
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from tests.agents.conftest import Recorder


class Slow(Operation):
    """Says three things."""

    name: ClassVar[str] = "slow"

    def check(self, tables: Tables) -> None:
        """Nothing to check."""

    def run(self, tables: Tables) -> Outcome:
        for number in range(3):
            progress(f"part {number}")
        return Outcome()


async def test_from_the_limited_process_to_the_desk(tmp_path: Path, context: Recorder) -> None:
    sandbox = Sandbox(Settings(data_dir=tmp_path))
    async with _overheard(context, context.show):
        await run_operation(sandbox, Slow(), Tables(datasets=(), folder=tmp_path))
    assert [value for kind, value in context.log if kind == "status"] == [
        "part 0",
        "part 1",
        "part 2",
    ]


class Gated(Operation):
    """Hands over a first part; makes the second when the gate opens."""

    name: ClassVar[str] = "gated"
    gate: str

    def check(self, tables: Tables) -> None:
        """Nothing to check."""

    def run(self, tables: Tables) -> Outcome:
        first = hand_over(_part("first", b"1"), code="one", language="python")
        second = _part("second", Path(self.gate).read_bytes())
        return Outcome(artifacts=(*first, second), code="all", code_language="python")


def _part(title: str, data: bytes) -> ArtifactContent:
    return ArtifactContent(kind="text", title=title, data=data)


async def test_an_artifact_is_on_the_desk_before_the_next_is_made(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)

    class Opens(Recorder):
        async def show(self, content: ArtifactContent) -> None:
            await super().show(content)
            if content.title == "first":
                await asyncio.to_thread(gate.write_bytes, b"2")

    sandbox = Sandbox(Settings(data_dir=tmp_path))

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
    work = WorkerRequest(
        conversation_id="c", run_id="r", step_id="s", worker="w", request="?", datasets=(dataset,)
    )
    await Analyst(card, told, (Gated,), "").run(work, context)
    shown = [(c.title, c.read(), c.meta["code"]) for c in context.shown()]
    assert shown == [("first", b"1", "one"), ("second", b"2", "all")], "each once"


async def test_progress_is_heard_before_the_end_and_by_its_own_listener_alone(
    context: Recorder,
) -> None:
    heard, other = asyncio.Event(), Recorder()

    class Signals(Recorder):
        async def status(self, text: str) -> None:
            await super().status(text)
            heard.set()

    one = Signals()

    async def work(at: Recorder, name: str) -> None:
        async with _overheard(at, at.show):
            progress(name)
            await asyncio.wait_for(heard.wait(), 5)

    await asyncio.gather(work(one, "one"), work(other, "other"))
    assert one.log == [("status", "one")]
    assert other.log == [("status", "other")]


def test_nobody_listens() -> None:
    progress("nothing happens")
    said: list[str] = []
    with heard_by(said.append):
        progress("now")
    progress("gone")
    assert said == ["now"]

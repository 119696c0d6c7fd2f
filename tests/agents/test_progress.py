"""What an operation says of its progress reaches the desk while it runs, in order."""

import asyncio
from pathlib import Path
from typing import ClassVar

from cherry_reflex.agents.analyst import _overheard
from cherry_reflex.core.operation import Operation, Outcome, Tables, heard_by, progress
from cherry_reflex.datasets.operations import run_operation
from cherry_reflex.datasets.sandbox import Sandbox
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


async def test_from_the_limited_process_to_the_desk(tmp_path: Path, desk: Recorder) -> None:
    sandbox = Sandbox(Settings(data_dir=tmp_path))
    async with _overheard(desk):
        await run_operation(sandbox, Slow(), Tables(datasets=(), folder=tmp_path))
    assert [value for kind, value in desk.log if kind == "status"] == ["part 0", "part 1", "part 2"]


async def test_progress_is_heard_before_the_end_and_by_its_own_listener_alone(
    desk: Recorder,
) -> None:
    heard, other = asyncio.Event(), Recorder()

    class Signals(Recorder):
        async def status(self, text: str) -> None:
            await super().status(text)
            heard.set()

    one = Signals()

    async def work(at: Recorder, name: str) -> None:
        async with _overheard(at):
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

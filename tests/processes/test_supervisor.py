"""Children and grandchildren, real ones: whatever happens to us, none is left."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from cherry_reflex.processes.supervisor import ChildProcess
from tests.processes.deaths import until_gone

SLEEPS = "import signal; signal.pause()"
HAS_A_CHILD = f"""
import subprocess, sys, signal
child = subprocess.Popen([sys.executable, "-c", {SLEEPS!r}], stdin=subprocess.DEVNULL)
print(child.pid, flush=True)
signal.pause()
"""
LEAVES_A_CHILD = HAS_A_CHILD.replace("signal.pause()\n", "")
SAYS_GOODBYE = """
import signal, sys
def leave(number, frame):
    sys.exit(7)
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
signal.pause()
"""
IS_DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
while True:
    signal.pause()
"""
ENDS_WITH_ITS_INPUT = "import sys; sys.stdin.read(); sys.exit(3)"
PARENT = f"""
import asyncio, sys
from cherry_reflex.processes.supervisor import ChildProcess

async def main():
    async with ChildProcess((sys.executable, "-c", {SLEEPS!r}), foreign=True) as child:
        print(child.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def python(program: str, **more: object) -> ChildProcess:
    return ChildProcess((sys.executable, "-c", program), **more)  # type: ignore[arg-type]


async def pid_from(child: ChildProcess) -> int:
    async with asyncio.timeout(20):
        return int(await child.stdout.readline())


async def test_a_child_that_is_left_ends_with_all_that_it_started() -> None:
    async with python(HAS_A_CHILD) as child:
        grandchild = await pid_from(child)
        assert child.alive
        assert os.getpgid(grandchild) == child.pid != os.getpgrp()
    assert not child.alive
    assert await child.wait() == -signal.SIGKILL
    await until_gone(child.pid, grandchild)


async def test_what_a_child_leaves_behind_ends_too() -> None:
    async with python(LEAVES_A_CHILD) as child:
        grandchild = await pid_from(child)
        assert await child.wait() == 0
        assert os.getpgid(grandchild) == child.pid
    await until_gone(grandchild)


async def test_nothing_is_left_when_we_are_cancelled() -> None:
    started: asyncio.Future[tuple[int, int]] = asyncio.get_running_loop().create_future()

    async def works() -> None:
        async with python(HAS_A_CHILD) as child:
            started.set_result((child.pid, await pid_from(child)))
            await child.wait()

    task = asyncio.create_task(works())
    pids = await started
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until_gone(*pids)


async def test_one_that_is_asked_ends_by_itself() -> None:
    async with python(SAYS_GOODBYE, grace_s=20, asked_by=signal.SIGTERM) as child:
        assert await child.stdout.readline() == b"ready\n"
    assert await child.wait() == 7


async def test_the_end_of_its_input_asks_as_well() -> None:
    async with python(ENDS_WITH_ITS_INPUT, grace_s=20) as child:
        pass
    assert await child.wait() == 3


async def test_without_grace_nobody_is_asked() -> None:
    async with python(SAYS_GOODBYE, grace_s=20, asked_by=signal.SIGTERM) as child:
        assert await child.stdout.readline() == b"ready\n"
        await child.end(grace_s=0)
        assert await child.wait() == -signal.SIGKILL


async def test_one_that_is_deaf_is_killed_when_its_time_is_over() -> None:
    async with python(IS_DEAF, grace_s=0.2, asked_by=signal.SIGTERM) as child:
        assert await child.stdout.readline() == b"ready\n"
    assert await child.wait() == -signal.SIGKILL


async def test_it_is_killed_when_we_are_cancelled_while_we_wait_for_its_end() -> None:
    async with python(IS_DEAF, grace_s=60, asked_by=signal.SIGTERM) as child:
        assert await child.stdout.readline() == b"ready\n"
        task = asyncio.create_task(child.end())
        while not child.stdin.is_closing():  # noqa: ASYNC110  the task's first step
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await child.wait() == -signal.SIGKILL


async def test_a_foreign_one_ends_when_we_die_at_once() -> None:
    async with python(PARENT) as parent:
        child = await pid_from(parent)
        os.kill(parent.pid, signal.SIGKILL)
        await until_gone(child)


async def test_a_death_is_known_before_the_event_loop_hears_of_it() -> None:
    async with python(SLEEPS) as child:
        child.kill()
        with suppress(ChildProcessError):  # asyncio's own thread was faster
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # noqa: ASYNC222  on purpose
        assert not child.alive


async def test_the_tail_of_its_errors_is_kept_and_no_more() -> None:
    program = "import sys; sys.stderr.write('x' * 300_000 + 'the end'); sys.exit(1)"
    async with python(program, tail_bytes=10) as child:
        assert await child.wait() == 1
        assert await child.tail() == b"xxxthe end"


async def test_a_program_that_does_not_exist_is_an_oserror() -> None:
    child = ChildProcess(("/nowhere/at/all",))
    with pytest.raises(FileNotFoundError):
        await child.start()
    assert (child.pid, child.alive) == (0, False)
    await child.end()


@pytest.mark.parametrize(
    "scenario",
    [
        test_a_child_that_is_left_ends_with_all_that_it_started,
        test_what_a_child_leaves_behind_ends_too,
        test_nothing_is_left_when_we_are_cancelled,
        test_one_that_is_asked_ends_by_itself,
        test_one_that_is_deaf_is_killed_when_its_time_is_over,
        test_it_is_killed_when_we_are_cancelled_while_we_wait_for_its_end,
        test_a_death_is_known_before_the_event_loop_hears_of_it,
        test_the_tail_of_its_errors_is_kept_and_no_more,
        test_a_program_that_does_not_exist_is_an_oserror,
    ],
)
def test_uvloop_does_the_same(scenario: Callable[[], Awaitable[None]]) -> None:
    uvloop = pytest.importorskip("uvloop")

    async def played() -> None:
        await scenario()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(played())

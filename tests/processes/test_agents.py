"""The agents' server as its own process: found, restarted after death, stopped with us."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.worker import WorkerEvent
from cherry_reflex.processes.agents import AgentsProcess
from cherry_reflex.settings import Settings
from cherry_reflex.workers.pool import WorkerPool
from tests.doubles.worker_calls import gather_events, words
from tests.doubles.worker_request import worker_request

COMMAND = (
    sys.executable,
    "-m",
    "cherry_reflex.agents_server",
    "--with-parent",
    "--package",
    "tests.doubles.agents",
)
PARENT = """
import asyncio, sys
from pathlib import Path
from cherry_reflex.settings import Settings
from cherry_reflex.processes.agents import AgentsProcess

async def main():
    settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]))
    async with AgentsProcess(settings, sys.argv[2:]) as process:
        await process.url()
        print(process.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def team(settings: Settings) -> AsyncIterator[WorkerPool]:
    process = AgentsProcess(settings, COMMAND)
    async with process, WorkerPool(settings, own_url=process.url, servers=()) as found:
        found.agents_process = process
        yield found


def processes(team: WorkerPool) -> AgentsProcess:
    assert team.agents_process is not None
    return team.agents_process


async def test_agents_are_found_asked_and_back_within_5_s_of_their_death(team: WorkerPool) -> None:
    roster = await team.roster()
    assert [(entry.name, entry.own, entry.healthy) for entry in roster.agents] == [
        ("counter", True, True)
    ]
    assert words(await gather_events(team, worker_request("a2a:counter", "20"))) == "".join(
        f"tok{n} " for n in range(1, 21)
    )
    first = processes(team).pid
    os.kill(first, signal.SIGKILL)
    # Asked at once, over a connection that died with it.
    events = await asyncio.wait_for(gather_events(team, worker_request("a2a:counter", "pid")), 10)
    assert int(words(events)) != first
    roster = await team.roster()
    assert roster.agents[0].url.startswith(await processes(team).url())


async def test_an_agent_killed_in_the_middle_is_lost_and_its_words_stay(team: WorkerPool) -> None:
    events: list[WorkerEvent] = []
    heard = asyncio.Event()

    async def listen() -> None:
        async for item in team.call(worker_request("a2a:counter", "50 wait")).events():
            events.append(item)
            if "tok50 " in words(events):
                heard.set()

    listener = asyncio.create_task(listen())
    await asyncio.wait_for(heard.wait(), 30)
    os.kill(processes(team).pid, signal.SIGKILL)
    with pytest.raises(Unavailable) as caught:
        await asyncio.wait_for(listener, 10)
    assert caught.value.code in ("agent_lost", "agent_unreachable")
    assert words(events) == "".join(f"tok{n} " for n in range(1, 51))


async def test_it_stops_in_time_although_an_agent_works(settings: Settings) -> None:
    process = AgentsProcess(settings, COMMAND)
    heard = asyncio.Event()
    async with process, WorkerPool(settings, own_url=process.url, servers=()) as team:

        async def listen() -> None:
            async for _ in team.call(worker_request("a2a:counter", "5 wait")).events():
                heard.set()

        listener = asyncio.create_task(listen())
        await asyncio.wait_for(heard.wait(), 30)
        found = psutil.Process(process.pid)
        async with asyncio.timeout(10):
            await process.__aexit__(None, None, None)
        with pytest.raises(Unavailable):
            await asyncio.wait_for(listener, 10)
    assert not found.is_running()


async def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), *COMMAND, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = psutil.Process(int(await asyncio.wait_for(parent.stdout.readline(), 60)))
    parent.kill()
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, [child], 12)
    assert not alive


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_well(tmp_path: Path, which: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"CHERRY_DATA_DIR": str(tmp_path)},
    )
    assert process.stdout is not None
    assert b"port" in await asyncio.wait_for(process.stdout.readline(), 60)
    process.send_signal(which)
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_one_that_cannot_start_is_unavailable(settings: Settings) -> None:
    command = (sys.executable, "-c", "raise SystemExit(3)")
    async with AgentsProcess(settings, command) as process:
        with pytest.raises(Unavailable) as caught:
            await asyncio.wait_for(process.url(), 20)
    assert caught.value.code == "agents_down"

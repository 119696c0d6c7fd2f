"""The forkserver: warm, alone in its process, replaced when it dies, and it leaks nothing."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from cherry_reflex.core.errors import LimitExceeded, WorkerFailed
from cherry_reflex.processes.forkserver.forked_process import ForkedProcess
from cherry_reflex.processes.forkserver.process import Forkserver
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from tests.processes.deaths import until_gone

TARGETS = "tests.processes.targets"
CALLS = int(os.environ.get("TEST_SANDBOX_CALLS", "150"))
"""10,000 take five minutes."""


@pytest.fixture
async def server() -> AsyncIterator[Forkserver]:
    async with Forkserver(2) as server:
        yield server


@pytest.fixture
async def sandbox(server: Forkserver) -> Sandbox:
    return Sandbox(Settings(_env_file=None), server.address)


async def test_it_has_one_thread_with_all_that_it_imports(
    server: Forkserver, sandbox: Sandbox, tmp_path: Path
) -> None:
    async with asyncio.timeout(60):
        while True:
            said = await sandbox.call(f"{TARGETS}:look", {}, folder=tmp_path)
            if "cherry_reflex.analysis.wrangling.windows" in said["modules"]:
                break
    assert psutil.Process(server.pid).num_threads() == 1
    assert {"duckdb", "pandas", "scipy.stats"} <= set(said["modules"])
    assert "polars" not in said["modules"]


async def test_a_child_is_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    said = await sandbox.call(f"{TARGETS}:look", {}, folder=tmp_path)
    assert said["pid"] == said["group"] == said["session"]
    nothing, noise, same, caller, *others = filter(None, said["open"])
    assert nothing == "/dev/null" and noise == same and noise.startswith("pipe:")
    assert caller.startswith("socket:")
    assert all(one.startswith(f"/proc/{said['pid']}/") for one in others)


async def test_one_that_was_killed_is_replaced(
    server: Forkserver, sandbox: Sandbox, tmp_path: Path
) -> None:
    ready = asyncio.Event()
    task = asyncio.create_task(
        sandbox.call(
            f"{TARGETS}:hang", {}, folder=tmp_path / "a", on_progress=lambda _: ready.set()
        )
    )
    async with asyncio.timeout(30):
        await ready.wait()
    before = server.pid
    (child,) = psutil.Process(before).children()
    os.kill(before, signal.SIGKILL)
    with pytest.raises(WorkerFailed, match="analysis_crashed"):
        await task
    await until_gone(child.pid)  # it does not outlive its server
    # A second death finds callers that have been taken, and not begun: they are asked for again.
    await sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path / "b")
    os.kill(server.pid, signal.SIGKILL)
    await sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path / "b")
    assert server.pid != before


async def test_calls_leave_nothing_behind(
    server: Forkserver, sandbox: Sandbox, tmp_path: Path
) -> None:
    await sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path)
    process = psutil.Process(server.pid)
    here, there = psutil.Process().num_fds(), process.num_fds()
    for number in range(CALLS):
        target = ("echo", "stumble", "abort")[number % 3]
        ends = await asyncio.gather(
            sandbox.call(f"{TARGETS}:{target}", {}, folder=tmp_path), return_exceptions=True
        )
        assert isinstance(ends[0], dict if target == "echo" else WorkerFailed)
    async with asyncio.timeout(10):
        while (  # noqa: ASYNC110  other processes
            process.children() or process.num_fds() > there or psutil.Process().num_fds() > here
        ):
            await asyncio.sleep(0.01)


async def test_no_more_than_its_places_run_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    def call(me: str, other: str, seconds: float) -> asyncio.Task[dict[str, object]]:
        payload = {"me": me, "other": other, "seconds": seconds}
        return asyncio.create_task(
            sandbox.call(f"{TARGETS}:meet", payload, folder=tmp_path, timeout_s=30)
        )

    met = await asyncio.gather(call("a", "b", 20), call("b", "a", 20))
    assert all(one["met"] for one in met)  # two at once
    alone = await asyncio.gather(*(call(me, "nobody", 0.3) for me in "cdef"))
    assert not any(one["met"] for one in alone)  # and more than two, one after the other


async def test_a_caller_that_leaves_while_it_waits_is_forgotten(
    server: Forkserver, sandbox: Sandbox, tmp_path: Path
) -> None:
    ready = asyncio.Event()
    hanging = [
        asyncio.create_task(
            sandbox.call(f"{TARGETS}:hang", {}, folder=tmp_path, on_progress=lambda _: ready.set())
        )
        for _ in range(2)
    ]
    async with asyncio.timeout(30):
        await ready.wait()
    waiting = asyncio.create_task(sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path / "never"))
    await asyncio.sleep(0)
    waiting.cancel()
    for task in hanging:
        task.cancel()
    await asyncio.gather(waiting, *hanging, return_exceptions=True)
    await sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path)
    assert not (tmp_path / "never" / "made.txt").exists()


async def test_who_speaks_another_language_is_sent_away(
    server: Forkserver, sandbox: Sandbox, tmp_path: Path
) -> None:
    await sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path)
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(server.address))
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        stranger.settimeout(10)
        with pytest.raises(ConnectionResetError):  # of what was sent not all was read
            stranger.recv(100)
    await sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path)


@pytest.mark.parametrize("payload", [{}, {"empty": True}], ids=["bytes", "files"])
async def test_the_disk_is_limited(
    server: Forkserver, tmp_path: Path, payload: dict[str, object]
) -> None:
    small = Sandbox(Settings(_env_file=None, upload_bytes_max=20_000_000), server.address)
    with pytest.raises(LimitExceeded) as full:
        await small.call(f"{TARGETS}:fill", payload, folder=tmp_path)
    assert full.value.code == "analysis_disk"


async def test_threads_are_limited(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="analysis_threads"):
        await sandbox.call(f"{TARGETS}:spin", {}, folder=tmp_path)


async def test_processor_time_ends_with_the_time(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="analysis_timeout"):
        await sandbox.call(f"{TARGETS}:burn", {}, folder=tmp_path, timeout_s=1)
    await sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path)


async def test_of_what_it_prints_the_last_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed) as died:
        await sandbox.call(f"{TARGETS}:shout", {}, folder=tmp_path)
    assert died.value.params == {"cause": "SIGABRT"}
    assert "the end" in died.value.detail and len(died.value.detail) <= 2_000


async def test_a_program_has_pipes_and_an_environment_of_its_own(
    server: Forkserver, tmp_path: Path
) -> None:
    env = {"WORD": "가", "PATH": os.environ["PATH"]}
    program = ForkedProcess(server.address, "tests.processes.program", env, tmp_path, 65_536)
    await program.start()
    try:
        program.stdin.write(b"hello\n")
        assert (await program.stdout.readline()).decode() == f"hello 가 {tmp_path} {program.pid}\n"
        assert await program.errors.readline() == b"heard\n"
        assert program.alive
    finally:
        await program.end(grace_s=10)
    assert not program.alive
    await until_gone(program.pid)


async def test_a_program_that_stays_is_killed(server: Forkserver, tmp_path: Path) -> None:
    env = {"STAY": "1"}
    program = ForkedProcess(server.address, "tests.processes.program", env, tmp_path, 65_536)
    await program.start()
    await program.end(grace_s=0)
    await until_gone(program.pid)

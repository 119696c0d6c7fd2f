"""The sandbox: results, limits, crashes and clean ends, with real processes."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cherry_reflex.core.errors import (
    BadInput,
    CherryError,
    LimitExceeded,
    Unavailable,
    WorkerFailed,
)
from cherry_reflex.processes.isolation.isolation import supported
from cherry_reflex.processes.isolation.landlock import PORTS_VERSION, version
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from tests.processes.deaths import until_gone

TARGETS = "tests.processes.targets"


async def test_result_progress_files(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHERRY_LLM_API_KEY", "secret-key")
    events: list[object] = []
    said = await sandbox.call(
        f"{TARGETS}:echo", {"이름": [1, None]}, folder=tmp_path / "new", on_progress=events.append
    )
    assert said["payload"] == {"이름": [1, None]}
    assert events == [{"done": 1}]
    assert (tmp_path / "new" / "made.txt").read_text() == "여기"
    assert "secret-key" not in str(said["environment"])


async def test_errors_arrive_as_themselves(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        await sandbox.call(f"{TARGETS}:refuse", {}, folder=tmp_path)
    assert (refused.value.code, refused.value.params["name"]) == ("dataset_unknown", "매출")
    with pytest.raises(WorkerFailed) as failed:
        await sandbox.call(f"{TARGETS}:stumble", {}, folder=tmp_path)
    assert failed.value.code == "analysis_failed"
    assert "by zero" in failed.value.detail


async def test_it_is_killed_at_its_time_limit(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded) as late:
        await sandbox.call(f"{TARGETS}:hang", {}, folder=tmp_path, timeout_s=3)
    assert late.value.code == "analysis_timeout"
    await _until_gone(tmp_path)


async def test_it_is_killed_when_its_caller_is_cancelled(sandbox: Sandbox, tmp_path: Path) -> None:
    ready = asyncio.Event()
    task = asyncio.create_task(
        sandbox.call(f"{TARGETS}:hang", {}, folder=tmp_path, on_progress=lambda _: ready.set())
    )
    async with asyncio.timeout(30):
        await ready.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _until_gone(tmp_path)


async def test_abort_is_a_clear_error(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed) as died:
        await sandbox.call(f"{TARGETS}:abort", {}, folder=tmp_path)
    assert (died.value.code, died.value.params) == ("analysis_crashed", {"cause": "SIGABRT"})


async def test_memory_is_limited(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded) as large:
        await sandbox.call(f"{TARGETS}:hoard", {}, folder=tmp_path, memory_bytes=300_000_000)
    assert large.value.code == "analysis_memory"


async def test_file_size_is_limited(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed) as large:
        await sandbox.call(f"{TARGETS}:overflow", {}, folder=tmp_path)
    assert "File too large" in large.value.detail


def _may_unshare() -> bool:
    found = shutil.which("unshare")
    return found is not None and subprocess.run([found, "-rn", "true"]).returncode == 0


@pytest.mark.skipif(not _may_unshare(), reason="this system permits no network namespaces")
async def test_no_network(sandbox: Sandbox, tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        said = await sandbox.call(f"{TARGETS}:connect", {"port": port}, folder=tmp_path)
    assert said == {"connected": False}


@pytest.mark.skipif(
    not supported().is_complete or version() < PORTS_VERSION, reason="this kernel knows no ports"
)
async def test_connects_to_the_ports_it_is_given(sandbox: Sandbox, tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()

    one = await asyncio.start_server(answer, "127.0.0.1", 0)
    other = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with one, other:
        port, closed = (server.sockets[0].getsockname()[1] for server in (one, other))
        ports = {"port": port, "other": closed}
        said = await sandbox.call(f"{TARGETS}:converse", ports, folder=tmp_path, connect=[port])
    assert said == {"heard": "HELLO\n", "worked": []}


async def test_a_place_is_free_again_after_each_call(sandbox: Sandbox, tmp_path: Path) -> None:
    calls = [sandbox.call(f"{TARGETS}:stumble", {}, folder=tmp_path) for _ in range(6)]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(end) for end in ends] == [WorkerFailed] * 6


@pytest.mark.parametrize(
    "line", ["5", "[1]", "{", "[" * 100_000, '{"progress": 3}', '{"end": 7}', '{"result"', ""]
)
async def test_a_line_that_says_nothing_is_passed_over(
    sandbox: Sandbox, tmp_path: Path, line: str
) -> None:
    said = await sandbox.call(f"{TARGETS}:forge", {"lines": [line]}, folder=tmp_path)
    assert said == {"own": True}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"result": 5}', "analysis_crashed"),
        ('{"error": 5}', "analysis_crashed"),
        ('{"error": {}}', "analysis_failed"),
        ('{"error": {"type": "Path", "code": 1, "params": {"code": 1, "detail": 2}}}', "1"),
        ('{"end": {"status": "x", "reason": [], "noise": 1}}', "analysis_crashed"),
        ('{"end": {"status": -5000}}', "analysis_crashed"),
    ],
)
async def test_a_forged_end_is_an_error_and_no_fault_of_ours(
    sandbox: Sandbox, tmp_path: Path, line: str, code: str
) -> None:
    with pytest.raises(CherryError) as refused:
        await sandbox.call(f"{TARGETS}:forge", {"lines": [line]}, folder=tmp_path)
    assert refused.value.code == code


async def test_forkservers_that_do_nothing_are_not_asked_for_ever(tmp_path: Path) -> None:
    async def closed(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    address = tmp_path / "socket"
    async with await asyncio.start_unix_server(closed, address):
        sandbox = Sandbox(Settings(_env_file=None), address)
        with pytest.raises(Unavailable, match="sandbox_down"):
            await sandbox.call(f"{TARGETS}:echo", {}, folder=tmp_path / "work")


async def _until_gone(folder: Path) -> None:
    pids = [int(pid) for pid in (folder / "pids").read_text().split()]
    assert os.getpid() not in pids
    await until_gone(*pids)

"""CherryAI and the numbers agent, started as real processes."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[2]
READY_S = 60


@dataclass(frozen=True)
class House:
    """A running CherryAI: its address, the agent's, and the processes to watch."""

    url: str
    agent_url: str
    data_dir: Path
    web: psutil.Process
    agent: psutil.Process

    def cpu_s(self) -> dict[str, float]:
        """Return processor seconds used so far: the web process, its children, the agent."""
        children = [_cpu(child) for child in self.web.children(recursive=True)]
        return {"web": _cpu(self.web), "children": sum(children), "agent": _cpu(self.agent)}

    def rss_mb(self) -> float:
        """Return the proportional memory of CherryAI with all its children, in MB."""
        processes = [self.web, *self.web.children(recursive=True)]
        return sum(process.memory_full_info().pss for process in processes) / 1e6


@contextmanager
def opened(**settings: str) -> Iterator[House]:
    """Start both with more `CHERRY_…` settings, wait until they are ready, and end them."""
    port, agent_port = _free(), _free()
    folder = Path(tempfile.mkdtemp(prefix="cherry-bench-"))
    agents = folder / "agents.json"
    agents.write_text(json.dumps([{"url": f"http://127.0.0.1:{agent_port}/agents/numbers"}]))
    environment = {
        **os.environ,
        "CHERRY_PORT": str(port),
        "CHERRY_DATA_DIR": str(folder / "data"),
        "CHERRY_AGENTS_FILE": str(agents),
        "CHERRY_LOG_LEVEL": "warning",
        "OTEL_INSTRUMENTATION_A2A_SDK_ENABLED": "false",
        **settings,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    module = [sys.executable, "-m", "tests.doubles.numbers_agent", str(agent_port)]
    agent = subprocess.Popen(module, cwd=ROOT, env=environment)
    subprocess.run([sys.executable, "scripts/build"], cwd=ROOT, env=environment, check=True)
    web = subprocess.Popen([sys.executable, "scripts/web"], cwd=ROOT, env=environment)
    try:
        _wait(f"http://127.0.0.1:{agent_port}/emitted")
        _wait(f"http://127.0.0.1:{port}/readyz")
        yield House(
            f"http://127.0.0.1:{port}",
            f"http://127.0.0.1:{agent_port}",
            folder / "data",
            psutil.Process(web.pid),
            psutil.Process(agent.pid),
        )
    finally:
        for process in (web, agent):
            process.terminate()
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _free() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _wait(url: str) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{url} was not ready in {READY_S} s")

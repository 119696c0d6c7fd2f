"""CherryAI and the numbers agent, started as real processes."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[2]
READY_S = 120
STOP_S = 20


@dataclass
class House:
    """A running CherryAI: its address, the agent's, and the processes to watch, kill and start."""

    url: str
    agent_url: str
    data_dir: Path
    environment: dict[str, str]
    web: psutil.Popen
    agent: psutil.Popen

    def cpu_s(self) -> dict[str, float]:
        """Return processor seconds used so far: the web process, its children, the agent."""
        children = [processor_s(child) for child in self.web.children(recursive=True)]
        return {
            "web": processor_s(self.web),
            "children": sum(children),
            "agent": processor_s(self.agent),
        }

    def rss_mb(self) -> float:
        """Return the proportional memory of CherryAI with all its children, in MB."""
        processes = [self.web, *self.web.children(recursive=True)]
        return sum(map(_pss_bytes, processes)) / 1e6

    def client(self, timeout_s: float = 60) -> httpx.Client:
        """Return a client of the API."""
        return httpx.Client(base_url=self.url, timeout=timeout_s)

    def kill(self) -> None:
        """End the web process as a crash does: nothing of it can react."""
        self.web.kill()
        self.web.wait(STOP_S)

    def start(self, path: str = "/healthz") -> float:
        """Start it again with the same data; return the seconds until `path` answers."""
        began = time.monotonic()
        self.web = _web(self.environment)
        wait_for(f"{self.url}{path}", self.web)
        return time.monotonic() - began

    def terminate(self) -> tuple[int, float]:
        """Ask the web process to end; return its exit status, and how many seconds it took."""
        began = time.monotonic()
        self.web.send_signal(signal.SIGTERM)
        return int(self.web.wait(STOP_S)), time.monotonic() - began

    def kill_agent(self) -> None:
        """Kill the numbers agent."""
        self.agent.kill()
        self.agent.wait(STOP_S)

    def start_agent(self) -> None:
        """Start the numbers agent, which was killed, at its old address."""
        self.agent = _agent(self.agent_url, self.environment)
        wait_for(f"{self.agent_url}/emitted", self.agent)


@contextmanager
def opened(
    *, agents: tuple[dict[str, Any], ...] = (), data_dir: Path | None = None, **settings: str
) -> Iterator[House]:
    """Start both with more `CHERRY_…` settings (and other variables) and outside agents, wait
    until they are ready, and end them. Without `data_dir` the data are forgotten then."""
    port, agent_port = free_port(), free_port()
    agent_url = f"http://127.0.0.1:{agent_port}"
    folder = Path(tempfile.mkdtemp(prefix="cherry-house-"))
    (folder / "agents.json").write_text(
        json.dumps([{"url": f"{agent_url}/agents/numbers"}, *agents])
    )
    environment = {
        **os.environ,
        "CHERRY_PORT": str(port),
        "CHERRY_DATA_DIR": str(data_dir or folder / "data"),
        "CHERRY_AGENTS_FILE": str(folder / "agents.json"),
        "CHERRY_LOG_LEVEL": "warning",
        "OTEL_INSTRUMENTATION_A2A_SDK_ENABLED": "false",
        **settings,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    agent = _agent(agent_url, environment)
    subprocess.run(
        [sys.executable, "-m", "cherry_reflex.web.build"], cwd=ROOT, env=environment, check=True
    )
    house = House(
        f"http://127.0.0.1:{environment['CHERRY_PORT']}",
        agent_url,
        Path(environment["CHERRY_DATA_DIR"]),
        environment,
        _web(environment),
        agent,
    )
    try:
        wait_for(f"{agent_url}/emitted", house.agent)
        wait_for(f"{house.url}/readyz", house.web)
        yield house
    finally:
        for process in (house.web, house.agent):
            if process.poll() is None:
                process.terminate()
        for process in (house.web, house.agent):
            process.wait(STOP_S)
        shutil.rmtree(folder, ignore_errors=True)


def _agent(url: str, environment: dict[str, str]) -> psutil.Popen:
    port = url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "tests.doubles.numbers_agent", port]
    return psutil.Popen(command, cwd=ROOT, env=environment)


def _web(environment: dict[str, str]) -> psutil.Popen:
    return psutil.Popen(
        [sys.executable, "-m", "cherry_reflex.web.server"], cwd=ROOT, env=environment
    )


def _pss_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, FileNotFoundError):
        return 0  # it ended meanwhile


def processor_s(process: psutil.Process) -> float:
    """Return the processor seconds that a process has used; 0 when it ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def free_port() -> int:
    """Return a port of loopback that nobody has."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def wait_for(url: str, process: psutil.Popen | None = None) -> None:
    """Return as soon as `url` answers with 200. Raises RuntimeError when `process` ends first."""
    deadline = time.monotonic() + READY_S
    with httpx.Client(timeout=5, verify=False) as client:
        while time.monotonic() < deadline:
            if process is not None and process.poll() is not None:
                raise RuntimeError(f"the process of {url} ended with {process.poll()}")
            with suppress(httpx.TransportError):
                if client.get(url).status_code == 200:
                    return
            time.sleep(0.05)
    raise TimeoutError(f"{url} was not ready in {READY_S} s")


def wait_until(true: Callable[[], bool], within_s: float = 20) -> None:
    """Return as soon as `true()` is. Raises TimeoutError."""
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so within {within_s} s")
        time.sleep(0.02)

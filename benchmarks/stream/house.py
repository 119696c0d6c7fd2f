"""The processes of a measurement: CherryAI, the numbers agent and the limit pages, all real."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.stream.each import ASKED
from benchmarks.stream.tokens import FOLDER, times_of
from tests.doubles.house import ROOT, free_port, processor_s, wait_for


@dataclass
class House:
    """Addresses and processes. `limit_url` is of the limit pages."""

    url: str
    limit_url: str
    emitted: Path
    web: psutil.Process
    agent: psutil.Process
    limit: psutil.Process
    proxy_port: int
    """Where a proxy may stand: pages from there are welcome."""
    started_s: float
    """From the start of the process to readiness."""
    _peak: list[float] = field(default_factory=list)

    async def times(self, name: str) -> list[float]:
        """Return when the tokens of a stream were said."""
        return await times_of(self.emitted, name)

    def cpu_s(self) -> dict[str, float]:
        """Return processor seconds used so far."""
        children = sum(processor_s(child) for child in self.web.children(recursive=True))
        return {
            "web": processor_s(self.web),
            "children": children,
            "agent": processor_s(self.agent),
            "limit": processor_s(self.limit),
        }

    def pss_mb(self, *, alone: bool = False) -> float:
        """Return the memory of CherryAI (of its web process `alone`), shared pages shared (MB)."""
        processes = [self.web] if alone else [self.web, *self.web.children(recursive=True)]
        return float(sum(process.memory_full_info().pss for process in processes) / 1e6)


@contextmanager
def opened(folder: Path | None = None, *, each: bool = False) -> Iterator[House]:
    """Start everything, wait until it is ready, and end it. `each`: no events are gathered."""
    port, agent_port, limit_port, proxy_port = free_port(), free_port(), free_port(), free_port()
    place = folder or Path(tempfile.mkdtemp(prefix="cherry-bench-"))
    emitted = place / "emitted"
    emitted.mkdir(exist_ok=True)
    agents = place / "agents.json"
    agents.write_text(json.dumps([{"url": f"http://127.0.0.1:{agent_port}/agents/numbers"}]))
    environment = {
        **os.environ,
        "CHERRY_PORT": str(port),
        "CHERRY_DATA_DIR": str(place / "data"),
        "CHERRY_AGENTS_FILE": str(agents),
        "CHERRY_ORIGINS": f"http://127.0.0.1:{proxy_port}",
        "CHERRY_LOG_LEVEL": "error",
        "OTEL_INSTRUMENTATION_A2A_SDK_ENABLED": "false",
        FOLDER: str(emitted),
        **({ASKED: "1"} if each else {}),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

    def start(*command: str) -> psutil.Popen:
        given = [sys.executable, "-m", *command]
        return psutil.Popen(given, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    subprocess.run(
        [sys.executable, "-m", "cherry_reflex.web.build"], cwd=ROOT, env=environment, check=True
    )
    running = [
        start("benchmarks.stream.agent", str(agent_port)),
        start("benchmarks.limits.pages", str(limit_port)),
    ]
    try:
        wait_for(
            f"http://127.0.0.1:{agent_port}/agents/numbers/.well-known/agent-card.json", running[0]
        )
        wait_for(f"http://127.0.0.1:{limit_port}/plain", running[1])
        began = time.monotonic()
        running.append(start("benchmarks.stream.web"))
        wait_for(f"http://127.0.0.1:{port}/readyz", running[2])
        agent, limit, web = (psutil.Process(process.pid) for process in running)
        yield House(
            f"http://127.0.0.1:{port}",
            f"http://127.0.0.1:{limit_port}",
            emitted,
            web,
            agent,
            limit,
            proxy_port,
            time.monotonic() - began,
        )
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(20)
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


async def settled(house: House, patience_s: float = 20) -> None:
    """Wait until the web process is idle."""
    for _ in range(int(patience_s)):
        before = house.cpu_s()["web"]
        await asyncio.sleep(1)
        if house.cpu_s()["web"] - before < 0.05:
            return

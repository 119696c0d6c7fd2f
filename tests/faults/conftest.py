"""A house among agents, tools and a model that go wrong, and what is asked of it."""

import json
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from httpx_sse import EventSource

from tests.doubles.house import ROOT, House, free_port, opened, wait_for
from tests.doubles.mischief import AGENTS, SECRET
from tests.doubles.odd_agents import TWINS

SILENCE_S = 2.0
TOOL_CALL_S = 2.0
STATE_S = 2
DISK_BYTES = 200_000_000


@dataclass
class Faulty:
    """A house, and the address of those that go wrong."""

    house: House
    mischief_url: str
    disk: Path | None
    """A small disk that the house's data are on, where one could be mounted."""
    front_port: int
    """The port of a proxy that the page may be opened through."""
    clock: Path
    """By how many seconds CherryAI's clock is off (a double)."""

    def turn_clock(self, seconds: float) -> None:
        """Set by how much CherryAI's clock is off."""
        # In place: who has mapped a file that is cut to nothing for a moment dies of reading it.
        with self.clock.open("r+b") as file:
            file.write(struct.pack("d", seconds))

    def mood(self, name: str) -> None:
        """Set the model's mood."""
        httpx.post(f"{self.mischief_url}/mood/{name or 'well'}", timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    port, front_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    tools = tmp_path_factory.mktemp("tools") / "mcp.json"
    server = {"command": sys.executable, "args": [str(ROOT / "tests" / "doubles" / "raw_mcp.py")]}
    tools.write_text(json.dumps({"mcpServers": {"raw": server}}))
    clock = tmp_path_factory.mktemp("clock") / "offset"
    clock.write_bytes(struct.pack("d", 0))
    disk = _mounted(tmp_path_factory.mktemp("disk"))
    mischief = psutil.Popen([sys.executable, "-m", "tests.doubles.mischief", str(port)], cwd=ROOT)
    try:
        wait_for(f"{url}/alive")
        with opened(
            data_dir=disk or tmp_path_factory.mktemp("data"),
            agents=(
                *({"name": n, "url": f"{url}/agents/{n}"} for n in AGENTS),
                *({"url": f"{url}/twins/{n}"} for n in TWINS),
            ),
            CHERRY_MCP_FILE=str(tools),
            CLOCK_FILE=str(clock),
            PYTHONPATH=str(ROOT / "tests" / "doubles" / "clock"),
            CHERRY_LLM_BASE_URL=f"{url}/v1",
            CHERRY_LLM_MODEL="moody",
            CHERRY_LLM_API_KEY=SECRET,
            CHERRY_LLM_TIMEOUT_S="2",
            CHERRY_AGENT_SILENCE_S=str(SILENCE_S),
            CHERRY_RECONNECT_S="2",
            CHERRY_TOOL_CALL_S=str(TOOL_CALL_S),
            CHERRY_ORIGINS=f"http://127.0.0.1:{front_port}",
            # Of a tab that stays open for days Reflex forgets the state; here after seconds.
            REFLEX_REDIS_TOKEN_EXPIRATION=str(STATE_S),
        ) as house:
            yield Faulty(house, url, disk, front_port, clock)
    finally:
        mischief.terminate()
        mischief.wait(20)
        if disk is not None:
            subprocess.run(["umount", "-l", disk], check=True)


@pytest.fixture
def house(faulty: Faulty) -> House:
    """The house, running: a test before may have left it dead."""
    if faulty.house.web.poll() is not None:
        faulty.house.start("/readyz")
    return faulty.house


def _mounted(folder: Path) -> Path | None:
    """Mount a small disk, which root alone can."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "tmpfs", str(folder)]
    return folder if subprocess.run(command, check=False).returncode == 0 else None


Took = Callable[[str, float], None]


@pytest.fixture
def took(record_property: Callable[[str, object], None]) -> Took:
    """Note how long something took, in seconds: `--junitxml` has it, and `-s` prints it."""

    def note(what: str, seconds: float) -> None:
        record_property(what, round(seconds, 2))
        print(f"{what}: {seconds:.2f} s")

    return note


@dataclass
class Told:
    """What a run's followers were told, in order."""

    records: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return "".join(
            r["event"]["text"] for r in self.records if r["event"]["type"] == "text_delta"
        )

    @property
    def end(self) -> dict[str, Any]:
        last: dict[str, Any] = self.records[-1]["event"]
        return last

    @property
    def seqs(self) -> list[int]:
        return [record["seq"] for record in self.records]


def numbers(count: int) -> str:
    """Return what the numbers agent says when it is asked to count so far."""
    return "".join(f"tok{number} " for number in range(count))


def conversation(client: httpx.Client) -> str:
    """Make one, and return its id."""
    return str(client.post("/api/conversations", json={}).raise_for_status().json()["id"])


def ask(client: httpx.Client, question: str, **more: Any) -> str:
    """Ask in a new conversation, and return the id of the run."""
    place = f"/api/conversations/{conversation(client)}/runs"
    answer = client.post(place, json={"question": question, **more}).raise_for_status()
    return str(answer.json()["run_id"])


def events(client: httpx.Client, run_id: str, after: int = 0) -> Iterator[dict[str, Any]]:
    """Yield a run's records as they come, until it is over or the stream breaks."""
    with client.stream("GET", f"/api/runs/{run_id}/events", params={"after": after}) as stream:
        stream.raise_for_status()
        for event in EventSource(stream).iter_sse():
            if event.data:
                yield event.json()


def followed(client: httpx.Client, run_id: str, after: int = 0) -> Told:
    """Follow a run to its end."""
    return Told(list(events(client, run_id, after)))


def answer_of(told: Told) -> str:
    """Return the words of the orchestrator, those before a plan included."""
    deltas = (r["event"] for r in told.records if r["event"]["type"] == "summary_delta")
    return "".join(event["text"] for event in deltas)


def until_said(client: httpx.Client, run_id: str, words: str) -> Told:
    """Follow a run until the orchestrator has said so, or to its end."""
    told = Told([])
    for record in events(client, run_id):
        told.records.append(record)
        if words in answer_of(told):
            break
    return told


def lane_of(client: httpx.Client, run_id: str, step: str = "s1") -> dict[str, Any]:
    """Return a lane of a run as it stands."""
    view = client.get(f"/api/runs/{run_id}").raise_for_status().json()
    return next(lane for lane in view["lanes"] if lane["step"] == step)


def stored(client: httpx.Client, run_id: str, step: str = "s1") -> str:
    """Return the text of a lane as it is kept."""
    return text_of(lane_of(client, run_id, step))


def text_of(lane: dict[str, Any]) -> str:
    """Return all text of a lane."""
    return "".join(item["text"] for item in lane["items"] if item["kind"] == "text")

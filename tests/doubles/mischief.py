"""Agents and a model that go wrong on purpose, in a process of their own.

`python -m tests.doubles.mischief PORT` serves one A2A agent a fault at `/agents/<fault>/`, and an
OpenAI-compatible model at `/v1`, whose mood `POST /mood/<name>` sets.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from tests.doubles import odd_agents, raw_agent
from tests.doubles.competent_llm import answer_of, results_of, sections_of, tools_of
from tests.doubles.odd_agents import TWINS
from tests.doubles.raw_agent import Item, RawAgent, Script
from tests.doubles.scripted_llm import (
    Answer,
    Body,
    BreaksOff,
    Calls,
    Fills,
    Refuses,
    Says,
    ScriptedLlm,
    Silent,
    Thinks,
)

SECRET = "sk-key-that-nobody-may-see"
HUGE_BYTES = 100_000_000
MOODS: dict[str, Answer] = {
    "busy": Refuses(429, headers={"retry-after": "3600"}),
    "broken": Refuses(500),
    "truncated": BreaksOff("I will", dirty=True),
    "silent": Silent(),
    "thinks": Thinks(),
    "tells": Refuses(401, {"message": f"{SECRET} is no key of ours", "type": "auth"}),
    "halves": Says("😀 half", size=1, halved=True),
}


async def _begin(agent: RawAgent) -> AsyncIterator[Item]:
    yield {"task": raw_agent.task()}
    yield raw_agent.chunk("tok0 tok1 ", append=False)


def _after(*items: Item, endless: bytes = b"", pause_s: float = 0.0, hang: bool = False) -> Script:
    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        async for item in _begin(agent):
            yield item
        for item in items:
            yield item
        while endless:
            yield endless
            await asyncio.sleep(pause_s)
        if hang:
            await asyncio.Event().wait()

    return script


async def _wrong_id(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    async for item in _begin(agent):
        yield item
    body = {"jsonrpc": "2.0", "id": "another", "result": raw_agent.chunk("tok2 ")}
    yield f"data: {json.dumps(body)}\n\n".encode()


async def _malformed(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    async for item in _begin(agent):
        yield item
    yield f"data: {{oops {asked['id']}\n\n".encode()


async def _huge(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    async for item in _begin(agent):
        yield item
    yield b"data: "
    for _ in range(HUGE_BYTES // 100_000):
        yield b"x" * 100_000
    yield b"\n\n"


AGENTS: dict[str, Script] = {
    "hangs": _after(hang=True),
    "dribbles": _after(b"data: ", endless=b" ", pause_s=0.1),
    "malformed": _malformed,
    "wrong_id": _wrong_id,
    "wrong_task": _after(raw_agent.chunk("not yours", task_id="t2")),
    "endless": _after(b"data: ", endless=b"x" * 65_536),
    "huge": _huge,
    "bad_utf8": _after(b'data: {"jsonrpc": "2.0", "result": "\xff\xfe"}\n\n'),
    "leaves": _after(),
    **odd_agents.FLOOD,
    **{name: script for name, (script, _) in odd_agents.SCRIPTS.items()},
}


def _agent(name: str) -> RawAgent:
    """Return the agent of that fault. Those that only fall silent still know their task."""
    if name not in ("hangs", "dribbles"):
        return RawAgent(AGENTS[name])
    known = raw_agent.task("TASK_STATE_WORKING", "tok0 tok1 ")

    async def again(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield {"task": known}
        await asyncio.Event().wait()

    return RawAgent(AGENTS[name], task=known, again=again)


def moody(mood: dict[str, str]) -> Any:
    """Return the model's script: the mood's answer, or calls of whom there is to ask, and words on
    what came back."""

    def script(body: Body) -> Answer:
        now, results = mood["now"], results_of(body)
        wants = "delegate" in (tools := tools_of(body)) or "run" in tools
        if wants and not any(not one.startswith("ERROR: The arguments") for one in results):
            if now in MOODS and now != "halves":
                return MOODS[now]
            if now == "babbles" and not results:
                return Calls((("delegate", '{"agent": "numbers", "requ'),))
            calls = tuple(_calls(sections_of(body)))
            return Calls(calls, text="Here is how. 😀", size=1 if now == "spells" else 24)
        if now in MOODS:
            return MOODS[now]
        found = answer_of(body)
        if isinstance(found, list):
            return Calls(tuple(found))
        return Says(found) if isinstance(found, str) else Fills(found)

    return script


def _calls(sections: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the calls of those whom the request names, else of the only tool that there is."""
    asked = str(sections["request"])
    if not asked.startswith(("a2a:", "mcp:")):
        ((server, listed),) = sections["outside_tools"].items()
        asked = f"mcp:{server}/{listed[0].partition('(')[0]}"
    for worker in asked.split():
        kind, _, name = worker.partition(":")
        if kind == "a2a":
            yield "delegate", {"agent": name, "request": "20 200"}
        else:
            yield "run", {"name": name.replace("/", "."), "arguments": {}}


def main() -> None:
    """Serve until stopped."""
    port = int(sys.argv[1])
    url, mood = f"http://127.0.0.1:{port}", {"now": ""}
    llm = ScriptedLlm([], moody(mood))

    async def change(request: Request) -> JSONResponse:
        mood["now"] = request.path_params["name"]
        return JSONResponse(mood)

    async def alive(_: Request) -> JSONResponse:
        return JSONResponse({})

    routes = [
        *(Mount(f"/agents/{name}", _agent(name).app(f"{url}/agents/{name}")) for name in AGENTS),
        *(Mount(f"/twins/{n}", odd_agents.twin(n).app(f"{url}/twins/{n}")) for n in TWINS),
        Route("/mood/{name}", change, methods=["POST"]),
        Route("/alive", alive),
        *llm.app().routes,
    ]
    uvicorn.run(Starlette(routes=routes), port=port, log_level="error")


if __name__ == "__main__":
    main()

"""Many people at once, without browsers: clients that speak the page's own protocol.

`python -m benchmarks.stream.visitors URL WORKER PEOPLE COUNT RATE`: each connects like a page
(Reflex's namespace and `/c` on one websocket), makes a conversation, follows it, asks, and
acknowledges what it gets. Prints JSON. WORKER `limit-plain` reads the limit's server-sent events.
"""

import asyncio
import json
import re
import sys
import time
import uuid
from typing import Any

import httpx
import socketio
from httpx_sse import aconnect_sse

from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.core.language import ENGLISH

_FOLLOW = "reflex___state____state.cherry_reflex___ui___chat___state____chat_state.follow"
_TOKEN = re.compile(r"tok(\d+) ")
_ACK_S = 1.0


class Visitor:
    """One of them."""

    def __init__(self, url: str, client: CherryClient) -> None:
        self._url, self._api = url, client
        self._token = str(uuid.uuid4())
        self._client = socketio.AsyncClient(reconnection=False)
        for name in ("t", "r", "s"):
            self._client.on(name, getattr(self, f"_{name}"), namespace="/c")
        self._client.on("disconnect", self._dropped, namespace="/c")
        self._seq = 0
        self._text = ""
        self._acknowledged = time.monotonic()
        self._over = asyncio.Event()
        self._caught_up = asyncio.Event()
        self.seen: list[float] = []
        self.out_of_order = 0
        self.run = ""
        self.state = ""

    async def open(self) -> None:
        """Connect, make a conversation and follow it."""
        await self._client.connect(
            f"{self._url}?token={self._token}",
            namespaces=["/_event", "/c"],
            auth={"token": self._token},
            transports=["websocket"],
            socketio_path="/_event",
        )
        self._conversation = await self._api.create_conversation()
        event = {
            "name": _FOLLOW,
            "payload": {"conversation_id": self._conversation.id, "after": 0},
            "router_data": {"pathname": "/", "query": {}, "asPath": "/"},
        }
        await self._client.emit("event", event, namespace="/_event")
        await asyncio.wait_for(self._caught_up.wait(), 30)

    async def ask(self, question: str, patience_s: float) -> None:
        """Ask, and wait for the end of the run."""
        self.run = (await self._conversation.ask(question, language=ENGLISH)).id
        await asyncio.wait_for(self._over.wait(), patience_s)

    async def close(self) -> None:
        """Go."""
        await self._client.disconnect()

    async def _t(self, body: list[Any]) -> None:
        self._take(body[1] if isinstance(body[1], str) else "".join(body[1][1::2]))
        await self._note(body[0])

    async def _r(self, records: list[dict[str, Any]]) -> None:
        for record in records:
            event = record["event"]
            if event["type"] == "text_delta":
                self._take(event["text"])
            if event["type"].startswith("run_") and event["type"] != "run_started":
                self.state = event["type"]
                self._over.set()
        await self._note(records[-1]["seq"])

    async def _dropped(self, reason: str = "") -> None:
        """A page would come back; here it counts as an error."""
        if not self._over.is_set():
            self.state = f"connection lost {reason}"
            self._over.set()

    async def _s(self, _: Any) -> None:
        self._caught_up.set()

    def _take(self, text: str) -> None:
        now = time.time()
        self._text += text
        end = 0
        for found in _TOKEN.finditer(self._text):
            self.out_of_order += int(found[1]) != len(self.seen)
            self.seen.append(now)
            end = found.end()
        self._text = self._text[end:]

    async def _note(self, seq: int) -> None:
        self._seq = seq
        if time.monotonic() - self._acknowledged > _ACK_S:
            self._acknowledged = time.monotonic()
            await self._client.emit("a", seq, namespace="/c")


async def whole_way(url: str, worker: str, people: int, count: int, rate: int) -> dict[str, Any]:
    """Have so many visitors ask at once."""
    async with CherryClient(url) as client:
        visitors = [Visitor(url, client) for _ in range(people)]
        for visitor in visitors:
            await visitor.open()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        patience_s = count / (rate or 500) * 3 + 60
        asked = [v.ask(f"@{worker} {count} {rate}", patience_s) for v in visitors]
        results = await asyncio.gather(*asked, return_exceptions=True)
        for visitor in visitors:
            await visitor.close()
    errors = [repr(r) for r in results if r is not None]
    errors += [v.state for v in visitors if v.state not in ("run_finished", "")]
    return {
        "streams": [(f"{v.run}-s1", v.seen) for v in visitors],
        "out_of_order": sum(v.out_of_order for v in visitors),
        "errors": errors,
    }


async def limit(url: str, people: int, count: int, rate: int) -> dict[str, Any]:
    """Have so many read the limit's stream."""
    async with httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=1000)) as http:

        async def read() -> tuple[str, list[float]]:
            name, seen = f"{uuid.uuid4().hex}-s1", list[float]()
            address = f"{url}/stream?count={count}&rate={rate}&name={name}"
            async with aconnect_sse(http, "GET", address) as stream:
                async for event in stream.aiter_sse():
                    seen += [time.time()] * event.data.count("tok")
            return name, seen

        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        streams = await asyncio.gather(*(read() for _ in range(people)))
    return {"streams": streams, "out_of_order": 0, "errors": []}


def main() -> None:
    url, worker = sys.argv[1:3]
    people, count, rate = (int(part) for part in sys.argv[3:6])
    if worker.startswith("limit"):
        result = asyncio.run(limit(url, people, count, rate))
    else:
        result = asyncio.run(whole_way(url, worker, people, count, rate))
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""What it costs to read an agent's events, without the network.

`python -m benchmarks.stream.events`: ten thousand events of 330 bytes, in three sizes of pieces,
from the guard that counts bytes to the words that the engine gets. `by hand` is the least that
reading lines can cost, on whole events; it knows neither `id` nor `retry`, nor an event that lies
in two pieces. Microseconds of processor time an event, the best of five.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
from a2a.types import AgentCard
from httpx_sse import EventSource

from cherry_reflex.a2a.client.decoder import EventDecoder
from cherry_reflex.a2a.client.lean_transport import LeanTransport
from cherry_reflex.a2a.client.transport import GuardedTransport, ReadLimits

EVENTS, TURNS = 10_000, 5
_ASKED = {"jsonrpc": "2.0", "id": "0" * 32, "method": "SendStreamingMessage", "params": {}}


class Given(httpx.AsyncBaseTransport, httpx.AsyncByteStream):
    """Answers with these pieces of a stream."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def stream() -> list[bytes]:
    """Return the events of an agent that counts."""
    events, at = list[bytes](), 0
    for number in range(EVENTS):
        text = f"tok{number} 안녕 "
        update = {
            "taskId": "1" * 32,
            "contextId": "2" * 32,
            "artifact": {"artifactId": "text-1", "parts": [{"text": text}]},
            "append": number > 0,
            "metadata": {"cherry": {"at": at}},
        }
        at += len(text)
        body = {"jsonrpc": "2.0", "id": _ASKED["id"], "result": {"artifactUpdate": update}}
        events.append(f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode())
    return events


async def guarded(http: httpx.AsyncClient) -> int:
    """Cut the stream into whole events, and no more."""
    async with http.stream("POST", "http://agent/", json=_ASKED) as answer:
        return sum([1 async for _ in answer.aiter_raw()])


async def by_hand(http: httpx.AsyncClient) -> int:
    """Read the lines of whole events."""
    found = 0
    async with http.stream("POST", "http://agent/", json=_ASKED) as answer:
        async for event in answer.aiter_raw():
            lines = event.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
            fields = [line.partition(":") for line in lines]
            data = [value.removeprefix(" ") for name, _, value in fields if name == "data"]
            found += bool("\n".join(data))
    return found


async def by_httpx_sse(http: httpx.AsyncClient) -> int:
    """Read events as `a2a/client/lean_transport.py` does."""
    async with http.stream("POST", "http://agent/", json=_ASKED) as answer:
        answer.encoding = "utf-8"
        return sum([bool(event.data) async for event in EventSource(answer).aiter_sse()])


async def whole(http: httpx.AsyncClient) -> int:
    """Read what the engine gets."""
    decoder = EventDecoder(agent="numbers", files=None)
    transport = LeanTransport(http, AgentCard(), "http://agent/")
    found = 0
    async for event in transport._send_stream_request(_ASKED):
        found += len(list(decoder.read(event)))
    return found


async def cost_us(
    way: Callable[[httpx.AsyncClient], Awaitable[int]], pieces: Sequence[bytes]
) -> float:
    """Return what an event costs by one way."""
    guard = GuardedTransport(Given(pieces), ReadLimits.around(1_000_000))
    async with httpx.AsyncClient(transport=guard) as http:
        before = time.process_time()
        found = await way(http)
        spent = time.process_time() - before
    assert found == EVENTS, found
    return spent / EVENTS * 1e6


async def main() -> None:
    events = stream()
    whole_stream = b"".join(events)
    print("| pieces of | guard | by hand | httpx-sse | all |\n|---|---|---|---|---|")
    for name, size in (("an event", 0), ("1,460 B", 1460), ("16 KiB", 16384)):
        pieces = events
        if size:
            starts = range(0, len(whole_stream), size)
            pieces = [whole_stream[start : start + size] for start in starts]
        best = dict.fromkeys((guarded, by_hand, by_httpx_sse, whole), float("inf"))
        for _ in range(TURNS):
            for way in best:
                best[way] = min(best[way], await cost_us(way, pieces))
        print(f"| {name} | " + " | ".join(f"{us:.1f}" for us in best.values()) + " |", flush=True)


if __name__ == "__main__":
    asyncio.run(main())

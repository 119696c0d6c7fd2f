"""Fifty at once, and readers that do not read: nobody is starved, memory stays flat."""

import asyncio
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from httpx_sse import EventSource

from tests.doubles.house import House
from tests.faults.conftest import Told, ask, followed, numbers

PEOPLE = 50
MEMORY_MB = 60


async def one(client: httpx.AsyncClient, count: int, rate: int) -> Told:
    made = await client.post("/api/conversations", json={})
    place = f"/api/conversations/{made.json()['id']}/runs"
    run = (await client.post(place, json={"question": f"@numbers {count} {rate}"})).json()["run_id"]
    records: list[dict[str, Any]] = []
    async with client.stream("GET", f"/api/runs/{run}/events") as stream:
        async for event in EventSource(stream).aiter_sse():
            if event.data:
                records.append(event.json())
    return Told(records)


@pytest.mark.parametrize(
    ("count", "rate"),
    [pytest.param(50, 50, id="short"), pytest.param(1000, 25, id="long", marks=pytest.mark.slow)],
)
async def test_fifty_at_once(house: House, count: int, rate: int) -> None:
    limits = httpx.Limits(max_connections=2 * PEOPLE)
    async with httpx.AsyncClient(base_url=house.url, timeout=120, limits=limits) as client:
        told = await asyncio.gather(*(one(client, count, rate) for _ in range(PEOPLE)))
    assert [one.text for one in told] == [numbers(count)] * PEOPLE
    assert {one.end["type"] for one in told} == {"run_finished"}
    assert house.rss_mb() < 2000


def test_a_reader_that_does_not_read(house: House) -> None:
    count = 30_000
    with house.client() as client:
        run = ask(client, "@numbers 100 0")
        followed(client, run)
        before_mb = house.rss_mb()
        run = ask(client, f"@numbers {count} 0")
        parts = urlsplit(house.url)
        with socket.create_connection((str(parts.hostname), int(parts.port or 0))) as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.sendall(f"GET /api/runs/{run}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            assert followed(client, run).text == numbers(count)
            assert house.rss_mb() - before_mb < MEMORY_MB
            # Late, it gets everything all the same.
            slow.settimeout(30)
            got = b""
            while b"event: run_finished" not in got[-4000:]:
                got += slow.recv(65_536)
        # What HTTP itself put before and between the events has no field of theirs.
        late = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=got)
        records = [event.json() for event in EventSource(late).iter_sse() if event.data]
        assert Told(records).text == numbers(count)

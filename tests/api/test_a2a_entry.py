"""A2A with login: a program comes with a token and sees its own alone; an outside agent gets the
data that it is asked about, and no more."""

import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from a2a.client import A2ACardResolver, Client, ClientConfig, ClientFactory
from a2a.client.errors import A2AClientError
from a2a.types import (
    CancelTaskRequest,
    GetTaskRequest,
    Message,
    Part,
    Role,
    SendMessageRequest,
    StreamResponse,
    SubscribeToTaskRequest,
    TaskState,
)
from a2a.utils.errors import TaskNotFoundError

from tests.api.conftest import Club, cookie_of
from tests.doubles.raw_agent import RawAgent
from tests.doubles.serving import listening, serving

CSV = b"city,sales\nSeoul,100\nBusan,50\n"


@asynccontextmanager
async def program(club: Club, name: str = "") -> AsyncIterator[Client]:
    headers = {"authorization": f"Bearer {club.command('token', name)}"} if name else {}
    async with httpx.AsyncClient(headers=headers, timeout=httpx.Timeout(10, read=90)) as http:
        # A token is known within a second of its making.
        while name and (await http.get(f"{club.url}/api/roster")).status_code == 401:
            pass
        card = await A2ACardResolver(http, club.url).get_agent_card()
        assert card.security_requirements, "the card says that a token is needed"
        yield ClientFactory(ClientConfig(httpx_client=http, streaming=True)).create(card)


async def said(client: Client, words: str, context: str = "", *parts: Part) -> list[StreamResponse]:
    message = Message(role=Role.ROLE_USER, message_id="m1", parts=[Part(text=words), *parts])
    message.context_id = context
    return [event async for event in client.send_message(SendMessageRequest(message=message))]


def conversations(client: httpx.Client) -> list[str]:
    found = client.get("/api/conversations", params={"query": "shops"}).json()
    return [one["id"] for one in found]


def runs(client: httpx.Client, conversation: str) -> int:
    return len(client.get(f"/api/conversations/{conversation}").json()["runs"])


async def test_without_a_token_nobody_is_served(club: Club) -> None:
    async with program(club) as client:
        with pytest.raises(A2AClientError, match="401"):
            await said(client, "hello")


async def test_a_task_is_its_askers_alone(
    club: Club, minji: httpx.Client, tom: httpx.Client
) -> None:
    file = Part(raw=CSV, media_type="text/csv", filename="shops.csv")
    async with program(club, "민지") as mine, program(club, "Tom") as theirs:
        found = await said(mine, "How many rows per city in shops?", "", file)
        last = found[-1].status_update
        assert last.status.state == TaskState.TASK_STATE_COMPLETED
        task, context = last.task_id, last.context_id
        assert (await mine.get_task(GetTaskRequest(id=task))).id == task
        with pytest.raises(TaskNotFoundError):
            await theirs.get_task(GetTaskRequest(id=task))
        with pytest.raises(TaskNotFoundError):
            await theirs.cancel_task(CancelTaskRequest(id=task))
        with pytest.raises(TaskNotFoundError):
            async for _ in theirs.subscribe(SubscribeToTaskRequest(id=task)):
                pass
        (conversation,) = conversations(minji)
        assert conversations(tom) == []
        # The same context of another person, or their conversation's id, is another conversation.
        for place in (context, conversation):
            events = await said(theirs, "How many rows per city in shops?", place)
            words = "".join(
                part.text
                for event in events
                if event.HasField("artifact_update")
                for part in event.artifact_update.artifact.parts
            )
            assert "Seoul" not in words
    assert runs(minji, conversation) == 1


async def test_an_outside_agent_fetches_its_data_by_a_signed_address(
    club: Club, minji: httpx.Client
) -> None:
    async def done(_: RawAgent, __: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        status = {"state": "TASK_STATE_COMPLETED"}
        yield {"task": {"id": "t1", "contextId": "c1", "status": status}}

    bound, url = listening()
    agent = RawAgent(done)
    headers = cookie_of(minji)
    async with (
        serving(agent.app(url), bound),
        httpx.AsyncClient(base_url=club.url, headers=headers, timeout=60) as mine,
    ):
        added = await mine.post("/api/agents", json={"url": url, "name": "stranger"})
        assert added.status_code == 201, added.text
        path = f"/api/conversations/{(await mine.post('/api/conversations', json={})).json()['id']}"
        await mine.post(f"{path}/files", params={"name": "shop.csv"}, content=CSV)
        body = {"question": "look", "worker": "stranger"}
        run = (await mine.post(f"{path}/runs", json=body)).json()["run_id"]
        assert "run_finished" in (await mine.get(f"/api/runs/{run}/events")).text
        await mine.delete("/api/agents/stranger")
    (address,) = set(re.findall(r'http[^"]+ticket=[^"]+', json.dumps(agent.asked)))
    async with httpx.AsyncClient() as stranger:
        fetched = await stranger.get(address)
        assert pq.read_table(io.BytesIO(fetched.content)).num_rows == 2
        for other in (
            address.replace("/download", "/rows"),
            re.sub("datasets/[0-9a-f]{32}", "datasets/" + "0" * 32, address),
            address[:-1] + ("0" if address[-1] != "0" else "1"),
        ):
            assert (await stranger.get(other)).status_code == 401

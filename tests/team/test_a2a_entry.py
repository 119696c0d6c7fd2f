"""CherryAI as an agent of somebody else: the plain a2a-sdk client, the card, a file, a run."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.types import Message, Part, Role, SendMessageRequest, StreamResponse, TaskState

from tests.doubles.house import House

CSV = "city,month,rain\n" + "".join(
    f"{city},{month},{base + month + 0.25}\n"
    for city, base in (("Seoul", 10), ("Busan", 40), ("Jeju", 90))
    for month in range(1, 13)
)


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=90)) as client:
        yield client


async def events(
    house: House, http: httpx.AsyncClient, words: str, context: str = "", *files: Part
) -> list[StreamResponse]:
    card = await A2ACardResolver(http, house.url).get_agent_card()
    client = ClientFactory(ClientConfig(httpx_client=http, streaming=True)).create(card)
    message = Message(role=Role.ROLE_USER, message_id="m1", parts=[Part(text=words), *files])
    message.context_id = context
    return [event async for event in client.send_message(SendMessageRequest(message=message))]


def said(found: list[StreamResponse]) -> str:
    parts = [
        part.text
        for event in found
        if event.HasField("artifact_update")
        for part in event.artifact_update.artifact.parts
    ]
    return "".join(parts)


def states(found: list[StreamResponse]) -> list[Any]:
    return [e.status_update.status.state for e in found if e.HasField("status_update")]


async def test_a_stranger_sends_a_file_and_gets_a_whole_run(
    house: House, http: httpx.AsyncClient
) -> None:
    file = Part(raw=CSV.encode(), media_type="text/csv", filename="../../rain.csv")
    found = await events(house, http, "Average rain by city", "", file)
    assert states(found)[-1] == TaskState.TASK_STATE_COMPLETED
    words = said(found)
    assert "96.75" in words or "96.8" in words, "the mean of Jeju: 90.25 + (1 + … + 12) / 12"
    assert "16.75" in words or "16.8" in words
    names = [e.artifact_update.artifact.name for e in found if e.HasField("artifact_update")]
    assert any(name != "text" for name in names), "tables and charts come as artifacts"
    context = next(e.status_update.context_id for e in found if e.HasField("status_update"))
    again = await events(house, http, "Show the 3 rows with the most rain", context)
    assert states(again)[-1] == TaskState.TASK_STATE_COMPLETED
    assert "rain" in said(again), "the context's data is still there"
    listed = (await http.get(f"{house.url}/api/conversations")).json()
    mine = [c for c in listed if "Average rain by city" in c["title"]]
    assert len(mine) == 1, "one context is one conversation, and the page shows it"


async def test_a_file_that_cannot_be_read_fails_the_task_with_the_reason(
    house: House, http: httpx.AsyncClient
) -> None:
    broken = Part(raw=b"PAR1nothing", media_type="application/octet-stream", filename="x.parquet")
    found = await events(house, http, "무엇이 들어 있어?", "", broken)
    last = found[-1].status_update.status
    assert last.state == TaskState.TASK_STATE_FAILED
    assert any("가" <= letter <= "힣" for part in last.message.parts for letter in part.text)


async def test_a_path_in_the_message_is_not_believed(house: House, http: httpx.AsyncClient) -> None:
    secret = house.data_dir / "cherry.db"
    part = Part(media_type="application/json")
    part.metadata.update({"cherry": "work", "files": True})
    work = {
        "conversation_id": "spoof",
        "run_id": "r",
        "step_id": "s",
        "worker": "a2a:CherryAI",
        "request": "Show the rows",
        "sender": {"owner": "me", "files": [{"name": "x.csv", "path": str(secret)}]},
    }
    part.data.struct_value.update(work)
    found = await events(house, http, "", "", part)
    assert states(found)[-1] == TaskState.TASK_STATE_COMPLETED
    assert "x.csv" not in str(found)

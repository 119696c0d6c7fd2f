"""Our agents as strangers see them: plain JSON-RPC of 0.3 and 1.0, without any of our data."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource

from cherry_reflex.a2a.server.endpoint import agents_app
from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.settings import Settings
from tests.doubles.scripted_agents import scripted
from tests.doubles.serving import listening, serving


async def _doing(asked: WorkerRequest, context: AgentContext) -> None:
    if asked.request == "ask":
        await context.say(await context.ask("Which?"))
        return
    await context.status("counting")
    await context.returned(await context.called("count", {"to": 3}))
    await context.say(f"{asked.language}: ")
    await context.show(ArtifactContent(kind="table", title="T", data=b"abc"))
    await context.say(asked.request)


@pytest.fixture
async def http(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    bound, url = listening()
    app = agents_app([scripted("helper", _doing)], url, data_dir=settings.data_dir)
    async with (
        serving(app, bound),
        httpx.AsyncClient(base_url=f"{url}/agents/helper", timeout=20) as client,
    ):
        yield client


def _message(generation: str, text: str, **more: Any) -> dict[str, Any]:
    part = {"text": text} if generation == "1.0" else {"kind": "text", "text": text}
    role = "ROLE_USER" if generation == "1.0" else "user"
    message = {"messageId": "m1", "role": role, "parts": [part]} | more
    return message if generation == "1.0" else message | {"kind": "message"}


async def _rpc(
    http: httpx.AsyncClient, generation: str, method: str, params: dict[str, Any]
) -> Any:
    body = {"jsonrpc": "2.0", "id": "1", "method": method, "params": params}
    answer = await http.post("/", json=body, headers={"A2A-Version": generation})
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("path", ["agent-card.json", "agent.json"])
async def test_the_card_is_where_each_generation_looks(http: httpx.AsyncClient, path: str) -> None:
    card = (await http.get(f"/.well-known/{path}")).json()
    assert card["name"] == "helper"
    versions = [item["protocolVersion"] for item in card["supportedInterfaces"]]
    assert versions == ["1.0", "0.3"]
    assert card["capabilities"]["streaming"] is True
    assert card["skills"][0]["examples"] == ["해 주세요", "do it"]
    assert card["url"] == card["supportedInterfaces"][0]["url"]


async def test_a_blocking_send_of_0_3(http: httpx.AsyncClient) -> None:
    found = await _rpc(http, "0.3", "message/send", {"message": _message("0.3", "안녕")})
    task = found["result"]
    assert task["status"]["state"] == "completed"
    parts = [part for artifact in task["artifacts"] for part in artifact["parts"]]
    assert "".join(part.get("text", "") for part in parts) == "ko: 안녕"
    assert [part["file"]["bytes"] for part in parts if part["kind"] == "file"] == ["YWJj"]


async def test_a_blocking_send_of_1_0(http: httpx.AsyncClient) -> None:
    found = await _rpc(http, "1.0", "SendMessage", {"message": _message("1.0", "hello")})
    task = found["result"]["task"]
    assert task["status"]["state"] == "TASK_STATE_COMPLETED"
    parts = [part for artifact in task["artifacts"] for part in artifact["parts"]]
    assert "".join(part.get("text", "") for part in parts) == "en: hello"


async def test_a_stream_of_0_3(http: httpx.AsyncClient) -> None:
    body = {
        "jsonrpc": "2.0",
        "id": "1",
        "method": "message/stream",
        "params": {"message": _message("0.3", "hello")},
    }
    events = []
    async with http.stream("POST", "/", json=body, headers={"A2A-Version": "0.3"}) as answer:
        async for event in EventSource(answer).aiter_sse():
            events.append(event.json()["result"])
    assert events[0]["kind"] == "task"
    assert events[-1]["status"]["state"] == "completed"
    assert events[-1]["final"] is True
    texts = [
        part["text"]
        for event in events
        if event["kind"] == "artifact-update"
        for part in event["artifact"]["parts"]
        if part["kind"] == "text"
    ]
    assert "".join(texts) == "en: hello"


@pytest.mark.parametrize("generation", ["1.0", "0.3"])
async def test_a_question_and_its_answer(http: httpx.AsyncClient, generation: str) -> None:
    method = "SendMessage" if generation == "1.0" else "message/send"
    found = await _rpc(http, generation, method, {"message": _message(generation, "ask")})
    task = found["result"].get("task", found["result"])
    assert task["status"]["state"] in ("TASK_STATE_INPUT_REQUIRED", "input-required")
    assert task["status"]["message"]["parts"][0]["text"] == "Which?"
    reply = _message(generation, "this", taskId=task["id"], contextId=task["contextId"])
    found = await _rpc(http, generation, method, {"message": reply})
    task = found["result"].get("task", found["result"])
    assert task["artifacts"][-1]["parts"][0]["text"] == "this"


async def test_a_task_that_waits_can_be_cancelled(http: httpx.AsyncClient) -> None:
    found = await _rpc(http, "1.0", "SendMessage", {"message": _message("1.0", "ask")})
    task_id = found["result"]["task"]["id"]
    cancelled = await _rpc(http, "1.0", "CancelTask", {"id": task_id})
    assert cancelled["result"]["status"]["state"] == "TASK_STATE_CANCELED"
    known = await _rpc(http, "1.0", "GetTask", {"id": task_id})
    assert known["result"]["status"]["state"] == "TASK_STATE_CANCELED"

"""Agents of others that break, hang, lie or are old: the lane fails with its cause, or goes on."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from cherry_reflex.a2a.client.peer import Peer
from cherry_reflex.a2a.client.workers import A2AWorkers
from cherry_reflex.core.errors import (
    CherryError,
    LimitExceeded,
    ProtocolBroken,
    Unavailable,
    WorkerFailed,
)
from cherry_reflex.core.events import InputRequested, StatusChanged
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent
from cherry_reflex.settings import Settings
from tests.doubles.raw_agent import (
    Cut,
    Item,
    RawAgent,
    Script,
    chunk,
    old_chunk,
    old_state,
    old_task,
    state,
    task,
)
from tests.doubles.serving import listening, serving
from tests.doubles.worker_calls import gather_events, words
from tests.doubles.worker_request import worker_request

Meet = Callable[..., Awaitable[tuple[A2AWorkers, RawAgent]]]
NAME = "a2a:raw_agent"


@pytest.fixture
async def meet(settings: Settings) -> AsyncIterator[Meet]:
    """Serve a raw agent and add it by its URL."""
    async with AsyncExitStack() as stack:

        async def met(
            script: Script | None = None, *, headers: dict[str, str] | None = None, **more: Any
        ) -> tuple[A2AWorkers, RawAgent]:
            bound, url = listening()
            fields = {key: more.pop(key) for key in list(more) if key in RawAgent.__annotations__}
            agent = RawAgent(script or plain, **fields)
            await stack.enter_async_context(serving(agent.app(url), bound))
            fitted = settings.model_copy(update={"agent_silence_s": 0.6, **more})
            workers = await stack.enter_async_context(A2AWorkers(fitted))
            await workers.add(url, headers=headers)
            return workers, agent

        yield met


async def plain(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    yield state("WORKING", "thinking")
    for number in range(5):
        yield chunk(f"tok{number} ", append=number > 0)
    yield state("COMPLETED")


ALL = "".join(f"tok{number} " for number in range(5))


async def test_an_agent_of_the_present(meet: Meet) -> None:
    workers, agent = await meet(headers={"X-Key": "secret"})
    events = await gather_events(workers, worker_request(NAME))
    assert words(events) == ALL
    assert [item.text for item in events if isinstance(item, StatusChanged)] == ["thinking"]
    assert agent.headers_seen[-1]["x-key"] == "secret"
    (entry,) = await workers.entries()
    assert (entry.name, entry.healthy, entry.own) == ("raw_agent", True, False)
    assert entry.skills[0].examples == ("해줘",)


async def test_outsiders_get_no_paths_and_nothing_of_the_person(
    meet: Meet, settings: Settings
) -> None:
    from cherry_reflex.core.dataset import Dataset
    from cherry_reflex.core.digest import Digest
    from cherry_reflex.core.worker import Turn

    workers, agent = await meet()
    dataset = Dataset(id="d", name="d", uri=f"file://{settings.data_dir}/d.parquet", rows=1,
                      columns=(), remembered=(("the boss", "salary"),))  # fmt: skip
    turn = Turn(question="Before?", digests=(Digest(text="a row of other data"),))
    await gather_events(workers, worker_request(NAME, datasets=(dataset,), history=(turn,)))
    assert "Before?" in json.dumps(agent.asked)
    assert "a row of other data" not in json.dumps(agent.asked)
    assert str(settings.data_dir) not in json.dumps(agent.asked)
    assert "the boss" not in json.dumps(agent.asked), "what a person said is nobody's business"
    assert agent.asked[0]["params"]["message"]["parts"][0] == {"text": "What sells best?"}


@pytest.mark.parametrize("generation", ["0.3", "0.2"])
async def test_agents_of_the_past(meet: Meet, generation: str) -> None:
    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        if "taskId" not in asked["params"]["message"]:
            yield old_task("submitted")
            yield old_state("working", "thinking")
            yield old_chunk("tok0 ", append=False)
            yield old_chunk("tok1 ")
            yield old_state("input-required", "Which?", final=True)
        else:
            yield old_chunk(asked["params"]["message"]["parts"][0]["text"])
            yield old_state("completed", final=True)

    workers, _ = await meet(script, generation=generation)
    call = workers.call(worker_request(NAME))
    events: list[WorkerEvent] = []
    async for item in call.events():
        events.append(item)
        if isinstance(item, InputRequested):
            assert item.prompt == "Which?"
            await call.answer("this")
    assert words(events) == "tok0 tok1 this"


@pytest.mark.parametrize("generation", ["0.3", "0.2"])
async def test_a_drop_of_an_old_agent_is_polled_out(meet: Meet, generation: str) -> None:
    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield old_task("submitted")
        yield old_chunk("tok0 ", append=False)
        agent.task = old_task("completed", "tok0 ", "tok1 ", "tok2")
        raise Cut

    workers, _ = await meet(script, generation=generation)
    assert words(await gather_events(workers, worker_request(NAME))) == "tok0 tok1 tok2"


async def test_an_agent_of_0_2_is_read_along_after_a_drop(meet: Meet) -> None:
    """Such servers keep nothing that nobody reads."""

    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield old_task("submitted")
        yield old_chunk("tok0 ", append=False)
        agent.task = old_task("working", "tok0 ")
        raise Cut

    async def again(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        agent.task = old_task("completed", "tok0 ", "tok1")
        yield old_chunk("tok1")

    workers, _ = await meet(script, generation="0.2", again=again)
    assert words(await gather_events(workers, worker_request(NAME))) == "tok0 tok1"


async def test_a_clean_end_without_a_terminal_state_is_a_drop(meet: Meet) -> None:
    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield {"task": task()}
        yield chunk("tok0 ", append=False)
        agent.task = task("TASK_STATE_COMPLETED", "tok0 ", "tok1")

    workers, _ = await meet(script)
    assert words(await gather_events(workers, worker_request(NAME))) == "tok0 tok1"


async def test_a_cut_stream_is_taken_up_again(meet: Meet) -> None:
    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield {"task": task()}
        yield chunk("tok0 ", append=False)
        agent.task = task("TASK_STATE_WORKING", "tok0 ", "tok1 ")
        raise Cut

    async def again(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield {"task": task("TASK_STATE_WORKING", "tok0 ", "tok1 ", "tok2 ")}
        yield chunk("tok3")
        yield state("COMPLETED")

    workers, _ = await meet(script, again=again)
    assert words(await gather_events(workers, worker_request(NAME))) == "tok0 tok1 tok2 tok3"


async def test_an_agent_that_forgot_is_lost_and_its_words_stay(meet: Meet) -> None:
    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield {"task": task()}
        yield chunk("so far", append=False)

    workers, _ = await meet(script)
    events: list[WorkerEvent] = []
    with pytest.raises(Unavailable) as caught:
        await gather_events(workers, worker_request(NAME), events)
    assert caught.value.code == "agent_lost"
    assert words(events) == "so far"


async def _hang(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    agent.task = task("TASK_STATE_WORKING", "tok0")
    yield {"task": task()}
    yield chunk("tok0", append=False)
    while True:
        await asyncio.sleep(0.1)
        yield b": ping\r\n\r\n"


async def test_a_hanging_agent_is_given_up_and_cancelled(meet: Meet) -> None:
    async def again(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield {"task": task("TASK_STATE_WORKING", "tok0")}
        await asyncio.Event().wait()

    workers, agent = await meet(_hang, again=again)
    events: list[WorkerEvent] = []
    async with asyncio.timeout(8):
        with pytest.raises(Unavailable) as caught:
            await gather_events(workers, worker_request(NAME), events)
    assert caught.value.code == "agent_silent"
    assert words(events) == "tok0"
    await asyncio.wait_for(agent.cancelled.wait(), 5)


async def _endless(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    yield b"data: "
    while True:
        yield b"x" * 65536
        await asyncio.sleep(0)


async def _endless_lines(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    while True:
        yield b"data: " + b"x" * 1000 + b"\n"
        await asyncio.sleep(0)


async def _bad_utf8(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    yield b'data: {"jsonrpc": "2.0", "result": "\xff\xfe"}\n\n'


async def _wrong_rpc_id(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    body = {"jsonrpc": "2.0", "id": "another", "result": {"task": task()}}
    yield f"data: {json.dumps(body)}\n\n".encode()


async def _wrong_task(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    yield chunk("not yours", append=False, task_id="t2")


async def _not_json(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield f"data: {{oops {asked['id']}\n\n".encode()


async def _wrong_shape(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": {"id": 5, "status": "well"}}


async def _error(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    body = {"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32603, "message": "no"}}
    yield f"data: {json.dumps(body)}\n\n".encode()


async def _failed(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    yield state("FAILED", "out of coffee")


async def _rejected(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    yield state("REJECTED", "no")


async def _cancelled(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    yield state("CANCELED")


async def _wants_login(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    yield state("AUTH_REQUIRED", "who are you?")


async def _steals(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
    yield {"task": task()}
    event = chunk("", append=False)
    part = {"url": "file:///etc/passwd", "filename": "passwd", "mediaType": "text/plain"}
    event["artifactUpdate"]["artifact"]["parts"] = [part]
    yield event


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (_endless, LimitExceeded, "agent_event_too_large"),
        (_endless_lines, LimitExceeded, "agent_event_too_large"),
        (_bad_utf8, ProtocolBroken, "agent_bad_utf8"),
        (_wrong_rpc_id, ProtocolBroken, "agent_wrong_ids"),
        (_wrong_task, ProtocolBroken, "agent_wrong_ids"),
        (_not_json, ProtocolBroken, "agent_malformed"),
        (_wrong_shape, ProtocolBroken, "agent_malformed"),
        (_error, WorkerFailed, "agent_refused"),
        (_failed, WorkerFailed, "agent_failed"),
        (_rejected, WorkerFailed, "agent_rejected"),
        (_cancelled, WorkerFailed, "cancelled_by_worker"),
        (_wants_login, WorkerFailed, "agent_wants_login"),
        (_steals, ProtocolBroken, "agent_file_refused"),
    ],
)
async def test_an_agent_that_misbehaves_fails_with_its_cause(
    meet: Meet, script: Script, kind: type[CherryError], code: str
) -> None:
    workers, _ = await meet(script, event_bytes_max=1_000_000)
    async with asyncio.timeout(10):
        with pytest.raises(kind) as caught:
            await gather_events(workers, worker_request(NAME))
    assert caught.value.code == code


@pytest.mark.parametrize(("status", "code"), [(500, "agent_http"), (401, "agent_denied")])
async def test_http_errors(meet: Meet, status: int, code: str) -> None:
    workers, agent = await meet()
    agent.status = status
    with pytest.raises(Unavailable) as caught:
        await gather_events(workers, worker_request(NAME))
    assert caught.value.code == code


async def test_nobody_at_the_address(settings: Settings) -> None:
    bound, url = listening()
    bound.close()
    async with A2AWorkers(settings) as workers:
        with pytest.raises(Unavailable) as caught:
            await workers.add(url)
    assert caught.value.code == "agent_unreachable"


async def test_private_addresses_can_be_refused(settings: Settings) -> None:
    bound, url = listening()
    async with serving(RawAgent(plain).app(url), bound):
        careful = settings.model_copy(update={"private_urls": False})
        async with A2AWorkers(careful) as workers:
            with pytest.raises(Unavailable) as caught:
                await workers.add(url)
    assert caught.value.code == "url_private"


async def test_one_that_never_ends_its_card_holds_nobody_up(
    meet: Meet, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers, _ = await meet()
    bound, url = listening()
    slow = RawAgent(plain, card_dribbles=True)
    async with serving(slow.app(url), bound):
        workers._others.append(Peer(url=url, name="slow"))
        monkeypatch.setattr("cherry_reflex.a2a.client.workers._PATIENCE_S", 0.3)
        async with asyncio.timeout(3):
            found = {entry.name: entry for entry in await workers.entries()}
        assert found["raw_agent"].healthy
        assert (found["slow"].healthy, found["slow"].problem) == (False, "agent_no_answer")
        assert words(await gather_events(workers, worker_request(NAME))) == ALL


async def test_an_artifact_of_2_mb_in_one_event(meet: Meet) -> None:
    data = bytes(range(256)) * 8192

    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield {"task": task()}
        event = chunk("", append=False)
        part = {"raw": base64.b64encode(data).decode(), "mediaType": "text/csv"}
        event["artifactUpdate"]["artifact"]["parts"] = [part | {"filename": "../a.csv"}]
        yield event
        yield state("COMPLETED", "here it is")

    workers, _ = await meet(script)
    shown, said = await gather_events(workers, worker_request(NAME))
    assert isinstance(shown, ArtifactProduced)
    assert shown.content.data == data
    assert (shown.content.kind, shown.content.filename) == ("text", "a.csv")
    assert words([said]) == "here it is"

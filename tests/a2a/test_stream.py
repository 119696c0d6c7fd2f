"""An agent of ours over a real server: what it puts on its context is what arrives."""

import asyncio

import pytest

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput, NotFound, WorkerFailed
from cherry_reflex.core.events import (
    InputRequested,
    StatusChanged,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from cherry_reflex.core.orchestration import Suggest
from cherry_reflex.core.reading.condition import Between
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Measure, Reading
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent, WorkerRequest
from tests.doubles.scripted_agents import tokens
from tests.doubles.worker_calls import Connect, gather_events, words
from tests.doubles.worker_request import worker_request


async def test_numbered_tokens_arrive_in_order_once(connect: Connect) -> None:
    workers = await connect(counter=tokens(2000))
    events = await gather_events(workers, worker_request("a2a:counter"))
    assert words(events) == "".join(f"tok{n} " for n in range(1, 2001))
    assert len(events) < 500, "tokens are coalesced"


async def test_news_keep_their_order_and_values(connect: Connect) -> None:
    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await context.status("읽는 중")
        await context.say("before ")
        await context.say("the table ")
        call = await context.called("aggregate", {"top": 3, "share": 0.5, "by": ["지역"]})
        meta = {"rows": 100_000, "columns": ["a", "b"], "chosen": {"x": "a"}}
        await context.show(ArtifactContent(kind="table", title="표", data=b"\x00\xff", meta=meta))
        await context.returned(call, ok=False, text="no")
        await context.say("after")

    workers = await connect(teller=doing)
    events = await gather_events(workers, worker_request("a2a:teller"))
    assert words(events) == "before the table after"
    merged = [item for item in events if not isinstance(item, TextDelta)]
    assert isinstance(merged[0], StatusChanged)
    assert merged[0].text == "읽는 중"
    called, shown, returned = merged[1], merged[2], merged[3]
    assert isinstance(called, ToolCalled)
    assert isinstance(shown, ArtifactProduced)
    assert isinstance(returned, ToolReturned)
    assert called.arguments == {"top": 3, "share": 0.5, "by": ["지역"]}
    assert isinstance(called.arguments["top"], int)
    assert shown.content.data == b"\x00\xff"
    assert shown.content.title == "표"
    assert shown.content.meta["rows"] == 100_000
    assert (returned.call, returned.ok, returned.text) == (called.call, False, "no")
    texts = [n for n, item in enumerate(events) if isinstance(item, TextDelta)]
    assert max(texts[:-1]) < events.index(called) < texts[-1]


async def test_the_first_word_is_sent_at_once_and_later_ones_within_50_ms(
    connect: Connect,
) -> None:
    heard = asyncio.Event()

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await context.say("first")
        await asyncio.wait_for(heard.wait(), 5)
        began = asyncio.get_running_loop().time()
        heard.clear()
        await context.say("second")
        await context.say("third")
        await asyncio.wait_for(heard.wait(), 5)
        took_s.append(asyncio.get_running_loop().time() - began)

    took_s: list[float] = []
    workers = await connect(pair=doing)
    said = []
    async for item in workers.call(worker_request("a2a:pair")).events():
        said.append(item)
        heard.set()
    assert words(said) == "firstsecondthird"
    assert took_s[0] < 1  # 50 ms, on a machine that is busy


async def test_the_work_arrives_whole(connect: Connect) -> None:
    seen: list[WorkerRequest] = []

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        seen.append(asked)

    asked = worker_request(
        "a2a:reader",
        "요청",
        language="ko",
        arguments={"big": 2**60, "one": 1, "half": 0.5},
        inputs=("x",),
        orchestration=Suggest(),
    )
    await gather_events(await connect(reader=doing), asked)
    assert seen == [asked]
    assert isinstance(seen[0].arguments and seen[0].arguments["one"], int)


async def test_a_failure_keeps_its_code(connect: Connect) -> None:
    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await context.say("so far")
        raise BadInput("column_unknown", column="매출", dataset="d", columns="a, b")

    workers = await connect(failing=doing)
    events: list[WorkerEvent] = []
    with pytest.raises(WorkerFailed) as caught:
        await gather_events(workers, worker_request("a2a:failing"), events)
    assert words(events) == "so far"
    assert caught.value.code == "column_unknown"
    assert caught.value.params["column"] == "매출"


async def test_an_unexpected_error_is_a_failure_too(connect: Connect) -> None:
    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        raise ZeroDivisionError("oh")

    workers = await connect(crashing=doing)
    with pytest.raises(WorkerFailed) as caught:
        await gather_events(workers, worker_request("a2a:crashing"))
    assert caught.value.code == "agent_crashed"
    assert "ZeroDivisionError" in caught.value.detail


async def test_an_unknown_worker_is_not_found(connect: Connect) -> None:
    workers = await connect(counter=tokens(1))
    with pytest.raises(NotFound) as caught:
        await gather_events(workers, worker_request("a2a:nobody"))
    assert caught.value.code == "worker_unknown"


async def test_a_question_and_its_answer(connect: Connect) -> None:
    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await context.say("1 ")
        first = await context.ask("Which?", ("a", "b"))
        await context.say(f"{first} ")
        second = await context.ask("Sure?")
        await context.say(second)

    workers = await connect(curious=doing)
    call = workers.call(worker_request("a2a:curious"))
    events = []
    async for item in call.events():
        events.append(item)
        if isinstance(item, InputRequested):
            await call.answer("b" if item.options else "yes")
    assert words(events) == "1 b yes"
    asked = [item for item in events if isinstance(item, InputRequested)]
    assert [(a.prompt, a.options) for a in asked] == [("Which?", ("a", "b")), ("Sure?", ())]


async def test_readings_are_offered_with_the_options(connect: Connect) -> None:
    readings = tuple(
        Reading(
            measures=(Measure(agg="percentile", of=ColumnRef(name=name), p=95),),
            where=Between(of=ColumnRef(name="나이"), low=20, high=29.5),
        )
        for name in ("fare", "운임")
    )

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        options = ("**a**", "b", "somebody else")
        await context.say(await context.ask("?", options, readings, {"낸 돈": "운임"}))

    workers = await connect(curious=doing)
    call = workers.call(worker_request("a2a:curious"))
    events = []
    async for item in call.events():
        events.append(item)
        if isinstance(item, InputRequested):
            assert tuple(Reading.model_validate(one) for one in item.choices) == readings
            assert item.options == ("**a**", "b", "somebody else")
            assert item.words == {"낸 돈": "운임"}
            await call.answer("2")
    assert words(events) == "2"


async def test_cancelling_the_listener_cancels_the_agent(connect: Connect) -> None:
    stopped, begun = asyncio.Event(), asyncio.Event()

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        try:
            await context.say("x")
            begun.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.set()
            raise

    workers = await connect(endless=doing)
    listener = asyncio.create_task(gather_events(workers, worker_request("a2a:endless")))
    await asyncio.wait_for(begun.wait(), 10)
    listener.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listener
    await asyncio.wait_for(stopped.wait(), 5)


async def test_a_large_artifact_goes_by_file(connect: Connect) -> None:
    data = bytes(range(256)) * 8192 * 4  # 8 MB: more than one event may have

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await context.show(ArtifactContent(kind="file", title="big", data=data))

    events = await gather_events(await connect(large=doing), worker_request("a2a:large"))
    assert isinstance(events[0], ArtifactProduced)
    assert events[0].content.path is not None
    assert read_bytes(events[0].content) == data

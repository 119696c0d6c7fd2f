"""Streams of our own agents that are cut: every token arrives, in order, once."""

import asyncio

import pytest

from cherry_reflex.a2a.client.workers import A2AWorkers
from cherry_reflex.a2a.server.endpoint import agents_app
from cherry_reflex.a2a.server.executor import Limits
from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import LimitExceeded, WorkerFailed
from cherry_reflex.core.events import ToolCalled, ToolReturned
from cherry_reflex.core.worker import ArtifactProduced, WorkerRequest
from cherry_reflex.settings import Settings
from tests.doubles.cutting_proxy import CuttingProxy
from tests.doubles.scripted_agents import scripted
from tests.doubles.serving import listening, serving
from tests.doubles.worker_calls import Connect, gather_events, words
from tests.doubles.worker_request import worker_request


async def test_cut_again_and_again_nothing_is_lost_or_repeated(settings: Settings) -> None:
    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        for number in range(1, 1501):
            await context.say(f"tok{number} ")
            if number % 5 == 0:
                await asyncio.sleep(0.002)
            if number in (400, 900):
                call = await context.called("look", {"n": number})
                await context.show(ArtifactContent(kind="file", title=str(number), data=b"x" * 900))
                await context.returned(call)

    bound, url = listening()
    proxy = CuttingProxy(url, after_bytes=9_000, cuts=4)
    async with proxy.open() as outside:
        app = agents_app([scripted("counter", doing)], outside, data_dir=settings.data_dir)
        async with serving(app, bound):

            async def own_url() -> str:
                return outside

            async with A2AWorkers(settings, own_url=own_url) as workers:
                events = await gather_events(workers, worker_request("a2a:counter"))
    assert proxy.cuts_left == 0
    assert words(events) == "".join(f"tok{n} " for n in range(1, 1501))
    assert [i.content.title for i in events if isinstance(i, ArtifactProduced)] == ["400", "900"]
    called = [item for item in events if isinstance(item, ToolCalled)]
    returned = [item for item in events if isinstance(item, ToolReturned)]
    assert [item.arguments["n"] for item in called] == [400, 900]
    assert [item.call for item in returned] == [item.call for item in called]


async def test_a_quiet_agent_that_lives_is_waited_for(connect: Connect) -> None:
    go_on = asyncio.Event()

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await context.say("thinking ")
        asyncio.get_running_loop().call_later(3.5, go_on.set)  # longer than the silence of 2 s
        await go_on.wait()
        await context.say("done")

    workers = await connect(Limits(beat_s=0.3), thinker=doing)
    assert words(await gather_events(workers, worker_request("a2a:thinker"))) == "thinking done"


async def test_an_agent_has_a_time_limit(connect: Connect) -> None:
    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await asyncio.Event().wait()

    workers = await connect(Limits(total_s=0.3), endless=doing)
    with pytest.raises(WorkerFailed) as caught:
        await gather_events(workers, worker_request("a2a:endless"))
    assert caught.value.code == "agent_too_long"


async def test_the_listener_has_a_time_limit_too(settings: Settings, connect: Connect) -> None:
    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        while True:
            await context.say("more ")
            await asyncio.sleep(0.05)

    short = await connect(talker=doing)
    short._patience = type(short._patience)(silence_s=5, total_s=0.5, reconnect_s=1)
    async with asyncio.timeout(5):
        with pytest.raises(LimitExceeded) as caught:
            await gather_events(short, worker_request("a2a:talker"))
    assert caught.value.code == "agent_too_long"


async def test_files_outside_the_data_are_refused(connect: Connect, settings: Settings) -> None:
    from cherry_reflex.core.dataset import Dataset

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await context.say("read it")

    stolen = Dataset(id="d", name="d", uri="file:///etc/passwd", rows=1, columns=())
    workers = await connect(reader=doing)
    with pytest.raises(WorkerFailed) as caught:
        await gather_events(workers, worker_request("a2a:reader", datasets=(stolen,)))
    assert caught.value.code == "dataset_outside"

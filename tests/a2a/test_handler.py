"""The server's side of A2A tasks: streams, turns, ends, and who falls behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.context import ServerCallContext
from a2a.server.events import EventQueue
from a2a.server.tasks import TaskUpdater
from a2a.types import (
    AgentCard,
    CancelTaskRequest,
    GetTaskRequest,
    Message,
    Part,
    Role,
    SendMessageConfiguration,
    SendMessageRequest,
    SubscribeToTaskRequest,
    Task,
    TaskState,
    TaskStatus,
)
from a2a.utils.errors import (
    InvalidParamsError,
    TaskNotCancelableError,
    TaskNotFoundError,
    UnsupportedOperationError,
)

from cherry_reflex.a2a.server.handler import Handler

WAIT_S = 10
HERE = ServerCallContext()
Doing = Callable[[RequestContext, TaskUpdater], Awaitable[None]]


class Executor(AgentExecutor):
    """Sends the task, then does what a test wants."""

    def __init__(self, doing: Doing) -> None:
        self.doing = doing
        self.problem: Exception | None = None

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        if context.current_task is None:
            status = TaskStatus(state=TaskState.TASK_STATE_SUBMITTED)
            await event_queue.enqueue_event(
                Task(id=context.task_id, context_id=context.context_id, status=status)
            )
        assert context.task_id and context.context_id
        await self.doing(context, TaskUpdater(event_queue, context.task_id, context.context_id))

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        if self.problem is not None:
            raise self.problem


@asynccontextmanager
async def handler(doing: Doing, idle_s: float = 60, buffer: int = 1024) -> AsyncIterator[Handler]:
    made = Handler(Executor(doing), AgentCard(name="agent"), idle_s=idle_s, buffer=buffer)
    try:
        async with asyncio.timeout(WAIT_S):
            yield made
    finally:
        await made.aclose()


def asking(task: Task | None = None, *, at_once: bool = False) -> SendMessageRequest:
    message = Message(
        message_id=f"m{task.id if task else ''}",
        role=Role.ROLE_USER,
        parts=[Part(text="go")],
        task_id=task.id if task else "",
        context_id=task.context_id if task else "",
    )
    configuration = SendMessageConfiguration(return_immediately=at_once)
    return SendMessageRequest(message=message, configuration=configuration)


def text_of(events: list[Any]) -> str:
    """Return the text of a snapshot and what came after it."""
    found = [
        artifact for event in events if isinstance(event, Task) for artifact in event.artifacts
    ]
    found += [event.artifact for event in events if hasattr(event, "artifact")]
    return "".join(part.text for artifact in found for part in artifact.parts)


async def say(updater: TaskUpdater, word: str, *, append: bool = True) -> None:
    await updater.add_artifact([Part(text=word)], artifact_id="text", append=append)


async def known(made: Handler, task_id: str) -> Task:
    task = await made.on_get_task(GetTaskRequest(id=task_id), HERE)
    assert isinstance(task, Task)
    return task


async def test_who_subscribes_in_the_middle_gets_all_of_it() -> None:
    more = asyncio.Event()

    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        await say(updater, "a", append=False)
        await more.wait()
        for word in "bcd":
            await say(updater, word)
        await updater.complete()

    async with handler(doing) as made:
        stream = made.on_message_send_stream(asking(), HERE)
        first = [await anext(stream), await anext(stream)]
        assert text_of(first) == "a"
        subscribed = made.on_subscribe_to_task(SubscribeToTaskRequest(id=first[0].id), HERE)
        late = [await anext(subscribed)]
        more.set()
        assert text_of(first + [event async for event in stream]) == "abcd"
        late += [event async for event in subscribed]
        assert text_of(late) == "abcd"
        assert late[-1].status.state == TaskState.TASK_STATE_COMPLETED
        assert late[0].status.state == TaskState.TASK_STATE_SUBMITTED  # a copy: it stays as it was
        assert text_of([await known(made, first[0].id)]) == "abcd"


async def test_who_falls_behind_is_let_go_and_holds_nobody_up() -> None:
    slow_started = asyncio.Event()

    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        await slow_started.wait()
        for number in range(20):
            await say(updater, f"{number} ", append=number > 0)
            await asyncio.sleep(0)
        await updater.complete()

    async with handler(doing, buffer=5) as made:
        stream = made.on_message_send_stream(asking(), HERE)
        task = await anext(stream)
        slow = made.on_subscribe_to_task(SubscribeToTaskRequest(id=task.id), HERE)
        await anext(slow)
        slow_started.set()
        assert text_of([event async for event in stream]) == "".join(f"{n} " for n in range(20))
        missed = [event async for event in slow]
        # What it got is the beginning, without an end: it asks for the task.
        assert text_of(missed) == "".join(f"{n} " for n in range(5))


async def test_who_leaves_does_not_stop_the_agent() -> None:
    more, over = asyncio.Event(), asyncio.Event()

    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        await more.wait()
        await updater.complete()
        over.set()

    async with handler(doing) as made:
        async with aclosing(made.on_message_send_stream(asking(), HERE)) as stream:
            task = await anext(stream)
        more.set()
        await over.wait()
        assert (await known(made, task.id)).status.state == TaskState.TASK_STATE_COMPLETED


async def test_an_executor_that_breaks_fails_its_task() -> None:
    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        raise ZeroDivisionError("out of order")

    async with handler(doing) as made:
        stream = made.on_message_send_stream(asking(), HERE)
        task = await anext(stream)
        assert (await anext(stream)).status.state == TaskState.TASK_STATE_FAILED
        assert [event async for event in stream] == []
        assert (await known(made, task.id)).status.state == TaskState.TASK_STATE_FAILED


async def test_messages_to_a_task_take_turns_and_are_in_its_history() -> None:
    turns: list[str] = []
    more = asyncio.Event()

    async def doing(context: RequestContext, updater: TaskUpdater) -> None:
        turns.append("begin")
        if context.current_task is None:
            await updater.requires_input()
            await more.wait()
        else:
            await updater.complete()
        turns.append("end")

    async with handler(doing) as made:
        task = await made.on_message_send(asking(), HERE)
        assert isinstance(task, Task)
        assert task.status.state == TaskState.TASK_STATE_INPUT_REQUIRED
        answered = asyncio.create_task(made.on_message_send(asking(task), HERE))
        await asyncio.sleep(0)
        assert turns == ["begin"]
        more.set()
        found = await answered
        assert isinstance(found, Task)
        assert found.status.state == TaskState.TASK_STATE_COMPLETED
        assert turns == ["begin", "end", "begin", "end"]
        assert [message.parts[0].text for message in found.history] == ["go"]
        with pytest.raises(UnsupportedOperationError):
            await made.on_message_send(asking(task), HERE)


async def test_who_does_not_wait_gets_the_task_at_once() -> None:
    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        await asyncio.Event().wait()

    async with handler(doing) as made:
        task = await made.on_message_send(asking(at_once=True), HERE)
        assert isinstance(task, Task)
        assert task.status.state == TaskState.TASK_STATE_SUBMITTED


async def test_a_cancelled_task_ends_everywhere() -> None:
    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        await updater.start_work()
        await asyncio.Event().wait()

    async with handler(doing) as made:
        stream = made.on_message_send_stream(asking(), HERE)
        task = await anext(stream)
        assert (await anext(stream)).status.state == TaskState.TASK_STATE_WORKING
        ended = await made.on_cancel_task(CancelTaskRequest(id=task.id), HERE)
        assert ended is not None
        assert ended.status.state == TaskState.TASK_STATE_CANCELED
        assert [e.status.state async for e in stream] == [TaskState.TASK_STATE_CANCELED]
        with pytest.raises(TaskNotCancelableError):
            await made.on_cancel_task(CancelTaskRequest(id=task.id), HERE)
        with pytest.raises(UnsupportedOperationError):
            await anext(made.on_subscribe_to_task(SubscribeToTaskRequest(id=task.id), HERE))


async def test_a_cancellation_that_breaks_is_told_and_the_task_has_failed() -> None:
    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        await asyncio.Event().wait()

    async with handler(doing) as made:
        made.agent_executor.problem = ZeroDivisionError()  # type: ignore[attr-defined]
        task = await made.on_message_send(asking(at_once=True), HERE)
        assert isinstance(task, Task)
        with pytest.raises(ZeroDivisionError):
            await made.on_cancel_task(CancelTaskRequest(id=task.id), HERE)
        assert (await known(made, task.id)).status.state == TaskState.TASK_STATE_FAILED


async def test_a_task_that_asks_is_let_go_after_a_while() -> None:
    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        await updater.requires_input()

    async with handler(doing, idle_s=0.01) as made:
        stream = made.on_message_send_stream(asking(), HERE)
        task = await anext(stream)
        subscribed = made.on_subscribe_to_task(SubscribeToTaskRequest(id=task.id), HERE)
        assert (await anext(subscribed)).status.state == TaskState.TASK_STATE_INPUT_REQUIRED
        assert [event async for event in subscribed] == []
        with pytest.raises(UnsupportedOperationError):
            await anext(made.on_subscribe_to_task(SubscribeToTaskRequest(id=task.id), HERE))
        made._store._keep_s = 0
        with pytest.raises(TaskNotFoundError):
            await known(made, task.id)


async def test_requests_that_name_what_is_not_there() -> None:
    async def doing(_: RequestContext, updater: TaskUpdater) -> None:
        await updater.requires_input()

    async with handler(doing) as made:
        nobodys = Task(id="nobody's", context_id="c")
        with pytest.raises(TaskNotFoundError):
            await made.on_message_send(asking(nobodys), HERE)
        with pytest.raises(TaskNotFoundError):
            await made.on_cancel_task(CancelTaskRequest(id="nobody's"), HERE)
        with pytest.raises(TaskNotFoundError):
            await anext(made.on_subscribe_to_task(SubscribeToTaskRequest(id="nobody's"), HERE))
        task = await made.on_message_send(asking(), HERE)
        assert isinstance(task, Task)
        elsewhere = Task(id=task.id, context_id="elsewhere")
        with pytest.raises(InvalidParamsError):
            await made.on_message_send(asking(elsewhere), HERE)

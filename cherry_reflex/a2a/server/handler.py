"""Answers A2A requests for one agent."""

import asyncio
import logging
from collections.abc import AsyncGenerator

from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.context import ServerCallContext
from a2a.server.events.event_queue import Event
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.request_handlers.request_handler import validate_request_params
from a2a.types import (
    AgentCard,
    CancelTaskRequest,
    Message,
    SendMessageRequest,
    SubscribeToTaskRequest,
    Task,
    TaskState,
)
from a2a.utils.errors import (
    InternalError,
    InvalidParamsError,
    TaskNotFoundError,
    UnsupportedOperationError,
)
from a2a.utils.task import apply_history_length, validate_history_length

from cherry_reflex.a2a.server.live_task import Listener, LiveTask
from cherry_reflex.a2a.server.tasks import TERMINAL, RecentTasks

_log = logging.getLogger(__name__)
_ASKING = (TaskState.TASK_STATE_INPUT_REQUIRED, TaskState.TASK_STATE_AUTH_REQUIRED)


class Handler(DefaultRequestHandler):
    """The SDK's handler with a shorter way for events (see `LiveTask`). A client that leaves does
    not stop the agent; messages to one task are worked on one after another."""

    def __init__(
        self, executor: AgentExecutor, card: AgentCard, *, idle_s: float, buffer: int
    ) -> None:
        """Hold a task that asks something for `idle_s`, and `buffer` events for each listener."""
        self._store, self._buffer = RecentTasks(), buffer
        super().__init__(executor, self._store, card)
        self._idle_s = idle_s
        self._live: dict[str, LiveTask] = {}

    @validate_request_params
    async def on_message_send_stream(
        self, params: SendMessageRequest, context: ServerCallContext
    ) -> AsyncGenerator[Event, None]:
        """Give the agent a message; yield the events until it is done with it, or asks."""
        live, listener = await self._begin(params, context)
        try:
            async for event in listener.events():
                if isinstance(event, Task):
                    event = apply_history_length(event, params.configuration)
                yield event
        finally:
            live.leave(listener)

    @validate_request_params
    async def on_message_send(
        self, params: SendMessageRequest, context: ServerCallContext
    ) -> Message | Task:
        """Give the agent a message; return the task when it is done with it, or asks."""
        live, listener = await self._begin(params, context)
        try:
            async for _ in listener.events():
                is_asking = live.task is not None and live.task.status.state in _ASKING
                if params.configuration.return_immediately or is_asking:
                    break
        finally:
            live.leave(listener)
        if live.task is None:
            raise InternalError(message="The agent began no task")
        return apply_history_length(live.copied(), params.configuration)

    @validate_request_params
    async def on_subscribe_to_task(
        self, params: SubscribeToTaskRequest, context: ServerCallContext
    ) -> AsyncGenerator[Event, None]:
        """Yield a running task as it stands, then its further events until it ends."""
        task = await self._task(params.id, context)
        live = self._live.get(params.id)
        if task.status.state in TERMINAL or live is None:
            raise UnsupportedOperationError(message=f"Task {params.id} is not running")
        listener = live.listen()
        try:
            yield live.copied()
            async for event in listener.events():
                yield event
        finally:
            live.leave(listener)

    @validate_request_params
    async def on_cancel_task(
        self, params: CancelTaskRequest, context: ServerCallContext
    ) -> Task | None:
        """Stop the agent's work on a task; return the task as it ended."""
        task = await self._task(params.id, context)
        live = self._live.get(params.id)
        if task.status.state in TERMINAL or live is None:
            cancelled: Task | None = await super().on_cancel_task(params, context)
            return cancelled
        request = RequestContext(
            call_context=context, task_id=task.id, context_id=task.context_id, task=live.task
        )
        try:
            await self.agent_executor.cancel(request, live)
            await live.settle(TaskState.TASK_STATE_CANCELED)
        except Exception:
            await live.settle(TaskState.TASK_STATE_FAILED)
            raise
        finally:
            for work in live.working:
                work.cancel()
            self._forget(params.id, live)
        return live.copied()

    async def aclose(self) -> None:
        """Stop all work and end all streams."""
        working = [work for live in self._live.values() for work in live.working]
        for task_id, live in list(self._live.items()):
            self._forget(task_id, live)
        for work in working:
            work.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        await super().aclose()

    async def _task(self, task_id: str, context: ServerCallContext) -> Task:
        task = await self._store.get(task_id, context)
        if task is None:
            raise TaskNotFoundError(f"Task {task_id} not found")
        return task

    async def _begin(
        self, params: SendMessageRequest, context: ServerCallContext
    ) -> tuple[LiveTask, Listener]:
        """Start the work on a message; its events come to the listener."""
        validate_history_length(params.configuration)
        task_id, context_id = params.message.task_id or None, params.message.context_id or None
        known = None
        if task_id is not None:
            known = await self._task(task_id, context)
            if context_id and known.context_id != context_id:
                raise InvalidParamsError(
                    message=f"Context {context_id} is not the context of task {task_id}"
                )
            if known.status.state in TERMINAL:
                raise UnsupportedOperationError(message=f"Task {task_id} has ended")
        request = await self._request_context_builder.build(
            params=params, task_id=task_id, context_id=context_id, task=None, context=context
        )
        task_id = str(request.task_id)
        live = self._live.get(task_id)
        if live is None:
            live = self._live[task_id] = LiveTask(self._store, context, buffer=self._buffer)
            live.task = known
        if live.released is not None:
            live.released.cancel()
        listener = live.listen()
        work = asyncio.create_task(self._work(live, request, listener), name=f"message:{task_id}")
        live.working.add(work)
        work.add_done_callback(live.working.discard)
        return live, listener

    async def _work(self, live: LiveTask, request: RequestContext, listener: Listener) -> None:
        error: Exception | None = None
        try:
            async with live.turn:
                if live.is_finished:
                    raise UnsupportedOperationError(message="The task has ended")
                request.current_task = live.task
                live.asked = None if live.task is None else request.message
                await self.agent_executor.execute(request, live)
        except UnsupportedOperationError as refused:
            error = refused
        except Exception as failed:
            _log.exception("executor_failed")
            await live.settle(TaskState.TASK_STATE_FAILED)
            error = failed
        finally:
            listener.end(error)
            task_id = str(request.task_id)
            if live.task is None or live.is_finished:
                self._forget(task_id, live)
            else:
                loop = asyncio.get_running_loop()
                live.released = loop.call_later(self._idle_s, self._give_up, task_id, live)

    def _give_up(self, task_id: str, live: LiveTask) -> None:
        self._forget(task_id, live)
        self._store.release(task_id)

    def _forget(self, task_id: str, live: LiveTask) -> None:
        if self._live.get(task_id) is live:
            del self._live[task_id]
        if live.released is not None:
            live.released.cancel()
        live.end()

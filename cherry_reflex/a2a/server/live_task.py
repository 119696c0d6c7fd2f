"""A task that an agent works on: each event is applied to it and given to whoever listens."""

import asyncio
from collections.abc import AsyncIterator

from a2a.server.context import ServerCallContext
from a2a.server.events import EventQueue
from a2a.server.events.event_queue import Event
from a2a.server.tasks import TaskStore
from a2a.server.tasks.task_manager import append_artifact_to_task
from a2a.types import (
    Message,
    Task,
    TaskArtifactUpdateEvent,
    TaskState,
    TaskStatus,
    TaskStatusUpdateEvent,
)

from cherry_reflex.a2a.server.tasks import TERMINAL


class Listener:
    """One stream of a task's events, in order, until it is ended. When more than `buffer` of them
    wait it is let go: its stream ends without a final state, and its client asks for the task as
    it stands (as with the SDK's queues)."""

    def __init__(self, buffer: int) -> None:
        self._buffer = buffer
        self._waiting: asyncio.Queue[Event | Exception | None] = asyncio.Queue()
        self._is_over = False

    def put(self, event: Event) -> None:
        """Give it an event; it is let go when too many wait."""
        if self._waiting.qsize() >= self._buffer:
            self.end()
        elif not self._is_over:
            self._waiting.put_nowait(event)

    def end(self, error: Exception | None = None) -> None:
        """Nothing follows what waits; `error` is raised to whoever listens."""
        if not self._is_over:
            self._is_over = True
            self._waiting.put_nowait(error)

    async def events(self) -> AsyncIterator[Event]:
        """Yield what comes. Raises what it was ended with."""
        while (event := await self._waiting.get()) is not None:
            if isinstance(event, Exception):
                raise event
            yield event


class LiveTask(EventQueue):
    """What an executor gets as its queue.

    The SDK's own way takes an event through four queues and three tasks of the loop, and copies
    the whole A2A task for each: a third of what an event costs at the server (see
    `benchmarks/README.md`).
    """

    def __init__(self, store: TaskStore, context: ServerCallContext, *, buffer: int) -> None:
        """Let up to `buffer` events wait for each listener."""
        self._store, self._context, self._buffer = store, context, buffer
        self._listeners: set[Listener] = set()
        self.task: Task | None = None
        """As it stands; None until the executor has sent it."""
        self.turn = asyncio.Lock()
        """Held by the message that is worked on: the next one waits."""
        self.asked: Message | None = None
        """A further message of the client, until the task's history has it."""
        self.working: set[asyncio.Task[None]] = set()
        self.released: asyncio.TimerHandle | None = None

    @property
    def is_finished(self) -> bool:
        return self.task is not None and self.task.status.state in TERMINAL

    def listen(self) -> Listener:
        """Return a listener that gets every event from now on."""
        listener = Listener(self._buffer)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Send it nothing more."""
        self._listeners.discard(listener)

    def end(self) -> None:
        """End every stream."""
        for listener in self._listeners:
            listener.end()

    async def enqueue_event(self, event: Event) -> None:
        """Apply an event to the task, keep that, and pass it on. What comes after the end is
        dropped: the end was told."""
        if self.is_finished:
            return
        if self.task is None:
            if not isinstance(event, Task):
                raise TypeError(f"the task comes before its {type(event).__name__}")
            self.task = event
            event = self.copied()
        elif isinstance(event, TaskStatusUpdateEvent):
            self._keep_asked(self.task)
            if self.task.status.HasField("message"):
                self.task.history.append(self.task.status.message)
            self.task.status.CopyFrom(event.status)
        elif isinstance(event, TaskArtifactUpdateEvent):
            self._keep_asked(self.task)
            append_artifact_to_task(self.task, event)
        else:
            raise TypeError(f"a {type(event).__name__} within a task")
        await self._store.save(self.task, self._context)
        for listener in self._listeners:
            listener.put(event)
        if self.is_finished:
            self.end()

    async def settle(self, state: TaskState) -> None:
        """Give the task a final state, if it has none."""
        if self.task is None:
            return
        status = TaskStatus(state=state)
        status.timestamp.GetCurrentTime()
        await self.enqueue_event(
            TaskStatusUpdateEvent(
                task_id=self.task.id, context_id=self.task.context_id, status=status
            )
        )

    def copied(self) -> Task:
        """Return the task as it stands now. Only for a task that was sent."""
        assert self.task is not None
        copy = Task()
        copy.CopyFrom(self.task)
        return copy

    def _keep_asked(self, task: Task) -> None:
        if self.asked is None:
            return
        if task.status.HasField("message"):
            task.history.append(task.status.message)
            task.status.ClearField("message")
        task.history.append(self.asked)
        self.asked = None

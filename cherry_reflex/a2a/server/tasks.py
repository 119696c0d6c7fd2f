"""Where our agents' tasks are kept: in memory, for a while, and never too many."""

import time
from collections import OrderedDict
from collections.abc import Callable

from a2a.server.context import ServerCallContext
from a2a.server.tasks import TaskStore
from a2a.types import ListTasksRequest, ListTasksResponse, Task, TaskState

TERMINAL = frozenset(
    {
        TaskState.TASK_STATE_COMPLETED,
        TaskState.TASK_STATE_CANCELED,
        TaskState.TASK_STATE_FAILED,
        TaskState.TASK_STATE_REJECTED,
    }
)
_PARTS_MAX = 64
_HISTORY_MAX = 500


class RecentTasks(TaskStore):
    """Tasks of one agent. One that is finished, or given up, is kept for `keep_s` more seconds (a
    client that lost its stream asks for it within seconds); past `most` tasks the oldest of those
    goes first.

    Objects are kept as they are, not copied: one is saved for every event. The many small parts
    of a long text are joined now and then.
    """

    def __init__(
        self, *, keep_s: float = 300, most: int = 2000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tasks: OrderedDict[str, Task] = OrderedDict()
        self._ended: OrderedDict[str, float] = OrderedDict()
        self._askers: dict[str, str] = {}
        self._keep_s, self._most, self._clock = keep_s, most, clock

    async def save(self, task: Task, context: ServerCallContext) -> None:
        """Keep a task as it is now."""
        _join_texts(task)
        if len(task.history) > _HISTORY_MAX:
            del task.history[1 : len(task.history) - _HISTORY_MAX + 1]
        self._tasks[task.id] = task
        self._askers.setdefault(task.id, context.user.user_name)
        if task.status.state in TERMINAL:
            self._ended.setdefault(task.id, self._clock())
        self._evict()

    async def get(self, task_id: str, context: ServerCallContext) -> Task | None:
        """Return the task; None when there is none, or somebody else asked for it."""
        self._evict()
        if self._askers.get(task_id) != context.user.user_name:
            return None
        return self._tasks.get(task_id)

    def release(self, task_id: str) -> None:
        """Nobody waits at the task any more: it is kept for as long as a finished one."""
        if task_id in self._tasks:
            self._ended.setdefault(task_id, self._clock())

    async def delete(self, task_id: str, context: ServerCallContext) -> None:
        """Forget a task."""
        self._tasks.pop(task_id, None)
        self._askers.pop(task_id, None)
        self._ended.pop(task_id, None)

    async def list(self, params: ListTasksRequest, context: ServerCallContext) -> ListTasksResponse:
        """Return no tasks: a client knows those that it has asked for."""
        return ListTasksResponse(page_size=params.page_size or 50)

    def _evict(self) -> None:
        now = self._clock()
        while self._ended:
            task_id, ended = next(iter(self._ended.items()))
            if now - ended < self._keep_s and len(self._tasks) <= self._most:
                return
            del self._ended[task_id]
            self._tasks.pop(task_id, None)
            self._askers.pop(task_id, None)


def _join_texts(task: Task) -> None:
    for artifact in task.artifacts:
        if len(artifact.parts) > _PARTS_MAX and all(part.text for part in artifact.parts):
            text = "".join(part.text for part in artifact.parts)
            del artifact.parts[1:]
            artifact.parts[0].text = text

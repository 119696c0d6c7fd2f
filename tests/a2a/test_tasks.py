"""Tasks are forgotten in time, and never become too many."""

from a2a.server.context import ServerCallContext
from a2a.types import Artifact, Part, Task, TaskState, TaskStatus

from cherry_reflex.a2a.server.tasks import RecentTasks

CONTEXT = ServerCallContext()


def _task(task_id: str, state: TaskState) -> Task:
    return Task(id=task_id, context_id="x", status=TaskStatus(state=state))


async def test_a_finished_task_is_kept_for_a_while() -> None:
    now = 0.0
    tasks = RecentTasks(keep_s=300, clock=lambda: now)
    await tasks.save(_task("done", TaskState.TASK_STATE_COMPLETED), CONTEXT)
    await tasks.save(_task("working", TaskState.TASK_STATE_WORKING), CONTEXT)
    now = 299
    assert await tasks.get("done", CONTEXT) is not None
    now = 301
    assert await tasks.get("done", CONTEXT) is None
    assert await tasks.get("working", CONTEXT) is not None


async def test_a_task_that_nobody_waits_at_is_forgotten_as_well() -> None:
    now = 0.0
    tasks = RecentTasks(keep_s=300, clock=lambda: now)
    await tasks.save(_task("asking", TaskState.TASK_STATE_INPUT_REQUIRED), CONTEXT)
    tasks.release("asking")
    tasks.release("nobody's")
    now = 299
    assert await tasks.get("asking", CONTEXT) is not None
    now = 301
    assert await tasks.get("asking", CONTEXT) is None


async def test_there_are_never_too_many() -> None:
    tasks = RecentTasks(most=10)
    for number in range(100):
        await tasks.save(_task(str(number), TaskState.TASK_STATE_FAILED), CONTEXT)
    kept = [n for n in range(100) if await tasks.get(str(n), CONTEXT) is not None]
    assert kept == list(range(90, 100))


async def test_many_small_parts_become_one() -> None:
    tasks = RecentTasks()
    task = _task("long", TaskState.TASK_STATE_WORKING)
    parts = [Part(text=f"tok{number} ") for number in range(200)]
    task.artifacts.append(Artifact(artifact_id="a", parts=parts))
    await tasks.save(task, CONTEXT)
    kept = await tasks.get("long", CONTEXT)
    assert kept is not None
    assert len(kept.artifacts[0].parts) == 1
    assert kept.artifacts[0].parts[0].text == "".join(f"tok{n} " for n in range(200))

"""What leaves for agents and tools that are not ours: asked before where wanted, and logged."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Any

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import Conflict
from cherry_reflex.core.events import DataSent, InputRequested
from cherry_reflex.core.evidence import PartyKind
from cherry_reflex.core.worker import WorkerEvent, WorkerRequest
from cherry_reflex.engine.job import Job
from cherry_reflex.http.consent import Consent

IsForeign = Callable[[str], Awaitable[bool]]
"""Says whether a worker (`a2a:…`, `mcp:…`) is not ours."""

_REFERENCE = "dataset:"


class Sending:
    """One object serves all runs."""

    def __init__(self, is_foreign: IsForeign, consent: Consent) -> None:
        self.is_foreign = is_foreign
        self._consent = consent

    async def before(self, job: Job, work: WorkerRequest) -> None:
        """Ask whether a worker that is not ours may be asked, where that is wanted, and log what
        it is about to be sent. Raises NotAllowed `sending_refused`."""
        if not await self.is_foreign(work.worker):
            return
        event = sent(work)

        async def ask(prompt: str, options: tuple[str, ...]) -> str:
            return await _asked(job, work.step_id, prompt, options)

        await self._consent.obtain(
            event.to,
            event.kind,
            conversation_id=job.conversation_id,
            run_id=job.run_id,
            language=job.language,
            ask=ask,
        )
        await job.post(event)


def sent(work: WorkerRequest) -> DataSent:
    """Return what a request to a worker of others carries: an agent is sent all of it, a tool its
    arguments."""
    kind: PartyKind = "agent" if work.worker.startswith("a2a:") else "tool"
    if kind == "agent":
        characters = len(work.request) + len(work.model_dump_json(exclude={"sender"}))
        datasets = list(work.datasets)
        to = work.worker.removeprefix("a2a:")
    else:
        characters = len(json.dumps(work.arguments or {}, ensure_ascii=False, default=str))
        datasets = _named(work)
        to = work.worker.removeprefix("mcp:").partition("/")[0]
    columns = [column.name for dataset in datasets for column in dataset.columns]
    if kind == "agent":
        tables = (t for turn in work.history for d in turn.digests for t in d.tables)
        columns += [name for table in tables for name in table.columns]
    return DataSent(
        step=work.step_id,
        to=to,
        kind=kind,
        characters=characters,
        table_bytes=sum(dataset.size_bytes for dataset in datasets),
        columns=tuple(dict.fromkeys(columns)),
    )


def _named(work: WorkerRequest) -> list[Dataset]:
    """Return the datasets that the arguments of a tool refer to."""
    named = {value for value in _texts(work.arguments or {}) if value.startswith(_REFERENCE)}
    names = {value.removeprefix(_REFERENCE) for value in named}
    return [one for one in work.datasets if one.id in names or one.name in names]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        inner: Iterable[Any] = value.values() if isinstance(value, dict) else value
        for one in inner:
            yield from _texts(one)


class _Question:
    """A question of the engine itself, answered like one of a worker (`core.worker.WorkerCall`)."""

    def __init__(self) -> None:
        self.reply: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def events(self) -> AsyncIterator[WorkerEvent]:
        return
        yield

    async def answer(self, reply: str) -> None:
        if self.reply.done():
            raise Conflict("nothing_asked")
        self.reply.set_result(reply)


async def _asked(job: Job, step: str, prompt: str, options: tuple[str, ...]) -> str:
    """Ask the person in a lane, and wait for the reply."""
    question = _Question()
    job.calls[step] = question
    job.asked[step] = asked = InputRequested(step=step, prompt=prompt, options=options)
    try:
        await job.commit(asked)
        return await question.reply
    finally:
        job.calls.pop(step, None)

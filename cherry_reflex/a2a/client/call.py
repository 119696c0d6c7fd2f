"""One piece of work at one agent: send, listen, recover, answer, cancel."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
from a2a.client import Client, ClientCallContext
from a2a.types import (
    CancelTaskRequest,
    GetTaskRequest,
    Message,
    Part,
    Role,
    SendMessageRequest,
    StreamResponse,
    SubscribeToTaskRequest,
    UnsupportedOperationError,
)

from cherry_reflex.a2a import codec
from cherry_reflex.a2a.client.decoder import EventDecoder, Gap
from cherry_reflex.a2a.client.faults import Dropped, mapped
from cherry_reflex.a2a.client.peer import Peer
from cherry_reflex.core.errors import (
    CherryError,
    Conflict,
    LimitExceeded,
    Unavailable,
)
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.worker import WorkerEvent, WorkerRequest

CANCEL_S = 5.0
_POLL_S = 0.5
_RECOVERIES_IN_VAIN = 3


@dataclass(frozen=True)
class Patience:
    """How long an agent is waited for (seconds); see the settings of the same names."""

    silence_s: float = 30
    total_s: float = 600
    reconnect_s: float = 5


class A2ACall:
    """Implements core.worker.WorkerCall for an agent."""

    def __init__(
        self,
        peer: Peer,
        work: WorkerRequest,
        http: httpx.AsyncClient,
        *,
        files: Path | None,
        patience: Patience,
        in_background: Callable[[Any], None],
    ) -> None:
        self._peer, self._work, self._http = peer, work, http
        self._patience, self._in_background = patience, in_background
        self._decoder = EventDecoder(agent=peer.name, files=files)
        self._client: Client | None = None
        self._reply: asyncio.Future[str] | None = None
        self._silences = 0
        self._first: asyncio.Task[StreamResponse | None] | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def own(self) -> bool:
        """Whether the agent is one of ours."""
        return self._peer.own

    async def events(self) -> AsyncIterator[WorkerEvent]:
        """Yield what the agent says; see core.worker.WorkerCall."""
        try:
            message = self._message(
                [Part(text=self._work.request), codec.request_part(self._work, own=self._peer.own)],
                self._work.conversation_id,
            )
            while True:
                async for item in self._listen(message):
                    yield item
                if self._decoder.problem is not None:
                    raise self._decoder.problem
                asked, self._decoder.asked = self._decoder.asked, None
                if asked is None:
                    return
                self._reply = asyncio.get_running_loop().create_future()
                yield asked
                reply = await self._reply
                self._reply = None
                message = self._message([Part(text=reply)], self._decoder.context_id)
                message.task_id = self._decoder.task_id
        finally:
            if self._reader is not None:
                self._reader.cancel()
            # Not awaited here: the consumer may be cancelled, and a generator that is thrown
            # away may not await. Whoever owns the connections waits for it.
            begun = self._first is not None or self._decoder.task_id
            if begun and not self._decoder.ended:
                self._in_background(self._cancel())

    async def answer(self, reply: str) -> None:
        """Answer the question that the agent asked.

        Raises Conflict (`nothing_asked`).
        """
        if self._reply is None or self._reply.done():
            raise Conflict("nothing_asked")
        self._reply.set_result(reply)

    def _message(self, parts: list[Part], context_id: str) -> Message:
        return Message(message_id=new_id(), role=Role.ROLE_USER, parts=parts, context_id=context_id)

    def _open(self) -> Client:
        if self._client is None:
            self._client = self._peer.client(self._http)
        return self._client

    def _context(self, timeout_s: float | None = None) -> ClientCallContext:
        headers = self._peer.headers_for(self._peer.address(self._open()))
        return ClientCallContext(service_parameters=dict(headers), timeout=timeout_s)

    async def _listen(self, message: Message) -> AsyncIterator[WorkerEvent]:
        """Yield events until the task ends or asks, over as many connections as it takes."""
        deadline = asyncio.get_running_loop().time() + self._patience.total_s
        request = SendMessageRequest(message=message)
        stream = self._stream(self._open().send_message(request, context=self._context()))
        in_vain = 0
        while True:
            heard = False
            try:
                async with contextlib.aclosing(self._read(stream, deadline)) as items:
                    async for item in items:
                        heard = True
                        yield item
                if self._settled():
                    return
                # A clean end without a terminal state is a drop: so end servers that die.
                raise Dropped("the stream ended without a terminal state")
            except (Dropped, Gap) as drop:
                in_vain = 0 if heard else in_vain + 1
                if not self._decoder.task_id or in_vain > _RECOVERIES_IN_VAIN:
                    raise Unavailable("agent_lost", str(drop), name=self._peer.name) from drop
            self._read_along()
            snapshot = await self._recover(deadline)
            for item in self._decoder.read(snapshot):
                in_vain = 0
                yield item
            if self._settled():
                return
            stream = self._further()

    def _settled(self) -> bool:
        return self._decoder.ended or self._decoder.asked is not None

    @staticmethod
    def _stream(source: AsyncIterator[StreamResponse]) -> AsyncGenerator[StreamResponse, None]:
        return cast("AsyncGenerator[StreamResponse, None]", source)

    async def _read(
        self, stream: AsyncGenerator[StreamResponse, None], deadline: float
    ) -> AsyncGenerator[WorkerEvent, None]:
        """Yield the events of one connection until it ends, or the task does."""
        loop = asyncio.get_running_loop()
        try:
            while not self._settled():
                patience_s = self._patience.silence_s / (2 if self._silences else 1)
                if not (self._peer.streams or self._decoder.task_id):
                    patience_s = self._patience.total_s  # its first word is its last
                event: StreamResponse | None = None
                try:
                    async with asyncio.timeout(min(patience_s, max(0.0, deadline - loop.time()))):
                        event = await self._next(stream)
                except TimeoutError as error:
                    self._silent(deadline, error)
                if event is None:
                    return
                snapshot = event.WhichOneof("payload") == "task"
                for item in self._decoder.read(event):
                    snapshot = False
                    yield item
                # A snapshot with nothing new is no sign of life.
                self._silences = self._silences if snapshot else 0
        except (CherryError, Dropped, Gap):
            raise
        except Exception as error:
            raise mapped(error, self._peer.name) from error
        finally:
            with contextlib.suppress(Exception):
                await stream.aclose()

    async def _next(self, stream: AsyncGenerator[StreamResponse, None]) -> StreamResponse | None:
        """Return the next event, None at the end. The first one, which names the task, goes on
        being waited for when the listener is cancelled: without the name it cannot be stopped."""
        if self._decoder.task_id:
            return await anext(stream, None)

        async def first() -> StreamResponse | None:
            return await anext(stream, None)

        self._first = asyncio.create_task(first())
        try:
            return await asyncio.shield(self._first)
        finally:
            if self._first.done():
                self._first = None

    def _silent(self, deadline: float, error: TimeoutError) -> None:
        """Treat silence as a dead stream once; a second one in a row is the agent's fault."""
        name = self._peer.name
        if asyncio.get_running_loop().time() >= deadline:
            raise LimitExceeded(
                "agent_too_long", seconds=round(self._patience.total_s), name=name
            ) from error
        self._silences += 1
        if self._silences > 1:
            raise Unavailable(
                "agent_silent", seconds=round(self._patience.silence_s), name=name
            ) from error
        raise Dropped("silence") from error

    async def _recover(self, deadline: float) -> StreamResponse:
        """Return the task as it is now, within `reconnect_s`.

        Raises Unavailable (`agent_lost`, `agent_forgot`), ProtocolBroken.
        """
        loop = asyncio.get_running_loop()
        give_up = min(deadline, loop.time() + self._patience.reconnect_s)
        pause_s = 0.1
        while True:
            try:
                async with asyncio.timeout(max(0.05, give_up - loop.time())):
                    return await self._snapshot()
            except TimeoutError as error:
                raise Unavailable("agent_lost", name=self._peer.name) from error
            except Exception as error:
                ours = mapped(error, self._peer.name)
                lost = Unavailable("agent_lost", str(error), name=self._peer.name)
                if isinstance(ours, CherryError) and not isinstance(ours, Unavailable):
                    raise ours from error
                if not isinstance(ours, Dropped | Unavailable):
                    raise
                forgot = isinstance(ours, Unavailable) and ours.code == "agent_forgot"
                if forgot or loop.time() + pause_s >= give_up:
                    raise lost from error
                await asyncio.sleep(pause_s)
                pause_s *= 2

    def _read_along(self) -> None:
        """Go on reading at a server of 0.2, which keeps nothing that nobody reads; what is read
        is taken from the task when that is asked for."""
        if not self._peer.oldest or self._reader is not None:
            return

        async def drain() -> None:
            request = SubscribeToTaskRequest(id=self._decoder.task_id)
            source = self._open().subscribe(request, context=self._context())
            with contextlib.suppress(Exception):
                async with contextlib.aclosing(self._stream(source)) as events:
                    async for _ in events:
                        pass

        self._reader = asyncio.create_task(drain())

    def _further(self) -> AsyncGenerator[StreamResponse, None]:
        """Return a stream of what happens from now on: servers of 0.3 and older give no snapshot
        on resubscription, and 0.3 stores parts twice when asked for one, so they are polled."""
        if self._peer.legacy or not self._peer.streams:
            return self._poll()
        return self._subscribed()

    async def _subscribed(self) -> AsyncGenerator[StreamResponse, None]:
        request = SubscribeToTaskRequest(id=self._decoder.task_id)
        source = self._stream(self._open().subscribe(request, context=self._context()))
        try:
            async with contextlib.aclosing(source):
                async for event in source:
                    yield event
        except UnsupportedOperationError as error:
            # The task ended since it was read: a terminal task cannot be subscribed to.
            raise Dropped(str(error)) from error

    async def _poll(self) -> AsyncGenerator[StreamResponse, None]:
        """Yield the task whenever it has changed."""
        while True:
            await asyncio.sleep(_POLL_S)
            before = self._last
            snapshot = await self._snapshot()
            # A snapshot with nothing new must not count as a sign of life.
            if self._last != before:
                yield snapshot

    _last: bytes = b""

    async def _snapshot(self) -> StreamResponse:
        request = GetTaskRequest(id=self._decoder.task_id)
        task = await self._open().get_task(
            request, context=self._context(self._patience.reconnect_s)
        )
        self._last = task.SerializeToString(deterministic=True)
        return StreamResponse(task=task)

    async def _cancel(self) -> None:
        """Cancel the task at the agent; what it answers no longer matters."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CANCEL_S):
                if self._first is not None and not self._decoder.task_id:
                    for _ in self._decoder.read(await self._first or StreamResponse()):
                        pass
                await self._open().cancel_task(
                    CancelTaskRequest(id=self._decoder.task_id), context=self._context(CANCEL_S)
                )

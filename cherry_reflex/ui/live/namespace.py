"""The namespace `/c` of the page's own websocket: text goes out here, outside of Reflex's state.

Reflex resends a whole var when a part of it changes, which costs O(n²) for text that grows. Here a
tab gets each piece once. Messages, server to page:

- `f` `conversation`: what comes from now on is of this conversation;
- `t` `[seq, [step, text, step, text, …], run?]`: text of lanes of the current run, in order; the
  summary has step `summary`; `run` names the run when it is another than before;
- `t` `[seq, text]`: text of the lane that was the last in the message before;
- `r` `[record, …]`: other records, as JSON;
- `s` `[seq]`: everything up to `seq` was sent, the past is over;
- `e` `failure`: the conversation cannot be followed.

Page to server: `a` `seq`, what the page has drawn. At most `WINDOW_BYTES` are unacknowledged.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic_core import to_json
from socketio import AsyncNamespace

from cherry_reflex.api.current_user import OWNER
from cherry_reflex.core.errors import CherryError, Failure
from cherry_reflex.core.events import Record, SummaryDelta, TextDelta
from cherry_reflex.core.ids import SUMMARY_STEP

WINDOW_BYTES = 256_000
MESSAGE_BYTES = 64_000
"""Larger batches are sent in several messages (a socket message may not exceed 1 MB)."""

_TEXTS = (TextDelta, SummaryDelta)


@dataclass
class Line:
    """A connected tab."""

    sid: str
    send: Callable[[dict[str, Any]], Awaitable[None]]
    """Sends on its connection (ASGI)."""
    owner: str = ""
    following: "asyncio.Task[None] | None" = None
    run_id: str = ""
    step: str = ""
    """Of what run and lane the last text was; empty until there was one."""
    unacknowledged: deque[tuple[int, int]] = field(default_factory=deque)
    """Seq and size of messages, in order."""
    under_way_bytes: int = 0
    """The sum of those sizes."""
    room: asyncio.Event = field(default_factory=asyncio.Event)


class Live(AsyncNamespace):  # type: ignore[misc]
    """Sends records to tabs. A tab is known by its Reflex token, which it must hold a Reflex
    connection with."""

    def __init__(self) -> None:
        super().__init__("/c")
        self._lines: dict[str, Line] = {}
        self._tokens: dict[str, str] = {}

    async def follow(
        self, token: str, conversation_id: str, records: AsyncIterator[list[Record]]
    ) -> None:
        """Send `records` to the tab until it goes, or follows something else.

        An empty list in `records` says that the past is over.
        """
        line = self._lines.get(token)
        if line is None:
            return
        if line.following is not None:
            line.following.cancel()
        line.run_id = line.step = ""
        line.unacknowledged.clear()
        line.under_way_bytes = 0
        sending = self._send_all(line, conversation_id, records)
        task = asyncio.create_task(sending, name=f"follow:{line.sid}")
        line.following = task
        try:
            # Waited for like this, its cancellation does not become ours.
            await asyncio.wait({task})
        finally:
            task.cancel()
        if task.cancelled() or (error := task.exception()) is None:
            return
        failure = (
            error.failure()
            if isinstance(error, CherryError)
            else Failure(code="live_broken", detail=f"{type(error).__name__}: {error}"[:2000])
        )
        await self._emit(line, "e", failure.model_dump(mode="json"))

    def owner(self, token: str) -> str | None:
        """Return who the tab's connection belongs to: the server knows, the tab is not asked."""
        line = self._lines.get(token)
        return None if line is None else line.owner

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> bool:
        """Take a tab's line; refused when its token has no Reflex connection of the same person."""
        token = auth.get("token") if isinstance(auth, dict) else None
        owner = _owner(environ)
        if owner is None or not isinstance(token, str) or not self._is_connected(token, owner):
            return False
        self._drop(token)
        self._lines[token] = Line(sid, environ["asgi.send"], owner)
        self._tokens[sid] = token
        return True

    async def on_disconnect(self, sid: str, reason: str = "") -> None:
        """Stop sending."""
        token = self._tokens.pop(sid, None)
        if token is not None and (line := self._lines.get(token)) and line.sid == sid:
            self._drop(token)

    async def on_a(self, sid: str, seq: Any) -> None:
        """Take the page's word that everything up to `seq` is drawn."""
        line = self._lines.get(self._tokens.get(sid, ""))
        if line is None or not isinstance(seq, int):
            return
        while line.unacknowledged and line.unacknowledged[0][0] <= seq:
            line.under_way_bytes -= line.unacknowledged.popleft()[1]
        line.room.set()

    def _is_connected(self, token: str, owner: str) -> bool:
        from reflex.app import EventNamespace

        for name, namespace in self.server.namespace_handlers.items():
            if isinstance(namespace, EventNamespace) and (sid := namespace.token_to_sid.get(token)):
                environ = self.server.get_environ(sid, name)
                return environ is not None and _owner(environ) == owner
        return False

    def _drop(self, token: str) -> None:
        line = self._lines.pop(token, None)
        if line is not None and line.following is not None:
            line.following.cancel()

    async def _send_all(
        self, line: Line, conversation_id: str, records: AsyncIterator[list[Record]]
    ) -> None:
        seq, is_past = 0, True
        try:
            await self._emit(line, "f", conversation_id)
            async for batch in records:
                # The page's snapshot may know a part of what it missed already, so the past is
                # sent record by record, each with its own seq.
                for name, last, body, size in messages(batch, line, merge=not is_past):
                    seq = last
                    await self._send(line, name, last, body, size)
                if not batch:
                    is_past = False
                    await self._emit(line, "s", [seq])
                    continue
        finally:
            if (close := getattr(records, "aclose", None)) is not None:
                await close()

    async def _send(self, line: Line, name: str, seq: int, body: list[Any], size: int) -> None:
        while line.unacknowledged and line.under_way_bytes + size > WINDOW_BYTES:
            line.room.clear()
            await line.room.wait()
        line.unacknowledged.append((seq, size))
        line.under_way_bytes += size
        await self._emit(line, name, body)

    async def _emit(self, line: Line, name: str, body: Any) -> None:
        """Send an event of ours: an Engine.IO message `4` with a Socket.IO event
        `2<namespace>,[name, body]` (protocols 4 and 5).

        Not by the socket library's `emit`: for every message it looks through the body for bytes,
        starts a task and wakes two more.
        """
        # A connection that has gone, or is about to: the page asks again from where it was.
        with suppress(OSError, RuntimeError):
            text = f"42/c,{to_json([name, body]).decode()}"
            await line.send({"type": "websocket.send", "text": text})


def messages(
    batch: list[Record], line: Line, *, merge: bool = True
) -> list[tuple[str, int, list[Any], int]]:
    """Turn records into messages `(name, last seq, body, size in bytes)`, in order. With `merge`,
    texts that follow each other become one message, one piece a lane and turn."""
    made: list[tuple[str, int, list[Any], int]] = []
    texts: list[str] = []
    others: list[Any] = []
    size, last = 0, 0

    def flush() -> None:
        nonlocal size
        if texts:
            body: list[Any] = [last, list(texts)]
            if line.run_id != run_id:
                line.run_id = run_id
                body.append(run_id)
            elif texts[:-1] == [line.step]:
                body[1] = texts[-1]
            line.step = texts[-2]
            made.append(("t", last, body, size))
        if others:
            made.append(("r", last, list(others), size))
        texts.clear()
        others.clear()
        size = 0

    run_id = line.run_id
    for record in batch:
        event = record.event
        # By class and not by isinstance: pydantic's check would cost more than all the rest here.
        is_text = merge and type(event) in _TEXTS
        if size > MESSAGE_BYTES or (others if is_text else texts) or run_id != record.run_id:
            flush()
        run_id, last = record.run_id, record.seq
        if is_text:
            event = cast("TextDelta | SummaryDelta", event)
            step = event.step if type(event) is TextDelta else SUMMARY_STEP
            if texts and texts[-2] == step:
                texts[-1] += event.text
            else:
                texts += [step, event.text]
            size += len(event.text.encode()) + len(step) + 40
        else:
            body = record.model_dump(mode="json")
            others.append(body)
            size += len(record.model_dump_json())
    flush()
    return made


def _owner(environ: dict[str, Any]) -> str | None:
    owner = environ.get("asgi.scope", {}).get(OWNER)
    return owner if isinstance(owner, str) else None


live = Live()
"""The one of this process; the app registers it with Reflex's socket server."""

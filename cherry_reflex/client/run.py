"""A question under way or answered."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import anyio

from cherry_reflex.client.connection import Connection
from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.events import TERMINAL, Record
from cherry_reflex.core.run_view import LIVE, RunView

_WAITS_S = (0.1, 0.5, 1.0, 2.0, 4.0)
"""Before a broken stream is opened again; after the last the server counts as gone."""


class Run:
    """A run of a conversation, by its id. Nothing is asked of the server until a method is called;
    methods raise what `Connection` does, NotFound `run_unknown` among it."""

    def __init__(self, connection: Connection, run_id: str, conversation_id: str) -> None:
        self._connection = connection
        self._path = f"/api/runs/{run_id}"
        self.id = run_id
        self.conversation_id = conversation_id

    async def follow(self, after: int = 0) -> AsyncGenerator[Record, None]:
        """Yield what happens, from after a seq to the end of the run, each record once. A stream
        that breaks off is taken up again where it was."""
        seq, failures = after, 0
        while True:
            is_over = False
            broken = Unavailable("server_unreachable", detail="a stream ended before its run")
            try:
                records = self._connection.records(f"{self._path}/events", seq)
                async with aclosing(records) as stream:
                    async for record in stream:
                        seq, failures = record.seq, 0
                        is_over = record.event.type in TERMINAL
                        yield record
                if is_over or (await self.view()).state not in LIVE:
                    return
            except Unavailable as error:
                broken = error
            if failures == len(_WAITS_S):
                raise broken
            await anyio.sleep(_WAITS_S[failures])
            failures += 1

    async def view(self) -> RunView:
        """Return the run as it stands."""
        return await self._connection.value(RunView, "GET", self._path)

    async def finished(self) -> RunView:
        """Wait for the end of the run, and return it. A run that asks back is waited for until
        somebody answers."""
        async with aclosing(self.follow()) as records:
            async for _ in records:
                pass
        return await self.view()

    async def answer(self, step: str, reply: str) -> None:
        """Answer what a step asks. Raises Conflict or BadInput when nobody asks any more."""
        await self._connection.done("POST", f"{self._path}/answer", {"step": step, "reply": reply})

    async def cancel(self, step: str = "") -> None:
        """Stop the run, or one step of it."""
        await self._connection.done("POST", f"{self._path}/cancel", {"step": step})

    async def retry(self, step: str = "") -> "Run":
        """Ask again: the whole question as a new run, or one step with all that builds on it."""
        return await self._again({"step": step})

    async def change(self, step: str, request: str, arguments: dict[str, Any]) -> "Run":
        """Do a step again with other arguments; `request` says in words what is asked now."""
        change = {"request": request, "arguments": arguments}
        return await self._again({"step": step, "change": change})

    async def _again(self, body: dict[str, Any]) -> "Run":
        said = await self._connection.value(
            dict[str, str], "POST", f"{self._path}/retry", body=body
        )
        return Run(self._connection, said["run_id"], self.conversation_id)

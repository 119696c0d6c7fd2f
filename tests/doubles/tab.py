"""A tab without a browser: it speaks the page's own protocol, with a session of its own."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import socketio

FOLLOW = "reflex___state____state.cherry_reflex___ui___chat___state____chat_state.follow"
WAIT_S = 20


class Tab:
    """What it gets on `/c` is in `got`; `gone` is set when its connection ends."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.got: list[tuple[str, Any]] = []
        self.gone = asyncio.Event()
        self._arrived = asyncio.Condition()
        for name in ("t", "r", "s", "e"):
            self.client.on(name, self._keeper(name), namespace="/c")
        self.client.on("disconnect", self._left, namespace="/_event")

    async def follow(self, conversation_id: str) -> None:
        """Send the page's event."""
        event = {
            "name": FOLLOW,
            "payload": {"conversation_id": conversation_id, "after": 0},
            "router_data": {"pathname": "/", "query": {}, "asPath": "/"},
        }
        await self.client.emit("event", event, namespace="/_event")

    async def until(self, holds: Callable[[list[tuple[str, Any]]], bool]) -> None:
        """Wait until what arrived is enough."""
        async with asyncio.timeout(WAIT_S), self._arrived:
            await self._arrived.wait_for(lambda: holds(self.got))

    def _keeper(self, name: str) -> Any:
        async def keep(body: Any) -> None:
            async with self._arrived:
                self.got.append((name, body))
                self._arrived.notify_all()

        return keep

    async def _left(self, reason: str = "") -> None:
        self.gone.set()


@asynccontextmanager
async def tab(url: str, headers: dict[str, str], token: str = "") -> AsyncIterator[Tab]:
    """Connect with these headers. Raises socketio's ConnectionError when that is refused."""
    made, token = Tab(), token or str(uuid.uuid4())
    try:
        await made.client.connect(
            f"{url}?token={token}",
            dict(headers),  # the client takes its cookies out of it
            namespaces=["/_event", "/c"],
            auth={"token": token},
            transports=["websocket"],
            socketio_path="/_event",
        )
        yield made
    finally:
        await made.client.disconnect()

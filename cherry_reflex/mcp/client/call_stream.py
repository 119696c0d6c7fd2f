"""What arrives from a tool during a call: in order, and never more than a bounded amount."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

_T = TypeVar("_T")


class CallStream(Generic[_T]):
    """A queue whose writers are callbacks that may not wait; the reader of the process's output
    waits instead (`room`), and so the process itself, until the listener has caught up."""

    def __init__(self, most: int = 1000) -> None:
        self._items: deque[_T] = deque()
        self._most = most
        self._arrived, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()
        self._closed = False

    def put(self, item: _T) -> None:
        """Add an item at once."""
        self._items.append(item)
        self._arrived.set()
        if len(self._items) >= self._most:
            self._room.clear()

    def close(self) -> None:
        """Let the reader end once it has everything, and writers go on."""
        self._closed = True
        self._arrived.set()
        self._room.set()

    async def room(self) -> None:
        """Wait until less than the bound is waiting."""
        await self._room.wait()

    async def __aiter__(self) -> AsyncIterator[_T]:
        while True:
            while self._items:
                item = self._items.popleft()
                if len(self._items) < self._most // 2:
                    self._room.set()
                yield item
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()

"""What is slow to read and seldom changes: kept for a while, then read again in the background."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)


class RefreshingCache:
    """Calls `read` when what it read is older than `kept_s()` seconds. The first reader waits for
    it, and whoever wants it fresh, but no longer than its patience; others get what there is:
    somebody who does not answer must not hold up those who ask for everybody. `read` keeps what it
    finds where its owner looks, and raises nothing."""

    def __init__(self, read: Callable[[], Awaitable[None]], kept_s: Callable[[], float]) -> None:
        self._read, self._kept_s = read, kept_s
        self._read_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    async def refresh(self, *, fresh: bool, patience_s: float) -> None:
        """Make it as new as it should be."""
        if not fresh and time.monotonic() - self._read_at < self._kept_s():
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        if fresh or self._read_at == float("-inf"):
            await asyncio.wait({self._task}, timeout=patience_s)

    async def close(self) -> None:
        """Stop reading."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        try:
            await self._read()
        except Exception:
            _log.exception("not_read")
        self._read_at = time.monotonic()

"""Waiting for the death of processes that are not ours to wait for."""

import asyncio

import psutil


async def until_gone(*pids: int) -> None:
    """Return when none of them runs: a signal that was sent takes effect when its receiver runs
    again. Raises TimeoutError after 5 s."""
    async with asyncio.timeout(5):
        while any(_runs(pid) for pid in pids):  # noqa: ASYNC110  other processes
            await asyncio.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False

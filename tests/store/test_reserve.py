"""Space for the last words, on a real disk that is full."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.events import RunFailed, StatusChanged
from cherry_reflex.store.database import Database
from cherry_reflex.store.event_log import EventLog


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    command = ["mount", "-t", "tmpfs", "-o", "size=6m,mode=0700", "tmpfs", str(tmp_path)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


def fill(path: Path) -> None:
    with path.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(4096))
        except OSError:
            pass


async def test_the_last_words_are_written_and_nothing_else(small_disk: Path) -> None:
    async with Database(small_disk) as database:
        log = EventLog(database)
        said = StatusChanged(step="s1", text="x" * 8000)
        await log.append("c", "r", said)
        fill(small_disk / "ballast")
        # Old pages of the log may take a little more.
        with pytest.raises(Unavailable, match="storage_full"):
            await asyncio.gather(*(log.append("c", "r", said) for _ in range(1000)))
        before = await log.read("c")
        failure = Unavailable("storage_full").failure()
        last = await log.append("c", "r", RunFailed(failure=failure), last=True)
        assert last.seq == before[-1].seq + 1
        # What the last words left of the reserve is for other last words.
        with pytest.raises(Unavailable, match="storage_full"):
            await log.append("c", "r2", said)
        (small_disk / "ballast").unlink()
        assert (await log.append("c", "r2", said)).seq == last.seq + 1
        assert (small_disk / "cherry.reserve").exists()
    async with Database(small_disk) as database:
        assert len(await EventLog(database).read("c")) == last.seq + 1

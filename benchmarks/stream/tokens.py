"""Numbered tokens at a given rate, and when each was said: what every case streams.

A request is `<count> <tokens a second>`; rate 0 is as fast as possible. The times (Unix seconds)
are left as JSON in the folder that `BENCH_EMITTED` names, under a name that the asker knows.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

FOLDER = "BENCH_EMITTED"


async def told(request: str, name: str) -> AsyncIterator[str]:
    """Yield `tok0 `, `tok1 `, …, then keep the times under `name`."""
    count, rate = (int(part) for part in request.split()[:2])
    times: list[float] = []
    begun = time.monotonic()
    for number in range(count):
        wait_s = begun + number / rate - time.monotonic() if rate else 0.0
        # As fast as possible still lets everybody else have their turn.
        if wait_s > 0 or number % 100 == 99:
            await asyncio.sleep(max(0.0, wait_s))
        times.append(time.time())
        yield f"tok{number} "
    place = Path(os.environ[FOLDER]) / name
    place.with_suffix(".part").write_text(json.dumps(times))
    place.with_suffix(".part").rename(place)


async def times_of(folder: Path, name: str, patience_s: float = 30) -> list[float]:
    """Return the times kept under `name`, waiting for them."""
    async with asyncio.timeout(patience_s):
        while not (folder / name).exists():  # noqa: ASYNC110  another process writes it
            await asyncio.sleep(0.02)
    times: list[float] = json.loads((folder / name).read_text())
    return times

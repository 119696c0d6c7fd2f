"""How long a CSV of 1,000,000 rows x 20 columns takes to become typed, profiled Parquet, and the
most memory that its process uses. Target: 15 s and 1 GB on two cores.

    python -m benchmarks.ingest_million
"""

import asyncio
import json
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import psutil  # type: ignore[import-untyped]

from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.processes.forkserver.process import shared
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings

ROWS = 1_000_000
SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]


def make(path: Path) -> None:
    """Write the file: texts, dates, codes with leading zeros, numbers."""
    chance = np.random.default_rng(0)
    start = pd.Timestamp("2022-01-01")
    columns: dict[str, object] = {
        "id": np.arange(ROWS),
        "지역": chance.choice(["서울", "부산", "대구", "제주"], ROWS),
        "product": chance.choice([f"product {i}" for i in range(200)], ROWS),
        "day": (start + pd.to_timedelta(chance.integers(0, 1000, ROWS), "D")).astype(str),
        "moment": (start + pd.to_timedelta(chance.integers(0, 10**8, ROWS), "s")).astype(str),
        "code": [f"{value:05d}" for value in chance.integers(0, 99999, ROWS)],
        "flag": chance.choice(["true", "false"], ROWS),
        "memo": [f"memo {value}" for value in chance.integers(0, 10**7, ROWS)],
    }
    columns |= {f"whole {i}": chance.integers(0, 10**6, ROWS) for i in range(6)}
    columns |= {f"number {i}": chance.normal(size=ROWS).round(4) for i in range(6)}
    pd.DataFrame(columns).to_csv(path, index=False)


async def main() -> None:
    """Measure once and print the figures."""
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(shared(SETTINGS.sandboxes))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        source = Path(folder) / "million.csv"
        make(source)
        sandbox = Sandbox(SETTINGS, address)
        peak = 0
        start = time.perf_counter()
        work = asyncio.create_task(
            ingest(source, source.name, folder=Path(folder) / "out", sandbox=sandbox)
        )
        while not (await asyncio.wait({work}, timeout=0.05))[0]:
            for child in psutil.Process().children(recursive=True):
                peak = max(peak, child.memory_info().rss)
        (dataset,) = work.result()
        figures = {
            "rows": dataset.rows,
            "columns": len(dataset.columns),
            "csv_mb": round(source.stat().st_size / 1e6, 1),
            "seconds": round(time.perf_counter() - start, 2),
            "peak_mb": round(peak / 1e6),
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main())

"""What a computation costs in the sandbox: time until its result, and processor time of all
processes that took part, each operation by itself, over a small and a large table; and for how long
the loop of who calls stands still while twenty are called at once.

    python -m benchmarks.sandboxes [--times 15] [--before CHECKOUT]

With `--before` the same is measured in another checkout of this project in the same run, each
round after the other, and the quotients are printed.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil  # type: ignore[import-untyped]

from cherry_reflex.analysis.answers.aggregate import Aggregate
from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.analysis.exploration.profile import Profile
from cherry_reflex.analysis.statistics.many_groups import CompareGroups
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.settings import Settings

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]
ROWS = {"small": 2_205, "large": 1_000_000}
OPERATIONS: dict[str, Operation] = {
    "aggregate": Aggregate(measure="sales", how="sum", group_by=("region",)),
    "profile": Profile(),
    "chart": Chart(kind="bar", x="region", y="sales"),
    "compare_groups": CompareGroups(measure="sales", group="region"),
}
_SETTLE_S = 8.0
_AT_ONCE = 20


def make(path: Path, rows: int) -> None:
    """Write the table of so many rows as CSV."""
    chance = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp("2022-01-01") + pd.to_timedelta(chance.integers(0, 700, rows), "D"),
            "region": chance.choice(["North", "South", "East", "West"], rows),
            "product": chance.choice([f"product {n}" for n in range(40)], rows),
            "quantity": chance.integers(1, 20, rows),
            "price": chance.normal(50, 12, rows).round(2),
        }
    )
    frame.assign(sales=frame["quantity"] * frame["price"]).to_csv(path, index=False)


def spent_s() -> float:
    """Return the processor time (s) of all that this process has started, ended or not."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = ended.ru_utime + ended.ru_stime
    for process in psutil.Process().children(recursive=True):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return float(total)


async def measured(times: int) -> dict[str, dict[str, list[float]]]:
    """Return seconds and processor seconds of each operation over each table."""
    try:
        from cherry_reflex.analysis.operations import run_operation
        from cherry_reflex.processes.forkserver.process import shared
    except ImportError:  # a checkout from before there was a forkserver
        from cherry_reflex.datasets.operations import (  # type: ignore[import-not-found, no-redef]
            run_operation,
        )

        shared = None  # type: ignore[assignment]
    from cherry_reflex.processes.sandbox import Sandbox

    found: dict[str, dict[str, list[float]]] = {}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        options: list[Any] = [SETTINGS]
        if shared is not None:
            options.append(await stack.enter_async_context(shared(SETTINGS.sandboxes)))
        sandbox = Sandbox(*options)
        datasets: dict[str, Dataset] = {}
        for name, rows in ROWS.items():
            make(folder / f"{name}.csv", rows)
            (datasets[name],) = await ingest(
                folder / f"{name}.csv", f"{name}.csv", folder=folder, sandbox=sandbox
            )
        await asyncio.sleep(_SETTLE_S)  # until everything is imported
        for table, dataset in datasets.items():
            tables = Tables(datasets=(dataset,), folder=folder / "work")
            for name, operation in OPERATIONS.items():
                one: dict[str, list[float]] = {"s": [], "cpu_s": []}
                count, before = times if table == "small" else max(3, times // 4), spent_s()
                for _ in range(count):
                    began = time.perf_counter()
                    await run_operation(sandbox, operation, tables)
                    one["s"].append(time.perf_counter() - began)
                await asyncio.sleep(0.2)  # until the last has ended
                one["cpu_s"].append((spent_s() - before) / count)
                found[f"{name}, {table}"] = one
        tables = Tables(datasets=(datasets["small"],), folder=folder / "work")
        calls = [run_operation(sandbox, OPERATIONS["aggregate"], tables) for _ in range(_AT_ONCE)]
        found[f"{_AT_ONCE} at once"] = {"s": [], "stall_s": [await _stall(calls)]}
    return found


async def _stall(calls: list[Coroutine[Any, Any, Any]]) -> float:
    """Return the longest time (s) that the loop stands still while these are awaited."""
    longest, last = 0.0, time.perf_counter()
    waiting = asyncio.gather(*calls)
    while not waiting.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last - 0.001), now
    await waiting
    return longest


def elsewhere(checkout: Path, times: int) -> dict[str, dict[str, list[float]]]:
    """Measure in another checkout, with this very file."""
    done = subprocess.run(
        (sys.executable, str(Path(__file__).resolve()), "--raw", "--times", str(times)),
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        stdout=subprocess.PIPE,
        check=True,
    )
    read: dict[str, dict[str, list[float]]] = json.loads(done.stdout.splitlines()[-1])
    return read


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--raw", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.raw:
        print(json.dumps(asyncio.run(measured(given.times))))
        return
    before = elsewhere(given.before.resolve(), given.times) if given.before else None
    now = elsewhere(Path(__file__).resolve().parents[1], given.times)
    for name, one in now.items():
        line = f"{name:26}"
        for what, values in one.items():
            if not values:
                continue
            value = statistics.median(values)
            line += f"  {what} {value:.3f}"
            if before is not None:
                was = statistics.median(before[name][what])
                line += f" (before {was:.3f}, {value / was:.2f} of it)"
        print(line)


if __name__ == "__main__":
    main()

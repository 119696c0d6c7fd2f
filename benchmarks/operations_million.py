"""How long typical operations over 1,000,000 x 20 take, each in a fresh limited process
as it runs for an agent, from the call to the artifact. Target: 2 s for groups and charts.

    python -m benchmarks.operations_million [times]
"""

import asyncio
import json
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from benchmarks.ingest_million import make
from cherry_reflex.analysis.answers.aggregate import Aggregate
from cherry_reflex.analysis.answers.periods import ComparePeriods
from cherry_reflex.analysis.answers.pivot import Pivot
from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.analysis.charts.distributions import Spread
from cherry_reflex.analysis.exploration.correlations import Correlations
from cherry_reflex.analysis.exploration.findings import Findings
from cherry_reflex.analysis.exploration.profile import Profile
from cherry_reflex.analysis.operations import run_operation
from cherry_reflex.analysis.statistics.describe import DescribeNumbers
from cherry_reflex.analysis.statistics.many_groups import CompareGroups
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.processes.forkserver.process import shared
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]
OPERATIONS: dict[str, Operation] = {
    "group-by, 4 groups": Aggregate(measure="number 0", how="mean", group_by=("지역",)),
    "group-by, 200 groups by months": Aggregate(
        measure="whole 0", how="sum", group_by=("product", "day"), period="month"
    ),
    "cross table": Pivot(down="product", across="지역", measure="number 1", how="mean"),
    "periods": ComparePeriods(date="day", measure="whole 1"),
    "bar chart": Chart(kind="bar", x="product", y="whole 0", how="sum"),
    "line chart": Chart(kind="line", x="day", y="number 0", how="mean"),
    "histogram": Chart(kind="histogram", x="number 2"),
    "box plot": Chart(kind="box", x="지역", y="number 3"),
    "scatter plot": Chart(kind="scatter", x="number 0", y="number 1"),
    "heat map": Chart(kind="heatmap", x="지역", y="product"),
    "violins": Spread(value="number 0", group="지역"),
    "descriptives": DescribeNumbers(columns=("number 0", "number 1"), by="지역"),
    "test of 4 groups": CompareGroups(measure="number 0", group="지역"),
    "profile": Profile(),
    "correlations": Correlations(),
    "findings": Findings(),
}


async def main(times: int) -> None:
    """Measure each operation so often and print the medians (seconds)."""
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(shared(SETTINGS.sandboxes))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        source = Path(folder) / "million.csv"
        make(source)
        sandbox = Sandbox(SETTINGS, address)
        (dataset,) = await ingest(source, source.name, folder=Path(folder), sandbox=sandbox)
        tables = Tables(datasets=(dataset,), folder=Path(folder) / "work")
        figures = {}
        for name, operation in OPERATIONS.items():
            taken = []
            for _ in range(times):
                began = time.perf_counter()
                await run_operation(sandbox, operation, tables)
                taken.append(time.perf_counter() - began)
            figures[name] = round(median(taken), 2)
            print(json.dumps({name: figures[name]}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))

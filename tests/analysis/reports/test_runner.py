"""The process that runs a notebook ends with the one that wanted the report."""

import asyncio
import sys
from pathlib import Path

import nbformat
from nbformat import v4

from cherry_reflex.processes.supervisor import ChildProcess
from tests.processes.deaths import until_gone

NEVER_ENDS = """
import os, pathlib, signal
part = pathlib.Path("pids.part")
part.write_text(f"{os.getppid()} {os.getpid()}")
part.rename("pids")
signal.pause()
"""
WANTS_A_REPORT = """
import asyncio, os, sys
from cherry_reflex.processes.supervisor import ChildProcess

async def main(path):
    runner = (sys.executable, "-m", "cherry_reflex.analysis.reports.runner", path, "100")
    async with ChildProcess(runner, env=os.environ | {"HOME": os.getcwd()}) as child:
        await child.wait()

asyncio.run(main(sys.argv[1]))
"""


async def test_neither_runner_nor_kernel_outlives_it(tmp_path: Path) -> None:
    book = v4.new_notebook(cells=[v4.new_code_cell(NEVER_ENDS)])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    path = tmp_path / "report.ipynb"
    nbformat.write(book, path)
    async with ChildProcess((sys.executable, "-c", WANTS_A_REPORT, str(path))) as child:
        async with asyncio.timeout(60):
            while not (tmp_path / "pids").exists():  # noqa: ASYNC110  other processes
                await asyncio.sleep(0.01)
        runner, kernel = map(int, (tmp_path / "pids").read_text().split())
        child.kill()
        await until_gone(runner, kernel)

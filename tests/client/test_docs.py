"""The program in docs/client.md runs as it stands."""

import re
import subprocess
import sys

from tests.doubles.house import ROOT, House


def test_the_example_runs(house: House) -> None:
    page = (ROOT / "docs" / "client.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert "http://127.0.0.1:3000" in program
    done = subprocess.run(
        [sys.executable, "-c", program.replace("http://127.0.0.1:3000", house.url)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows, table, state, *_, refused = done.stdout.splitlines()
    assert rows == "3 rows: city, sales"
    assert "('Seoul', 40" in table and "('Busan', 20" in table
    assert state.startswith("finished ")
    assert refused.startswith("NotFound ")

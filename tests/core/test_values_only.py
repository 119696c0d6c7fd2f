"""The core holds values: no file, no clock, no context variable, no event loop."""

import ast
from pathlib import Path

import pytest

import cherry_reflex.core

MODULES = sorted(Path(cherry_reflex.core.__path__[0]).rglob("*.py"))
IMPORTS = {
    *("asyncio", "contextvars", "io", "logging", "os", "shutil", "signal", "socket"),
    *("subprocess", "tempfile", "threading", "time"),
}
CALLS = {
    *("open", "input", "print", "now", "today", "utcnow", "fromtimestamp"),
    *("read_bytes", "read_text", "write_bytes", "write_text", "mkdir", "touch", "unlink"),
    *("rename", "rmdir", "stat", "exists", "is_file", "is_dir", "iterdir"),
    *("glob", "rglob", "resolve", "cwd", "home", "expanduser"),
}


def offences(source: str) -> list[str]:
    """Return what a module imports or calls beyond values."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [alias.name for alias in names if alias.name.split(".")[0] in IMPORTS]
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in IMPORTS:
                found.append(module)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in CALLS:
                found.append(name)
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_of_the_core_holds_values_only(module: Path) -> None:
    assert offences(module.read_text()) == []


@pytest.mark.parametrize(
    ("source", "offence"),
    [
        ("import os.path", "os.path"),
        ("from contextvars import ContextVar", "contextvars"),
        ("def f():\n    import time", "time"),
        ("from datetime import datetime\nat = datetime.now()", "now"),
        ("with open('x') as file: ...", "open"),
        ("from pathlib import Path\nPath('x').read_bytes()", "read_bytes"),
    ],
)
def test_what_does_not_belong_there_is_found(source: str, offence: str) -> None:
    assert offences(source) == [offence]

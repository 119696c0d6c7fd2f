"""What the built page is made from: a file that is not known would leave an old page standing."""

import ast
from pathlib import Path

from cherry_reflex.web import build

REFLEX = ("reflex", "reflex_base")
NOT_OF_THE_PAGE = {"cherry_reflex/web/server.py"}
"""Speaks Reflex, and what it says is not in the page."""


def test_every_module_that_speaks_reflex_is_an_input() -> None:
    known = {str(path.relative_to(build.ROOT)) for path in build.inputs()} | NOT_OF_THE_PAGE
    package = build.ROOT / "cherry_reflex"
    speaking = {
        str(path.relative_to(build.ROOT))
        for path in [build.ROOT / "rxconfig.py", *package.rglob("*.py")]
        if _imported(path) & set(REFLEX)
    }
    assert "rxconfig.py" in speaking
    assert speaking <= known


def test_the_sources_sentences_and_packages_are_inputs() -> None:
    known = {str(path.relative_to(build.ROOT)) for path in build.inputs()}
    assert {
        "cherry_reflex/cherry_reflex.py",
        "cherry_reflex/web/build.py",
        "cherry_reflex/ui/shell/Page.jsx",
        "cherry_reflex/i18n/catalogue/en/ui.json",
        "assets/boot.js",
        "reflex.lock/package-lock.json",
    } <= known


def _imported(path: Path) -> set[str]:
    """Return the top-level packages that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found

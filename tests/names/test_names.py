"""The house is written in the words of its field: A2A, MCP, agents and data analysis.

Names that it had of its own before are gone as identifiers: of modules, classes, functions, CSS
classes and keys of the catalogue. Ordinary words in sentences are free.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cherry_reflex

ROOM = Path(cherry_reflex.__file__).parent
WORDS = frozenset(
    {
        "mind",
        "lore",
        "desk",
        "office",
        "engagement",
        "workforce",
        "asker",
        "tongue",
        "halves",
        "performer",
        "conductor",
        "exhibit",
        "scene",
        "scenes",
        "shelf",
        "shelves",
        "shelved",
        "casting",
        "craft",
        "crafts",
    }
)
"""Words that no name may have as a part."""
NAMES = frozenset(
    {
        "Work",
        "News",
        "Team",
        "Front",
        "FrontDoor",
        "Counter",
        "Door",
        "Guard",
        "Pass",
        "Admission",
        "Kept",
        "Inbox",
        "Agreements",
        "Additions",
        "Pace",
        "Ending",
        "Cell",
        "Landing",
        "Locked",
        "work",
        "news",
        "team",
        "front",
        "counter",
        "door",
        "guard",
        "pass",
        "admission",
        "introduction",
        "living",
        "kept",
        "inbox",
        "agreements",
        "additions",
        "pace",
        "ending",
        "landing",
        "cell",
        "locked",
        "gap",
        "cutting",
        "answer",
    }
)
"""Names that no module or class may have as a whole: these words alone say nothing, while a
`data_cleaning` or a function `answer` is plain."""
_DELETED_LATER = (
    "linking",
    "filling",
    "casting",
    "choice",
    "alternative",
    "quantity",
    "derived",
    "slot",
)
LATER = {f"llm/embedded/arguments/{name}.py" for name in _DELETED_LATER}
"""Modules that give way to a reading as a whole."""


def parts(name: str) -> set[str]:
    """Return the words of a name: `A2AEntryAgent`, `entry_agent`, `c-entry--agent`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+", " ", name)
    return {word.lower() for word in spaced.split()}


def modules() -> list[Path]:
    return sorted(p for p in ROOM.rglob("*.py") if str(p.relative_to(ROOM)) not in LATER)


def defined(path: Path) -> Iterator[tuple[str, str]]:
    """Yield kind and name of all that a module defines, itself and its folders included."""
    for folder in path.relative_to(ROOM).parts[:-1]:
        yield "module", folder
    yield "module", path.stem
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield "class", node.name
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield "function", node.name


def wrong(kind: str, name: str) -> bool:
    return bool(parts(name) & WORDS) or (kind in ("module", "class") and name in NAMES)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOM)))
def test_names_of_a_module(path: Path) -> None:
    assert [found for found in defined(path) if wrong(*found)] == []


def test_the_modules_that_are_exempt_are_there() -> None:
    assert {one for one in LATER if not (ROOM / one).is_file()} == set()


def test_css_classes() -> None:
    sheets = [*ROOM.rglob("*.css"), *(ROOM.parent / "assets").glob("*.css")]
    assert sheets
    classes = {name for p in sheets for name in re.findall(r"\.([a-zA-Z][\w-]*)", p.read_text())}
    assert {name for name in classes if parts(name) & WORDS} == set()


def test_keys_and_files_of_the_catalogue() -> None:
    files = list((ROOM / "i18n" / "catalogue").rglob("*.json"))
    assert files
    keys = {key for path in files for key in json.loads(path.read_text("utf-8"))}
    assert {key for key in keys if parts(key) & (WORDS | {"team"})} == set()
    assert {path.stem for path in files if parts(path.stem) & (WORDS | {"team", "wire"})} == set()


@pytest.mark.parametrize(
    ("kind", "name", "is_wrong"),
    [
        ("class", "EmbeddedMind", True),
        ("function", "open_office", True),
        ("module", "shelf", True),
        ("class", "Door", True),
        ("module", "answer", True),
        ("function", "answer", False),
        ("module", "data_cleaning", False),
        ("class", "AgentContext", False),
    ],
)
def test_what_is_wrong(kind: str, name: str, is_wrong: bool) -> None:
    assert wrong(kind, name) is is_wrong

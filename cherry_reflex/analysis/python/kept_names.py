"""The names of a conversation's code that go on from call to call.

Values are files of data (`kept_values`), read again when code mentions them; imports, functions and
classes are kept as their source, and run again. What is neither (models, connections) is lost, and
that is said.
"""

import ast
import fcntl
import os
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cherry_reflex.analysis.python.figures import is_drawn, is_plotly
from cherry_reflex.analysis.python.kept_values import Form, NotData, read, save
from cherry_reflex.analysis.python.namespace import Words
from cherry_reflex.analysis.python.shell import replay, source_of
from cherry_reflex.core.ids import new_id

BYTES_MAX = 200_000_000
"""Of all values of a conversation together."""
NAMES_MAX = 100
FOLDER, MANIFEST = "python", "names.json"
_SOURCE_CHARS_MAX = 20_000
_STAR = "*"


class KeptValue(BaseModel):
    """A value in a file: its form, and in a few words what it is. `table` is the id of the dataset
    whose name in Python it has taken: it does so only while that name means this dataset."""

    model_config = ConfigDict(frozen=True)

    file: str
    form: Form
    about: str
    table: str = ""


class KeptSource(BaseModel):
    """The source of an import, a function or a class, and the names that it gives."""

    model_config = ConfigDict(frozen=True)

    names: tuple[str, ...]
    source: str


class KeptNames(BaseModel):
    """All that goes on to the next call."""

    model_config = ConfigDict(frozen=True)

    values: dict[str, KeptValue] = {}
    sources: tuple[KeptSource, ...] = ()

    def told(self) -> tuple[str, ...]:
        """Return the names with what they are."""
        defined = [name for one in self.sources for name in one.names if name[0] != _STAR]
        return (*(f"{name} ({one.about})" for name, one in self.values.items()), *defined)


class NameStore:
    """The names of one conversation, in a folder that lasts."""

    def __init__(self, conversation_files: Path | None) -> None:
        self._folder = conversation_files / FOLDER if conversation_files is not None else None

    def names(self) -> KeptNames:
        """Return what is kept; nothing where no call has kept anything."""
        if self._folder is None:
            return KeptNames()
        path = self._folder / MANIFEST
        try:
            # It is written by code in a sandbox and read outside of it as well.
            if path.is_symlink() or self._folder.is_symlink():
                return KeptNames()
            return KeptNames.model_validate_json(path.read_text("utf-8"))
        except (OSError, ValidationError, ValueError):
            return KeptNames()

    def restore(self, main: ModuleType, code: str, tables: Mapping[str, str]) -> set[str]:
        """Bring the names that `code` mentions back into `main`, those included that brought-back
        functions mention, and return those of values. `tables` are the names of the tables in
        Python with the ids of their datasets."""
        kept = self.names()
        words, sources = _mentioned(kept.sources, code)
        found = set()
        for name, value in kept.values.items():
            if not words.has(name) or (value.table and tables.get(name) != value.table):
                continue
            with suppress(OSError, ValueError, KeyError, TypeError):
                main.__dict__[name] = read(self._path(value.file), value.form)
                found.add(name)
        for one in sources:
            replay(one.source, main)
        return found

    def sources(self, code: str) -> str:
        """Return the sources that `code` brings back, directly or by one another."""
        return "\n".join(one.source for one in _mentioned(self.names().sources, code)[1])

    def keep(
        self, main: ModuleType, tree: ast.Module, restored: Collection[str], own: Mapping[str, str]
    ) -> tuple[str, ...]:
        """Keep the names of `own` (name -> id of the dataset whose name it took, or nothing) that
        `main` has, and what the top level of `tree` defines; forget those `restored` that are gone.

        Returns the names that could not be kept.
        """
        if self._folder is None:
            return ()
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            # Two calls of a conversation may run side by side: each adds to what the other kept.
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = self.names()
            values = {n: v for n, v in before.values.items() if n not in restored}
            defined = {name for one in sources_of(tree) for name in one.names}
            starred = _starred(main, tree)
            mine = {n: t for n, t in own.items() if n not in defined and n not in starred}
            lost = self._save(main, mine, values)
            sources = [
                one
                for one in (*before.sources, *sources_of(tree))
                if not set(one.names) & (set(values) - defined)
            ]
            latest = {name: one for one in sources for name in one.names}
            kept = tuple(one for one in sources if any(latest[name] is one for name in one.names))
            after = KeptNames(values={n: v for n, v in values.items() if n not in defined},
                              sources=kept)  # fmt: skip
            self._write(after)
        return tuple(lost)

    def _save(
        self, main: ModuleType, own: Mapping[str, str], values: dict[str, KeptValue]
    ) -> list[str]:
        lost = []
        for name, table in own.items():
            values.pop(name, None)
            value = main.__dict__[name]
            path = self._path(f"{new_id()}.data")
            try:
                form = save(value, path)
            except (NotData, OSError, RecursionError):
                path.unlink(missing_ok=True)
                if not (is_drawn(value) or is_plotly(value)):  # it was shown, and is done with
                    lost.append(name)
                continue
            room = BYTES_MAX - sum(self._size(one.file) for one in values.values())
            if self._size(path.name) > room or len(values) >= NAMES_MAX:
                path.unlink(missing_ok=True)
                lost.append(name)
                continue
            values[name] = KeptValue(file=path.name, form=form, about=about(value), table=table)
        return lost

    def _write(self, after: KeptNames) -> None:
        assert self._folder is not None
        part = self._path(f"{MANIFEST}.part")
        part.write_text(after.model_dump_json(), "utf-8")
        os.replace(part, self._path(MANIFEST))
        needed = {one.file for one in after.values.values()}
        for path in self._folder.glob("*.data"):
            if path.name not in needed:
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / Path(name).name

    def _size(self, name: str) -> int:
        try:
            return self._path(name).stat().st_size
        except OSError:
            return 0


def sources_of(tree: ast.Module) -> tuple[KeptSource, ...]:
    """Return the imports, functions (lambdas with a name included) and classes of the top level."""
    found = []
    for node in tree.body:
        names: tuple[str, ...] = ()
        match node:
            case ast.Import(names=aliases):
                names = tuple(one.asname or one.name.split(".")[0] for one in aliases)
            case ast.ImportFrom(names=aliases):
                star = f"{_STAR}{node.module}"
                names = tuple(star if one.name == _STAR else one.asname or one.name
                              for one in aliases)  # fmt: skip
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names = (name,)
            case ast.ClassDef(name=name):
                names = (name,)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
                names = (name,)
        source = source_of(node) if names else ""
        if source and len(source) <= _SOURCE_CHARS_MAX:
            found.append(KeptSource(names=names, source=source))
    return tuple(found)


def about(value: Any) -> str:
    """Return in a few words what a value is."""
    kind = type(value).__name__
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return f"{kind} {' × '.join(str(n) for n in shape)}"
    return f"{kind} of {len(value)}" if isinstance(value, list | dict | tuple | set) else kind


def _starred(main: ModuleType, tree: ast.Module) -> set[str]:
    """Return the names that `main` has by `from module import *`."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and any(one.name == _STAR for one in node.names):
            module = sys.modules.get(node.module or "")
            given = vars(module) if module is not None else {}
            found |= {n for n, v in main.__dict__.items() if n in given and given[n] is v}
    return found


def _mentioned(sources: Iterable[KeptSource], code: str) -> tuple[Words, list[KeptSource]]:
    """Return the words of code with those of the sources that it brings back, and these, in the
    order in which they were written."""
    known, chosen = list(sources), set[int]()
    words = Words(code)
    while True:
        more = {
            place
            for place, one in enumerate(known)
            if place not in chosen
            and any(name[0] == _STAR or words.has(name) for name in one.names)
        }
        if not more:
            return words, [known[place] for place in sorted(chosen)]
        chosen |= more
        words = Words(code, *(known[place].source for place in chosen))

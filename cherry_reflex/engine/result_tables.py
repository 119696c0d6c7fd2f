"""Tables of results by name: what a step has shown, a later one can read."""

import asyncio
import json
import os
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import TableDigest
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Tables
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.store.artifacts import ArtifactStore, ResultTable
from cherry_reflex.store.layout import Layout

_PREFIX = "result_"
_NAME = re.compile(rf"(?<![A-Za-z0-9_]){_PREFIX}\d{{1,9}}(?![A-Za-z0-9_])")
_NAMED_MAX = 20
"""Tables of results that one step reads."""
_PROFILED_MAX = 200
"""Profiles that are kept."""


def result_name(number: int) -> str:
    """Return the name of the table of results with that number, which counts through the
    conversation from 1."""
    return f"{_PREFIX}{number}"


def result_number(name: str) -> int:
    """Return the number in such a name; 0 for another name."""
    return int(name.removeprefix(_PREFIX)) if _NAME.fullmatch(name) else 0


def names_in(*said: Any) -> list[str]:
    """Return the names of tables of results that occur in texts or arguments, each once."""
    text = "\n".join(
        one if isinstance(one, str) else json.dumps(one, ensure_ascii=False, default=str)
        for one in said
        if one is not None
    )
    return list(dict.fromkeys(_NAME.findall(text)))[:_NAMED_MAX]


class ResultTables:
    """Makes datasets of the tables that later steps name. A profile is made once for each table,
    and again when the files of it are gone: they are temporary."""

    def __init__(self, artifacts: ArtifactStore, layout: Layout, sandbox: Sandbox) -> None:
        self._artifacts, self._layout, self._sandbox = artifacts, layout, sandbox
        self._profiled: dict[str, asyncio.Task[Dataset]] = {}

    async def named(self, conversation_id: str, names: Collection[str]) -> list[Dataset]:
        """Return the tables of a conversation that have one of these names, as datasets whose ids
        are those of the artifacts. Names of none are left out, as are tables that cannot be
        read."""
        if not names:
            return []
        known = await self._artifacts.tables(conversation_id)
        asked = [self._dataset(known[name]) for name in names if name in known]
        made = await asyncio.gather(*asked, return_exceptions=True)
        for one in made:
            if isinstance(one, BaseException) and not isinstance(one, CherryError):
                raise one
        return [one for one in made if isinstance(one, Dataset)]

    async def heads(self, tables: Sequence[tuple[str, Path]]) -> tuple[TableDigest, ...]:
        """Return the digests of Parquet files, given with their titles, that were made by workers
        who told of none. Raises what `Sandbox.call` raises."""
        said = await self._sandbox.call(
            "cherry_reflex.analysis.digests.digest:read_heads",
            {"tables": [{"title": title, "path": str(path)} for title, path in tables]},
            folder=self._layout.operations / new_id(),
            read=[path for _, path in tables],
        )
        return tuple(TableDigest.model_validate(one) for one in said["heads"])

    async def _dataset(self, table: ResultTable) -> Dataset:
        task = self._profiled.get(table.id)
        if task is None or (task.done() and not _stands(task)):
            task = asyncio.create_task(self._profile(table), name=f"profile:{table.name}")
            self._profiled.pop(table.id, None)
            self._profiled[table.id] = task
            while len(self._profiled) > _PROFILED_MAX:
                del self._profiled[next(iter(self._profiled))]
        # One that is stopped meanwhile must not end it for others.
        return await asyncio.shield(task)

    async def _profile(self, table: ResultTable) -> Dataset:
        folder = self._layout.operations / new_id()
        await asyncio.to_thread(folder.mkdir, parents=True)
        filename = f"{table.name}.parquet"
        (made,) = await ingest(table.path, filename, folder=folder, sandbox=self._sandbox)
        about = {"id": table.id, "name": table.name, "source": "", "note": table.title}
        return made.model_copy(update=about)


def _stands(task: asyncio.Task[Dataset]) -> bool:
    """Whether a profile is there with its file, which then stays for as long again."""
    if task.cancelled() or task.exception() is not None:
        return False
    path = Tables.path(task.result())
    with suppress(FileNotFoundError):
        os.utime(path.parent)
    return path.is_file()

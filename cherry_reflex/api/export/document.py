"""What an exported conversation says, before it has a format. All of it comes from the log."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cherry_reflex.core.artifact import ArtifactRef
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.ids import PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.language import Language
from cherry_reflex.core.run_view import Lane, RunView
from cherry_reflex.core.unit import Unit, units_of
from cherry_reflex.datasets.rows import read_rows
from cherry_reflex.engine.reading_line import reading_line
from cherry_reflex.i18n.catalogue import message, text
from cherry_reflex.store.artifacts import ArtifactStore

ROWS_MAX = 100
"""Rows of a table that the document itself has; the link has all of them."""
FIGURE_BYTES_MAX = 3_000_000
_PARQUET = "application/vnd.apache.parquet"
_PLOTLY = "application/vnd.plotly.v1+json"


@dataclass(frozen=True)
class ExportedTable:
    """The first rows of a table, values as JSON has them; the unit of each column, None where it
    has none."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int
    units: tuple[Unit | None, ...] = ()

    def measured(self, row: tuple[Any, ...]) -> Iterator[tuple[Any, Unit | None]]:
        """Yield the values of a row with their units."""
        yield from zip_longest(row, self.units[: len(row)])


@dataclass(frozen=True)
class ExportedArtifact:
    """An artifact: its numbers where it has some, what made it, and where all of it is."""

    kind: str
    title: str
    link: str
    description: str = ""
    code: str = ""
    language: str = ""
    table: ExportedTable | None = None
    figure: dict[str, Any] | None = None


@dataclass(frozen=True)
class Contribution:
    """One worker's part. `state` and `problem` are sentences."""

    worker: str
    request: str
    state: str
    text: str
    problem: str
    artifacts: tuple[ExportedArtifact, ...]


@dataclass(frozen=True)
class ExportedAnswer:
    """A question and what came of it. `plan` is one line a step; `ending` says what went wrong."""

    question: str
    at: float
    plan: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    summary: str
    ending: str = ""


@dataclass(frozen=True)
class Document:
    """A conversation, or some answers of it."""

    title: str
    language: Language
    datasets: tuple[str, ...]
    answers: tuple[ExportedAnswer, ...] = field(default=())


class Writer:
    """Makes documents. `origin` is where the links lead, such as `http://127.0.0.1:3000`."""

    def __init__(self, store: ArtifactStore, owner: str, language: Language, origin: str) -> None:
        self._store, self._owner = store, owner
        self._language, self._origin = language, origin

    async def document(
        self, title: str, datasets: Sequence[Dataset], views: Sequence[RunView]
    ) -> Document:
        """Return the document of these runs."""
        shapes = tuple(
            f"{d.name}: " + self._say("export.shape", rows=d.rows, columns=len(d.columns))
            for d in datasets
            if not d.parent
        )
        answers = tuple([await self._answer(view) for view in views])
        return Document(title or self._say("export.untitled"), self._language, shapes, answers)

    async def _answer(self, view: RunView) -> ExportedAnswer:
        workers = [lane for lane in view.lanes if lane.step not in (PLAN_STEP, SUMMARY_STEP)]
        plan = tuple(
            f"**{step.name}** — {step.request}" for step in (view.plan.steps if view.plan else ())
        )
        ending = ""
        if view.failure is not None:
            ending = message(view.failure, self._language)
        elif view.state in ("cancelled", "interrupted"):
            ending = self._say(view.state)
        return ExportedAnswer(
            view.question,
            view.started_at or 0.0,
            plan,
            tuple([await self._contribution(lane) for lane in workers]),
            view.summary,
            ending,
        )

    async def _contribution(self, lane: Lane) -> Contribution:
        artifacts, seen = [], set()
        made = lane.artifacts
        of_charts = {ref.meta.get("table") for ref in made if ref.kind == "chart"}
        for ref in made:
            key = (ref.kind, ref.title, ref.size_bytes, json.dumps(ref.meta, sort_keys=True))
            if key in seen or (ref.kind == "table" and ref.title in of_charts):
                continue
            seen.add(key)
            artifacts.append(await self._artifact(ref, made))
        understood = [reading_line(ref.meta, self._language) for ref in made]
        return Contribution(
            lane.worker.partition(":")[2],
            lane.request,
            self._say(f"lane_{lane.state}"),
            "\n\n".join(words for words in (*understood, lane.text.strip()) if words),
            message(lane.failure, self._language) if lane.failure else "",
            tuple(artifacts),
        )

    async def _artifact(self, ref: ArtifactRef, beside: Sequence[ArtifactRef]) -> ExportedArtifact:
        numbers, figure = ref, None
        if ref.kind == "chart":
            figure = await self._figure(ref)
            twin = ref.meta.get("table")
            numbers = next((r for r in beside if r.kind == "table" and r.title == twin), ref)
        tabular = numbers.media_type == _PARQUET
        form = "?format=csv" if tabular else ""
        return ExportedArtifact(
            ref.kind,
            ref.title,
            f"{self._origin}/api/artifacts/{quote(numbers.id)}/download{form}",
            str(ref.meta.get("description", "")),
            str(ref.meta.get("code", "")),
            str(ref.meta.get("language", "")),
            await self._table(numbers) if tabular else None,
            figure,
        )

    async def _table(self, ref: ArtifactRef) -> ExportedTable | None:
        path = await self._path(ref)
        if path is None:
            return None
        page = await asyncio.to_thread(read_rows, path, 0, ROWS_MAX)
        units = units_of(ref.meta)
        return ExportedTable(
            tuple(column["name"] for column in page["columns"]),
            tuple(tuple(row) for row in page["rows"]),
            page["total"],
            tuple(units.get(column["name"]) for column in page["columns"]),
        )

    async def _figure(self, ref: ArtifactRef) -> dict[str, Any] | None:
        path = await self._path(ref)
        if path is None or ref.media_type != _PLOTLY or ref.size_bytes > FIGURE_BYTES_MAX:
            return None
        found = json.loads(await asyncio.to_thread(path.read_bytes))
        return found if isinstance(found, dict) else None

    async def _path(self, ref: ArtifactRef) -> Path | None:
        """Return its file; a document is worth having also when one is gone."""
        try:
            _, path = await self._store.get(self._owner, ref.id)
        except CherryError:
            return None
        return path if path.is_file() else None

    def _say(self, key: str, **params: Any) -> str:
        return text(f"ui.{key}", self._language, **params)

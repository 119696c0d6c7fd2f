"""A run under way: what its parts share while it is worked on."""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cherry_reflex.core.artifact import ArtifactRef
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.events import (
    Event,
    InputRequested,
    PlanMade,
    StepStarted,
    SummaryDelta,
    TextDelta,
)
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.ids import SUMMARY_STEP
from cherry_reflex.core.language import Language
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.run_view import Lane, RunView
from cherry_reflex.core.worker import Turn, WorkerCall
from cherry_reflex.engine.metrics import MODEL
from cherry_reflex.i18n.catalogue import message
from cherry_reflex.store.event_log import EventLog

_DETAIL_CHARS = 300
"""Of a worker's own words about its failure, in what the summary's writer sees."""


@dataclass(frozen=True)
class KeptTable:
    """A table or dataset that a step made: its title as the worker gave it, the name that later
    steps call it, and its Parquet file."""

    title: str
    name: str
    path: Path


@dataclass
class LaneResult:
    """What one step gave. `failure` is set when it failed; `cancelled` when it was stopped."""

    text: str = ""
    artifacts: list[ArtifactRef] = field(default_factory=list)
    datasets: list[Dataset] = field(default_factory=list)
    failure: Failure | None = None
    cancelled: bool = False
    lines: int = 0
    """Lines of output so far."""
    named: int = 0
    """Tables so far that have a name."""
    digests: list[Digest] = field(default_factory=list)
    """What the calls of the step gave, for whoever asked."""
    untold: list[KeptTable] = field(default_factory=list)
    """Tables that no digest has told of yet, in the order in which they came."""

    @property
    def ok(self) -> bool:
        """Whether other steps can build on it."""
        return self.failure is None and not self.cancelled


@dataclass
class Job:
    """Everything about one run under way. Only the run's own tasks change it."""

    log: EventLog
    conversation_id: str
    run_id: str
    question: str
    language: Language
    worker: str = ""
    arguments: dict[str, Any] | None = None
    """What that worker is given, when a person has chosen it."""
    datasets: list[Dataset] = field(default_factory=list)
    history: tuple[Turn, ...] = ()
    results: dict[str, LaneResult] = field(default_factory=dict)
    tasks: dict[str, asyncio.Task[LaneResult]] = field(default_factory=dict)
    calls: dict[str, WorkerCall] = field(default_factory=dict)
    asked: dict[str, InputRequested] = field(default_factory=dict)
    """What was last asked in each step."""
    plan: Plan | None = None
    """As it stands: what was revised and what the person has changed included."""
    revision: int = 0
    """Of the plan."""
    attempts: dict[str, int] = field(default_factory=dict)
    """How often each step has been begun."""
    earlier: dict[str, frozenset[str]] = field(default_factory=dict)
    """Steps that were over when each step was begun first: it sees what they made."""
    over: dict[str, asyncio.Event] = field(default_factory=dict)
    """Set for steps that have a result."""
    slots: dict[str, asyncio.Semaphore] = field(default_factory=dict)
    """Of agents and of tools, each for as many as may work at a time."""
    stopped: set[str] = field(default_factory=set)
    """Steps that the person stopped alone."""
    time_zone: str = ""
    """The person's, by its IANA name."""
    began_s: float = field(default_factory=time.monotonic)
    usage: dict[str, float] = field(default_factory=dict)
    """Tokens and cost at language models, of all workers that tell them."""
    answering: bool = False
    """The orchestrator's answer has begun and not ended."""
    last_result: int | None = None
    """Number of the newest table of results in the conversation; None before it was looked up."""
    result_names: dict[str, list[str]] = field(default_factory=dict)
    """Names of the tables that each step has shown, in their order."""
    naming: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while that is looked up."""
    stopping: bool = False
    """The person stopped the whole run."""
    closed: bool = False
    """Its work is over, and only its end has to be written."""
    summary: str = ""
    """What was logged of it."""

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began here."""
        return time.monotonic() - self.began_s

    def known_datasets(self) -> tuple[Dataset, ...]:
        """Return the datasets of the question, with what its steps have made, newest first."""
        made = [dataset for result in self.results.values() for dataset in result.datasets]
        return (*reversed(made), *self.datasets)

    def use(self, amounts: dict[str, float]) -> None:
        """Add what a worker has used."""
        for name, amount in amounts.items():
            if amount:
                MODEL[name].inc(amount)
                self.usage[name] = self.usage.get(name, 0) + amount

    async def post(self, event: Event) -> None:
        """Log an event without waiting for the disk."""
        self._note(event)
        await self.log.post(self.conversation_id, self.run_id, event)

    async def commit(self, event: Event) -> None:
        """Log an event and wait until it is kept."""
        self._note(event)
        await self.log.append(self.conversation_id, self.run_id, event)

    def _note(self, event: Event) -> None:
        if type(event) is TextDelta:  # most of them
            return
        if isinstance(event, SummaryDelta):
            self.summary += event.text
        elif isinstance(event, StepStarted) and event.step == SUMMARY_STEP:
            self.summary = ""
        elif isinstance(event, PlanMade) and self.answering:
            # What was said came before more work: it is the plan's note, as in `core.run_view`.
            self.answering, self.summary = False, ""
            self.attempts[SUMMARY_STEP] -= 1

    async def view(self) -> RunView:
        """Return the run as it stands, everything posted before included."""
        await self.log.settle()
        return await self.log.view(self.conversation_id, self.run_id)


def results_before(
    view: RunView, again: Collection[str], datasets: Mapping[str, Dataset]
) -> dict[str, LaneResult]:
    """Return what the lanes of a run gave, without those that are asked `again`. `datasets` are
    those of the conversation, by id."""
    found = {}
    for lane in view.lanes:
        if lane.step not in again and lane.step != SUMMARY_STEP:
            ids = [str(artifact.meta.get("dataset")) for artifact in lane.artifacts]
            made = [datasets[i] for i in ids if i in datasets]
            stopped = lane.state == "cancelled"
            found[lane.step] = LaneResult(
                lane.text,
                lane.artifacts,
                made,
                lane.failure,
                stopped,
                digests=list(lane.digests),
            )
    return found


def result_names(view: RunView) -> dict[str, list[str]]:
    """Return the names of the tables that each step of a run has shown, in their order."""
    return {
        lane.step: [str(ref.meta["name"]) for ref in lane.artifacts if ref.meta.get("name")]
        for lane in view.lanes
    }


def finding(lane: Lane, language: Language) -> Finding:
    """Return what a lane gave, as the summary's writer sees it: what went wrong in the words that
    the person reads, `language`'s, with the worker's own where it has some."""
    problem = ""
    if lane.failure is not None:
        problem, detail = message(lane.failure, language), lane.failure.detail[:_DETAIL_CHARS]
        if detail and detail not in problem:
            problem = f"{problem} ({detail})"
    elif lane.state == "cancelled":
        problem = "skipped" if lane.skipped else "stopped by the person"
    return Finding(
        step=lane.step,
        worker=lane.worker,
        request=lane.request,
        state=lane.state,
        text=lane.text,
        problem=problem,
        artifacts=tuple(_told(ref) for ref in lane.artifacts),
        charts=tuple(ref.id for ref in lane.artifacts if ref.kind == "chart"),
        digests=tuple(lane.digests),
    )


def _told(ref: ArtifactRef) -> str:
    parts = [f"{ref.kind}: {ref.title}"]
    if "rows" in ref.meta:
        parts.append(f"{ref.meta['rows']} rows")
    if columns := ref.meta.get("columns"):
        parts.append("columns " + ", ".join(str(name) for name in columns))
    if description := ref.meta.get("description"):
        parts.append(str(description))
    return "; ".join(parts)

"""Looks up the numbers of an answer in what its run has found, and says so in the log."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from cherry_reflex.analysis.evidence.check import check
from cherry_reflex.analysis.evidence.holders import Source
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Cell, Digest, TableDigest
from cherry_reflex.core.events import AnswerChecked, DigestAdded, Record
from cherry_reflex.core.evidence import DATASETS
from cherry_reflex.core.ids import ORCHESTRATOR, SUMMARY_STEP
from cherry_reflex.core.run_view import Lane, RunView
from cherry_reflex.core.worker import Turn
from cherry_reflex.engine.job import Job

_log = structlog.get_logger(__name__)

_RECORDS_MAX = 5_000


async def check_answer(job: Job) -> None:
    """Check the answer that has just ended, and post AnswerChecked. Nothing is posted where there
    is none, or when it was broken off. A check that fails is logged, and the run goes on."""
    try:
        view = await job.view()
        lane = next((one for one in view.lanes if one.step == SUMMARY_STEP), None)
        if lane is None or lane.state != "done" or not view.summary.strip():
            return
        sources = (
            *_of_lanes(view, await _digests(job)),
            *_of_turns(job.history),
            _of_datasets(job.datasets),
        )
        names = [
            name
            for d in job.datasets
            for name in (d.name, d.source, d.sheet, d.note, *(c.name for c in d.columns))
            if name
        ]
        evidence = await asyncio.to_thread(
            check, view.summary, sources, job.question, names, job.language
        )
    except Exception:
        _log.exception("answer not checked", run=job.run_id)
        return
    await job.post(
        AnswerChecked(
            links=evidence.links,
            unsupported=evidence.unsupported,
            contradictions=evidence.contradictions,
        )
    )


async def _digests(job: Job) -> list[Record]:
    """Return what the run's calls gave, with the calls' ids, which its view leaves out."""
    found: list[Record] = []
    while len(found) < _RECORDS_MAX:
        after = found[-1].seq if found else 0
        more = await job.log.read(
            job.conversation_id, after, run_id=job.run_id, type="digest_added"
        )
        if not more:
            break
        found += more
    return found


def _of_lanes(view: RunView, records: Iterable[Record]) -> list[Source]:
    """Return what each lane gave: its digests with their calls, or its words where it has none."""
    calls: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if isinstance(record.event, DigestAdded):
            calls[record.event.step].append(record.event.call)
    return [
        _of_lane(lane, calls[lane.step], view) for lane in view.lanes if lane.step != SUMMARY_STEP
    ]


def _of_lane(lane: Lane, calls: list[str], view: RunView) -> Source:
    given = {item.call: item.arguments or {} for item in lane.items if item.kind == "call"}
    step = view.plan.step(lane.step) if view.plan is not None else None
    of_step: Mapping[str, Any] = (step.arguments if step is not None else None) or {}
    # Digests of earlier attempts are gone from the lane, and stand first in the log.
    # A model's words hold nothing: it could cite itself.
    said = "" if lane.digests or lane.worker == ORCHESTRATOR else lane.text
    ids = calls[-len(lane.digests) :] if lane.digests else []
    ids = [*[""] * (len(lane.digests) - len(ids)), *ids]
    return Source(
        step=lane.step,
        calls=tuple(
            (call, digest, given.get(call, of_step))
            for call, digest in zip(ids, lane.digests, strict=True)
        ),
        said=said,
        made=len(lane.artifacts),
    )


def _of_turns(history: Iterable[Turn]) -> list[Source]:
    return [
        Source(
            calls=tuple(("", digest, {}) for digest in turn.digests),
            said=f"{turn.question}\n{turn.summary}",
        )
        for turn in history
    ]


def _of_datasets(datasets: Iterable[Dataset]) -> Source:
    """Return what is known of the data itself, as whoever answers is told it."""
    tables: list[TableDigest] = []
    for dataset in datasets:
        tables.append(TableDigest(title=dataset.name, columns=("rows",), head=((dataset.rows,),)))
        rows = tuple(
            (one.name, one.missing, one.distinct, _cell(one.minimum), _cell(one.maximum))
            for one in dataset.columns
        )
        columns = ("column", "missing", "distinct", "minimum", "maximum")
        tables.append(TableDigest(title=dataset.name, columns=columns, head=rows))
    return Source(step=DATASETS, calls=(("", Digest(tables=tuple(tables)), {}),))


def _cell(value: Any) -> Cell:
    return value if isinstance(value, int | float | str | None) else str(value)

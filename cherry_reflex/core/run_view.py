"""What a screen draws of a run: a fold over its records.

The page has the same fold in JavaScript (`ui/live/view.js`); `tests/ui/test_fold_parity.py` holds
the two together.
"""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel

from cherry_reflex.core.artifact import ArtifactRef
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.events import DataSent, Record
from cherry_reflex.core.evidence import Evidence, Sent
from cherry_reflex.core.ids import ORCHESTRATOR, PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.plan import Plan

RunState = Literal[
    "planning", "running", "summarizing", "finished", "failed", "cancelled", "interrupted"
]
LaneState = Literal["waiting", "running", "input", "done", "failed", "cancelled"]

LIVE: tuple[RunState, ...] = ("planning", "running", "summarizing")


class Item(BaseModel):
    """One thing in a lane, in the order of arrival. `kind` says which of the fields are set:
    text -> text; call -> call, name, arguments, ok (None while it runs), text;
    line -> text, level; artifact -> artifact; answer -> text (the person's reply)."""

    kind: Literal["text", "call", "line", "artifact", "answer"]
    text: str = ""
    call: str = ""
    name: str = ""
    arguments: dict[str, Any] | None = None
    ok: bool | None = None
    level: str = ""
    artifact: ArtifactRef | None = None


class Lane(BaseModel):
    """One worker's part of a run. Times are Unix seconds."""

    step: str
    worker: str
    request: str = ""
    state: LaneState = "waiting"
    status: str = ""
    attempt: int = 1
    started_at: float | None = None
    ended_at: float | None = None
    earlier: list[tuple[float, float]] = []
    """When it worked before it was started again: a retry, or the plan looked at again."""
    items: list[Item] = []
    digests: list[Digest] = []
    """What its calls gave, for whoever asked."""
    failure: Failure | None = None
    prompt: str = ""
    options: tuple[str, ...] = ()
    choices: tuple[dict[str, Any], ...] = ()
    skipped: bool = False

    @property
    def text(self) -> str:
        """All of the lane's text."""
        return "".join(item.text for item in self.items if item.kind == "text")

    @property
    def artifacts(self) -> list[ArtifactRef]:
        """All of the lane's artifacts, in order."""
        return [item.artifact for item in self.items if item.artifact is not None]


class RunView(BaseModel):
    """A run as it stands after record `seq`."""

    run_id: str
    seq: int = 0
    question: str = ""
    datasets: tuple[str, ...] = ()
    worker: str = ""
    language: Language = ENGLISH
    retry_of: str = ""
    arguments: dict[str, Any] | None = None
    time_zone: str = ""
    state: RunState = "planning"
    started_at: float | None = None
    ended_at: float | None = None
    plan: Plan | None = None
    revision: int = 0
    lanes: list[Lane] = []
    summary: str = ""
    evidence: Evidence | None = None
    """Where the summary's numbers come from; None until it was checked."""
    sent: list[Sent] = []
    """What others were sent, by whom it was sent to."""
    failure: Failure | None = None
    usage: dict[str, float] = {}

    def lane(self, step: str) -> Lane:
        """Return the lane of a step, made on the spot when there is none."""
        for lane in self.lanes:
            if lane.step == step:
                return lane
        lane = Lane(step=step, worker=ORCHESTRATOR)
        self.lanes.append(lane)
        return lane


def apply(view: RunView, record: Record) -> RunView:
    """Move `view` on by one record, in place. A record that it has seen changes nothing."""
    if record.seq <= view.seq:
        return view
    view.seq = record.seq
    event, at = record.event, record.at
    match event.type:
        case "run_started":
            view.question, view.datasets = event.question, event.datasets
            view.worker, view.language = event.worker, event.language
            view.retry_of, view.started_at, view.state = event.retry_of, at, "planning"
            view.arguments, view.time_zone = event.arguments, event.time_zone
        case "plan_made":
            _plan(view, event.plan, event.revision)
        case "step_started":
            lane = view.lane(event.step)
            if event.attempt > lane.attempt and view.plan is not None:
                for step in view.plan.dependants(event.step):
                    _anew(view.lane(step), "waiting")
            _anew(lane, "running")
            lane.worker, lane.attempt, lane.started_at = event.worker, event.attempt, at
            if event.step == SUMMARY_STEP:
                view.state, view.summary, view.evidence = "summarizing", "", None
            elif event.step != PLAN_STEP:
                view.state, view.ended_at = "running", None
        case "status_changed":
            view.lane(event.step).status = event.text
        case "text_delta":
            items = view.lane(event.step).items
            if items and items[-1].kind == "text":
                items[-1].text += event.text
            else:
                items.append(Item(kind="text", text=event.text))
        case "tool_called":
            view.lane(event.step).items.append(
                Item(kind="call", call=event.call, name=event.name, arguments=event.arguments)
            )
        case "tool_returned":
            for item in view.lane(event.step).items:
                if item.kind == "call" and item.call == event.call:
                    item.ok, item.text = event.ok, event.text
        case "digest_added":
            view.lane(event.step).digests.append(event.digest)
        case "output_line":
            view.lane(event.step).items.append(
                Item(kind="line", text=event.text, level=event.level)
            )
        case "artifact_added":
            view.lane(event.step).items.append(Item(kind="artifact", artifact=event.artifact))
        case "input_requested":
            lane = view.lane(event.step)
            lane.state, lane.prompt = "input", event.prompt
            lane.options, lane.choices = event.options, event.choices
        case "input_answered":
            lane = view.lane(event.step)
            lane.state = "running"
            _asks_no_more(lane)
            lane.items.append(Item(kind="answer", text=event.reply))
        case "step_finished":
            _end(view.lane(event.step), "done", at)
        case "step_failed":
            lane = view.lane(event.step)
            lane.failure = event.failure
            _end(lane, "failed", at)
        case "step_cancelled":
            lane = view.lane(event.step)
            lane.skipped = event.reason == "skipped"
            _end(lane, "cancelled", at)
        case "summary_delta":
            view.summary += event.text
        case "answer_checked":
            view.evidence = Evidence(
                links=event.links,
                unsupported=event.unsupported,
                contradictions=event.contradictions,
            )
        case "data_sent":
            _send(view, event)
        case "run_finished":
            view.usage = event.usage
            _close(view, "finished", at)
        case "run_failed":
            view.failure = event.failure
            _close(view, "failed", at)
        case "run_cancelled":
            _close(view, "cancelled", at)
        case "run_interrupted":
            _close(view, "interrupted", at)
    return view


def fold(run_id: str, records: Iterable[Record]) -> RunView:
    """Return the view of a run after all of `records`."""
    view = RunView(run_id=run_id)
    for record in records:
        apply(view, record)
    return view


def _send(view: RunView, event: DataSent) -> None:
    sent = next((one for one in view.sent if (one.kind, one.to) == (event.kind, event.to)), None)
    if sent is None:
        sent = Sent(to=event.to, kind=event.kind, here=event.here)
        view.sent.append(sent)
    sent.times += 1
    sent.characters += event.characters
    sent.table_bytes += event.table_bytes
    sent.columns += [name for name in event.columns if name not in sent.columns]


def _plan(view: RunView, plan: Plan, revision: int) -> None:
    view.plan, view.revision, view.state, view.ended_at = plan, revision, "running", None
    old = {lane.step: lane for lane in view.lanes}
    summary = old.get(SUMMARY_STEP)
    if summary is not None and summary.state == "running":
        # Words that turned out to come before more work are the plan's note, no answer.
        del old[SUMMARY_STEP]
        view.summary, view.evidence = "", None
    lanes = [old.pop(PLAN_STEP)] if PLAN_STEP in old else []
    for step in plan.steps:
        lane = old.pop(step.id, None) or Lane(step=step.id, worker=step.worker)
        lane.request = step.request
        lanes.append(lane)
    view.lanes = lanes + list(old.values())


def _anew(lane: Lane, state: LaneState) -> None:
    if lane.started_at is not None and lane.ended_at is not None:
        lane.earlier.append((lane.started_at, lane.ended_at))
    lane.state, lane.started_at, lane.ended_at, lane.items = state, None, None, []
    lane.failure, lane.status, lane.skipped, lane.digests = None, "", False, []
    _asks_no_more(lane)


def _end(lane: Lane, state: LaneState, at: float) -> None:
    # Clocks are set back now and then: nothing ends before it began.
    ended_at = max(at, lane.started_at or at)
    lane.state, lane.ended_at = state, ended_at
    _asks_no_more(lane)


def _asks_no_more(lane: Lane) -> None:
    lane.prompt, lane.options, lane.choices = "", (), ()


def _close(view: RunView, state: RunState, at: float) -> None:
    view.state, view.ended_at = state, max(at, view.started_at or at)
    for lane in view.lanes:
        if lane.state in ("waiting", "running", "input"):
            _end(lane, "cancelled", at)

"""The language of the house: one tagged union of what has happened in a run, past tense."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from cherry_reflex.core.artifact import ArtifactRef
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.evidence import Contradiction, Link, PartyKind, Span
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.plan import Plan


class _Event(BaseModel):
    """`step` is the lane that the event belongs to. A worker leaves it empty in what it says; the
    engine stamps it (`core.worker.WorkerEvent`)."""

    model_config = ConfigDict(frozen=True)


class RunStarted(_Event):
    """A question was accepted. `worker` is set when it goes straight to one (`@name`)."""

    type: Literal["run_started"] = "run_started"
    question: str
    datasets: tuple[str, ...] = ()
    worker: str = ""
    language: Language = ENGLISH
    retry_of: str = ""
    arguments: dict[str, Any] | None = None
    """What that worker is given, when a person has chosen it."""
    time_zone: str = ""
    """The person's, by its IANA name, where the page told it."""


class PlanMade(_Event):
    """The plan, or a revision of it (steps that ran keep their ids)."""

    type: Literal["plan_made"] = "plan_made"
    plan: Plan
    revision: int = 0


class StepStarted(_Event):
    """A worker was asked. `attempt` counts from 1; a later attempt begins its lane anew."""

    type: Literal["step_started"] = "step_started"
    step: str
    worker: str
    attempt: int = 1


class StatusChanged(_Event):
    """A worker says what it does now, in words."""

    type: Literal["status_changed"] = "status_changed"
    step: str = ""
    text: str


class TextDelta(_Event):
    """More of a worker's text (Markdown), to be appended."""

    type: Literal["text_delta"] = "text_delta"
    step: str = ""
    text: str


class ToolCalled(_Event):
    """A worker called one of its own tools or operations."""

    type: Literal["tool_called"] = "tool_called"
    step: str = ""
    call: str
    name: str
    arguments: dict[str, Any] = {}


class ToolReturned(_Event):
    """That call came back. `call` pairs it with its ToolCalled."""

    type: Literal["tool_returned"] = "tool_returned"
    step: str = ""
    call: str
    ok: bool = True
    text: str = ""


class DigestAdded(_Event):
    """What a call found, as whoever asked is told of it. `call` is that of a worker's own tool;
    empty for a worker that is a tool itself."""

    type: Literal["digest_added"] = "digest_added"
    step: str = ""
    call: str = ""
    digest: Digest


class OutputLine(_Event):
    """A raw line that a tool process wrote outside its protocol, or logged."""

    type: Literal["output_line"] = "output_line"
    step: str = ""
    text: str
    level: str = "info"


class ArtifactAdded(_Event):
    """A table, chart, file … was stored and can be fetched."""

    type: Literal["artifact_added"] = "artifact_added"
    step: str
    artifact: ArtifactRef


class InputRequested(_Event):
    """A worker needs an answer from the person before it can go on."""

    type: Literal["input_requested"] = "input_requested"
    step: str = ""
    prompt: str
    options: tuple[str, ...] = ()
    choices: tuple[dict[str, Any], ...] = ()
    """The readings (JSON of `core.reading`) that the first options stand for."""
    words: dict[str, str] = {}
    """Which column a word of the question was taken for."""


class InputAnswered(_Event):
    """The person answered. `chosen` is the reading that they chose, when they did; `reply` is
    always words."""

    type: Literal["input_answered"] = "input_answered"
    step: str
    reply: str
    chosen: dict[str, Any] | None = None


class StepFinished(_Event):
    """A worker is done."""

    type: Literal["step_finished"] = "step_finished"
    step: str


class StepFailed(_Event):
    """A worker failed; what it gave before is kept."""

    type: Literal["step_failed"] = "step_failed"
    step: str
    failure: Failure


class StepCancelled(_Event):
    """A worker was stopped by the person, or skipped as something that it needs is missing."""

    type: Literal["step_cancelled"] = "step_cancelled"
    step: str
    reason: Literal["user", "skipped"] = "user"


class SummaryDelta(_Event):
    """More of the summary (Markdown), to be appended."""

    type: Literal["summary_delta"] = "summary_delta"
    text: str


class AnswerChecked(_Event):
    """The numbers of the answer were looked up in what the run has found. A new answer makes it
    void."""

    type: Literal["answer_checked"] = "answer_checked"
    links: tuple[Link, ...] = ()
    unsupported: tuple[Span, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


class DataSent(_Event):
    """Something of the person's was sent to a model, agent or tool that is not ours.

    `characters` counts the whole request; `columns` are those whose values or names were in it;
    `table_bytes` is the size of the tables whose address was in it. `here`: it runs on this
    machine.
    """

    type: Literal["data_sent"] = "data_sent"
    step: str = ""
    to: str
    kind: PartyKind
    here: bool = False
    characters: int = 0
    table_bytes: int = 0
    columns: tuple[str, ...] = ()


class RunFinished(_Event):
    """The run is over; `usage` holds tokens and cost where the model told them."""

    type: Literal["run_finished"] = "run_finished"
    usage: dict[str, float] = {}


class RunFailed(_Event):
    """The run could not be done (steps that failed alone do not fail the run)."""

    type: Literal["run_failed"] = "run_failed"
    failure: Failure


class RunCancelled(_Event):
    """The person stopped the run."""

    type: Literal["run_cancelled"] = "run_cancelled"


class RunInterrupted(_Event):
    """The server stopped in the middle; what arrived is kept and the run can be retried."""

    type: Literal["run_interrupted"] = "run_interrupted"


class DatasetAdded(_Event):
    """A dataset joined the conversation. It belongs to no run: its record's `run_id` is empty."""

    type: Literal["dataset_added"] = "dataset_added"
    dataset: str
    name: str
    rows: int
    columns: int
    replaces: str = ""
    """The dataset that is gone from now on: its file was read again, in another encoding."""


Event = Annotated[
    RunStarted
    | PlanMade
    | StepStarted
    | StatusChanged
    | TextDelta
    | ToolCalled
    | ToolReturned
    | DigestAdded
    | OutputLine
    | ArtifactAdded
    | InputRequested
    | InputAnswered
    | StepFinished
    | StepFailed
    | StepCancelled
    | SummaryDelta
    | AnswerChecked
    | DataSent
    | RunFinished
    | RunFailed
    | RunCancelled
    | RunInterrupted
    | DatasetAdded,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)

TERMINAL = ("run_finished", "run_failed", "run_cancelled", "run_interrupted")
"""The types after which nothing of the run follows, unless a step of it is retried."""


class Record(BaseModel):
    """An event with its place: `seq` grows by one through all runs of a conversation, `at` is
    Unix time in seconds."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    seq: int
    at: float
    event: Event

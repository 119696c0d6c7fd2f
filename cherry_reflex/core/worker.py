"""What the broker hands to a worker, and what comes back while it works."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.events import (
    DataSent,
    DigestAdded,
    InputRequested,
    OutputLine,
    StatusChanged,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.orchestration import Orchestration
from cherry_reflex.core.roster import Roster


class Turn(BaseModel):
    """An earlier question of the conversation, and how it was answered."""

    model_config = ConfigDict(frozen=True)

    question: str
    summary: str = ""
    steps: tuple[dict[str, Any], ...] = ()
    """The plan's steps as dicts: worker, request, arguments."""
    digests: tuple[Digest, ...] = ()
    """What the calls of its steps gave."""


class ReceivedFile(BaseModel):
    """A file that came with an A2A message, and where it was put."""

    model_config = ConfigDict(frozen=True)

    name: str
    path: Path


class Sender(BaseModel):
    """Who sent an A2A message, as authentication knows it, and the files that came with it."""

    model_config = ConfigDict(frozen=True)

    owner: str
    files: tuple[ReceivedFile, ...] = ()


class WorkerRequest(BaseModel):
    """A request to one worker; outsiders may ignore all but `request`, `datasets`, `arguments`."""

    model_config = ConfigDict(frozen=True)

    conversation_id: str
    run_id: str
    step_id: str
    worker: str
    request: str
    language: Language = ENGLISH
    time_zone: str = ""
    """Of the person, by its IANA name; empty where it is not known."""
    arguments: dict[str, Any] | None = None
    datasets: tuple[Dataset, ...] = ()
    history: tuple[Turn, ...] = ()
    inputs: tuple[str, ...] = ()
    """The texts of the steps that this one waited for, worker and words."""
    orchestration: Orchestration | None = None
    """What the engine wants of the orchestrator; nobody else is given one."""
    sender: Sender | None = None
    """Set by our own A2A server alone, for the agent that stands for the whole of CherryAI."""


class UsageReported(BaseModel):
    """What the work has cost at a language model in all, told at its end."""

    model_config = ConfigDict(frozen=True)
    type: Literal["usage_reported"] = "usage_reported"
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


class ArtifactProduced(BaseModel):
    """An artifact, complete, on its way into the store; the log then has ArtifactAdded."""

    model_config = ConfigDict(frozen=True)
    type: Literal["artifact_produced"] = "artifact_produced"
    content: ArtifactContent


WorkerEvent = (
    TextDelta
    | StatusChanged
    | ToolCalled
    | ToolReturned
    | DigestAdded
    | OutputLine
    | InputRequested
    | DataSent
    | ArtifactProduced
    | UsageReported
)
"""What a worker says. The first eight are events of the log already, but for their `step`, which
the engine stamps: a worker does not know which step it is of whose run."""


class WorkerCall(Protocol):
    """One piece of work under way. Iterate `events()` to its end: a normal end means that the
    worker reported completion; everything else raises a CherryError (WorkerFailed,
    Unavailable, ProtocolBroken, LimitExceeded, or `WorkerFailed("cancelled_by_worker")`).
    Cancelling the consuming task cancels the work at the other side."""

    def events(self) -> AsyncIterator[WorkerEvent]:
        """Yield what the worker says, as it says it."""
        ...

    async def answer(self, reply: str) -> None:
        """Answer the question that the worker asked."""
        ...


class Workers(Protocol):
    """Everybody who can be asked, A2A and MCP alike."""

    async def roster(self, *, fresh: bool = False) -> Roster:
        """Return who can be asked now (cached 300 s unless `fresh`)."""
        ...

    def call(self, work: WorkerRequest) -> WorkerCall:
        """Begin a piece of work; nothing is sent before `events()` is iterated.

        Raises NotFound (`worker_unknown`) from `events()` when there is no such worker.
        """
        ...

"""What the broker hands to a worker, and what comes back while it works."""

from collections.abc import AsyncIterator
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.roster import Roster


class Turn(BaseModel):
    """An earlier question of the conversation, and how it was answered."""

    model_config = ConfigDict(frozen=True)

    question: str
    summary: str = ""
    steps: tuple[dict[str, Any], ...] = ()
    """The plan's steps as dicts: worker, request, arguments."""


class Work(BaseModel):
    """A request to one worker. `extra` carries what only some workers understand (the
    orchestrator's mode, roster and findings); outsiders may ignore it."""

    model_config = ConfigDict(frozen=True)

    conversation_id: str
    run_id: str
    step_id: str
    worker: str
    request: str
    language: Literal["en", "ko"] = "en"
    arguments: dict[str, Any] | None = None
    datasets: tuple[Dataset, ...] = ()
    history: tuple[Turn, ...] = ()
    inputs: tuple[str, ...] = ()
    """The texts of the steps that this one waited for, worker and words."""
    extra: dict[str, Any] = {}


class Said(BaseModel):
    """More text."""

    model_config = ConfigDict(frozen=True)
    text: str


class Status(BaseModel):
    """What the worker does now."""

    model_config = ConfigDict(frozen=True)
    text: str


class Called(BaseModel):
    """The worker called one of its own tools."""

    model_config = ConfigDict(frozen=True)
    call: str
    name: str
    arguments: dict[str, Any] = {}


class Returned(BaseModel):
    """That call came back."""

    model_config = ConfigDict(frozen=True)
    call: str
    ok: bool = True
    text: str = ""


class Printed(BaseModel):
    """A raw output or log line."""

    model_config = ConfigDict(frozen=True)
    text: str
    level: str = "info"


class Used(BaseModel):
    """What the work has cost at a language model in all, told at its end."""

    model_config = ConfigDict(frozen=True)
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


class Shown(BaseModel):
    """An artifact, complete."""

    model_config = ConfigDict(frozen=True)
    content: ArtifactContent


class Asked(BaseModel):
    """The worker waits for an answer; send it with `Engagement.answer`."""

    model_config = ConfigDict(frozen=True)
    prompt: str
    options: tuple[str, ...] = ()


News = Said | Status | Called | Returned | Printed | Used | Shown | Asked


class Engagement(Protocol):
    """One piece of work under way. Iterate `news()` to its end: a normal end means that the
    worker reported completion; everything else raises a CherryError (WorkerFailed,
    Unavailable, ProtocolBroken, LimitExceeded, or `WorkerFailed("cancelled_by_worker")`).
    Cancelling the consuming task cancels the work at the other side."""

    def news(self) -> AsyncIterator[News]:
        """Yield what the worker says, as it says it."""
        ...

    async def answer(self, reply: str) -> None:
        """Answer the question that the worker asked."""
        ...


class Workforce(Protocol):
    """Everybody who can be asked, A2A and MCP alike."""

    async def roster(self, *, fresh: bool = False) -> Roster:
        """Return who can be asked now (cached 300 s unless `fresh`)."""
        ...

    def engage(self, work: Work) -> Engagement:
        """Begin a piece of work; nothing is sent before `news()` is iterated.

        Raises NotFound (`worker_unknown`) from `news()` when there is no such worker.
        """
        ...

"""What our own agents are written against: a card, a task and the context to work in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.budget import Budget
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.events import DataSent
from cherry_reflex.core.language_model import LanguageModel
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.planner import Planner
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.roster import Skill
from cherry_reflex.core.worker import WorkerRequest


class Card(BaseModel):
    """What an agent says of itself; served as its A2A agent card. Twenty example requests in
    Korean and English over its skills are what the embedded planner learns from."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    description: str
    skills: tuple[Skill, ...]
    version: str = "1.0.0"


class AgentContext(Protocol):
    """Where an agent puts what it makes while it works. All of it streams to whoever asked."""

    async def say(self, text: str) -> None:
        """Append to the agent's text (Markdown). Small pieces are fine: they are coalesced."""
        ...

    async def status(self, text: str) -> None:
        """Say in a few words what happens now."""
        ...

    async def called(self, name: str, arguments: dict[str, Any]) -> str:
        """Report the call of an own tool; returns the call's id."""
        ...

    async def returned(
        self, call: str, *, ok: bool = True, text: str = "", digest: Digest | None = None
    ) -> None:
        """Report its end; `digest` is what it gave, for whoever asked."""
        ...

    async def sent(self, event: DataSent) -> None:
        """Report what was sent to a language model, once a request; `step` is left empty."""
        ...

    async def show(self, content: ArtifactContent) -> None:
        """Hand over an artifact."""
        ...

    async def ask(
        self,
        prompt: str,
        options: tuple[str, ...] = (),
        choices: tuple[Reading, ...] = (),
        words: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Ask the person and wait for the reply (A2A input-required). `choices` and `words` are
        those of `core.planner.Ask`."""
        ...


BeforeModel = Callable[[WorkerRequest, AgentContext, int, Sequence[str]], Awaitable[None]]
"""(work, context, characters, columns): what is about to be sent to the language model for whom.
Raises NotAllowed `sending_refused`."""


class Agent(Protocol):
    """One agent, one file. `run` returns when done; a CherryError is reported as the task's
    failure, with its code; cancellation arrives as CancelledError."""

    @property
    def card(self) -> Card:
        """What the agent says of itself."""
        ...

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        """Do the work."""
        ...


@dataclass(frozen=True)
class AgentServices:
    """What every agent shares. An agent's module has `create(services: AgentServices) -> Agent`."""

    planner: Planner
    run: Callable[[Operation, Tables], Awaitable[Outcome]]
    """Run an operation in a limited process; raises what the operation raises."""
    data_dir: Path
    """Datasets, and the files that agents hand over, are inside."""
    fetch: Callable[[str, Path], Awaitable[Path]] | None = None
    """Fetch a URL into a folder, within what the operator allows; None: it allows no URLs."""
    model: LanguageModel | None = None
    """The language model, where one is connected: it plans, calls and words; `planner` serves
    without one, and when it fails."""
    operations: dict[str, Sequence[type[Operation]]] = field(default_factory=dict)
    """The operations of all our agents, by the agent's name, as far as they are served here."""
    before_sending: BeforeModel | None = None
    """Told of each request to the language model before it is sent."""
    budget: Budget = field(default_factory=Budget)
    question_chars_max: int = 20_000
    no_python: str = "python_off"
    """Why no Python code is run, as the code of an error; empty where it is run."""

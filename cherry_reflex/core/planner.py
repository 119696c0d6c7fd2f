"""What thinks: a language model, or the embedded planner. Both serve the same three calls."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, model_validator

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.operation import Fact, Operation
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.roster import Roster
from cherry_reflex.core.worker import Turn


class Question(BaseModel):
    """A request with everything that helps to understand it."""

    model_config = ConfigDict(frozen=True)

    text: str
    language: Language = ENGLISH
    time_zone: str = ""
    """Of the person, by its IANA name; empty where it is not known."""
    datasets: tuple[Dataset, ...] = ()
    history: tuple[Turn, ...] = ()
    inputs: tuple[str, ...] = ()
    """The texts of the steps that this one waited for, and what is known beforehand."""
    problems: tuple[str, ...] = ()
    """Why the operations that were chosen before did not work (English, for the model)."""
    findings: tuple[Finding, ...] = ()
    """What the steps of an earlier plan of the same run gave, when the plan is revised."""
    chosen: Reading | None = None
    """The reading of `text` that the person has confirmed when asked (`Ask.choices`)."""
    worker: str = ""
    """Who is to do `text`, as the person has said when asked (`Ask.workers`)."""


class Ask(BaseModel):
    """A question back, before anything can be planned. `about` says what the reply is: words on
    the request; a request in its place (`instead`); or the name of the dataset that is meant.

    Where readings are offered, `choices` has those of the first options, whose text is their
    sentence with what differs between `**`; `workers` has who does it, of the options after them.
    The reply is then one of all these, a reading of the person's own, or words. `words` tells
    which column a word of the question was taken for: what the choice says about it is
    remembered."""

    model_config = ConfigDict(frozen=True)

    prompt: str
    options: tuple[str, ...] = ()
    about: Literal["request", "instead", "dataset"] = "request"
    choices: tuple[Reading, ...] = ()
    workers: tuple[str, ...] = ()
    words: dict[str, str] = {}

    @model_validator(mode="after")
    def _are_parallel(self) -> "Ask":
        offered = len(self.choices) + len(self.workers)
        if offered and offered != len(self.options):
            raise ValueError("there is a reading or a worker for every option, or for none")
        return self


class Planner(Protocol):
    """Plans, chooses and words. Raises Unavailable (`model_unreachable`, `model_refused`, …) and
    WorkerFailed (`model_invalid`: its structured answer stayed wrong after being sent back)."""

    async def prepare(self, roster: Roster) -> None:
        """Get ready to plan over a roster, where that takes time."""
        ...

    def plan(self, question: Question, roster: Roster) -> AsyncIterator[str | Plan | Ask]:
        """Yield words while thinking, then one valid Plan; or an Ask when the question cannot be
        understood without the person; or words alone when the question needs no worker: the words
        are then the answer itself."""
        ...

    async def choose(
        self, question: Question, operations: Sequence[type[Operation]], most: int = 3
    ) -> Sequence[Operation]:
        """Return 1 to `most` operations with their arguments, checked against the datasets."""
        ...

    async def fill(self, question: Question, schema: dict[str, Any]) -> dict[str, Any]:
        """Return arguments for a tool, valid against its JSON Schema."""
        ...

    def words(self, question: Question, facts: Sequence[Fact], persona: str) -> AsyncIterator[str]:
        """Yield prose (Markdown, the question's language) that answers from the facts alone."""
        ...

    def summary(self, question: Question, findings: Sequence[Finding]) -> AsyncIterator[str]:
        """Yield the closing summary of a run, from what its steps found; says what is missing."""
        ...

    async def suggest(self, question: Question, most: int = 4) -> Sequence[str]:
        """Return questions worth asking about the datasets, in the question's language."""
        ...

"""What the engine asks of the orchestrator: one value a mode, told apart by `mode`.

A request to the orchestrator without any comes from a stranger over A2A, and is answered in words.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.core.finding import Finding
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.roster import Roster


class _Mode(BaseModel):
    model_config = ConfigDict(frozen=True)


class Prepare(_Mode):
    """Get ready to plan over a roster. Answered by nothing."""

    mode: Literal["prepare"] = "prepare"
    roster: Roster


class TakeTurn(_Mode):
    """Say what is to be done now: answered by an artifact of kind `plan` with (further) steps, or
    by words alone, which are the answer.

    `plan` and `findings` are what was done so far. A plan of a language model (`Plan.loop`) comes
    back with its findings until there is an answer; another one at most once, and words then only
    say that nothing more is to be done.
    """

    mode: Literal["turn"] = "turn"
    roster: Roster
    plan: Plan | None = None
    findings: tuple[Finding, ...] = ()
    """Of the plan's steps, each with the step's id."""
    problem: str = ""
    """Why the plan that was made before cannot be used."""
    tokens: int = 0
    cost_usd: float = 0.0
    elapsed_s: float = 0.0
    """What the question has used so far, of all workers."""


class Summarize(_Mode):
    """Write the closing summary of what the steps found. Answered by words."""

    mode: Literal["summary"] = "summary"
    findings: tuple[Finding, ...]


class Suggest(_Mode):
    """Propose questions: a `text` artifact of media type `application/json`, a list of texts."""

    mode: Literal["suggest"] = "suggest"


Orchestration = Annotated[Prepare | TakeTurn | Summarize | Suggest, Field(discriminator="mode")]

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


class MakePlan(_Mode):
    """Plan: answered by an artifact of kind `plan`, or by words alone when nobody need work."""

    mode: Literal["plan"] = "plan"
    roster: Roster
    problem: str = ""
    """Why the plan that was made before cannot be used."""


class RevisePlan(_Mode):
    """Say what is still to be done after the steps of a plan: a plan of further steps, or words."""

    mode: Literal["revise"] = "revise"
    roster: Roster
    plan: Plan
    findings: tuple[Finding, ...]
    problem: str = ""


class Summarize(_Mode):
    """Write the closing summary of what the steps found. Answered by words."""

    mode: Literal["summary"] = "summary"
    findings: tuple[Finding, ...]


class Suggest(_Mode):
    """Propose questions: a `text` artifact of media type `application/json`, a list of texts."""

    mode: Literal["suggest"] = "suggest"


Orchestration = Annotated[
    Prepare | MakePlan | RevisePlan | Summarize | Suggest, Field(discriminator="mode")
]

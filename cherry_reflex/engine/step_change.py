"""Another choice for a step that has run: other columns, another kind of chart."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.plan import Plan


class StepChange(BaseModel):
    """What the person has chosen: the worker's arguments, and in words what it is asked now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: str = Field(min_length=1, max_length=20_000)
    arguments: dict[str, Any]


def again(plan: Plan | None, step: str, change: StepChange | None) -> Plan:
    """Return the plan by which `step` is done again. Raises BadInput `step_unknown`."""
    if plan is None or plan.step(step) is None:
        raise BadInput("step_unknown", step=step)
    return plan if change is None else plan.changed(step, change.request, change.arguments)

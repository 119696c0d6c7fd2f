"""The plan: a directed acyclic graph of steps, each done by one worker."""

import re
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cherry_reflex.core.ids import PLAN_STEP, SUMMARY_STEP

MAX_STEPS = 12
"""Steps of one turn."""
PLAN_STEPS_MAX = 120
"""Steps of a plan to which turn after turn has added."""
REQUEST_CHARS_MAX = 20_000
_WORKER = re.compile(r"^(a2a:[^/\s]+|mcp:[^/\s]+/\S+)$")


class Step(BaseModel):
    """One thing to do. `worker` is `a2a:<agent>` or `mcp:<server>/<tool>`.

    `request` is what the worker is asked, in the user's language; `arguments` are the tool's
    arguments (MCP only); `after` names the steps whose results it needs; `reason` says why.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")
    worker: str
    request: str = Field(min_length=1, max_length=REQUEST_CHARS_MAX)
    after: tuple[str, ...] = ()
    arguments: dict[str, Any] | None = None
    reason: str = ""
    datasets: tuple[str, ...] = ()
    """Names of the datasets that are meant, where several are at hand: they come first."""
    turn: int = 0
    """The turn of a language model in which it wanted this; 0 in plans of others."""
    call: str = ""
    """The id of the model's tool call."""

    @field_validator("worker")
    @classmethod
    def _known_shape(cls, value: str) -> str:
        if not _WORKER.match(value):
            raise ValueError(f"worker must be a2a:<agent> or mcp:<server>/<tool>, not {value!r}")
        return value

    @property
    def kind(self) -> str:
        """`a2a` or `mcp`."""
        return self.worker.split(":", 1)[0]

    @property
    def name(self) -> str:
        """The worker's name without its kind: `pandas`, `statistical_analysis/t_test`."""
        return self.worker.split(":", 1)[1]


class Plan(BaseModel):
    """Steps in a valid order of dependence. Building one raises pydantic's ValidationError with
    a sentence that a model can act on."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[Step, ...] = Field(min_length=1, max_length=PLAN_STEPS_MAX)
    note: str = ""
    look_again: bool = False
    """What these steps find decides whether more is to be done: the orchestrator is asked then."""
    loop: bool = False
    """A language model made it, which answers when it has seen what the steps found."""

    @model_validator(mode="after")
    def _is_dag(self) -> "Plan":
        ids = [step.id for step in self.steps]
        if len(set(ids)) != len(ids):
            raise ValueError("step ids must be unique")
        if reserved := {PLAN_STEP, SUMMARY_STEP} & set(ids):
            raise ValueError(f"these step ids are reserved: {sorted(reserved)}")
        for step in self.steps:
            if missing := set(step.after) - set(ids):
                raise ValueError(f"step {step.id} waits for unknown steps {sorted(missing)}")
        try:
            TopologicalSorter({s.id: s.after for s in self.steps}).prepare()
        except CycleError as error:
            raise ValueError(f"steps wait for each other in a circle: {error.args[1]}") from error
        return self

    def dependants(self, step_id: str) -> set[str]:
        """Return the ids of the steps that build on that one, directly or through others."""
        found = {step_id}
        while more := {s.id for s in self.steps if found.intersection(s.after)} - found:
            found |= more
        return found - {step_id}

    def changed(self, step_id: str, request: str, arguments: dict[str, Any]) -> "Plan":
        """Return the plan with what a person has chosen for one step."""
        chosen = {"request": request, "arguments": arguments}
        return self.model_copy(
            update={
                "steps": tuple(
                    Step.model_validate({**step.model_dump(), **chosen})
                    if step.id == step_id
                    else step
                    for step in self.steps
                )
            }
        )

    def step(self, step_id: str) -> Step | None:
        """Return the step with that id, or None."""
        return next((s for s in self.steps if s.id == step_id), None)

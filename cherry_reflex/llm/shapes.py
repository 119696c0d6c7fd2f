"""The forms that the model fills: a plan, a choice of operations, arguments, suggestions."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.core.plan import MAX_STEPS, Plan, Step
from cherry_reflex.core.planner import Ask
from cherry_reflex.core.roster import Roster
from cherry_reflex.i18n.catalogue import message
from cherry_reflex.llm.arguments import checked
from cherry_reflex.llm.endpoint import Shape
from cherry_reflex.llm.form import Form

M = TypeVar("M", bound=BaseModel)


class StepDraft(BaseModel):
    """One step of the plan."""

    id: str = Field(description="Short and unique, such as s1.", max_length=40)
    worker: str = Field(description="One of the workers of the list.")
    request: str = Field(description="The complete instruction to that worker.")
    reason: str = Field(default="", description="A few words why this worker.")
    after: list[str] = Field(
        default_factory=list, description="Ids of the steps whose results this one needs."
    )
    arguments: dict[str, Any] | None = Field(
        default=None, description="Arguments of the tool (`mcp:` workers), else null."
    )


class PlanDraft(BaseModel):
    """What will be done, in words, and by whom."""

    words: str = Field(description="To the person, first.")
    steps: list[StepDraft] = Field(default_factory=list, max_length=MAX_STEPS)
    ask: str = Field(
        default="",
        description="Only when nothing can be planned before the person answers: the question.",
    )
    options: list[str] = Field(
        default_factory=list, max_length=6, description="Answers to choose from, for `ask`."
    )
    look_again: bool = Field(
        default=False,
        description="True when what the steps find decides what to do next: you are asked again.",
    )


class Suggestions(BaseModel):
    """Questions worth asking."""

    questions: list[str] = Field(min_length=1)


def plan_form(
    roster: Roster, datasets: Sequence[Dataset], *, brief: bool = False
) -> Form[Plan | Ask | str]:
    """Return the form of a plan over the roster's workers. Its value is a Plan, a question back, or
    the words alone when no worker is needed. Arguments of tools that the model leaves out stay
    open (None), in a `brief` form all of them."""
    workers = sorted(roster.workers())
    schema = copy.deepcopy(PlanDraft.model_json_schema())
    schema["$defs"]["StepDraft"]["properties"]["worker"]["enum"] = workers

    def read(raw: dict[str, Any]) -> Plan | Ask | str:
        draft = _model(PlanDraft, raw)
        if not draft.steps and draft.ask.strip():
            return Ask(prompt=draft.ask.strip(), options=tuple(draft.options))
        if not draft.steps:
            if not draft.words.strip():
                raise ValueError("Both words and steps are empty.")
            return draft.words
        steps = [_step(step, roster, datasets, brief=brief) for step in draft.steps]
        note = draft.words.strip()
        return _model(Plan, {"steps": steps, "note": note, "look_again": draft.look_again})

    return Form(Shape("plan", "The plan: words to the person, then the steps.", schema), read)


def choice_form(
    operations: Sequence[type[Operation]],
    datasets: Sequence[Dataset],
    most: int,
    language: Language,
) -> Form[list[Operation]]:
    """Return the form of 1 to `most` operations with arguments that fit the datasets."""
    calls = [
        create_model(
            f"{operation.__name__}Call",
            __doc__=operation.__doc__,
            operation=(Literal[operation.name], ...),  # type: ignore[arg-type,valid-type]
            arguments=(operation, ...),
        )
        for operation in operations
    ]
    one: Any = Union[tuple(calls)] if len(calls) > 1 else calls[0]  # noqa: UP007 - made at run time
    choice = create_model(
        "Choice",
        __config__=ConfigDict(extra="ignore"),
        calls=(list[one], Field(min_length=1, max_length=most)),
    )
    by_name = {operation.name: operation for operation in operations}
    tables = Tables(datasets=tuple(datasets), folder=Path(), language=language)

    def read(raw: dict[str, Any]) -> list[Operation]:
        listed = raw.get("calls")
        if not isinstance(listed, list) or not 1 <= len(listed) <= most:
            raise ValueError(f"`calls` must be a list of 1 to {most} operations.")
        return [_operation(call, by_name, tables) for call in listed]

    description = f"The operations to run, at most {most}."
    return Form(Shape("choice", description, choice.model_json_schema()), read)


def arguments_form(schema: dict[str, Any], datasets: Sequence[Dataset]) -> Form[dict[str, Any]]:
    """Return the form of a tool's arguments."""
    return Form(
        Shape("arguments", "The arguments of the tool.", schema),
        lambda raw: checked(raw, schema, datasets),
    )


def suggestions_form(most: int) -> Form[list[str]]:
    """Return the form of at most `most` suggested questions."""

    def read(raw: dict[str, Any]) -> list[str]:
        questions = [q.strip() for q in _model(Suggestions, raw).questions if q.strip()]
        if not questions:
            raise ValueError("`questions` is empty.")
        return questions[:most]

    shape = Shape("suggestions", "Questions worth asking.", Suggestions.model_json_schema())
    return Form(shape, read)


def _step(draft: StepDraft, roster: Roster, datasets: Sequence[Dataset], *, brief: bool) -> Step:
    if draft.worker not in roster.workers():
        names = ", ".join(sorted(roster.workers()))
        raise ValueError(f"step {draft.id}: there is no worker {draft.worker!r}. Workers: {names}")
    values = draft.model_dump()
    values["arguments"] = None
    function = roster.function(draft.worker)
    if not brief and function is not None and draft.arguments is not None:
        try:
            values["arguments"] = checked(draft.arguments, function.input_schema, datasets)
        except ValueError as error:
            raise ValueError(f"step {draft.id}, arguments of {draft.worker}: {error}") from error
    return _model(Step, values)


def _operation(call: object, by_name: dict[str, type[Operation]], tables: Tables) -> Operation:
    raw = cast("dict[str, Any]", call) if isinstance(call, dict) else {}
    name = raw.get("operation")
    if not isinstance(name, str) or name not in by_name:
        raise ValueError(f"There is no operation {name!r}. Operations: {', '.join(by_name)}")
    try:
        operation = _model(by_name[name], raw.get("arguments") or {})
        operation.check(tables)
    except BadInput as error:
        told = message(error.failure(), ENGLISH)
        raise ValueError(f"{name}: {told} {error.detail}".strip()) from error
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    return operation


def _model(kind: type[M], raw: dict[str, Any]) -> M:
    """Validate; the ValueError says where and what, without pydantic's links and inputs."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        places = [
            f"{'.'.join(str(p) for p in item['loc']) or kind.__name__}: {item['msg']}"
            for item in error.errors()
        ]
        raise ValueError("; ".join(places[:8])) from error

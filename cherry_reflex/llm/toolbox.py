"""What the orchestrator's model may call, and what each call becomes: a step of the plan."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.ids import ORCHESTRATOR_NAME
from cherry_reflex.core.language_model import ToolCall, ToolSpec
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.core.plan import Step
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.core.roster import Roster
from cherry_reflex.core.signature import signature
from cherry_reflex.llm.arguments import checked
from cherry_reflex.llm.operation_tools import (
    described,
    read_operation,
    shared_told,
    signatures,
    wanted_of,
)
from cherry_reflex.llm.prompt import cut, fence, section, tool_texts

SQL, PYTHON = "sql", "python"
RUN, DELEGATE, DESCRIBE, ASK = "run", "delegate", "describe", "ask_person"

_DIRECT = {SQL: "sql_query", PYTHON: "python"}
"""Tools that are one operation each: every model knows how to write these."""


def _object(required: Sequence[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


_TEXT = {"type": "string"}
_LIST = {"type": "array", "items": _TEXT}
_SCHEMAS = {
    SQL: _object(("sql", "title"), sql=_TEXT, title=_TEXT),
    PYTHON: _object(("code", "title"), code=_TEXT, title=_TEXT),
    RUN: _object(("name", "arguments"), name=_TEXT, arguments={"type": "object"}, title=_TEXT),
    DELEGATE: _object(("agent", "request"), agent=_TEXT, request=_TEXT),
    DESCRIBE: _object(("names",), names=_LIST),
    ASK: _object(("question",), question=_TEXT, options=_LIST),
}


@dataclass(frozen=True)
class Toolbox:
    """`operations` are those of our agents, by agent; `results` the names of tables that earlier
    steps have made."""

    roster: Roster
    operations: Mapping[str, Sequence[type[Operation]]]
    tables: Tables
    results: Collection[str] = ()
    _own: dict[str, type[Operation]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        served = {agent.name for agent in self.roster.agents if agent.own and agent.healthy}
        for agent, kinds in self.operations.items():
            if agent in served:
                self._own.update({f"{agent}.{k.name}": k for k in kinds if k.for_models})

    @classmethod
    def of(
        cls,
        roster: Roster,
        operations: Mapping[str, Sequence[type[Operation]]],
        datasets: Sequence[Dataset],
        results: Collection[str] = (),
    ) -> "Toolbox":
        """Return the toolbox over datasets."""
        return cls(roster, operations, Tables(datasets=tuple(datasets), folder=Path()), results)

    def specs(self) -> tuple[ToolSpec, ...]:
        """Return the tools that the model is told of, always in the same order."""
        names = [name for name in (SQL, PYTHON) if self._direct(name)]
        if self._own or self._functions():
            names += [RUN, DESCRIBE]
        if self._agents():
            names.append(DELEGATE)
        told = tool_texts("tools")
        return tuple(ToolSpec(name, told[name], _SCHEMAS[name]) for name in (*names, ASK))

    def team(self, *, is_brief: bool = False) -> str:
        """Return the section that lists operations, tools and agents; `is_brief` without the
        signatures, for short contexts."""
        seen = {kind for name, kind in self._own.items() if kind.name in _DIRECT.values()}
        lines: list[str] = []
        known: set[str] = set()
        for agent, kinds in self.operations.items():
            own = [k for k in kinds if self._own.get(f"{agent}.{k.name}") is k]
            if told := signatures(own, seen):
                known.update(told)
                lines.append(f"{agent}: {_listed(told, is_brief=is_brief)}")
        foreign: dict[str, list[str]] = {}
        for server in self.roster.tools:
            told = [signature(tool.input_schema, tool.name) for tool in server.tools]
            if not server.healthy:
                continue
            if server.own:
                # The same operation as an agent's is listed once.
                told = [one for one in told if one not in known]
                lines.append(f"{server.name}: {_listed(told, is_brief=is_brief)}")
            else:
                foreign[server.name] = [
                    f"{one}: {cut(tool.description, 60 if is_brief else 200)}"
                    for one, tool in zip(told, server.tools, strict=True)
                ]
        agents = self._agents()
        lines.append(f"agents: {' '.join(agent.name for agent in agents if agent.own)}")
        others = {a.name: cut(a.description, 60 if is_brief else 200) for a in agents if not a.own}
        outside = [
            fence("outside_tools", foreign),
            fence("outside_agents", others),
        ]
        return "\n".join(filter(None, [section("team", "\n".join(lines)), *outside]))

    def step(self, call: ToolCall, step_id: str, turn: int) -> Step:
        """Return the step that a call wants. Raises ValueError with what the model is to change."""
        if call.problem:
            raise ValueError(f"The arguments cannot be read: {call.problem}")
        given = dict(call.arguments)
        title = str(given.pop("title", "") or "")
        arguments: dict[str, Any] | None
        match call.name:
            case "sql" | "python":
                name = self._direct(call.name)
                if not name:
                    raise ValueError(f"There is no {call.name} here.")
                worker, arguments, request = self._operation(name, given, title)
            case "run":
                inner = given.get("arguments")
                if not isinstance(inner, dict):
                    raise ValueError("`arguments` must be an object.")
                worker, arguments, request = self._named(str(given.get("name", "")), inner, title)
            case "delegate":
                worker, request = self._agent(given)
                arguments = None
            case _:
                raise ValueError(f"There is no tool {call.name!r}.")
        return Step(
            id=step_id,
            worker=worker,
            request=cut(request, 2_000),
            arguments=arguments,
            turn=turn,
            call=call.id,
        )

    def describe(self, names: object) -> str:
        """Return purpose and arguments of operations and tools."""
        wanted = names if isinstance(names, list) else [names]
        told: dict[str, str] = {}
        known: list[type[Operation] | Mapping[str, Any]] = []
        for name in [str(one) for one in wanted][:8]:
            if kind := self._own.get(name):
                known.append(kind)
                told[name] = described(kind)
            elif function := self._functions().get(name):
                known.append(function.input_schema)
                told[name] = described(function.input_schema, cut(function.description, 1_000))
            else:
                told[name] = "There is no such operation or tool."
        return section("described", "\n".join([*map(": ".join, told.items()), shared_told(known)]))

    def call_of(self, step: Step) -> ToolCall:
        """Return the call that a step was made of, as far as the step tells."""
        arguments = dict(step.arguments or {})
        operation = str(arguments.pop(OPERATION, ""))
        for tool, name in _DIRECT.items():
            if operation == name:
                return ToolCall(step.call, tool, arguments)
        if step.arguments is None:
            return ToolCall(step.call, DELEGATE, {"agent": step.name, "request": step.request})
        name = f"{step.name}.{operation}" if operation else step.name.replace("/", ".", 1)
        return ToolCall(step.call, RUN, {"name": name, "arguments": arguments})

    def _direct(self, tool: str) -> str:
        return next((n for n, k in self._own.items() if k.name == _DIRECT[tool]), "")

    def _functions(self) -> dict[str, Any]:
        return {
            f"{server.name}.{tool.name}": tool
            for server in self.roster.tools
            if server.healthy
            for tool in server.tools
        }

    def _agents(self) -> list[Any]:
        return [a for a in self.roster.agents if a.healthy and a.name != ORCHESTRATOR_NAME]

    def _named(
        self, name: str, given: dict[str, Any], title: str
    ) -> tuple[str, dict[str, Any], str]:
        if name in self._own:
            return self._operation(name, given, title)
        function = self._functions().get(name)
        if function is None:
            near = [one for one in (*self._own, *self._functions()) if one.endswith(f".{name}")]
            if len(near) == 1:
                return self._named(near[0], given, title)
            told = f" Did you mean one of {', '.join(near)}?" if near else " Look into <team>."
            raise ValueError(f"There is no operation or tool {name!r}.{told}")
        datasets = self.tables.datasets
        try:
            arguments = checked(given, function.input_schema, datasets, self.results)
        except ValueError as error:
            wanted = wanted_of(function.input_schema, name, set(given))
            raise ValueError(f"{error} {wanted}") from error
        server, _, tool = name.partition(".")
        return f"mcp:{server}/{tool}", arguments, title or _in_short(name, arguments)

    def _operation(
        self, name: str, given: dict[str, Any], title: str
    ) -> tuple[str, dict[str, Any], str]:
        kind = self._own[name]
        named = next((one for one in ("title", "question") if one in kind.model_fields), "")
        if title and named:
            given = {named: title, **given}
        operation = read_operation(kind, given, self.tables, self.results)
        arguments = operation.model_dump(mode="json", exclude_unset=True)
        request = title or _in_short(name, arguments)
        return f"a2a:{name.partition('.')[0]}", {OPERATION: kind.name, **arguments}, request

    def _agent(self, given: dict[str, Any]) -> tuple[str, str]:
        name, request = str(given.get("agent", "")), str(given.get("request", "")).strip()
        names = [agent.name for agent in self._agents()]
        if name not in names:
            raise ValueError(f"There is no agent {name!r}. The agents: {', '.join(names)}.")
        if not request:
            raise ValueError("`request` is empty.")
        return f"a2a:{name}", request


def _listed(signatures_: Sequence[str], *, is_brief: bool) -> str:
    return " ".join(one.split("(")[0] if is_brief else one for one in signatures_)


def _in_short(name: str, arguments: Mapping[str, Any]) -> str:
    """Return a call as a person can read it, where the model gave it no title."""
    said = [
        ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for key, value in arguments.items()
        if value and not isinstance(value, dict) and key not in ("sql", "code", "dataset")
    ]
    told = cut(" · ".join(one for one in said if "{" not in one), 120)
    words = name.partition(".")[2].replace("_", " ")
    return f"{words}: {told}" if told else words

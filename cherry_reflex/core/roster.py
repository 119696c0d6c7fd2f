"""Who can be asked: agents by their cards, tools by their descriptions."""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.ids import ORCHESTRATOR_NAME


class Skill(BaseModel):
    """One thing that an agent can do, with example requests in Korean and English."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    description: str
    examples: tuple[str, ...] = ()


class AgentEntry(BaseModel):
    """An A2A agent as discovered from its card. `healthy` is False with `problem` said when its
    card could not be fetched."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str = ""
    description: str = ""
    url: str
    healthy: bool
    problem: str = ""
    own: bool = False
    """One of our own agents (shares our disk); an outsider otherwise."""
    skills: tuple[Skill, ...] = ()


class ToolFunction(BaseModel):
    """One function of an MCP server; `input_schema` is its JSON Schema."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str = ""
    input_schema: dict[str, Any] = {}


class ToolEntry(BaseModel):
    """An MCP server as discovered."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str = ""
    healthy: bool
    problem: str = ""
    detail: str = ""
    """What the problem's code leaves open."""
    own: bool = False
    tools: tuple[ToolFunction, ...] = ()


class Roster(BaseModel):
    """Everybody who can be asked. The planner sees this and nothing else of the workers."""

    model_config = ConfigDict(frozen=True)

    agents: tuple[AgentEntry, ...] = ()
    tools: tuple[ToolEntry, ...] = ()

    def without(self, gone: Collection[str]) -> "Roster":
        """Return the roster without the workers `gone` (`a2a:…`, `mcp:…`)."""
        tools = tuple(
            server.model_copy(
                update={
                    "tools": tuple(
                        t for t in server.tools if f"mcp:{server.name}/{t.name}" not in gone
                    )
                }
            )
            for server in self.tools
        )
        agents = tuple(agent for agent in self.agents if f"a2a:{agent.name}" not in gone)
        return self.model_copy(update={"agents": agents, "tools": tools})

    def workers(self) -> dict[str, str]:
        """Return worker reference -> description, of the healthy ones, orchestrator left out."""
        found = {
            f"a2a:{a.name}": a.description
            for a in self.agents
            if a.healthy and a.name != ORCHESTRATOR_NAME
        }
        for server in self.tools:
            if server.healthy:
                found |= {f"mcp:{server.name}/{t.name}": t.description for t in server.tools}
        return found

    def without_models(self) -> "Roster":
        """Return the roster without tools that only a language model, or a person, can fill in."""
        return self.without(
            {
                f"mcp:{server.name}/{tool.name}"
                for server in self.tools
                for tool in server.tools
                if tool.input_schema.get("x-model")
            }
        )

    def is_outside(self, worker: str) -> bool:
        """Return whether a worker is none of ours: what it is sent leaves."""
        name = worker.split(":", 1)[1].split("/", 1)[0]
        entries = self.agents if worker.startswith("a2a:") else self.tools
        return not any(entry.own for entry in entries if entry.name == name)

    def function(self, worker: str) -> ToolFunction | None:
        """Return the MCP function that `mcp:<server>/<tool>` names, or None."""
        server_name, _, tool = worker.removeprefix("mcp:").partition("/")
        for server in self.tools:
            if server.name == server_name:
                return next((t for t in server.tools if t.name == tool), None)
        return None

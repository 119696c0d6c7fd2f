"""The workers as the embedded planner sees them: what can be planned with, and its own words."""

from dataclasses import dataclass

from cherry_reflex.core.ids import ORCHESTRATOR_NAME
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry, ToolFunction

FEW = 6
"""A worker with fewer examples also learns from its description."""


@dataclass(frozen=True)
class Worker:
    """A worker as the router sees it. `group` is the agent or the MCP server."""

    ref: str
    group: str
    title: str
    description: str
    examples: tuple[str, ...]
    own: bool = False
    function: ToolFunction | None = None


def workers_of(roster: Roster) -> tuple[Worker, ...]:
    """Return everybody who is healthy and can be planned with."""
    found = [
        _agent(agent)
        for agent in roster.agents
        if agent.healthy and agent.name != ORCHESTRATOR_NAME
    ]
    for server in roster.tools:
        if server.healthy:
            found.extend(_function(server, function) for function in server.tools)
    return tuple(found)


def _agent(agent: AgentEntry) -> Worker:
    examples = tuple(text for skill in agent.skills for text in skill.examples)
    if len(examples) < FEW:
        examples += tuple(f"{skill.name}. {skill.description}" for skill in agent.skills)
        examples += (agent.description,) if agent.description else (agent.name,)
    return Worker(
        ref=f"a2a:{agent.name}",
        group=f"a2a:{agent.name}",
        title=agent.title or agent.name,
        description=agent.description or agent.name,
        examples=examples,
        own=agent.own,
    )


def _function(server: ToolEntry, function: ToolFunction) -> Worker:
    plain = function.name.replace("_", " ")
    given = function.input_schema.get("examples", ())
    examples = tuple(text for text in given if isinstance(text, str))
    if len(examples) < FEW:
        examples += (f"{plain}. {function.description}",)
    return Worker(
        ref=f"mcp:{server.name}/{function.name}",
        group=f"mcp:{server.name}",
        title=f"{server.name} · {plain}",
        description=f"{plain}. {function.description}",
        examples=examples,
        own=server.own,
        function=function,
    )

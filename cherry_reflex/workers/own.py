"""Our own agents and tool servers, as their modules describe them: nothing is started."""

import importlib
import pkgutil
from types import ModuleType

from cherry_reflex.core.agent import Card
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry
from cherry_reflex.mcp.server.tool_function import tool_function
from cherry_reflex.mcp.server.tool_server import ToolServer

AGENTS = "cherry_reflex.agents"
TOOLS = "cherry_reflex.tools"


def modules_of(package: str) -> dict[str, ModuleType]:
    """Return the modules of a package by name, imported."""
    path = importlib.import_module(package).__path__
    names = [info.name for info in pkgutil.iter_modules(path)]
    return {name: importlib.import_module(f"{package}.{name}") for name in names}


def own_agents() -> tuple[AgentEntry, ...]:
    """Return our agents, from their cards."""
    found = (getattr(module, "CARD", None) for module in modules_of(AGENTS).values())
    return tuple(
        AgentEntry(
            name=card.name,
            title=card.title,
            description=card.description,
            url="",
            healthy=True,
            own=True,
            skills=card.skills,
        )
        for card in found
        if isinstance(card, Card)
    )


def own_tool_servers() -> tuple[ToolServer, ...]:
    """Return our tool servers with their operations."""
    found = (getattr(module, "server", None) for module in modules_of(TOOLS).values())
    return tuple(server for server in found if isinstance(server, ToolServer))


def own_tools() -> tuple[ToolEntry, ...]:
    """Return our tool servers as a client would find them."""
    return tuple(
        ToolEntry(
            name=server.name,
            description=server.description,
            healthy=True,
            own=True,
            tools=tuple(tool_function(kind) for kind in server.operations),
        )
        for server in own_tool_servers()
    )


def own_roster() -> Roster:
    """Return all of our own workers."""
    return Roster(agents=own_agents(), tools=own_tools())

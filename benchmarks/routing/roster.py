"""The team as a planner sees it, from the cards and the tools' operations (nothing is started)."""

import importlib
import pkgutil

import cherry_reflex.agents
import cherry_reflex.tools
from cherry_reflex.core.agent import Card
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry, ToolFunction
from cherry_reflex.wire.mcp.operation_tool import input_schema
from cherry_reflex.wire.mcp.server import ToolServer


def own_roster() -> Roster:
    """Return our own agents and tools."""
    cards = [found for module in _modules(cherry_reflex.agents) for found in _of(module, Card)]
    servers = [
        found for module in _modules(cherry_reflex.tools) for found in _of(module, ToolServer)
    ]
    return Roster(
        agents=tuple(
            AgentEntry(
                name=card.name,
                title=card.title,
                description=card.description,
                url="http://127.0.0.1/",
                healthy=True,
                own=True,
                skills=card.skills,
            )
            for card in cards
        ),
        tools=tuple(
            ToolEntry(
                name=server.name,
                description=server.description,
                healthy=True,
                own=True,
                tools=tuple(
                    ToolFunction(
                        name=kind.name,
                        description=(kind.__doc__ or "").strip(),
                        input_schema=input_schema(kind),
                    )
                    for kind in server.operations
                ),
            )
            for server in servers
        ),
    )


def _modules(package: object) -> list[object]:
    names = [info.name for info in pkgutil.iter_modules(package.__path__)]  # type: ignore[attr-defined]
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]  # type: ignore[attr-defined]


def _of(module: object, kind: type) -> list:
    return [value for value in vars(module).values() if isinstance(value, kind)][:1]

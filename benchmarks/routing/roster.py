"""The team as a planner sees it, from the cards and the tools' operations (nothing is started)."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import cherry_reflex.agents
import cherry_reflex.tools
from cherry_reflex.analysis.learning.cluster import Cluster
from cherry_reflex.analysis.learning.predict import Predict
from cherry_reflex.analysis.learning.train import Train
from cherry_reflex.core.agent import AgentServices, Card
from cherry_reflex.core.operation import Operation
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry, ToolFunction
from cherry_reflex.mcp.server.operation_tool import input_schema
from cherry_reflex.mcp.server.tool_server import ToolServer


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


def _of(module: object, kind: type) -> list[Any]:
    return [value for value in vars(module).values() if isinstance(value, kind)][:1]


def operations_of(name: str) -> tuple[tuple[type[Operation], ...], int]:
    """Return the operations of an agent that answers by operations, and how many it takes at
    most; nothing of another agent. The agent is only created: nothing runs."""
    if name == "ml_modeling":  # it makes its analyst for every request
        return (Train, Cluster, Predict), 1
    module = importlib.import_module(f"cherry_reflex.agents.{name}")
    agent = module.create(AgentServices(planner=None, run=None, data_dir=Path()))  # type: ignore[arg-type]
    return tuple(getattr(agent, "operations", ())), int(getattr(agent, "most", 1))

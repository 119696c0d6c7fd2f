"""The operations of an agent, as its planner is asked to choose among them."""

from pathlib import Path

from cherry_reflex.core.agent import AgentServices
from cherry_reflex.core.operation import Operation
from cherry_reflex.workers.own import AGENTS, modules_of


def operations_of(name: str) -> tuple[tuple[type[Operation], ...], int]:
    """Return the operations of an agent that answers by operations, and how many it takes at
    most; nothing of another agent. The agent is only created: nothing runs."""
    services = AgentServices(planner=None, run=None, data_dir=Path())  # type: ignore[arg-type]
    agent = modules_of(AGENTS)[name].create(services)
    return tuple(getattr(agent, "operations", ())), int(getattr(agent, "most", 1))

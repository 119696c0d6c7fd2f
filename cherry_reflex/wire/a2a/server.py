"""One of our agents as an A2A server: card, JSON-RPC (1.0 and 0.3), mounted under its name."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from cherry_reflex.core.agent import Agent
from cherry_reflex.core.pace import Pace
from cherry_reflex.wire.a2a.card import agent_card
from cherry_reflex.wire.a2a.desk import PAUSE_MAX_S, PAUSE_MIN_S
from cherry_reflex.wire.a2a.executor import AgentRunner, Limits
from cherry_reflex.wire.a2a.tasks import RecentTasks

CARD_PATHS = ("/.well-known/agent-card.json", "/.well-known/agent.json")
"""Where a card is looked for: by 0.3 and later, and by 0.2."""


def agents_app(
    agents: Sequence[Agent], base_url: str, *, data_dir: Path, limits: Limits | None = None
) -> Starlette:
    """Return the application that serves `agents` at `<base_url>/agents/<name>/`."""
    limits, pace = limits or Limits(), Pace(PAUSE_MIN_S, PAUSE_MAX_S)
    runners: list[AgentRunner] = []
    handlers: list[DefaultRequestHandler] = []
    routes: list[BaseRoute] = []
    for agent in agents:
        name = agent.card.name
        card = agent_card(agent.card, f"{base_url}/agents/{name}/")
        runner = AgentRunner(agent, files=data_dir, limits=limits, pace=pace)
        handler = DefaultRequestHandler(
            agent_executor=runner,
            task_store=RecentTasks(),
            agent_card=card,
            # Later than the runner itself gives up, so that no agent task is left behind.
            interrupted_task_timeout=limits.answer_s + 60,
        )
        own: list[BaseRoute] = []
        for path in CARD_PATHS:
            own.extend(create_agent_card_routes(card, card_url=path))
        own.extend(create_jsonrpc_routes(handler, "/", enable_v0_3_compat=True))
        routes.append(Mount(f"/agents/{name}", routes=own))
        runners.append(runner)
        handlers.append(handler)

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "agents": [agent.card.name for agent in agents]})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            for runner in runners:
                await runner.aclose()
            for handler in handlers:
                await handler.aclose()

    return Starlette(routes=[*routes, Route("/healthz", healthz)], lifespan=lifespan)

"""One of our agents as an A2A server: card, JSON-RPC (1.0 and 0.3), mounted under its name."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from cherry_reflex.a2a.card import agent_card
from cherry_reflex.a2a.server.context import PAUSE_MAX_S, PAUSE_MIN_S
from cherry_reflex.a2a.server.executor import AgentRunner, Limits
from cherry_reflex.a2a.server.handler import Handler
from cherry_reflex.concurrency.adaptive_batching import AdaptiveBatching
from cherry_reflex.core.agent import Agent

CARD_PATHS = ("/.well-known/agent-card.json", "/.well-known/agent.json")
"""Where a card is looked for: by 0.3 and later, and by 0.2."""


class AgentEndpoint:
    """Where one agent is asked: its A2A routes, and what must be closed when it goes."""

    def __init__(
        self,
        agent: Agent,
        url: str,
        *,
        data_dir: Path,
        limits: Limits,
        batching: AdaptiveBatching | None = None,
        takes_files: bool = False,
        by_token: bool = False,
    ) -> None:
        self.card = agent_card(agent.card, url, takes_files=takes_files, by_token=by_token)
        self._runner = AgentRunner(
            agent, files=data_dir, limits=limits, batching=batching, takes_files=takes_files
        )
        # Later than the runner itself gives up, so that no agent task is left behind.
        self._handler = Handler(
            self._runner, self.card, idle_s=limits.answer_s + 60, buffer=limits.buffer
        )

    def card_routes(self) -> list[BaseRoute]:
        """Return the routes of the card, at each path where it is looked for."""
        routes: list[BaseRoute] = []
        for path in CARD_PATHS:
            routes.extend(create_agent_card_routes(self.card, card_url=path))
        return routes

    def message_routes(self) -> list[BaseRoute]:
        """Return the JSON-RPC route, at `/`."""
        return list(create_jsonrpc_routes(self._handler, "/", enable_v0_3_compat=True))

    async def aclose(self) -> None:
        """Stop what the agent does, then the SDK's part."""
        await self._runner.aclose()
        await self._handler.aclose()


def agents_app(
    agents: Sequence[Agent], base_url: str, *, data_dir: Path, limits: Limits | None = None
) -> Starlette:
    """Return the application that serves `agents` at `<base_url>/agents/<name>/`."""
    limits, batching = limits or Limits(), AdaptiveBatching(PAUSE_MIN_S, PAUSE_MAX_S)
    endpoints: list[AgentEndpoint] = []
    routes: list[BaseRoute] = []
    for agent in agents:
        name = agent.card.name
        url = f"{base_url}/agents/{name}/"
        endpoint = AgentEndpoint(agent, url, data_dir=data_dir, limits=limits, batching=batching)
        own = [*endpoint.card_routes(), *endpoint.message_routes()]
        routes.append(Mount(f"/agents/{name}", routes=own))
        endpoints.append(endpoint)

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "agents": [agent.card.name for agent in agents]})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            for endpoint in endpoints:
                await endpoint.aclose()

    return Starlette(routes=[*routes, Route("/healthz", healthz)], lifespan=lifespan)


@asynccontextmanager
async def open_entry(
    agent: Agent,
    base_url: str,
    *,
    data_dir: Path,
    limits: Limits | None = None,
    by_token: bool = False,
) -> AsyncIterator[Starlette]:
    """Open the application that offers the whole house as one agent: its card at
    `<base_url>/.well-known/agent-card.json`, messages at `<base_url>/a2a/`. Files that come with
    a message are handed on, and so is who sent it, the `user` of the ASGI scope
    (`WorkerRequest.sender`)."""
    endpoint = AgentEndpoint(
        agent,
        f"{base_url}/a2a/",
        data_dir=data_dir,
        limits=limits or Limits(),
        takes_files=True,
        by_token=by_token,
    )
    routes = [*endpoint.card_routes(), Mount("/a2a", routes=endpoint.message_routes())]
    try:
        yield Starlette(routes=routes)
    finally:
        await endpoint.aclose()

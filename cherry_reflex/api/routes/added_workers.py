"""Agents and tool servers of others, added and removed on the page."""

import hashlib
import json
import shlex
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.current_user import operating
from cherry_reflex.api.responses import answering, body_of
from cherry_reflex.core.errors import BadInput, NotAllowed
from cherry_reflex.mcp.client.config import ServerConfig
from cherry_reflex.runtime import current
from cherry_reflex.workers.pool import read_pasted


class NewAgent(BaseModel):
    """Body of POST /api/agents."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(min_length=1, max_length=2000)
    name: str = Field("", max_length=80, pattern=r"^[^/\s]*$")
    headers: dict[str, str] = {}


class NewServers(BaseModel):
    """Body of POST /api/mcp-servers: a pasted configuration, in either of its two formats, and
    `confirm`, the digest of what was shown. Without it nothing is started."""

    model_config = ConfigDict(extra="ignore")
    mcpServers: dict[str, dict[str, Any]] = {}
    servers: dict[str, dict[str, Any]] = {}
    confirm: str = ""


async def add_agent(request: Request) -> Response:
    body = await body_of(request, NewAgent)
    entry = await current().workers.add_agent(body.url, name=body.name, headers=body.headers)
    return JSONResponse(entry.model_dump(mode="json"), 201)


async def remove_agent(request: Request) -> Response:
    await current().workers.remove_agent(request.path_params["name"])
    return Response(status_code=204)


async def add_servers(request: Request) -> Response:
    """A server is a program that runs here as oneself: the answer to the first request is what
    would be started, whole; the second, with its digest, starts exactly that."""
    body = await body_of(request, NewServers)
    pasted = body.mcpServers or body.servers
    configs = read_pasted(pasted)
    if current().settings.login and any(config.command for config in configs):
        # Commands run as the operator's own user: with several people, from the file alone.
        raise NotAllowed("mcp_command_refused")
    digest = hashlib.sha256(json.dumps(pasted, sort_keys=True).encode()).hexdigest()
    if body.confirm != digest:
        if body.confirm:
            raise BadInput("mcp_not_as_shown")
        return JSONResponse({"servers": [shown(one) for one in configs], "confirm": digest})
    entries = await current().workers.add_servers(pasted)
    return JSONResponse({"servers": [entry.model_dump(mode="json") for entry in entries]}, 201)


async def remove_server(request: Request) -> Response:
    await current().workers.remove_server(request.path_params["name"])
    return Response(status_code=204)


async def agree(request: Request) -> Response:
    """Take a server's changed tools, which the roster shows."""
    entry = await current().workers.agree(request.path_params["name"])
    return JSONResponse(entry.model_dump(mode="json"))


def shown(config: ServerConfig) -> dict[str, Any]:
    """Return what a person must see before it is started: the whole command line, where it runs,
    and the names (never the values) of what it is given in secret."""
    return {
        "name": config.name,
        "command": shlex.join([config.command, *config.args]) if config.command else "",
        "cwd": config.cwd,
        "url": config.url,
        "env": sorted(config.env),
        "headers": sorted(config.headers),
    }


ROUTES = [
    Route("/api/agents", answering(operating(add_agent)), methods=["POST"]),
    Route("/api/agents/{name}", answering(operating(remove_agent)), methods=["DELETE"]),
    Route("/api/mcp-servers", answering(operating(add_servers)), methods=["POST"]),
    Route("/api/mcp-servers/{name}", answering(operating(remove_server)), methods=["DELETE"]),
    Route("/api/mcp-servers/{name}/agree", answering(operating(agree)), methods=["POST"]),
]

"""MCP servers over streamable HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from mcp.server.mcpserver import Context, Image, MCPServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cherry_reflex.core.errors import Unavailable, WorkerFailed
from cherry_reflex.core.events import StatusChanged
from cherry_reflex.core.worker import ArtifactProduced
from cherry_reflex.mcp.client.bridge import McpWorkers
from cherry_reflex.mcp.client.config import ServerConfig
from cherry_reflex.mcp.client.http import client
from cherry_reflex.settings import Settings
from tests.doubles.serving import listening, serving
from tests.doubles.worker_calls import gather_events, words
from tests.doubles.worker_request import worker_request


def _server() -> MCPServer:
    server = MCPServer("web", instructions="on the web", log_level="WARNING")

    @server.tool()
    async def add(a: int, b: int, ctx: Context) -> int:
        """Add two numbers."""
        await ctx.report_progress(1, 2, "adding")
        return a + b

    @server.tool()
    def picture() -> Image:
        """Draw."""
        return Image(data=b"\x89PNG", format="png")

    @server.tool()
    def broken() -> str:
        """Fail."""
        raise ValueError("secret inside")

    return server


@pytest.fixture
async def workers(settings: Settings) -> AsyncIterator[McpWorkers]:
    bound, url = listening()
    config = ServerConfig(name="web", url=f"{url}/mcp")
    async with (
        serving(_server().streamable_http_app(), bound),
        McpWorkers(settings, servers=(config,)) as found,
    ):
        yield found


async def test_a_call_over_http(workers: McpWorkers) -> None:
    (entry,) = await workers.entries()
    assert (entry.healthy, entry.description) == (True, "on the web")
    events = await gather_events(workers, worker_request("mcp:web/add", arguments={"a": 2, "b": 3}))
    assert words(events) == "5"
    assert [item.text for item in events if isinstance(item, StatusChanged)] == ["adding"]
    (drawn,) = await gather_events(workers, worker_request("mcp:web/picture"))
    assert isinstance(drawn, ArtifactProduced)
    assert (drawn.content.data, drawn.content.media_type) == (b"\x89PNG", "image/png")
    with pytest.raises(WorkerFailed) as caught:
        await gather_events(workers, worker_request("mcp:web/broken"))
    assert caught.value.code == "tool_failed"


async def test_nobody_at_the_address(settings: Settings) -> None:
    bound, url = listening()
    bound.close()
    config = ServerConfig(name="web", url=f"{url}/mcp")
    async with McpWorkers(settings, servers=(config,)) as workers:
        (entry,) = await workers.entries()
    assert (entry.healthy, entry.problem) == (False, "tool_unreachable")


async def test_private_addresses_can_be_refused(settings: Settings) -> None:
    """Before anything is sent, and again when it is: a name may mean another address by then."""
    bound, url = listening()
    careful = settings.model_copy(update={"private_urls": False})
    config = ServerConfig(name="web", url=f"{url}/mcp".replace("127.0.0.1", "localhost"))
    async with (
        serving(_server().streamable_http_app(), bound),
        McpWorkers(careful, servers=(config,)) as workers,
    ):
        (entry,) = await workers.entries()
        assert (entry.healthy, entry.problem) == (False, "url_private")
        async with client({}, private_urls=False) as http:
            with pytest.raises(Unavailable, match="url_private"):
                await http.post(config.url)


async def test_a_redirect_elsewhere_is_not_followed(settings: Settings) -> None:
    asked: list[str] = []
    there, secret = listening()

    async def redirected(request: Request) -> Response:
        asked.append("here")
        return RedirectResponse(f"{secret}/mcp")

    async def told(request: Request) -> Response:
        asked.append("there")
        return Response("a secret")

    bound, url = listening()
    config = ServerConfig(name="web", url=f"{url}/mcp")
    async with (
        serving(_everything(redirected), bound),
        serving(_everything(told), there),
        McpWorkers(settings, servers=(config,)) as workers,
    ):
        (entry,) = await workers.entries()
        assert not entry.healthy
    assert set(asked) == {"here"}


def _everything(answer: Callable[[Request], Awaitable[Response]]) -> Starlette:
    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST", "DELETE"])])

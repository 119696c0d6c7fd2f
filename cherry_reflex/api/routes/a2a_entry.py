"""CherryAI as an A2A agent: its card and its messages, on the page's own port."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from cherry_reflex.runtime import current


class A2AEntry:
    """Hands a request to the house's A2A application, which exists while the runtime is open."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # As it came: a mount around it has taken its own part off the path.
        whole = {**scope, "root_path": scope.get("app_root_path", "")}
        await current().entry(whole, receive, send)


ROUTES: list[BaseRoute] = [
    Route("/.well-known/agent-card.json", A2AEntry()),
    Route("/.well-known/agent.json", A2AEntry()),
    Mount("/a2a", app=A2AEntry()),
]

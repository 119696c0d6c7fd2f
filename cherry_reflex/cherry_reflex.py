"""The app: the page, the API, the live namespace, and everything that they work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import reflex as rx
from starlette.types import ASGIApp

from cherry_reflex import logs, settings
from cherry_reflex.api.authentication import AuthenticationMiddleware
from cherry_reflex.api.origin_middleware import OriginMiddleware
from cherry_reflex.api.routes import routes
from cherry_reflex.runtime import open_runtime
from cherry_reflex.ui.live.namespace import live
from cherry_reflex.ui.page import page

_settings = settings.load()
_BUILT = Path.cwd() / ".web" / "build" / "client"


def entered(inner: ASGIApp) -> ASGIApp:
    """Put authentication before the API and Reflex: who asks is known behind it."""
    return AuthenticationMiddleware(inner, _settings, _BUILT)


def guarded(inner: ASGIApp) -> ASGIApp:
    """Put the guard before everything, Reflex's websocket included."""
    return OriginMiddleware(inner, _settings, _BUILT)


@asynccontextmanager
async def house() -> AsyncIterator[None]:
    """Open the runtime with the server, and close it with it."""
    logs.configure(_settings.log_level, [_settings.llm_api_key])
    async with open_runtime(_settings):
        yield


app = rx.App(
    stylesheets=["/cherry.css"],
    head_components=[
        rx.el.script(src="/boot.js"),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
    ],
    app_wraps={},
    toaster=None,
    api_transformer=[routes(), entered, guarded],
)
app.add_page(page, route="/", title="CherryAI")
app.add_page(page, route="/c/[conversation_id]", title="CherryAI")
app.register_lifespan_task(house)
if app.sio is not None:
    app.sio.register_namespace(live)

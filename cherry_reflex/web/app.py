"""The app: the page, the API, the live namespace, and everything that they work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx
from starlette.types import ASGIApp

from cherry_reflex import logs
from cherry_reflex.api.authentication import AuthenticationMiddleware
from cherry_reflex.api.origin_middleware import OriginMiddleware
from cherry_reflex.api.routes import routes
from cherry_reflex.runtime import open_runtime
from cherry_reflex.settings import Settings
from cherry_reflex.ui.live.namespace import live
from cherry_reflex.ui.page import page
from cherry_reflex.web.build import BUILT


def create_app(settings: Settings) -> rx.App:
    """Return the app of these settings. Once in a process: Reflex registers its pages, and its
    socket server the live namespace."""

    def with_authentication(inner: ASGIApp) -> ASGIApp:
        """Put authentication before the API and Reflex: who asks is known behind it."""
        return AuthenticationMiddleware(inner, settings, BUILT)

    def with_origin_check(inner: ASGIApp) -> ASGIApp:
        """Put the check of hosts and origins before everything, Reflex's websocket included."""
        return OriginMiddleware(inner, settings, BUILT)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        """Open the runtime with the server, and close it with it."""
        logs.configure(settings.log_level, [settings.llm_api_key])
        async with open_runtime(settings):
            yield

    app = rx.App(
        stylesheets=["/cherry.css"],
        head_components=[
            rx.el.script(src="/boot.js"),
            rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        ],
        app_wraps={},
        toaster=None,
        api_transformer=[routes(), with_authentication, with_origin_check],
    )
    app.add_page(page, route="/", title="CherryAI")
    app.add_page(page, route="/c/[conversation_id]", title="CherryAI")
    app.register_lifespan_task(lifespan)
    if app.sio is not None:
        app.sio.register_namespace(live)
    return app

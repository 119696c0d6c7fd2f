"""At authentication: which hosts and origins are served, and what a page of ours may load."""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cherry_reflex.api.origins import origins
from cherry_reflex.settings import Settings

_INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


class OriginMiddleware:
    """ASGI middleware around everything, Reflex's websocket included.

    Names by which this server is not known are refused (DNS rebinding), and so are browsers that
    come from another web site (Origin): a person on loopback has no password to protect them.
    """

    def __init__(self, app: ASGIApp, settings: Settings, page: Path) -> None:
        self._app = app
        self._origins = frozenset(origins(settings))
        self._hosts = {urlsplit(origin).hostname for origin in self._origins}
        self._page = page
        self._policy = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._welcome(headers):
            await _refuse(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer["X-Content-Type-Options"] = "nosniff"
                answer["Referrer-Policy"] = "same-origin"
                answer["Cross-Origin-Opener-Policy"] = "same-origin"
                answer["Cross-Origin-Resource-Policy"] = "same-origin"
                if answer.get("content-type", "").startswith("text/html"):
                    answer["Content-Security-Policy"] = self.policy()
                    answer["X-Frame-Options"] = "DENY"
            await send(message)

        await self._app(scope, receive, guarded)

    def policy(self) -> str:
        """Return the Content-Security-Policy. The inline scripts that Reflex's build writes into
        its pages are allowed by their hashes, and no others."""
        if not self._policy:
            hashes = sorted(
                {
                    f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
                    for path in self._page.rglob("*.html")
                    for script in _INLINE.findall(path.read_bytes())
                }
            )
            self._policy = "; ".join(
                (
                    "default-src 'none'",
                    " ".join(("script-src 'self'", *hashes)),
                    "style-src 'self' 'unsafe-inline'",
                    "img-src 'self' data: blob:",
                    "font-src 'self' data:",
                    "connect-src 'self'",
                    "worker-src 'self' blob:",
                    "manifest-src 'self'",
                    "base-uri 'none'",
                    "form-action 'self'",
                    "frame-ancestors 'none'",
                )
            )
        return self._policy

    def _welcome(self, headers: Headers) -> bool:
        host = headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in self._hosts:
            return False
        origin = headers.get("origin")
        return origin is None or origin in self._origins or origin == f"http://{host}"


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = {"error": {"code": "origin_refused", "params": {}, "detail": "", "message": (
        "This address or web site may not use CherryAI. Open it at http://127.0.0.1, or name the "
        "origin in CHERRY_ORIGINS."
    )}}  # fmt: skip
    await JSONResponse(body, 403)(scope, receive, send)

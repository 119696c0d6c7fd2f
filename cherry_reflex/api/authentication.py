"""Authentication: with login, nothing but the sign-in page passes without a session or token."""

import asyncio
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs

from starlette.authentication import SimpleUser
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cherry_reflex.accounts.session_manager import Session, SessionManager
from cherry_reflex.api.cookie import NAME, cookie
from cherry_reflex.api.current_user import OPERATOR, OWNER, PASS
from cherry_reflex.api.responses import language_of, refusal
from cherry_reflex.api.routes.sign_in import sign_in_page
from cherry_reflex.core.errors import CherryError, NotFound, SignInNeeded
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.runtime import current
from cherry_reflex.settings import Settings

OPEN = frozenset(
    {
        "/api/session",
        "/sign-in",
        "/boot.js",
        "/healthz",
        "/readyz",
        "/.well-known/agent-card.json",
        "/.well-known/agent.json",
    }
)
"""What everybody may ask: to sign in, the page's language, whether the server lives, and how to
reach it by A2A."""

_ALONE = SimpleUser(LOCAL_OWNER)
"""`user` in the scope is what a2a-sdk knows a caller by."""

CLOSED_WS = 4401
"""The websocket's close code when its session has ended."""


class AuthenticationMiddleware:
    """ASGI middleware before the API and Reflex alike. It decides who asks (`api.current_user`),
    takes the secrets off the request, and cuts what is open when a session ends."""

    def __init__(self, app: ASGIApp, settings: Settings, page: Path) -> None:
        self._app = app
        self._login = settings.login
        self._page = page
        self._files: frozenset[str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif not self._login:
            scope[OWNER], scope[OPERATOR] = LOCAL_OWNER, True
            scope["user"] = _ALONE
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        path = scope["path"]
        if scope["method"] in ("GET", "HEAD") and path in self._static():
            await self._app(_without_secrets(scope), receive, send)
            return
        try:
            sessions = current().sessions
            found = _session_of(sessions, request)
            owner = found.account.id if found else await _ticket_owner(sessions, request)
        except CherryError as error:
            if path in OPEN:
                await self._app(_without_secrets(scope), receive, send)
            else:
                await refusal(error, language_of(request))(scope, receive, send)
            return
        if owner is None and path not in OPEN:
            if _is_page(scope):
                await sign_in_page(request)(scope, receive, send)
            else:
                nobody = SignInNeeded("sign_in_needed")
                await refusal(nobody, language_of(request))(scope, receive, send)
            return
        inner = _without_secrets(scope)
        if owner is not None:
            inner[OWNER], inner[PASS] = owner, found
            inner[OPERATOR] = found is not None and found.account.operator
            inner["user"] = SimpleUser(owner)
        if found is None or path in OPEN:
            await self._app(inner, receive, _unkept(send))
            return
        renewed = cookie(request, sessions.life_s) if await sessions.renew(found) else ""
        await _Use(found, renewed, receive, send).run(self._app, inner)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            sessions = current().sessions
        except CherryError:
            found = None
        else:
            found = _session_of(sessions, HTTPConnection(scope), only_session=True)
            tabs = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
            if found is not None and not all(sessions.bind(t, found.account.id) for t in tabs):
                found = None
        if found is None:
            await receive()
            await send({"type": "websocket.close", "code": CLOSED_WS})
            return
        inner = _without_secrets(scope)
        inner[OWNER], inner[PASS] = found.account.id, found
        inner[OPERATOR] = found.account.operator
        closing: list[asyncio.Task[None]] = []

        def cut() -> None:
            closing.append(asyncio.ensure_future(_close(send)))

        async def hear() -> Message:
            message = await receive()
            if not found.live:
                return {"type": "websocket.disconnect", "code": CLOSED_WS}
            return message

        async def tell(message: Message) -> None:
            if found.live:
                await send(message)

        found.cuts.add(cut)
        try:
            await self._app(inner, hear, tell)
        finally:
            found.cuts.discard(cut)

    def _static(self) -> frozenset[str]:
        """The files of the built page, which are the same for everybody; not the page itself."""
        if self._files is None:
            found = (path for path in self._page.rglob("*") if path.suffix not in (".html", ".gz"))
            self._files = frozenset(
                f"/{path.relative_to(self._page).as_posix()}" for path in found if path.is_file()
            )
        return self._files


class _Use:
    """One HTTP request of a session: when the session ends, what is not sent yet is kept back."""

    def __init__(self, given: Session, renewed: str, receive: Receive, send: Send) -> None:
        self._given, self._renewed = given, renewed
        self._receive, self._send = receive, send
        self._task: asyncio.Task[object] | None = None
        self._started = self._cut = self._refused = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        self._task = asyncio.current_task()
        self._given.cuts.add(self.cut)
        try:
            await app(scope, self._hear, self._tell)
        except asyncio.CancelledError:
            # The server closes the connection of an answer that was not finished.
            if not self._cut or self._task is None or self._task.uncancel():
                raise
        finally:
            self._given.cuts.discard(self.cut)

    def cut(self) -> None:
        """End an answer that is under way. A request that is not answered yet is finished first:
        what it does must not be left half done."""
        if self._started and self._task is not None:
            self._cut = True
            self._task.cancel()

    async def _hear(self) -> Message:
        message = await self._receive()
        return message if self._given.live else {"type": "http.disconnect"}

    async def _tell(self, message: Message) -> None:
        if self._refused or self._cut:
            # Half an answer must not look like a whole one: the connection breaks instead.
            return
        if message["type"] == "http.response.start":
            if not self._given.live:
                self._refused = True
                scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
                error = SignInNeeded("sign_in_needed")
                await refusal(error, ENGLISH)(scope, self._receive, self._send)
                return
            self._started = True
            _keep_out(message)
            if self._renewed:
                MutableHeaders(scope=message).append("Set-Cookie", self._renewed)
        await self._send(message)


def _session_of(
    sessions: SessionManager, request: HTTPConnection, *, only_session: bool = False
) -> Session | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if token and not only_session:
        found = sessions.find(token.strip()) if kind.lower() == "bearer" else None
        return found if found is not None and found.kind == "token" else None
    secret = request.cookies.get(NAME, "")
    found = sessions.find(secret) if secret else None
    return found if found is not None and found.kind == "session" else None


async def _ticket_owner(sessions: SessionManager, request: Request) -> str | None:
    """Return the owner of the dataset that an outside worker has a ticket for."""
    ticket = request.query_params.get("ticket", "")
    _, *parts = request.url.path.split("/")
    if not ticket or request.method != "GET" or len(parts) != 4:
        return None
    api, datasets, dataset_id, download = parts
    if (api, datasets, download) != ("api", "datasets", "download"):
        return None
    if not sessions.tickets.holds(dataset_id, ticket):
        return None
    here, owner = current(), ""
    with suppress(NotFound):
        owner = await here.artifacts.owner(dataset_id)  # a table of results
    with suppress(NotFound):
        owner = await here.datasets.owner(dataset_id)
    return owner if owner and sessions.is_active(owner) else None


def _is_page(scope: Scope) -> bool:
    path = scope["path"]
    return scope["method"] in ("GET", "HEAD") and (path == "/" or path.startswith("/c/"))


def _without_secrets(scope: Scope) -> Scope:
    # Reflex keeps a connection's headers in its state; nothing behind authentication needs these.
    hidden = (b"cookie", b"authorization")
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in hidden]}


def _keep_out(start: Message) -> None:
    """What one person was given is in no cache when the next one sits there."""
    MutableHeaders(scope=start)["Cache-Control"] = "no-store"


def _unkept(send: Send) -> Send:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            _keep_out(message)
        await send(message)

    return tell


async def _close(send: Send) -> None:
    # It may be closed already.
    with suppress(RuntimeError, OSError):
        await send({"type": "websocket.close", "code": CLOSED_WS})

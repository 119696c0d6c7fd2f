"""One MCP server process (or HTTP session), owned by one task; any task may call through it."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from typing import Any

from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import (
    CONNECTION_CLOSED,
    REQUEST_TIMEOUT,
    CallToolResult,
    LoggingMessageNotificationParams,
    Tool,
    ToolListChangedNotification,
)
from pydantic import ValidationError

from cherry_reflex.core.errors import CherryError, ProtocolBroken, Unavailable, WorkerFailed
from cherry_reflex.core.events import OutputLine
from cherry_reflex.core.worker import WorkerEvent
from cherry_reflex.mcp.client import http
from cherry_reflex.mcp.client.call_stream import CallStream
from cherry_reflex.mcp.client.config import ServerConfig
from cherry_reflex.mcp.client.progress import read_progress
from cherry_reflex.mcp.client.stdio import StdioPipes

_log = logging.getLogger(__name__)
_CLOSE_S = 5.0
_LAST_LINES = 20
_PAGES_MAX = 100
_PRINTED_MAX = 2_000
"""Lines that one call may show; later ones are read and dropped, but for the last few."""


class Connection:
    """Opened and closed by its owner task: the SDK's scopes must end where they began. After a
    crash, a timeout or a cancelled call it is `broken` and must be replaced: a server that was
    asked to stop may never answer again."""

    def __init__(
        self,
        config: ServerConfig,
        *,
        start_s: float,
        line_bytes_max: int,
        chunk_bytes: int,
        private_urls: bool = True,
    ) -> None:
        self.config = config
        self.idle_since = time.monotonic()
        self.broken = False
        self._start_s = start_s
        self._line_bytes_max, self._chunk_bytes = line_bytes_max, chunk_bytes
        self._private_urls = private_urls
        self._stop = asyncio.Event()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._client: Client | None = None
        self._pipes: StdioPipes | None = None
        self._owner: asyncio.Task[None] | None = None
        self._stream: CallStream[WorkerEvent] | None = None
        self._called = False
        self.listed: list[Tool] | None = None
        """Its functions as last read; None when they were not, or the server said they changed."""
        self._printed = 0
        self._early: deque[OutputLine] = deque(maxlen=_LAST_LINES)
        self._last: deque[str] = deque(maxlen=_LAST_LINES)

    @property
    def pid(self) -> int:
        """The process's id; 0 for an HTTP session."""
        return self._pipes.pid if self._pipes is not None else 0

    @property
    def opened(self) -> bool:
        """Whether it was opened and is not closed."""
        return self._client is not None and (self._pipes is None or self._pipes.alive)

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return self._stream is not None

    async def open(self) -> None:
        """Start it and agree on a protocol version.

        Raises Unavailable (`tool_not_started`, `tool_unreachable`, `tool_variable_missing`),
        ProtocolBroken.
        """
        if missing := self.config.missing:
            raise Unavailable("tool_variable_missing", detail=missing, name=self.config.name)
        self._owner = asyncio.create_task(self._own(), name=f"mcp:{self.config.name}")
        try:
            async with asyncio.timeout(self._start_s):
                await asyncio.shield(self._ready)
        except TimeoutError as error:
            self.kill()
            raise Unavailable(
                "tool_not_started", detail=self._output(), name=self.config.name
            ) from error
        except asyncio.CancelledError:
            self.kill()
            raise

    async def close(self) -> None:
        """End it; bounded."""
        self._stop.set()
        if self._owner is None:
            return
        done, _ = await asyncio.wait({self._owner}, timeout=_CLOSE_S)
        if not done:
            self.kill()
            self._owner.cancel()
            await asyncio.wait({self._owner}, timeout=_CLOSE_S)

    def kill(self) -> None:
        """End it at once, with every process that it started; the owner task tidies up."""
        self.broken = True
        if self._pipes is not None:
            self._pipes.kill()
        self._stop.set()

    async def tools(self) -> list[Tool]:
        """Return its functions. Raises as `call` does."""
        found: list[Tool] = []
        cursor: str | None = None
        try:
            async with asyncio.timeout(self._start_s):
                for _ in range(_PAGES_MAX):
                    page = await self._open_client().list_tools(cursor=cursor)
                    found.extend(page.tools)
                    cursor = page.next_cursor
                    if not cursor:
                        break
        except Exception as error:
            raise self._mapped(error, self._start_s) from error
        self.listed = found
        return found

    def instructions(self) -> str:
        """Return what the server says of itself."""
        client = self._open_client()
        info = client.server_info
        said = client.instructions or (getattr(info, "description", None) if info else None)
        return str(said or "")

    async def call(
        self,
        tool: str,
        arguments: dict[str, Any],
        stream: CallStream[WorkerEvent],
        *,
        timeout_s: float,
        meta: dict[str, Any] | None = None,
    ) -> CallToolResult:
        """Call a function; what it says meanwhile goes to `stream`, which is closed at the end.

        Raises WorkerFailed (`tool_crashed`, `tool_too_long`, `tool_refused`), ProtocolBroken
        (`tool_malformed`), LimitExceeded (`tool_line_too_large`).
        """
        self._stream = stream
        while self._early:
            stream.put(self._early.popleft())
        self._called, self._printed = True, 0

        async def progressed(progress: float, total: float | None, message: str | None) -> None:
            # No await here: the SDK would deliver later reports before this one.
            # What cannot be read here comes once more in the result, and fails there.
            with contextlib.suppress(CherryError):
                for item in read_progress(progress, total, message, own=self.config.own):
                    stream.put(item)

        try:
            if self.listed is None:
                # The SDK wants the output schema, and would ask for it after the call: too late
                # when a server leaves with its answer.
                await self.tools()
            async with asyncio.timeout(timeout_s):
                result = await self._open_client().call_tool(
                    tool,
                    arguments,
                    progress_callback=progressed,
                    meta=meta,  # type: ignore[arg-type]
                )
            # Lines on the other pipe that were written before the result are read by now.
            for _ in range(3):
                await asyncio.sleep(0)
            return result
        except Exception as error:
            if _ends_session(error):
                self.kill()
            raise self._mapped(error, timeout_s) from error
        except asyncio.CancelledError:
            self.kill()
            raise
        finally:
            self._stream = None
            stream.close()
            self.idle_since = time.monotonic()

    async def _own(self) -> None:
        """Open, wait for the end, close; in one task. When the new handshake fails, the old one
        is tried."""
        modes = [self.config.mode] if self.config.mode == "legacy" else ["auto", "legacy"]
        for mode in modes:
            try:
                async with contextlib.AsyncExitStack() as stack:
                    client = await stack.enter_async_context(await self._made(stack, mode))
                    self._client = client
                    if not self._ready.done():
                        self._ready.set_result(None)
                    await self._stop.wait()
                break
            except BaseException as error:
                if self._ready.done():
                    _log.debug("mcp_closed", extra={"server": self.config.name, "why": repr(error)})
                    break
                last = mode == modes[-1] or not isinstance(error, Exception)
                if last or isinstance(error, CherryError) or self._stop.is_set():
                    self._fail(error)
                    break
        self.broken = True
        self._client = None

    def _fail(self, error: BaseException) -> None:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if not isinstance(error, CherryError):
            code = "tool_unreachable" if self.config.url else "tool_not_started"
            detail = f"{error!r}\n{self._output()}"
            error = Unavailable(code, detail=detail, name=self.config.name)
        self._ready.set_exception(error)
        self._ready.exception()  # read already, should nobody wait any more

    async def _made(self, stack: contextlib.AsyncExitStack, mode: str) -> Client:
        async def logged(params: LoggingMessageNotificationParams) -> None:
            self._line(str(params.data), params.level)

        async def said(message: Any) -> None:
            if isinstance(message, ToolListChangedNotification):
                self.listed = None

        transport: Any
        if self.config.url:
            # One session per connection; the SDK limits an event to 4 MB by itself.
            session = await stack.enter_async_context(
                http.client(self.config.headers, private_urls=self._private_urls)
            )
            transport = streamable_http_client(
                self.config.url, http_client=session, max_sse_event_size=self._line_bytes_max
            )
        else:
            transport = self._pipes = StdioPipes(
                self.config,
                self._line,
                self._ended,
                self._room,
                self._line_bytes_max,
                self._chunk_bytes,
            )
        return Client(
            transport,
            mode=mode,
            logging_callback=logged,
            message_handler=said,
            log_level="info",
            cache=None,
        )

    async def _room(self) -> None:
        if self._stream is not None:
            await self._stream.room()

    def _ended(self) -> None:
        """Note that the process ended by itself; a call under way learns it from the SDK."""
        self.broken = True
        if not self.busy:
            self._stop.set()

    def _line(self, text: str, level: str) -> None:
        self._last.append(text)
        printed = OutputLine(text=text, level=level)
        if self._stream is not None:
            self._printed += 1
            if self._printed <= _PRINTED_MAX:
                self._stream.put(printed)
        elif not self._called:
            self._early.append(printed)
        else:
            _log.info("mcp_line", extra={"server": self.config.name, "line": text})

    def _open_client(self) -> Client:
        if self._client is None:
            raise MCPError(code=CONNECTION_CLOSED, message="Connection closed")
        return self._client

    def _output(self) -> str:
        return "\n".join(self._last)[-1500:]

    def _mapped(self, error: Exception, timeout_s: float) -> CherryError:
        name = self.config.name
        if isinstance(error, CherryError):
            return error
        if self._pipes is not None and isinstance(self._pipes.problem, CherryError):
            return self._pipes.problem
        if isinstance(error, TimeoutError) or (
            isinstance(error, MCPError) and error.code == REQUEST_TIMEOUT
        ):
            return WorkerFailed("tool_too_long", self._output(), name=name, seconds=timeout_s)
        if isinstance(error, MCPError) and error.code == CONNECTION_CLOSED:
            return WorkerFailed("tool_crashed", self._output(), name=name)
        if isinstance(error, MCPError):
            return WorkerFailed("tool_refused", error.message, name=name)
        if isinstance(error, ValidationError | RuntimeError | ValueError):
            return ProtocolBroken("tool_malformed", repr(error), name=name)
        return WorkerFailed("tool_crashed", f"{error!r}\n{self._output()}", name=name)


def _ends_session(error: Exception) -> bool:
    if isinstance(error, MCPError):
        return error.code in (CONNECTION_CLOSED, REQUEST_TIMEOUT)
    return True

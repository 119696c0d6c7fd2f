"""Every MCP server that can be asked: their functions, and calls as calls."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mcp_types import Tool

from cherry_reflex.concurrency.refreshing_cache import RefreshingCache
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import (
    BadInput,
    CherryError,
    Conflict,
    NotFound,
    ProtocolBroken,
    Unavailable,
)
from cherry_reflex.core.roster import ToolEntry, ToolFunction
from cherry_reflex.core.worker import ArtifactProduced, WorkerCall, WorkerEvent, WorkerRequest
from cherry_reflex.http.addresses import refuse_private
from cherry_reflex.mcp.client.arguments import resolved
from cherry_reflex.mcp.client.call_stream import CallStream
from cherry_reflex.mcp.client.config import ServerConfig, file_servers, own_servers
from cherry_reflex.mcp.client.connection import Connection
from cherry_reflex.mcp.client.http import UNREACHABLE
from cherry_reflex.mcp.client.pool import ProcessPool
from cherry_reflex.mcp.client.progress import META_KEY
from cherry_reflex.mcp.client.result import read_result
from cherry_reflex.mcp.client.tool_approvals import ToolApprovals
from cherry_reflex.settings import Settings
from cherry_reflex.store.layout import Layout

_log = logging.getLogger(__name__)
_START_S = 30.0
_PATIENCE_S = 8.0
_UNHEALTHY_CACHE_S = 5.0
CHANGED = "tool_changed"
"""The problem of a server whose tools are not those that were agreed to."""


@dataclass
class _Server:
    config: ServerConfig
    pool: ProcessPool
    entry: ToolEntry
    kept: RefreshingCache


class McpWorkers:
    """Owns a pool of processes for each server. `servers` replaces those of the settings;
    `added` are those that people have added."""

    def __init__(
        self,
        settings: Settings,
        *,
        servers: tuple[ServerConfig, ...] | None = None,
        added: tuple[ServerConfig, ...] = (),
        dataset_url: Callable[[Dataset], str] | None = None,
        sandbox: Path | None = None,
    ) -> None:
        self._settings, self._dataset_url = settings, dataset_url
        self._layout = Layout.of(settings)
        self._approvals = ToolApprovals(self._layout.tool_approvals)
        configs = servers
        if configs is None:
            configs = (
                own_servers(settings, sandbox=sandbox) + file_servers(settings.mcp_file) + added
            )
        self._servers: dict[str, _Server] = {}
        for config in configs:
            # The operator's server replaces ours of the same name.
            self._servers[config.name] = self._server(config)

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._layout.tools.mkdir, parents=True, exist_ok=True)
        for server in self._servers.values():
            await server.pool.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        # Side by side: a process may take half a second to end, and there are many.
        servers = list(self._servers.values())
        await asyncio.gather(*(server.kept.close() for server in servers))
        await asyncio.gather(*(server.pool.__aexit__(None, None, None) for server in servers))

    async def entries(self, *, fresh: bool = False) -> tuple[ToolEntry, ...]:
        """Return all servers as the roster shows them; what they offer is kept for
        `card_cache_s` seconds, unless `fresh`. Servers are asked side by side."""
        servers = list(self._servers.values())
        await asyncio.gather(
            *(server.kept.refresh(fresh=fresh, patience_s=_PATIENCE_S) for server in servers)
        )
        return tuple(server.entry for server in servers)

    async def add(self, config: ServerConfig) -> ToolEntry:
        """Add an outside server, started once to see whether it answers.

        Raises Conflict (`worker_named`) when the name is taken, Unavailable when it does not
        answer: it is not added then.
        """
        if config.name in self._servers:
            raise Conflict("worker_named", name=config.name)
        server = self._server(config)
        await server.pool.__aenter__()
        self._servers[config.name] = server
        try:
            await server.kept.refresh(fresh=True, patience_s=_START_S)
            if not server.entry.healthy:
                raise Unavailable(server.entry.problem or "tool_not_started", name=config.name)
        except BaseException:
            await self.remove(config.name)
            raise
        return server.entry

    async def remove(self, name: str) -> None:
        """Forget a server that was added, and end its processes. Raises NotFound."""
        server = self._servers.pop(name, None)
        if server is None:
            raise NotFound("worker_unknown", name=name, names=", ".join(self._servers))
        await server.kept.close()
        await server.pool.__aexit__(None, None, None)
        await asyncio.to_thread(self._approvals.forget, name)

    async def agree(self, name: str) -> ToolEntry:
        """Take a server's tools as they are now, which are not those of before.

        Raises NotFound (`worker_unknown`).
        """
        server = self._servers.get(name)
        if server is None:
            raise NotFound("worker_unknown", name=name, names=", ".join(self._servers))
        if server.entry.problem == CHANGED:
            await asyncio.to_thread(self._approvals.agree, server.config, server.entry.tools)
            server.entry = server.entry.model_copy(update={"healthy": True, "problem": ""})
        return server.entry

    def is_foreign(self, worker: str) -> bool:
        """Return whether `mcp:<server>/<tool>` is an outsider's; False where there is none."""
        server = self._servers.get(worker.removeprefix("mcp:").partition("/")[0])
        return server is not None and not server.config.own

    def pool(self, server: str) -> ProcessPool:
        """Return the pool of a server. Raises NotFound (`worker_unknown`)."""
        if server not in self._servers:
            raise NotFound("worker_unknown", name=server, names=", ".join(self._servers))
        return self._servers[server].pool

    def call(self, work: WorkerRequest) -> WorkerCall:
        """Begin a call of `mcp:<server>/<tool>`; see core.worker.Workers."""
        return _Call(self, work)

    async def call_events(self, work: WorkerRequest) -> AsyncIterator[WorkerEvent]:
        """Call the function that `work` names, and yield what it says.

        Raises NotFound (`worker_unknown`), BadInput (`arguments_invalid`, …), Unavailable,
        WorkerFailed, ProtocolBroken, LimitExceeded.
        """
        server, function = await self._find(work)
        own = server.config.own
        arguments = resolved(work, function, own=own, refer=self._referrer(server.config))
        stream: CallStream[WorkerEvent] = CallStream()
        shown: set[Path] = set()
        meta = {META_KEY: {"datasets": [d.model_dump(mode="json") for d in work.datasets]}}
        async with server.pool.lease() as connection:
            await self._agreed(server, connection)
            calling = asyncio.create_task(
                connection.call(
                    function.name,
                    arguments,
                    stream,
                    timeout_s=self._settings.tool_call_s,
                    meta=meta if own else None,
                )
            )
            try:
                async for item in stream:
                    if isinstance(item, ArtifactProduced) and item.content.path is not None:
                        self._check_path(item.content.path)
                        shown.add(item.content.path)
                    yield item
                result = await calling
            finally:
                if not calling.done():
                    connection.kill()
                    calling.cancel()
                    with contextlib.suppress(asyncio.CancelledError, CherryError):
                        await calling
        for item in read_result(result, tool=function.name, own=own, shown=shown):
            if isinstance(item, ArtifactProduced) and item.content.path is not None:
                self._check_path(item.content.path)
            yield item

    def _server(self, config: ServerConfig) -> _Server:
        starting = ToolEntry(
            name=config.name, healthy=False, problem="tool_no_answer", own=config.own
        )

        async def read() -> None:
            server.entry = await self._read(server)

        def kept_s() -> float:
            return self._settings.card_cache_s if server.entry.healthy else _UNHEALTHY_CACHE_S

        server = _Server(config, self._pool(config), starting, RefreshingCache(read, kept_s))
        return server

    def _pool(self, config: ServerConfig) -> ProcessPool:
        return ProcessPool(
            config,
            most=self._settings.tool_processes,
            idle_s=self._settings.tool_idle_s,
            start_s=_START_S,
            line_bytes_max=self._settings.event_bytes_max,
            chunk_bytes=self._settings.stdio_chunk_bytes,
            private_urls=self._settings.private_urls,
        )

    async def _find(self, work: WorkerRequest) -> tuple[_Server, ToolFunction]:
        name, _, tool = work.worker.removeprefix("mcp:").partition("/")
        server = self._servers.get(name)
        if server is None:
            raise NotFound("worker_unknown", name=work.worker, names=", ".join(self._servers))
        if not server.entry.healthy:
            await server.kept.refresh(fresh=True, patience_s=_START_S)
        entry = server.entry
        if not entry.healthy:
            raise Unavailable(entry.problem or "tool_not_started", name=name)
        function = next((f for f in entry.tools if f.name == tool), None)
        if function is None:
            names = ", ".join(f.name for f in entry.tools)
            raise NotFound("worker_unknown", name=work.worker, names=names)
        return server, function

    async def _read(self, server: _Server) -> ToolEntry:
        config = server.config
        try:
            if config.url and not self._settings.private_urls:
                await refuse_private(config.url, unreachable=UNREACHABLE)
            async with server.pool.lease() as connection:
                tools = _functions(await connection.tools())
                description = connection.instructions()
            return await self._entry(config, description, tools)
        except CherryError as error:
            _log.warning(
                "mcp_server_unhealthy", extra={"server": config.name, "detail": error.detail}
            )
            return ToolEntry(
                name=config.name,
                healthy=False,
                problem=error.code,
                detail=config.missing,
                own=config.own,
            )

    async def _agreed(self, server: _Server, connection: Connection) -> None:
        """Raise Unavailable (`tool_changed`) when the server's tools are not those agreed to."""
        if server.config.own:
            return
        tools = _functions(connection.listed or await connection.tools())
        if not await asyncio.to_thread(self._approvals.allows, server.config, tools):
            server.entry = await self._entry(server.config, server.entry.description, tools)
            raise Unavailable(CHANGED, name=server.config.name)

    async def _entry(
        self, config: ServerConfig, description: str, tools: tuple[ToolFunction, ...]
    ) -> ToolEntry:
        allowed = config.own or await asyncio.to_thread(self._approvals.allows, config, tools)
        return ToolEntry(
            name=config.name,
            description=description,
            healthy=allowed,
            problem="" if allowed else CHANGED,
            own=config.own,
            tools=tools,
        )

    def _referrer(self, config: ServerConfig) -> Callable[[Dataset], str]:
        """Return what names a dataset to this server: a file, where it shares our disk."""

        def refer(dataset: Dataset) -> str:
            if config.own or config.command:
                return dataset.uri
            if self._dataset_url is None:
                raise BadInput("dataset_not_shared", name=config.name)
            return self._dataset_url(dataset)

        return refer

    def _check_path(self, path: Path) -> None:
        if not path.resolve().is_relative_to(self._layout.tools) or not path.is_file():
            raise ProtocolBroken("artifact_invalid", detail=str(path))


def _functions(tools: Sequence[Tool]) -> tuple[ToolFunction, ...]:
    return tuple(
        ToolFunction(
            name=tool.name,
            description=tool.description or tool.title or "",
            input_schema=tool.input_schema,
        )
        for tool in tools
    )


class _Call:
    """An call with a tool. Tools ask nothing back."""

    def __init__(self, workers: McpWorkers, work: WorkerRequest) -> None:
        self._workers, self._work = workers, work

    def events(self) -> AsyncIterator[WorkerEvent]:
        return self._workers.call_events(self._work)

    async def answer(self, reply: str) -> None:
        raise Conflict("nothing_asked")

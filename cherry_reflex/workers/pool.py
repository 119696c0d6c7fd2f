"""Everybody who can be asked: our agents, our tools, and those of others."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from cherry_reflex.a2a.client.workers import A2AWorkers, OwnUrl
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, Conflict, NotFound, SettingsWrong
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry
from cherry_reflex.core.worker import WorkerCall, WorkerEvent, WorkerRequest
from cherry_reflex.mcp.client.bridge import McpWorkers
from cherry_reflex.mcp.client.config import ServerConfig, servers_of
from cherry_reflex.processes.agents import AgentsProcess
from cherry_reflex.settings import Settings
from cherry_reflex.store.layout import Layout
from cherry_reflex.workers.user_servers import UserServers


class WorkerPool:
    """Implements core.worker.Workers. Opening it starts the agents' process; tools are started
    when they are first needed. `own_url` and `servers` replace our own agents and tool servers.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        own_url: OwnUrl | None = None,
        servers: tuple[ServerConfig, ...] | None = None,
        dataset_url: Callable[[Dataset], str] | None = None,
        sandbox: Path | None = None,
    ) -> None:
        """`sandbox` is where the forkserver listens that our agents and tools share; without it
        each process has its own."""
        self.agents_process: AgentsProcess | None = None
        if own_url is None:
            self.agents_process = AgentsProcess(settings, sandbox=sandbox)
            own_url = self.agents_process.url
        self._user_servers = UserServers(Layout.of(settings).user_servers)
        self.agents = A2AWorkers(
            settings, own_url=own_url, dataset_url=dataset_url, added=self._user_servers.agents()
        )
        self.tools = McpWorkers(
            settings,
            servers=servers,
            dataset_url=dataset_url,
            added=self._added_servers(settings),
            sandbox=sandbox,
        )
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        if self.agents_process is not None:
            await self._stack.enter_async_context(self.agents_process)
        await self._stack.enter_async_context(self.agents)
        await self.tools.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        # Side by side: both are processes that may take their time to end.
        await asyncio.gather(self.tools.__aexit__(*exc), self._stack.aclose())

    async def roster(self, *, fresh: bool = False) -> Roster:
        """Return who can be asked now; what was read is kept for `card_cache_s` seconds unless
        `fresh`. Those who cannot be reached are in it, with the problem."""
        agents, tools = await asyncio.gather(
            self.agents.entries(fresh=fresh), self.tools.entries(fresh=fresh)
        )
        return Roster(agents=agents, tools=tools)

    def call(self, work: WorkerRequest) -> WorkerCall:
        """Begin a piece of work; nothing is sent before `events()` is iterated."""
        if work.worker.startswith("a2a:"):
            return self.agents.call(work)
        if work.worker.startswith("mcp:"):
            return self.tools.call(work)
        return _Nobody(work)

    async def is_foreign(self, worker: str) -> bool:
        """Return whether a worker (`a2a:…`, `mcp:…`) is somebody else's; False for one that
        nobody knows."""
        if worker.startswith("mcp:"):
            return self.tools.is_foreign(worker)
        return await self.agents.is_foreign(worker)

    async def add_agent(
        self, url: str, *, name: str = "", headers: dict[str, str] | None = None
    ) -> AgentEntry:
        """Add an outside agent by its URL, for good. Raises BadInput, Unavailable."""
        entry = await self.agents.add(url, name=name, headers=headers)
        await asyncio.to_thread(self._user_servers.keep_agent, entry.name, url, headers or {})
        return entry

    async def remove_agent(self, name: str) -> None:
        """Forget an agent that was added. Raises NotFound: those of the operator's file stay."""
        if not await asyncio.to_thread(self._user_servers.drop_agent, name):
            raise NotFound("added_unknown", name=name[:80])
        await self.agents.remove(name)

    async def add_servers(self, pasted: Mapping[str, Any]) -> list[ToolEntry]:
        """Add the tool servers of a configuration (name -> server), for good: all or none.

        Raises BadInput (`mcp_config_wrong`), Conflict (`worker_named`), Unavailable.
        """
        configs = read_pasted(pasted)
        entries: list[ToolEntry] = []
        try:
            for config in configs:
                entries.append(await self.tools.add(config))
            await asyncio.to_thread(self._user_servers.keep_servers, pasted)
        except BaseException:
            for entry in entries:
                await self.tools.remove(entry.name)
            raise
        return entries

    async def remove_server(self, name: str) -> None:
        """Forget a tool server that was added. Raises NotFound: the operator's stay."""
        if not await asyncio.to_thread(self._user_servers.drop_server, name):
            raise NotFound("added_unknown", name=name[:80])
        await self.tools.remove(name)

    async def agree(self, name: str) -> ToolEntry:
        """Take the tools of a server that are not those agreed to before. Raises NotFound."""
        return await self.tools.agree(name)

    def _added_servers(self, settings: Settings) -> tuple[ServerConfig, ...]:
        """With several people no command runs that was added on the page, by whomever."""
        found = self._user_servers.servers()
        return tuple(one for one in found if not (settings.login and one.command))

    def added(self) -> set[str]:
        """Return the names of what was added, which alone can be removed."""
        names = {str(item.get("name", "")) for item in self._user_servers.agents()}
        return names | {config.name for config in self._user_servers.servers()}


def read_pasted(pasted: Mapping[str, Any]) -> tuple[ServerConfig, ...]:
    """Return the servers of a configuration (name -> server), variables replaced.

    Raises BadInput (`mcp_config_wrong`) with what is wrong.
    """
    try:
        configs = servers_of({"mcpServers": dict(pasted)})
    except (ValueError, SettingsWrong) as error:
        raise BadInput("mcp_config_wrong", detail=str(error)) from error
    if not configs:
        raise BadInput("mcp_config_wrong", detail="no server")
    return configs


class _Nobody:
    """An call with a worker that cannot exist."""

    def __init__(self, work: WorkerRequest) -> None:
        self._work = work

    async def events(self) -> AsyncIterator[WorkerEvent]:
        raise NotFound("worker_unknown", name=self._work.worker, names="")
        yield

    async def answer(self, reply: str) -> None:
        raise Conflict("nothing_asked")

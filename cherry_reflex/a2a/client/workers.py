"""Every A2A agent that can be asked: our own, those of the agents file, and those added by URL."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Self

import httpx

from cherry_reflex.a2a.client.call import CANCEL_S, A2ACall, Patience
from cherry_reflex.a2a.client.connections import Connections
from cherry_reflex.a2a.client.peer import CARD_TIMEOUT_S, Peer
from cherry_reflex.a2a.client.transport import GuardedTransport, ReadLimits, origin
from cherry_reflex.concurrency.refreshing_cache import RefreshingCache
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import (
    BadInput,
    CherryError,
    Conflict,
    NotFound,
    SettingsWrong,
    Unavailable,
)
from cherry_reflex.core.roster import AgentEntry
from cherry_reflex.core.worker import WorkerCall, WorkerEvent, WorkerRequest
from cherry_reflex.settings import Settings, expand

_log = logging.getLogger(__name__)
_UNHEALTHY_CACHE_S = 5.0
_PATIENCE_S, _START_PATIENCE_S = 8.0, 60.0
_OWN_PAUSES_S = (0.05, 0.2, 0.5)
_REFUSED = ("agent_unreachable",)

OwnUrl = Callable[[], Awaitable[str]]


class A2AWorkers:
    """Owns the pooled HTTP client.

    `own_url` gives the base URL of our own agents' server, waiting for it a while; it raises
    Unavailable when there is none. `dataset_url` gives a dataset's URL for outsiders, who must not
    learn paths of our disk; without it they get no reference at all.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        own_url: OwnUrl | None = None,
        dataset_url: Callable[[Dataset], str] | None = None,
        added: Sequence[dict[str, Any]] = (),
    ) -> None:
        self._settings, self._own_url, self._dataset_url = settings, own_url, dataset_url
        self._own: dict[str, Peer] = {}
        self._own_base = ""
        self._own_list = RefreshingCache(
            self._read_own, lambda: settings.card_cache_s if self._own else 0.0
        )
        self._others = _from_file(settings.agents_file)
        self._others += [_peer(item, lenient=True) for item in added]
        self._background: set[asyncio.Task[None]] = set()
        self._patience = Patience(
            silence_s=settings.agent_silence_s,
            total_s=settings.agent_total_s,
            reconnect_s=settings.reconnect_s,
        )

    async def __aenter__(self) -> Self:
        self._transport = GuardedTransport(
            Connections(self._settings.agent_connections),
            ReadLimits.around(self._settings.event_bytes_max),
            private_urls=self._settings.private_urls,
        )
        self._http = httpx.AsyncClient(
            transport=self._transport,
            # Streams are watched by the call, which sees words and not only bytes.
            timeout=httpx.Timeout(None, connect=10.0, write=30.0),
            headers={"Accept-Encoding": "identity"},
            trust_env=False,
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._own_list.close()
        for peer in self._peers():
            if peer.kept is not None:
                await peer.kept.close()
        if self._background:
            await asyncio.wait(self._background, timeout=CANCEL_S)
        for task in self._background:
            task.cancel()
        await self._http.aclose()

    async def entries(self, *, fresh: bool = False) -> tuple[AgentEntry, ...]:
        """Return all agents as the roster shows them, healthy or not; cards are kept for
        `card_cache_s` seconds, unless `fresh`."""
        if self._own_url is not None:
            moved = await self._moved()
            await self._own_list.refresh(fresh=fresh or moved, patience_s=_START_PATIENCE_S)
        peers = self._peers()
        await asyncio.gather(*(self._refresh(peer, fresh=fresh) for peer in peers))
        self._name_apart()
        return tuple(peer.entry() for peer in self._peers())

    async def add(
        self, url: str, *, name: str = "", headers: dict[str, str] | None = None
    ) -> AgentEntry:
        """Add an outside agent by its URL.

        Raises BadInput (`agent_url_wrong`), and Unavailable when its card cannot be read.
        """
        try:
            peer = _peer({"url": url, "name": name, "headers": headers})
        except (ValueError, httpx.InvalidURL) as error:
            raise BadInput("agent_url_wrong", detail=str(error), url=url[:200]) from error
        await self._refresh(peer, fresh=True)
        if peer.card is None:
            raise Unavailable(peer.problem, name=url, status="")
        self._others.append(peer)
        self._name_apart()
        return peer.entry()

    async def remove(self, name: str) -> None:
        """Forget an outside agent. Raises NotFound (`worker_unknown`)."""
        kept = [peer for peer in self._others if peer.name != name]
        if len(kept) == len(self._others):
            raise NotFound("worker_unknown", name=name, names=self._names())
        self._others = kept

    async def is_foreign(self, worker: str) -> bool:
        """Return whether `a2a:<name>` is an outside agent; False where there is none."""
        name = worker.removeprefix("a2a:")
        if self._find(name) is None:
            await self.entries(fresh=True)
        peer = self._find(name)
        return peer is not None and not peer.own

    def call(self, work: WorkerRequest) -> WorkerCall:
        """Begin work at `a2a:<name>`; see core.worker.Workers."""
        return _Late(self, work)

    async def open(self, work: WorkerRequest) -> A2ACall:
        """Return the call of a known, reachable agent.

        Raises NotFound (`worker_unknown`), Unavailable.
        """
        name = work.worker.removeprefix("a2a:")
        peer = self._find(name)
        if peer is None or peer.card is None or self._own_moved(peer):
            await self.entries(fresh=True)
            peer = self._find(name)
        if peer is None:
            raise NotFound("worker_unknown", name=name, names=self._names())
        if peer.card is None:
            raise Unavailable(peer.problem or "agent_no_card", name=name, status="")
        return A2ACall(
            peer,
            work if peer.own else self._for_outsider(work),
            self._http,
            files=self._settings.data_dir if peer.own else None,
            patience=self._patience,
            in_background=self._in_background,
        )

    async def reopen(self, work: WorkerRequest) -> A2ACall:
        """Return a new call after reading all cards again: our own agents may have been
        restarted elsewhere."""
        await self.entries(fresh=True)
        return await self.open(work)

    def _find(self, name: str) -> Peer | None:
        return self._own.get(name) or next((p for p in self._others if p.name == name), None)

    def _names(self) -> str:
        return ", ".join([*self._own, *(peer.name for peer in self._others)])

    async def _moved(self) -> bool:
        """Say whether our own server is now somewhere else, as far as can be said at once."""
        with contextlib.suppress(CherryError, TimeoutError):
            async with asyncio.timeout(0.05):
                return self._own_url is not None and await self._own_url() != self._own_base
        return False

    def _own_moved(self, peer: Peer) -> bool:
        return peer.own and not peer.url.startswith(self._own_base)

    def _for_outsider(self, work: WorkerRequest) -> WorkerRequest:
        """Return the work without paths of our disk, without what is known of the person, and
        without rows that earlier questions have shown."""
        datasets = tuple(
            dataset.model_copy(
                update={
                    "uri": self._dataset_url(dataset) if self._dataset_url else "",
                    "remembered": (),
                }
            )
            for dataset in work.datasets
        )
        history = tuple(turn.model_copy(update={"digests": ()}) for turn in work.history)
        return work.model_copy(update={"datasets": datasets, "history": history})

    def _peers(self) -> list[Peer]:
        return [*self._own.values(), *self._others]

    async def _read_own(self) -> None:
        """Ask our own server which agents it has."""
        try:
            base, names = await self._own_names()
        except (CherryError, httpx.HTTPError, TimeoutError, ValueError, KeyError) as error:
            _log.warning("own_agents_unreachable", extra={"detail": repr(error)})
            for peer in self._own.values():
                peer.card, peer.problem = None, "agent_unreachable"
            return
        if base != self._own_base:
            self._own = {}
        self._own_base = base
        kept = {name: self._own.get(name) for name in names}
        self._own = {
            name: peer or Peer(url=f"{base}/agents/{name}/", name=name, own=True)
            for name, peer in kept.items()
        }

    async def _own_names(self) -> tuple[str, list[str]]:
        """Return where our own server is and whom it serves; while it is being replaced, wait."""
        assert self._own_url is not None
        for pause_s in (*_OWN_PAUSES_S, None):
            base = await self._own_url()
            self._transport.trusted.add(origin(httpx.URL(base)))
            try:
                async with asyncio.timeout(CARD_TIMEOUT_S):
                    answer = await self._http.get(f"{base}/healthz")
                return base, list(answer.json()["agents"])
            except httpx.TransportError:
                # It died just now, and that is not known here yet.
                if pause_s is None:
                    raise
                await asyncio.sleep(pause_s)
        raise AssertionError

    async def _refresh(self, peer: Peer, *, fresh: bool) -> None:
        if peer.kept is None:
            peer.kept = RefreshingCache(
                lambda: peer.fetch(self._http),
                lambda: self._settings.card_cache_s if peer.card else _UNHEALTHY_CACHE_S,
            )
        await peer.kept.refresh(fresh=fresh, patience_s=_PATIENCE_S)

    def _name_apart(self) -> None:
        """Give later outsiders of a taken name a number: a plan names workers."""
        taken = set(self._own)
        for peer in self._others:
            base, number = peer.name, 2
            while peer.name and peer.name in taken:
                peer.name, number = f"{base}-{number}", number + 1
            taken.add(peer.name)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


class _Late:
    """An call that looks for its agent when it is listened to."""

    def __init__(self, workers: A2AWorkers, work: WorkerRequest) -> None:
        self._workers, self._work = workers, work
        self._engagement: A2ACall | None = None

    async def events(self) -> AsyncIterator[WorkerEvent]:
        self._engagement = await self._workers.open(self._work)
        heard = False
        try:
            async for item in self._engagement.events():
                heard = True
                yield item
            return
        except Unavailable as error:
            # Nothing was sent when the connection was refused, so asking again is safe. Our own
            # process may die at any moment: what it has not begun to answer it is asked again.
            again = ("agent_unreachable", "agent_lost") if self._engagement.own else _REFUSED
            if heard or error.code not in again:
                raise
        self._engagement = await self._workers.reopen(self._work)
        async for item in self._engagement.events():
            yield item

    async def answer(self, reply: str) -> None:
        if self._engagement is None:
            raise Conflict("nothing_asked")
        await self._engagement.answer(reply)


def _from_file(path: Path | None) -> list[Peer]:
    """Read the agents file: a JSON list of `{name?, url, headers?}`; `${VAR}` in headers is taken
    from the environment. Raises SettingsWrong (`agents_file_wrong`)."""
    if path is None:
        return []
    try:
        items = json.loads(path.read_text("utf-8"))
        if not isinstance(items, list):
            raise TypeError("not a list")
        return [_peer(item) for item in items]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, httpx.InvalidURL) as error:
        raise SettingsWrong("agents_file_wrong", detail=repr(error), path=str(path)) from error


def _peer(item: dict[str, Any], *, lenient: bool = False) -> Peer:
    """With `lenient`, a header whose variable is gone is left out: its agent then says itself what
    it misses, and the others can be asked."""
    headers: dict[str, str] = {}
    for name, value in (item.get("headers") or {}).items():
        try:
            headers[str(name)] = expand(str(value))
        except SettingsWrong:
            if not lenient:
                raise
    return Peer(url=_http(item["url"]), name=str(item.get("name") or ""), headers=headers)


def _http(url: str) -> str:
    if httpx.URL(url).scheme not in ("http", "https"):
        raise ValueError(f"not an http address: {url}")
    return url

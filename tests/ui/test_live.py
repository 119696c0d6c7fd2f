"""The live namespace over a real server and a real socket.io client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import socketio
import uvicorn
from reflex.app import EventNamespace

from cherry_reflex.api.current_user import OWNER
from cherry_reflex.core.errors import NotFound
from cherry_reflex.core.events import Record, RunFinished, StatusChanged, TextDelta
from cherry_reflex.ui.live import namespace
from cherry_reflex.ui.live.namespace import Live

WAIT_S = 10


class Reflexes(EventNamespace):
    """Reflex's own namespace, of which only the knowledge of tokens matters here."""

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        await self.link_token_to_sid(sid, auth["token"], update_state=False)

    async def on_disconnect(self, sid: str) -> None:  # type: ignore[override]
        await self._token_manager.disconnect_token(self.sid_to_token[sid], sid)


class Page:
    """A tab: it keeps what it gets, and acknowledges when told to."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.got: list[tuple[str, Any]] = []
        self.arrived = asyncio.Condition()
        for name in ("f", "t", "r", "s", "e"):
            self.client.on(name, self._keeper(name), namespace="/c")

    def _keeper(self, name: str) -> Any:
        async def keep(body: Any) -> None:
            async with self.arrived:
                self.got.append((name, body))
                self.arrived.notify_all()

        return keep

    async def until(self, holds: Any) -> None:
        async with asyncio.timeout(WAIT_S), self.arrived:
            await self.arrived.wait_for(lambda: holds(self.got))

    @property
    def text(self) -> str:
        parts: list[str] = []
        for name, body in self.got:
            if name == "t":
                parts += [body[1]] if isinstance(body[1], str) else body[1][1::2]
            if name == "r":
                parts += [r["event"]["text"] for r in body if r["event"]["type"] == "text_delta"]
        return "".join(parts)


class Door:
    """Says who comes, by a header."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        who = dict(scope["headers"]).get(b"x-who", b"minji").decode()
        await self.app({**scope, **({OWNER: who} if who else {})}, receive, send)


class Server(uvicorn.Server):
    """Says when it is up."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.up.set()

    up: asyncio.Event


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Live, str]]:
    live = Live()
    sio = socketio.AsyncServer(async_mode="asgi", async_handlers=False)
    sio.register_namespace(Reflexes("/_event", None))  # type: ignore[arg-type]
    sio.register_namespace(live)
    config = uvicorn.Config(Door(socketio.ASGIApp(sio)), port=0, log_level="error", lifespan="off")
    server = Server(config)
    server.up = asyncio.Event()
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(WAIT_S):
        await server.up.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield live, f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def tab(url: str, token: str) -> AsyncIterator[Page]:
    page = Page()
    await page.client.connect(
        url, namespaces=["/_event", "/c"], auth={"token": token}, transports=["websocket"]
    )
    try:
        yield page
    finally:
        await page.client.disconnect()


async def nowhere(_: dict[str, Any]) -> None:
    """A connection that leads nowhere."""


def delta(seq: int, text: str, step: str = "s1") -> Record:
    return Record(run_id="r1", seq=seq, at=1.0, event=TextDelta(step=step, text=text))


class Source:
    """Records as the engine gives them: batches, put in by the test."""

    def __init__(self) -> None:
        self.batches: asyncio.Queue[list[Record]] = asyncio.Queue()
        self.closed = asyncio.Event()
        self.taken = 0

    async def records(self) -> AsyncIterator[list[Record]]:
        try:
            while True:
                batch = await self.batches.get()
                self.taken += 1
                yield batch
        finally:
            self.closed.set()


async def test_text_arrives_once_in_order_and_is_merged() -> None:
    async with served() as (live, url), tab(url, "a") as page:
        source = Source()
        following = asyncio.create_task(live.follow("a", "c1", source.records()))
        source.batches.put_nowait([delta(1, "tok1 ")])
        source.batches.put_nowait([])
        source.batches.put_nowait([delta(n, f"tok{n} ") for n in range(2, 500)])
        finished = Record(run_id="r1", seq=500, at=1.0, event=RunFinished())
        source.batches.put_nowait([finished])
        await page.until(lambda got: any(n == "r" and b[0]["seq"] == 500 for n, b in got))
        assert page.text == "".join(f"tok{n} " for n in range(1, 500))
        # The past comes as records with their own seqs, the present as merged text.
        assert [name for name, _ in page.got[:4]] == ["f", "r", "s", "t"]
        assert page.got[0][1] == "c1"
        assert page.got[2][1] == [1]
        assert len([1 for name, _ in page.got if name == "t"]) == 1
        following.cancel()


async def test_a_page_that_does_not_draw_is_not_sent_more(monkeypatch: Any) -> None:
    monkeypatch.setattr(namespace, "WINDOW_BYTES", 5_000)
    async with served() as (live, url), tab(url, "a") as page:
        source = Source()
        following = asyncio.create_task(live.follow("a", "c1", source.records()))
        source.batches.put_nowait([])
        for n in range(1, 21):
            source.batches.put_nowait([delta(n, "x" * 1000)])
        await page.until(lambda got: len(page.text) >= 4000)
        line = live._lines["a"]
        assert line.under_way_bytes <= 5_000
        sent = source.taken
        assert sent < 20
        for _ in range(20):
            last = max((b[0] for name, b in page.got if name == "t"), default=0)
            await page.client.emit("a", last, namespace="/c")
            if last == 20:
                break
            await page.until(lambda got, last=last: any(n == "t" and b[0] > last for n, b in got))
        assert len(page.text) == 20_000
        following.cancel()


async def test_a_newer_follow_ends_the_older() -> None:
    async with served() as (live, url), tab(url, "a") as page:
        first, second = Source(), Source()
        older = asyncio.create_task(live.follow("a", "c1", first.records()))
        first.batches.put_nowait([delta(1, "old ")])
        await page.until(lambda got: len(got) == 2)
        newer = asyncio.create_task(live.follow("a", "c1", second.records()))
        async with asyncio.timeout(WAIT_S):
            await older
            await first.closed.wait()
        second.batches.put_nowait([delta(1, "new ")])
        await page.until(lambda got: len(got) == 4)
        assert page.text == "old new "
        assert [name for name, _ in page.got] == ["f", "r", "f", "r"]
        newer.cancel()


async def test_following_ends_with_the_tab() -> None:
    async with served() as (live, url):
        source = Source()
        async with tab(url, "a") as page:
            following = asyncio.create_task(live.follow("a", "c1", source.records()))
            source.batches.put_nowait([delta(1, "x")])
            await page.until(lambda got: len(got) == 2)
        async with asyncio.timeout(WAIT_S):
            await following
            await source.closed.wait()


async def test_a_failure_is_told() -> None:
    async def broken() -> AsyncIterator[list[Record]]:
        raise NotFound("conversation_unknown")
        yield []

    async with served() as (live, url), tab(url, "a") as page:
        await live.follow("a", "c1", broken())
        await page.until(lambda got: len(got) == 2)
        assert page.got[1][0] == "e"
        assert page.got[1][1]["code"] == "conversation_unknown"


async def test_a_token_without_a_reflex_connection_is_refused() -> None:
    async with served() as (live, url):
        client = socketio.AsyncClient(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(url, namespaces=["/c"], auth={"token": "stolen"})
        assert live._lines == {}


@pytest.mark.parametrize("who", ["tom", ""])
async def test_a_token_of_somebody_else_is_refused(who: str) -> None:
    async with served() as (live, url), tab(url, "a"):
        assert live.owner("a") == "minji"
        thief = socketio.AsyncClient(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await thief.connect(url, {"x-who": who}, namespaces=["/c"], auth={"token": "a"})
        assert live.owner("a") == "minji"
        assert list(live._lines) == ["a"]


async def test_two_tabs_get_the_same_and_only_their_own() -> None:
    async with served() as (live, url), tab(url, "a") as one, tab(url, "b") as two:
        sources = [Source(), Source()]
        tasks = [
            asyncio.create_task(live.follow(token, "c1", source.records()))
            for token, source in zip("ab", sources, strict=True)
        ]
        for source in sources:
            source.batches.put_nowait([])
            source.batches.put_nowait([delta(1, "both ")])
        sources[0].batches.put_nowait([delta(2, "one")])
        await one.until(lambda got: one.text == "both one")
        await two.until(lambda got: two.text == "both ")
        for task in tasks:
            task.cancel()


def test_messages_keep_the_order_between_text_and_other_records() -> None:
    line = namespace.Line("sid", nowhere)
    status = Record(run_id="r1", seq=3, at=1.0, event=StatusChanged(step="s1", text="now"))
    made = namespace.messages([delta(1, "a"), delta(2, "b"), status, delta(4, "c", "s2")], line)
    assert [(name, seq) for name, seq, _, _ in made] == [("t", 2), ("r", 3), ("t", 4)]
    assert made[0][2] == [2, ["s1", "ab"], "r1"]
    assert made[2][2] == [4, ["s2", "c"]]
    # Text of the lane of the message before comes without its name.
    assert namespace.messages([delta(5, "d", "s2")], line)[0][2] == [5, "d"]
    both = [delta(6, "e", "s2"), delta(7, "f", "s1")]
    assert namespace.messages(both, line)[0][2] == [7, ["s2", "e", "s1", "f"]]
    other = Record(run_id="r2", seq=8, at=1.0, event=TextDelta(step="s1", text="g"))
    assert namespace.messages([other], line)[0][2] == [8, ["s1", "g"], "r2"]

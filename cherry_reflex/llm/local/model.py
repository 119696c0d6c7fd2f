"""A local model as whoever asks it has it: fetched, loaded and served when it is first needed."""

import asyncio
import contextlib
import importlib.util
import json
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import structlog

from cherry_reflex.core.errors import CherryError, Unavailable
from cherry_reflex.llm.local.gguf import trained_context
from cherry_reflex.llm.local.hub import HubFile, fetch
from cherry_reflex.llm.local.preparing import Preparing, Stage
from cherry_reflex.processes.supervisor import ChildProcess
from cherry_reflex.settings import Settings
from cherry_reflex.store.layout import Layout

_log = structlog.get_logger(__name__)

CONTEXT_TOKENS = 16_384
"""Context where the operator sets none: of what the model was trained for at most so much, as it
takes memory whether it is used or not."""
COMMAND = "pip install -r requirements-local.txt"
_ROOT = Path(__file__).resolve().parents[3]
_LOOK_S = 0.5
_GRACE_S = 1.0
_TAIL_BYTES = 4000


class LocalModel:
    """A model by the path of its GGUF file, or its name at the hub. Nothing happens until it is
    asked for; when its process dies it is started again when it is next asked for."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings, self._name = settings, name
        self._url = ""
        self._failure: CherryError | None = None
        self._preparing: Preparing | None = None
        self._changes = 0
        self._changed = asyncio.Condition()
        self._keeper: asyncio.Task[None] | None = None
        self._child: ChildProcess | None = None

    @property
    def pid(self) -> int:
        """The id of the process that serves it; 0 while there is none."""
        return self._child.pid if self._child is not None else 0

    async def url(self) -> str:
        """Return where it is served, when it is loaded.

        Raises Unavailable: `model_local_missing` without the engine, `model_local_file` where
        there is no such file, `model_local_failed` when it cannot be loaded, and what `fetch` does.
        """
        async for _ in self.preparing():
            pass
        if not self._url:
            raise Unavailable("model_local_failed", "it has just died", model=self._name)
        return self._url

    async def preparing(self) -> AsyncGenerator[Preparing]:
        """Yield how far it is, until it is served; nothing when it is. Raises as `url`."""
        await self._start()
        seen = -1
        while True:
            async with self._changed:
                while self._changes == seen and not self._is_settled:
                    await self._changed.wait()
                seen, state = self._changes, self._preparing
                if self._failure is not None:
                    raise self._failure
                if self._url:
                    return
            if state is not None:
                yield state

    async def aclose(self) -> None:
        """End its process."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    @property
    def _is_settled(self) -> bool:
        return bool(self._url) or self._failure is not None

    async def _start(self) -> None:
        if self._keeper is not None and self._child is not None and not self._child.alive:
            await asyncio.wait({self._keeper})
        if self._keeper is None or self._keeper.done():
            self._failure, self._url, self._child = None, "", None
            self._keeper = asyncio.create_task(self._keep(), name="local-model")

    async def _keep(self) -> None:
        try:
            await self._serve()
        except CherryError as error:
            self._failure = error
        except OSError as error:
            self._failure = Unavailable("model_local_failed", repr(error), model=self._name)
        else:
            _log.warning("local_model_died", model=self._name)
        self._url = ""
        await self._say(None)

    async def _serve(self) -> None:
        if importlib.util.find_spec("xllamacpp") is None:
            raise Unavailable("model_local_missing", command=COMMAND)
        path = await self._file()
        trained = await asyncio.to_thread(trained_context, path)
        context = self._settings.llm_context_tokens or min(
            trained or CONTEXT_TOKENS, CONTEXT_TOKENS
        )
        command = (sys.executable, "-m", "cherry_reflex.llm.local.serve", str(path))
        child = ChildProcess(
            (*command, "--context", str(context), "--name", self._name),
            cwd=_ROOT,
            env={name: v for name, v in os.environ.items() if not name.startswith("CHERRY_")},
            tail_bytes=_TAIL_BYTES,
            grace_s=_GRACE_S,
        )
        async with child:
            self._child = child
            watching = asyncio.create_task(self._watch(child.pid, path.stat().st_size))
            try:
                line = await child.stdout.readline()
            finally:
                watching.cancel()
                await asyncio.wait({watching})
            if not line:
                await child.wait()
                tail = (await child.tail()).decode("utf-8", "replace")
                raise Unavailable("model_local_failed", tail[-1500:], model=self._name)
            self._url = str(json.loads(line)["url"])
            _log.info("local_model_serves", model=self._name, url=self._url, context=context)
            await self._say(None)
            await child.wait()

    async def _file(self) -> Path:
        named = HubFile.of(self._name)
        if named is None:
            return _here(self._name)
        loop = asyncio.get_running_loop()
        said_at = 0.0
        says: set[asyncio.Task[None]] = set()

        def progress(done: int, total: int) -> None:
            nonlocal said_at
            if (now := loop.time()) - said_at >= _LOOK_S or done == total:
                said_at = now
                task = loop.create_task(self._said("downloading", done, total))
                says.add(task)
                task.add_done_callback(says.discard)

        return await fetch(named, Layout.of(self._settings).models, self._settings, progress)

    async def _watch(self, pid: int, total: int) -> None:
        """Say how much of the file is in the memory of the process that loads it."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            while True:
                await self._said("loading", process.memory_info().rss, total)
                await asyncio.sleep(_LOOK_S)

    async def _said(self, stage: Stage, done: int, total: int) -> None:
        await self._say(Preparing(self._name, stage, done, total))

    async def _say(self, state: Preparing | None) -> None:
        async with self._changed:
            self._preparing = state
            self._changes += 1
            self._changed.notify_all()


def _here(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.is_file():
        raise Unavailable("model_local_file", "no such file", file=name)
    return path.resolve()


@dataclass
class _Shared:
    model: LocalModel
    users: int = 0


_SHARED: dict[tuple[str, int], _Shared] = {}


@asynccontextmanager
async def shared(settings: Settings, name: str) -> AsyncIterator[LocalModel]:
    """Yield the model of that name; whoever asks for it in this process has the same one. It ends
    with the last of them."""
    key = (name, id(asyncio.get_running_loop()))
    one = _SHARED.setdefault(key, _Shared(LocalModel(settings, name)))
    one.users += 1
    try:
        yield one.model
    finally:
        one.users -= 1
        if not one.users:
            del _SHARED[key]
            await one.model.aclose()

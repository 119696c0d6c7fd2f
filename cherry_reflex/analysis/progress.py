"""What an operation says and hands over while it runs, heard by whoever runs it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

from cherry_reflex.core.artifact import ArtifactContent

_heard: ContextVar[Callable[[str], None] | None] = ContextVar("heard", default=None)
_shown: ContextVar[Callable[[ArtifactContent], None] | None] = ContextVar("shown", default=None)


def progress(text: str) -> None:
    """Say in a few words, in the person's language, what an operation does now. Heard by whoever
    runs it inside `heard_by`; costs nothing otherwise."""
    if (tell := _heard.get()) is not None:
        tell(text)


def hand_over(
    *contents: ArtifactContent, code: str = "", language: str = ""
) -> tuple[ArtifactContent, ...]:
    """Hand artifacts over the moment they exist, while the operation goes on, and return them:
    these very ones belong into its `Outcome` as well, which tells a listener what it has already.
    `code` is what made those that carry none of their own."""
    made = tuple(
        content.model_copy(update={"meta": {**content.meta, "code": code, "language": language}})
        if code and "code" not in content.meta
        else content
        for content in contents
    )
    if (show := _shown.get()) is not None:
        for content in made:
            show(content)
    return made


@contextmanager
def heard_by(
    tell: Callable[[str], None], show: Callable[[ArtifactContent], None] | None = None
) -> Iterator[None]:
    """Give `progress` of this context (task or thread) to `tell`, and what is handed over before
    the end to `show`; neither may block."""
    heard, shown = _heard.set(tell), _shown.set(show)
    try:
        yield
    finally:
        _heard.reset(heard)
        _shown.reset(shown)


@asynccontextmanager
async def passed_on(
    tell: Callable[[str], Awaitable[None]], show: Callable[[ArtifactContent], Awaitable[None]]
) -> AsyncIterator[None]:
    """Give the same to coroutines, one after the other in the order in which it was said, also
    from threads that this task waits for (`asyncio.to_thread`). When the block is left without an
    error, all of it has been passed on; what `tell` or `show` raises is raised then."""
    loop = asyncio.get_running_loop()
    said: asyncio.Queue[str | ArtifactContent | None] = asyncio.Queue()

    def put(one: str | ArtifactContent | None) -> None:
        loop.call_soon_threadsafe(said.put_nowait, one)

    async def pass_on() -> None:
        while (one := await said.get()) is not None:
            await (tell(one) if isinstance(one, str) else show(one))

    task = asyncio.create_task(pass_on())
    try:
        with heard_by(put, put):
            yield
        put(None)
        await task
    finally:
        task.cancel()

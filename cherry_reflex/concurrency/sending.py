"""Who is told before something is sent to the language model, set around a piece of work."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar

BeforeSending = Callable[[int], Awaitable[None]]
"""Called with the characters of a request before it is sent; it raises when it may not be."""

BEFORE_SENDING: ContextVar[BeforeSending | None] = ContextVar("cherry_before_sending", default=None)
"""None where nobody is told."""


async def before_sending(characters: int) -> None:
    """Tell of a request that is about to be sent. Raises what whoever is told raises."""
    if (told := BEFORE_SENDING.get()) is not None:
        await told(characters)

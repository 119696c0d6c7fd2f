"""A language model that calls tools, as whoever works with one sees it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cherry_reflex.core.language import Language


@dataclass(frozen=True)
class ToolSpec:
    """A tool that the model may call; `schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """The model's wish to have a tool called. `problem` says why its arguments cannot be read."""

    id: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class UserMessage:
    """What the model is told: material and a request."""

    text: str


@dataclass(frozen=True)
class Turn:
    """One answer of the model: words, calls, or both. Without calls the words are its last."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    cut: bool = False
    """It was cut at the model's length limit."""
    kept: Any = None
    """The provider's own form of it, with reasoning that it wants back; None when it is lost."""


@dataclass(frozen=True)
class ToolResult:
    """What a call came to, for the model."""

    call: str
    name: str
    text: str
    pictures: tuple[bytes, ...] = ()
    """PNG files, for a model that sees."""


Message = UserMessage | Turn | ToolResult


class LanguageModel(Protocol):
    """Takes turns. Raises Unavailable or LimitExceeded with a `model_…` code."""

    name: str
    sees: bool
    """It is shown pictures of charts."""

    def preparing(self, language: Language) -> AsyncIterator[str]:
        """Yield what is done before it can be asked, in words, as long as that takes."""
        ...

    async def context_tokens(self) -> int | None:
        """Return the size of its context; None where nobody knows."""
        ...

    def take_turn(
        self,
        instructions: str,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        last: bool = False,
    ) -> AsyncIterator[str | Turn]:
        """Yield words as they form, then the whole Turn. The `last` turn calls nothing."""
        ...

    async def suggest(self, instructions: str, material: str, most: int) -> Sequence[str]:
        """Return at most `most` short questions. Raises WorkerFailed `model_invalid` too."""
        ...

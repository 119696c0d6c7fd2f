"""What goes to a model in one call."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from cherry_reflex.core.language_model import Message, ToolSpec, Turn

Mode = Literal["text", "tool", "native", "prompted"]
"""How an answer is asked for: words and calls of tools, or a JSON object through a tool call,
through the endpoint's own JSON Schema output, or only described in the prompt."""


@dataclass(frozen=True)
class Shape:
    """The JSON object that is wanted."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Request:
    """All that goes to the model in one call."""

    instructions: str
    messages: tuple[Message, ...]
    shape: Shape | None = None
    mode: Mode = "text"
    tools: tuple[ToolSpec, ...] = ()
    """What may be called, in `text` mode."""
    calls_nothing: bool = False
    """The tools are told, as calls of them stand in the messages, but none may be called."""

    @property
    def characters(self) -> int:
        """How many characters it has, as far as they are ours: words, calls, results, schemas."""
        told = [self.instructions]
        for message in self.messages:
            if isinstance(message, Turn):
                told += [message.text, *(json.dumps(call.arguments) for call in message.calls)]
            else:
                told.append(message.text)
        schemas = [tool.description + json.dumps(tool.schema) for tool in self.tools]
        shape = [json.dumps(self.shape.schema)] if self.shape is not None else []
        return sum(map(len, (*told, *schemas, *shape)))

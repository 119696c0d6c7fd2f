"""What a server says."""

from typing import Any

from tests.doubles.answering import Reply

Said = tuple[str, Reply, int | None, int | None]
"""Provider, answer, tokens of the context, tokens of the prompt."""


def openai(message: str, **more: Any) -> dict[str, Any]:
    """Return a body as OpenAI's."""
    return {"error": {"message": message, "type": "invalid_request_error", **more}}
